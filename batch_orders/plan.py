"""Plan: what a batch would do, decided from its orders and a view of the ledger. Pure.

A plan is a value that can be shown and refused before anything is sent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from batch_orders.content import fingerprint, read_content
from batch_orders.model import Known, Order
from batch_orders.states import State


class Decision(StrEnum):
    NEW = "new"
    AGAIN = "rejected before"
    ALREADY_PLACED = "already placed"
    CHANGED = "placed before, now different"
    UNCONFIRMED = "unconfirmed before"


SENT = frozenset({Decision.NEW, Decision.AGAIN})


@dataclass(frozen=True, slots=True)
class PlannedOrder:
    order: Order
    decision: Decision
    known: Known | None = None

    @property
    def is_sent(self) -> bool:
        return self.decision in SENT


@dataclass(frozen=True, slots=True)
class Plan:
    environment: str
    planned: tuple[PlannedOrder, ...]

    @property
    def to_send(self) -> tuple[Order, ...]:
        return tuple(planned.order for planned in self.planned if planned.is_sent)

    @property
    def mailboxes(self) -> int:
        return sum(len(order.mailboxes) for order in self.to_send)

    def count(self, decision: Decision) -> int:
        return sum(planned.decision is decision for planned in self.planned)

    def by_vendor(self) -> Mapping[int, tuple[int, int]]:
        """Orders and mailboxes to send, by vendor."""
        counted = Counter(order.vendor for order in self.to_send)
        boxes: Counter[int] = Counter()
        for order in self.to_send:
            boxes[order.vendor] += len(order.mailboxes)
        return {vendor: (counted[vendor], boxes[vendor]) for vendor in sorted(counted)}


def plan_batch(environment: str, orders: Sequence[Order], known: Mapping[str, Known]) -> Plan:
    return Plan(environment, tuple(plan_order(order, known.get(order.domain)) for order in orders))


def plan_order(order: Order, known: Known | None) -> PlannedOrder:
    return PlannedOrder(order, decide(order, known), known)


def decide(order: Order, known: Known | None) -> Decision:
    match known.state if known else None:
        case None | State.PLANNED:
            return Decision.NEW
        case State.REJECTED:
            return Decision.AGAIN
        case State.SUBMITTING | State.UNCONFIRMED:
            return Decision.UNCONFIRMED
        case State.PLACED:
            same = known is not None and known.fingerprint == fingerprint(order)
            return Decision.ALREADY_PLACED if same else Decision.CHANGED


def differences(order: Order, known: Known) -> str:
    """In words, what an order would buy other than was bought."""
    bought = read_content(known.content)
    told = []
    added = [box for box in order.mailboxes if box not in bought.mailboxes]
    gone = [box for box in bought.mailboxes if box not in order.mailboxes]
    if added:
        told.append(f"mailboxes added: {', '.join(added)}")
    if gone:
        told.append(f"mailboxes gone: {', '.join(gone)}")
    if order.vendor != bought.vendor:
        told.append(f"vendor {bought.vendor} then, {order.vendor} now")
    if order.forwarding_domain != bought.forwarding_domain:
        told.append(f"forwarding domain {bought.forwarding_domain} then, {order.forwarding_domain} now")
    if dict(order.contact) != dict(bought.contact):
        told.append("the contact")
    return "; ".join(told)
