"""The command `vendors`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from batch_orders.cli.exits import Exit
from batch_orders.cli.json_out import say_object
from batch_orders.cli.next import Line, show_next
from batch_orders.cli.show import open_console
from batch_orders.cli.tables import make_table
from batch_orders.cli.workspace import find_key
from batch_orders.core.vendors import Offer
from batch_orders.service.vendor_cache import remember_vendors
from batch_orders.settings import Settings, default_cache
from batch_orders.smart_senders import LIVE_BASE_URL, Environment, SmartSenders


def show_vendors(settings: Settings) -> int:
    """Ask for the vendors, show them, and keep them for `check`. Raises LookUpError where they do not say."""
    place, reporting = settings.place, settings.reporting
    environment = Environment.at(place.base_url or LIVE_BASE_URL)
    with SmartSenders(environment, find_key(place), place.timeout) as vendor:
        offers = vendor.list_vendors()
    remember_vendors(default_cache(), environment.name, offers)
    console = open_console(aside=reporting.json)
    code = Exit.DONE if offers else Exit.ATTENTION
    if offers:
        show_offers(console, offers)
    else:
        console.print(Text(f"{environment.base_url} lists no vendor."))
        show_next(console, Line("See whether all is well with the key and the address:", ("doctor",)))
    if reporting.json:
        say_object(code, environment=environment.name, vendors=list(map(describe_offer, offers)))
    return code


def describe_offer(offer: Offer) -> dict[str, Any]:
    price = offer.price
    return {
        "number": offer.vendor,
        "name": offer.name,
        "price": price
        and {"domain": f"{price.domain:f}", "mailbox": f"{price.mailbox:f}", "currency": price.currency},
        "days": None if offer.days is None else f"{offer.days.normalize():f}",
    }


def show_offers(console: Console, offers: Sequence[Offer]) -> None:
    table = make_table("Number", "Name", "Domain", "Mailbox", "Delivery")
    for offer in sorted(offers, key=lambda offer: offer.vendor):
        table.add_row(*map(Text, cells_of(offer)))
    console.print(table)
    show_next(console, Line("To order from one of them, begin with a sheet:", ("template",)))


def cells_of(offer: Offer) -> tuple[str, ...]:
    price, unknown = offer.price, "no price known"
    return (
        str(offer.vendor),
        offer.name,
        f"{price.domain:,} {price.currency}" if price else unknown,
        f"{price.mailbox:,} {price.currency}" if price else unknown,
        "not known" if offer.days is None else f"{offer.days.normalize():f} days",
    )
