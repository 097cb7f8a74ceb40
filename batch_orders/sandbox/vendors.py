"""The vendors that the sandbox sells for, in the shape of get-vendors. Prices are texts, days are numbers."""

from __future__ import annotations

from typing import Any


def _vendor(
    vendor_id: int, name: str, *, days: float, rate: float, domain: str, mailbox: str
) -> dict[str, Any]:
    pricing = {"domain_price": domain, "mailbox_price": mailbox, "currency": "USD"}
    return {
        "id": vendor_id,
        "vendor_name": name,
        "delivery_time": days,
        "order_delivery_rate": rate,
        "pricing": pricing,
    }


VENDORS: tuple[dict[str, Any], ...] = (
    _vendor(1, "inboxkitGoogle", days=7.18, rate=96.59, domain="13.00", mailbox="4.50"),
    _vendor(2, "inboxkitOutlook", days=3.5, rate=98.2, domain="12.00", mailbox="3.75"),
    # The same name but for case and spaces: which one is meant cannot be told from the name.
    _vendor(3, "zapmailGoogle", days=1.25, rate=99.1, domain="11.50", mailbox="3.50"),
    _vendor(4, "Zapmail Google", days=2.0, rate=97.4, domain="10.99", mailbox="3.25"),
    # No price is known.
    {"id": 9, "vendor_name": "maildosoSMTP", "delivery_time": 0.5, "order_delivery_rate": 94.0},
)
