"""An order as canonical text, as the ledger keeps it, and the fingerprint of what it buys."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import Any

from batch_orders.core.model import Order


def order_to_json(order: Order) -> str:
    """An order as canonical JSON, mailboxes in the sheet's order: what the ledger keeps."""
    said: dict[str, Any] = {
        "domain": order.domain,
        "mailboxes": list(order.mailboxes),
        "vendor": order.vendor,
        "forwarding_domain": order.forwarding_domain,
        "contact": dict(order.contact),
    }
    if order.people:
        said["people"] = [list(person) for person in order.people]
    return json.dumps(said, ensure_ascii=False, sort_keys=True)


def order_from_json(text: str) -> Order:
    said = json.loads(text)
    people = tuple((first, last) for first, last in said.pop("people", ()))
    return Order(**{**said, "mailboxes": tuple(said["mailboxes"]), "people": people})


def fingerprint(order: Order) -> str:
    """The same for two orders that would buy the same: the order of mailboxes does not count."""
    places = sorted(range(len(order.mailboxes)), key=lambda place: order.mailboxes[place])
    same = replace(
        order,
        mailboxes=tuple(order.mailboxes[place] for place in places),
        people=tuple(order.people[place] for place in places) if order.people else (),
    )
    return hashlib.sha256(order_to_json(same).encode()).hexdigest()
