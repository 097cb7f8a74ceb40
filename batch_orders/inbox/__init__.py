"""The inbox: folders into which people drop sheets, and out of which results are handed back.

It knows folders and files, and nothing of orders: what to do with one file is the caller's.
"""

from batch_orders.inbox.arrival import Arrivals
from batch_orders.inbox.finished import Finished
from batch_orders.inbox.names import safe_path
from batch_orders.inbox.open import open_inbox
from batch_orders.inbox.store import Access, Contents, Folder, Found, LeftOut, Mark, Store
from batch_orders.inbox.work import (
    Claimed,
    MissedError,
    PutAway,
    claim,
    left_over,
    open_claim,
    put_away,
)

__all__ = [
    "Access",
    "Arrivals",
    "Claimed",
    "Contents",
    "Finished",
    "Folder",
    "Found",
    "LeftOut",
    "Mark",
    "MissedError",
    "PutAway",
    "Store",
    "claim",
    "left_over",
    "open_claim",
    "open_inbox",
    "put_away",
    "safe_path",
]
