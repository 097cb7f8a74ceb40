"""The command `copy-ledger`."""

from __future__ import annotations

import click

from batch_orders.cli import options
from batch_orders.cli.options import with_options
from batch_orders.settings import Settings


@click.command()
@with_options(click.argument("to", metavar="PATH|URL"), options.config, options.ledger)
def copy_ledger(settings: Settings, to: str) -> None:
    """Copy the whole ledger to an empty one, such as from SQLite to PostgreSQL."""
    from batch_orders.cli.status import copy_to

    copy_to(settings.place.ledger, to)
