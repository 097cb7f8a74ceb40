"""The command `doctor`."""

from __future__ import annotations

import click

from batch_orders.cli import options
from batch_orders.cli.options import with_options
from batch_orders.settings import Settings


@click.command()
@with_options(
    options.config,
    *options.place,
    options.reports_dir,
    options.as_json,
    click.option("--inbox", metavar="FOLDER", help="Look at the folders of this inbox, too."),
    click.option(
        "--queue",
        "queue",
        is_flag=True,
        help="Look at the queue alone: its workers, what is stuck, its server.",
    ),
    click.option("--notify", is_flag=True, help="Send a test message to every notification target."),
)
def doctor(settings: Settings, inbox: str | None, queue: bool, notify: bool) -> int:
    """Check settings, key, clock, ledger, folders and notification targets. Spends nothing.

    Says what is wrong and how to mend it. Exit code 0: all is well. 1: something wants mending.
    """
    from batch_orders.cli.doctor import DoctorOptions, examine_all, examine_queue

    if queue:
        return examine_queue(settings)
    return examine_all(DoctorOptions(settings.place, settings.reporting, inbox, notify))
