"""What the read-only endpoints say: docs/smart-senders.md, section 3, which nobody promises.

Every function takes parsed JSON and keeps only what the project needs: an answer may hold
passwords. Raises ValueError where the answer is not in the documented form.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, TypeVar

from batch_orders.core.money import Price
from batch_orders.core.vendors import Offer
from batch_orders.smart_senders.answers import clean, find_message, find_verdicts, told

AMOUNT: Final = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?|0\.[0-9]{1,12}")
"""Three digits after the point may be thousands: 1.300 is 1.3 to some and 1,300 to others."""

DAYS: Final = re.compile(r"[0-9]{1,4}(\.[0-9]{1,6})?")

Said = TypeVar("Said")


def refuse_no(said: Said) -> Said:
    """What was said, unless it says no at its top: its lists are then empty for another reason."""
    if isinstance(said, dict) and False in find_verdicts(said):
        raise ValueError(told("it says no", find_message(said)).removesuffix("."))
    return said


def read_vendors(said: Any) -> tuple[Offer, ...]:
    data = said.get("data") if isinstance(said, dict) else None
    if not isinstance(data, list):
        raise ValueError("no list of vendors")
    return tuple(read_offer(vendor) for vendor in data if is_vendor(vendor))


def is_vendor(said: Any) -> bool:
    return isinstance(said, dict) and is_integer(said.get("id"))


def is_integer(said: Any) -> bool:
    return isinstance(said, int) and not isinstance(said, bool)


def read_offer(said: Mapping[str, Any]) -> Offer:
    name = said.get("vendor_name")
    return Offer(
        said["id"],
        clean(name) if isinstance(name, str) else "",
        read_price(said.get("pricing")),
        read_days(said.get("delivery_time")),
    )


def read_days(said: Any) -> Decimal | None:
    """How many days a delivery takes, as the vendor tells it."""
    text = str(said) if isinstance(said, str | int | float) and not isinstance(said, bool) else ""
    return Decimal(text) if DAYS.fullmatch(text) else None


def read_price(said: Any) -> Price | None:
    """A price counts only where all of it can be read: half a price would pass a limit unseen."""
    if not isinstance(said, dict):
        return None
    domain, mailbox = read_amount(said.get("domain_price")), read_amount(said.get("mailbox_price"))
    currency = said.get("currency")
    if domain is None or mailbox is None or not isinstance(currency, str) or not currency.strip():
        return None
    return Price(domain, mailbox, clean(currency))


def read_amount(said: Any) -> Decimal | None:
    """An amount that can be read in one way only. Nobody gives domains away, so 0 is no price either."""
    text = str(said).strip() if isinstance(said, str | int | float) and not isinstance(said, bool) else ""
    return Decimal(text) if AMOUNT.fullmatch(text) and Decimal(text) else None


def read_order_status(said: Any) -> str:
    """The vendor's word for an order, such as "Payment Pending". Nothing else of the answer is kept."""
    data = said.get("data") if isinstance(said, dict) else None
    status = data.get("status") if isinstance(data, dict) else None
    if not isinstance(status, str) or not status.strip():
        raise ValueError("no order status")
    return clean(status)
