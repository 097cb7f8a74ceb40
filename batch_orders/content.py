"""An order as canonical text, as the ledger keeps it, and the fingerprint of what it buys."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

from batch_orders.model import Order


def write_content(order: Order) -> str:
    """An order as canonical JSON, mailboxes in the sheet's order: what the ledger keeps."""
    return json.dumps(
        {
            "domain": order.domain,
            "mailboxes": list(order.mailboxes),
            "vendor": order.vendor,
            "forwarding_domain": order.forwarding_domain,
            "contact": dict(order.contact),
        },
        ensure_ascii=False,
        sort_keys=True,
    )


def read_content(text: str) -> Order:
    said = json.loads(text)
    return Order(**{**said, "mailboxes": tuple(said["mailboxes"])})


def fingerprint(order: Order) -> str:
    """The same for two orders that would buy the same: the order of mailboxes does not count."""
    same = write_content(replace(order, mailboxes=tuple(sorted(order.mailboxes))))
    return hashlib.sha256(same.encode()).hexdigest()
