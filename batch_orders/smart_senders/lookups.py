"""What the read-only endpoints say: part 2 of the API notes, which nobody promises.

Every function takes parsed JSON and keeps only what the project needs: an answer may hold
passwords. Raises ValueError where the answer is not in the documented form.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from batch_orders.core.money import Price
from batch_orders.core.vendors import Offer
from batch_orders.smart_senders.answers import clean


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
    return Offer(said["id"], clean(name) if isinstance(name, str) else "", read_price(said.get("pricing")))


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
    if isinstance(said, bool) or not isinstance(said, str | int | float):
        return None
    try:
        amount = Decimal(str(said).strip())
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and amount >= 0 else None


def read_domains(said: Any) -> dict[str, str]:
    """Domain → order id ("" where it has none), of what was bought."""
    if not isinstance(said, list):
        raise ValueError("no list of domains")
    named = (line for line in said if isinstance(line, dict) and isinstance(line.get("domain_name"), str))
    return {
        line["domain_name"].strip().lower().rstrip("."): read_order_id(line.get("order_id")) for line in named
    }


def read_order_id(said: Any) -> str:
    return clean(str(said)) if isinstance(said, str) or is_integer(said) else ""


def read_order_status(said: Any) -> str:
    """The vendor's word for an order, such as "Payment Pending". Nothing else of the answer is kept."""
    data = said.get("data") if isinstance(said, dict) else None
    status = data.get("status") if isinstance(data, dict) else None
    if not isinstance(status, str) or not status.strip():
        raise ValueError("no order status")
    return clean(status)
