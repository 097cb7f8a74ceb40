"""The command `enqueue`."""

from __future__ import annotations

from typing import Any

import click

from batch_orders.cli import options
from batch_orders.cli.grouped_help import GroupedCommand
from batch_orders.cli.options import with_options
from batch_orders.settings import Settings


@click.command(cls=GroupedCommand)
@with_options(
    options.sheets,
    options.config,
    click.option("--follow", is_flag=True, help="Stay until the batches are over, and write their reports."),
    *options.submitting,
    *options.place,
    *options.ledger_words,
    *options.reading,
    options.reports_dir,
    options.as_json,
    options.log_format,
)
def enqueue(settings: Settings, **words: Any) -> int:
    """As run, but workers submit: the approved SHEETs are put into the queue, and wait their turn there.

    Needs a ledger on PostgreSQL. The report of a batch is written anywhere: batch-orders report BATCH.
    """
    from batch_orders.cli.call_options import pick_approval, pick_ledger_options
    from batch_orders.cli.enqueue import EnqueueCall, enqueue_sheets

    approved, said = pick_approval(settings, words), pick_ledger_options(words)
    return enqueue_sheets(EnqueueCall(approved, ledger=said, **words))
