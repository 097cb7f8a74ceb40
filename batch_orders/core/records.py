"""What the ledger keeps of orders and batches, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from batch_orders.core.states import State
from batch_orders.core.stops import Stop


@dataclass(frozen=True, slots=True)
class PriorOrder:
    """What the ledger knows of a domain: its live order, or one that waits, or its last rejected one.

    `changed_at` is when its state did, ISO 8601 in UTC. `waiting`: its batch was accepted and has not begun.
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


@dataclass(frozen=True, slots=True)
class LedgerOrder:
    """One order as the ledger has it. Times are ISO 8601 in UTC, "" where it never happened.

    `price` and `currency` are what it was approved at; `approval` is the approval that covers it,
    None where nobody approved it, such as an order that a limit left over.
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
class TrackedOrder:
    """A placed order that has an id, and what the vendor last said of it ("" for nothing yet)."""

    id: int
    domain: str
    vendor_order_id: str
    vendor_status: str


@dataclass(frozen=True, slots=True)
class Approval:
    """Who said yes to which plan, through which door, when, at what price.

    `cost` is None where no single sum can be named: an order without a known price, or several currencies.
    """

    actor: str
    door: str
    at: str
    checksum: str
    orders: int
    cost: Decimal | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class BatchRecord:
    """One batch as the ledger has it. `source` is the team's folder that its sheet came in, or "".

    `started_at` is "" while it waits its turn. `finished_at` and `first_stop` are those of its first
    end, `latest_stop` that of its last one, when it was carried on.
    """

    id: str
    environment: str
    account: str
    sheet: str
    sheet_sha256: str
    source: str
    accepted_at: str
    started_at: str = ""
    finished_at: str = ""
    first_stop: Stop | None = None
    latest_stop: Stop | None = None
    states: Mapping[State, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OrderEvent:
    """One move of an order of a domain."""

    at: str
    environment: str
    batch: str
    before: str
    after: str
    vendor_order_id: str
    message: str
    actor: str
