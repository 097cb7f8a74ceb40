"""The command `vendors`."""

from __future__ import annotations

from rich.text import Text

from batch_orders.cli.exits import Exit
from batch_orders.cli.next import Line, show_next
from batch_orders.cli.show import make_table, open_console
from batch_orders.cli.workspace import find_key
from batch_orders.core.vendors import Offer
from batch_orders.service.vendor_cache import remember_vendors
from batch_orders.settings import PlaceOptions, default_cache
from batch_orders.smart_senders import LIVE_BASE_URL, Environment, SmartSenders


def show_vendors(place: PlaceOptions) -> int:
    """Ask for the vendors, show them, and keep them for `check`. Raises LookUpError where they do not say."""
    environment = Environment.at(place.base_url or LIVE_BASE_URL)
    with SmartSenders(environment, find_key(place), place.timeout) as vendor:
        offers = vendor.list_vendors()
    remember_vendors(default_cache(), environment.name, offers)
    console = open_console(aside=False)
    if not offers:
        console.print(Text(f"{environment.base_url} lists no vendor."))
        return Exit.ATTENTION
    table = make_table("Number", "Name", "Domain", "Mailbox", "Delivery")
    for offer in sorted(offers, key=lambda offer: offer.vendor):
        table.add_row(*map(Text, cells_of(offer)))
    console.print(table)
    show_next(console, Line("To order from one of them, begin with a sheet:", ("template",)))
    return Exit.DONE


def cells_of(offer: Offer) -> tuple[str, ...]:
    price, unknown = offer.price, "no price known"
    return (
        str(offer.vendor),
        offer.name,
        f"{price.domain:,} {price.currency}" if price else unknown,
        f"{price.mailbox:,} {price.currency}" if price else unknown,
        "not known" if offer.days is None else f"{offer.days.normalize():f} days",
    )
