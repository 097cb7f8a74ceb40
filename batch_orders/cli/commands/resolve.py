"""The command `resolve`."""

from __future__ import annotations

from typing import Any

import click

from batch_orders.cli import options
from batch_orders.cli.options import with_options
from batch_orders.settings import Settings


@click.command()
@with_options(
    click.argument("domain"),
    options.config,
    click.option("--placed", is_flag=True, help="It was bought."),
    click.option("--order-id", metavar="ID", default="", help="The vendor's order id, with --placed."),
    click.option(
        "--not-bought",
        is_flag=True,
        help="It was not bought. Its sheet orders it when it is handed in again.",
    ),
    click.option(
        "--gone",
        is_flag=True,
        help="It was placed, and the vendor does not have it any more. Its sheet orders it when it is handed in "
        "again.",
    ),
    click.option("--reason", metavar="TEXT", default="", help="How you know, with --not-bought or --gone."),
    click.option("--sandbox", is_flag=True, help="The order went to the embedded sandbox."),
    options.setting("base-url", help="Where the order went, if that is not clear."),
    options.setting("account", help="The account that it was sent under, if that is not clear."),
    options.ledger,
)
def resolve(settings: Settings, **words: Any) -> int:
    """Record what you found out about a DOMAIN's order that is unconfirmed, or that was placed and failed."""
    from batch_orders.cli.followup import ResolveOptions, resolve_order

    place = settings.place
    return resolve_order(
        ResolveOptions(base_url=place.base_url, account=place.account, ledger=place.ledger, **words)
    )
