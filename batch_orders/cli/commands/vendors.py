"""The command `vendors`."""

from __future__ import annotations

import click

from batch_orders.cli import options
from batch_orders.cli.options import with_options
from batch_orders.settings import Settings


@click.command()
@with_options(options.config, *options.asking, options.as_json)
def vendors(settings: Settings) -> int:
    """Show the vendors: number, name, prices, and how long a delivery takes, as they tell it themselves."""
    from batch_orders.cli.vendors import show_vendors

    return show_vendors(settings)
