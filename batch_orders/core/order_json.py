"""An order as canonical text, as the ledger keeps it, and the fingerprint of what it buys."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from batch_orders.core.model import Order

CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True)


def order_to_json(order: Order) -> str:
    """An order as canonical JSON, mailboxes in the sheet's order: what the ledger keeps."""
    return CANONICAL.encode(describe_order(order))


def describe_order(order: Order) -> dict[str, Any]:
    """An order as plain values, mailboxes in the sheet's order."""
    return describe(order, order.mailboxes, order.people)


def describe(order: Order, mailboxes: Sequence[str], people: Sequence[tuple[str, str]]) -> dict[str, Any]:
    said: dict[str, Any] = {
        "domain": order.domain,
        "mailboxes": mailboxes,
        "vendor": order.vendor,
        "forwarding_domain": order.forwarding_domain,
        "contact": dict(order.contact),
    }
    if people:
        said["people"] = people
    return said


def order_from_json(text: str) -> Order:
    said = json.loads(text)
    people = tuple((first, last) for first, last in said.pop("people", ()))
    return Order(**{**said, "mailboxes": tuple(said["mailboxes"]), "people": people})


def fingerprint(order: Order) -> str:
    """The same for two orders that would buy the same: the order of mailboxes does not count."""
    places = sorted(range(len(order.mailboxes)), key=order.mailboxes.__getitem__)
    mailboxes = [order.mailboxes[place] for place in places]
    people = [order.people[place] for place in places] if order.people else []
    return hashlib.sha256(CANONICAL.encode(describe(order, mailboxes, people)).encode()).hexdigest()
