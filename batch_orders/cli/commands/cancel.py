"""The command `cancel`."""

from __future__ import annotations

import click

from batch_orders.cli import options
from batch_orders.cli.options import with_options
from batch_orders.settings import Settings


@click.command()
@with_options(click.argument("sheet", metavar="SHEET"), options.config, options.ledger)
def cancel(settings: Settings, sheet: str) -> None:
    """Take SHEET out of the queue: a file that was put in, or the name of its batch.

    What a worker has in hand is stopped after the order in flight. What was bought stays bought.
    """
    from batch_orders.cli.queue import cancel_sheet

    cancel_sheet(settings.place.ledger, sheet)
