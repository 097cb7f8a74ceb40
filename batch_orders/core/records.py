"""What the ledger keeps of orders, batches and approvals, as frozen values.

Times are ISO 8601 text in UTC, as they are stored; "" is a time that has not come. A price that
is not known is None.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from batch_orders.core.money import Prices
from batch_orders.core.states import State
from batch_orders.core.stops import Stop
from batch_orders.core.wording import counted


@dataclass(frozen=True, slots=True)
class PriorOrder:
    """What the ledger knows of a domain: its live order, one that waits, or its last one that is over.

    `waiting`: its batch was accepted and has not started.
    """

    state: State
    fingerprint: str
    content: str
    vendor_order_id: str
    message: str
    changed_at: str
    batch: str
    vendor_status: str = ""
    waiting: bool = False
    account: str = ""
    price: Decimal | None = None
    currency: str = ""
    approval: int | None = None


@dataclass(frozen=True, slots=True)
class LedgerOrder:
    """One order as the ledger has it. `changed_at` is when its state did.

    `price` is the one at which the order was approved; `approval` is the id of the approval that
    covers it, None where nobody approved it, such as an order that a limit left over.
    """

    id: int
    batch: str
    environment: str
    position: int
    domain: str
    content: str
    state: State
    vendor_order_id: str
    message: str
    attempts: int
    changed_at: str
    last_checked_at: str = ""
    vendor_status: str = ""
    account: str = ""
    price: Decimal | None = None
    currency: str = ""
    approval: int | None = None


@dataclass(frozen=True, slots=True)
class SentOrder:
    """An order that was sent, the name of the sheet that asked for it, and when it was last sent."""

    order: LedgerOrder
    sheet: str
    submitted_at: str


@dataclass(frozen=True, slots=True)
class TrackedOrder:
    """A placed order that has an id, and what the vendor last said of it ("" for nothing yet)."""

    id: int
    domain: str
    vendor_order_id: str
    vendor_status: str


@dataclass(frozen=True, slots=True)
class HeldBack:
    """How much of a batch's sheet had mistakes when it was accepted, which stays so: it is mended in other sheets."""

    orders: int = 0
    rows: int = 0

    def __bool__(self) -> bool:
        return bool(self.orders or self.rows)

    @property
    def told(self) -> str:
        """`4 orders have mistakes`, or the rows of which no order could be made; "" for nothing."""
        if not self:
            return ""
        count, thing = (self.orders, "order") if self.orders else (self.rows, "row")
        return f"{counted(count, thing)} {'has' if count == 1 else 'have'} mistakes"


NOTHING_HELD = HeldBack()


@dataclass(frozen=True, slots=True)
class BatchRecord:
    """One batch: when it was accepted, started and finished, and its orders by state.

    `source` is the team's folder that its sheet came in, or "". `finished_at` and `first_stop`
    tell of its first end only. Where it was carried on after that, or after it was cut off,
    `resumed_at` is when it last was, and `last_finished_at` and `last_stop` tell how that went;
    otherwise they repeat its first end. A stop of None: it went to its end, or has none yet.
    `pruned`: its snapshot was taken out of the ledger.
    """

    id: str
    environment: str
    account: str
    sheet: str
    sheet_sha256: str
    source: str
    accepted_at: str
    started_at: str
    finished_at: str
    first_stop: Stop | None
    resumed_at: str
    last_finished_at: str
    last_stop: Stop | None
    states: Mapping[State, int]
    pruned: bool = False
    prices: Prices = field(default_factory=Prices)
    held_back: HeldBack = NOTHING_HELD

    @property
    def waiting(self) -> bool:
        """Accepted, and not started yet."""
        return not (self.started_at or self.finished_at)


@dataclass(frozen=True, slots=True)
class AccountRecord:
    """An account of an environment, and the salted mark of the key that opens it.

    `key_changed_at` is when another key took the first one's place, "" for never.
    """

    account: str
    salt: str = field(repr=False)
    mark: str = field(repr=False)
    first_seen_at: str
    key_changed_at: str = ""

    @property
    def since(self) -> str:
        """Since when it has its present key, as people read it."""
        return (
            f"{datetime.fromisoformat(self.key_changed_at or self.first_seen_at).astimezone():%Y-%m-%d %H:%M}"
        )


@dataclass(frozen=True, slots=True)
class OrderEvent:
    """One move of an order of a domain. `before` is "" where the order was planned first."""

    at: str
    environment: str
    account: str
    batch: str
    before: str
    after: str
    vendor_order_id: str
    message: str
    actor: str


@dataclass(frozen=True, slots=True)
class Approval:
    """Who said yes to which plan, through which door, when, to how many orders at what cost.

    `cost` is None, and `currency` "", where several currencies or an unknown price make no single sum.
    """

    actor: str
    door: str
    at: datetime
    checksum: str
    orders: int
    cost: Decimal | None = None
    currency: str = ""
