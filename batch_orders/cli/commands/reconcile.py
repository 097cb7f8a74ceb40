"""The command `reconcile`."""

from __future__ import annotations

import click

from batch_orders.cli import options
from batch_orders.cli.options import with_options
from batch_orders.settings import Settings


@click.command()
@with_options(options.config, *options.place, options.as_json)
def reconcile(settings: Settings) -> int:
    """Look unconfirmed orders up in the vendor's list of domains. Changes nothing there."""
    from batch_orders.cli.followup import reconcile_orders

    return reconcile_orders(settings)
