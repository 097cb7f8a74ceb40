"""The command `inbox`."""

from __future__ import annotations

from typing import Any

import click

from batch_orders.cli import inbox_options, options
from batch_orders.cli.grouped_help import GroupedCommand
from batch_orders.cli.options import with_options
from batch_orders.settings import Settings


@click.command(cls=GroupedCommand)
@with_options(
    click.argument("folder", metavar="FOLDER"),
    options.config,
    *inbox_options.inbox,
    click.option("--queue", is_flag=True, help="Leave the sheets to workers, and wait for their results."),
    options.sandbox,
    *options.sending,
    *options.place,
    *options.ledger_words,
    *options.reading,
    options.as_json,
    options.log_format,
)
def inbox(settings: Settings, folder: str, watch: bool, queue: bool, sandbox: bool, **words: Any) -> int:
    """Take the sheets that were dropped into FOLDER, order without asking, and hand results back.

    A FOLDER of the name inbox is the one that people drop files into; working, done, attention and
    refused lie beside it. Any other FOLDER holds all five. It must exist; what is missing in it is
    made. sftp://user@host/path is a FOLDER on a server.

    A file ends in done/ (exit code 0), attention/ (1 or 4) or refused/ (3), with its report. Teams
    may have folders of their own in inbox/. If another process is at work on FOLDER, this one says
    so and ends with 0.
    """
    from batch_orders.cli.call_options import pick_ledger_options, rehearsed
    from batch_orders.cli.inbox import InboxCall, work_inbox

    with rehearsed(settings, sandbox) as own:
        return work_inbox(InboxCall(own, folder, watch, sandbox, pick_ledger_options(words), queue))
