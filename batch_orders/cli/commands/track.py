"""The command `track`."""

from __future__ import annotations

import click

from batch_orders.cli import options
from batch_orders.cli.options import with_options
from batch_orders.settings import Settings


@click.command()
@with_options(options.config, *options.place, options.as_json)
def track(settings: Settings) -> int:
    """Ask the vendor how placed orders stand, and record its word. Changes nothing there."""
    from batch_orders.cli.followup import track_orders

    return track_orders(settings)
