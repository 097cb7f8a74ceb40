"""The command `status`."""

from __future__ import annotations

import click

from batch_orders.cli import options
from batch_orders.cli.options import with_options
from batch_orders.settings import Settings


@click.command()
@with_options(
    click.argument("domain", required=False),
    options.config,
    click.option("--queue", "queue", is_flag=True, help="Show what waits in the queue, and who works on it."),
    options.ledger,
    options.as_json,
)
def status(settings: Settings, domain: str | None, queue: bool) -> None:
    """Show what the ledger knows: its batches, or the history of one DOMAIN."""
    if queue:
        from batch_orders.cli.queue import show_queue

        show_queue(settings.place.ledger, settings.reporting.json)
        return
    from batch_orders.cli.status import show_status

    show_status(settings, domain)
