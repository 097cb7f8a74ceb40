"""The body of one place-order call: part 1 of the API notes, the binding dialect."""

from __future__ import annotations

from batch_orders.model import Body, Order


def make_body(order: Order) -> Body:
    return {
        "vendor_id": order.vendor,
        "domains": [{"domain_name": order.domain, "mailboxes": list(order.mailboxes)}],
        "forwarding_domain": order.forwarding_domain,
        "user_details": {to_camel_case(name): value for name, value in order.contact.items()},
    }


def to_camel_case(name: str) -> str:
    """ "postal_code" → "postalCode", as the API spells its contact fields."""
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)
