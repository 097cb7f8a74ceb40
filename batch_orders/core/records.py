"""What the ledger keeps of orders and batches, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass

from batch_orders.core.states import State


@dataclass(frozen=True, slots=True)
class PriorOrder:
    """What the ledger knows of a domain: its live order, or else its last rejected one."""

    state: State
    fingerprint: str
    content: str
    order_id: str
    message: str
    changed: str
    batch: str
    vendor_status: str = ""


@dataclass(frozen=True, slots=True)
class LedgerOrder:
    """One order as the ledger has it. `changed` is when its state did, ISO 8601 in UTC."""

    id: int
    batch: str
    environment: str
    place: int
    domain: str
    content: str
    state: State
    order_id: str
    message: str
    attempts: int
    changed: str
    looked_for: str = ""
    vendor_status: str = ""


@dataclass(frozen=True, slots=True)
class TrackedOrder:
    """A placed order that has an id, and what the vendor last said of it ("" for nothing yet)."""

    id: int
    domain: str
    order_id: str
    vendor_status: str
