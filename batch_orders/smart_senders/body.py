"""The body of one place-order call, in the dialect that the order asks for. Pure."""

from __future__ import annotations

from typing import Any

from batch_orders.core.model import Order
from batch_orders.core.outcomes import Body


def make_body(order: Order) -> Body:
    """The binding dialect (docs/smart-senders.md, section 1), or the second (section 2) where names are known."""
    return {
        "vendor_id": order.vendor,
        "domains": [{"domain_name": order.domain, **name_mailboxes(order)}],
        "forwarding_domain": order.forwarding_domain,
        "user_details": {to_camel_case(name): value for name, value in order.contact.items()},
    }


def name_mailboxes(order: Order) -> dict[str, Any]:
    if not order.people:
        return {"mailboxes": list(order.mailboxes)}
    owned = zip(order.mailboxes, order.people, strict=True)
    return {
        "mailbox_details": [
            {"mailbox": mailbox, "first_name": first, "last_name": last} for mailbox, (first, last) in owned
        ]
    }


def to_camel_case(name: str) -> str:
    """ "postal_code" → "postalCode", as the API spells its contact fields."""
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)
