"""The command `export`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from batch_orders.cli import options
from batch_orders.cli.options import with_options
from batch_orders.settings import Settings


class Moment(click.DateTime):
    """A day or a moment. What is none is refused in words that a person knows."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"{value!r} is no date. Write one such as 2026-06-01, or 2026-06-01T14:30.", param, ctx)


MOMENT = Moment(["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z"])


@click.command()
@with_options(
    options.config,
    click.option(
        "--since",
        type=MOMENT,
        metavar="DATE",
        required=True,
        help="Sent on this day or later, such as 2026-06-01.",
    ),
    click.option("--until", type=MOMENT, metavar="DATE", help="Sent before this day."),
    click.option(
        "--format",
        "form",
        type=click.Choice(("csv", "json")),
        default="csv",
        show_default=True,
        help="The form.",
    ),
    options.setting("account", help="The orders of this account alone."),
    options.ledger,
)
def export(settings: Settings, since: datetime, until: datetime | None, form: str) -> int:
    """Print the orders of a time, with account, price and ids, from the ledger alone. Asks nobody.

    Orders count by when they were last sent; a day begins at midnight on this computer's clock. What was never
    sent is not among them.
    """
    from batch_orders.cli.export import ExportOptions, export_orders

    place = settings.place
    return export_orders(ExportOptions(place.ledger, since, until, place.account, form))
