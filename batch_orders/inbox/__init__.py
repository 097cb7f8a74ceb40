"""The inbox: folders into which people drop sheets, and out of which results are handed back.

It knows folders and files, and nothing of orders: what to do with one file is the caller's.
"""

from batch_orders.inbox.arrival import Arrivals
from batch_orders.inbox.open import open_inbox
from batch_orders.inbox.store import Access, Folder, Found, Store
from batch_orders.inbox.work import (
    Claimed,
    Ended,
    Handled,
    MissedError,
    claim,
    left_over,
    open_claim,
    settle,
)

__all__ = [
    "Access",
    "Arrivals",
    "Claimed",
    "Ended",
    "Folder",
    "Found",
    "Handled",
    "MissedError",
    "Store",
    "claim",
    "left_over",
    "open_claim",
    "open_inbox",
    "settle",
]
