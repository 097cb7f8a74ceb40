"""The command `status`."""

from __future__ import annotations

import click

from batch_orders.cli import options
from batch_orders.cli.options import with_options
from batch_orders.settings import Settings


@click.command()
@with_options(click.argument("domain", required=False), options.config, options.ledger)
def status(settings: Settings, domain: str | None) -> None:
    """Show what the ledger knows: its batches, or the history of one DOMAIN."""
    from batch_orders.cli.status import show_status

    show_status(settings.place.ledger, domain)
