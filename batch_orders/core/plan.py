"""Plan: what a batch would do, decided from its orders, the ledger and the vendor's word. Pure.

A plan is a value that can be shown and refused before anything is sent.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from itertools import zip_longest

from batch_orders.core.model import Order
from batch_orders.core.order_json import fingerprint, order_from_json, order_to_json
from batch_orders.core.records import PriorOrder
from batch_orders.core.states import State
from batch_orders.core.vendors import Price
from batch_orders.core.wording import counted


class Decision(StrEnum):
    NEW = "new"
    AGAIN = "rejected before"
    ALREADY_PLACED = "already placed"
    CHANGED = "placed before, now different"
    UNCONFIRMED = "unconfirmed before"
    LEFT_OVER = "left over"


SUPERSEDED = "A later sheet ordered this domain anew. Hand that one in."
SENT = frozenset({Decision.NEW, Decision.AGAIN})


@dataclass(frozen=True, slots=True)
class VendorView:
    """What the vendor said when asked. `listed` maps a domain that was bought to its order id."""

    listed: Mapping[str, str] = field(default_factory=dict)
    prices: Mapping[int, Price] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SpendingLimits:
    """How much may be spent. None is no limit. `max_cost` counts in the vendors' own currency."""

    max_orders: int | None = None
    max_cost: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PlannedOrder:
    """`cost` is None where no price is known; `reason` says why an order is left over."""

    order: Order
    decision: Decision
    known: PriorOrder | None = None
    order_id: str = ""
    cost: Decimal | None = None
    currency: str = ""
    reason: str = ""

    @property
    def is_sent(self) -> bool:
        return self.decision in SENT


@dataclass(frozen=True, slots=True)
class VendorShare:
    """What a plan would send to one vendor. `cost` is None where no price is known."""

    vendor: int
    orders: int
    mailboxes: int
    cost: Decimal | None
    currency: str


@dataclass(frozen=True, slots=True)
class Plan:
    """`remarks` are sentences that a person should know before saying yes."""

    environment: str
    planned: tuple[PlannedOrder, ...]
    remarks: tuple[str, ...] = ()

    @property
    def to_send(self) -> tuple[Order, ...]:
        return tuple(planned.order for planned in self.planned if planned.is_sent)

    @property
    def to_keep(self) -> tuple[Order, ...]:
        """The orders that the ledger keeps as planned: those to send, and those that limits leave over."""
        kept = SENT | {Decision.LEFT_OVER}
        return tuple(planned.order for planned in self.planned if planned.decision in kept)

    @property
    def mailboxes(self) -> int:
        return sum(len(order.mailboxes) for order in self.to_send)

    def count(self, decision: Decision) -> int:
        return sum(planned.decision is decision for planned in self.planned)

    def shares(self) -> tuple[VendorShare, ...]:
        """What would be sent, by vendor."""
        sent = [planned for planned in self.planned if planned.is_sent]
        vendors = sorted({planned.order.vendor for planned in sent})
        return tuple(
            share_of(vendor, [item for item in sent if item.order.vendor == vendor]) for vendor in vendors
        )

    def costs(self) -> Mapping[str, Decimal]:
        """The estimate of all orders whose price is known, by currency."""
        costs: dict[str, Decimal] = {}
        for item in self.planned:
            if item.is_sent and item.cost is not None:
                costs[item.currency] = costs.get(item.currency, Decimal(0)) + item.cost
        return costs

    @property
    def unpriced(self) -> int:
        return sum(item.is_sent and item.cost is None for item in self.planned)

    @property
    def left_over(self) -> str:
        """Why orders are left over, in one sentence for all of them, or ""."""
        reasons = [item.reason for item in self.planned if item.decision is Decision.LEFT_OVER]
        return f"Left over: {counted(len(reasons), 'order')}. {reasons[0]}" if reasons else ""

    @property
    def checksum(self) -> str:
        """Twelve characters that are the same for two plans only if they would do the same."""
        return hashlib.sha256(describe_plan(self).encode()).hexdigest()[:12]


def share_of(vendor: int, items: Sequence[PlannedOrder]) -> VendorShare:
    costs = [item.cost for item in items if item.cost is not None]
    return VendorShare(
        vendor=vendor,
        orders=len(items),
        mailboxes=sum(len(item.order.mailboxes) for item in items),
        cost=sum(costs, Decimal(0)) if len(costs) == len(items) else None,
        currency=items[0].currency,
    )


def describe_plan(plan: Plan) -> str:
    """A plan as canonical text: where to, and of each order its decision, content and cost."""
    lines = [
        [planned.decision, order_to_json(planned.order), "" if planned.cost is None else str(planned.cost)]
        for planned in plan.planned
    ]
    return json.dumps([plan.environment, lines], ensure_ascii=False)


def plan_batch(
    environment: str,
    orders: Sequence[Order],
    known: Mapping[str, PriorOrder],
    view: VendorView | None = None,
    limits: SpendingLimits | None = None,
) -> Plan:
    """Decide what becomes of each order. The limits let orders through in turn, as far as they go."""
    vendor = view or VendorView()
    decided = [plan_order(order, known.get(order.domain), vendor) for order in orders]
    return Plan(environment, tuple(guard_orders(decided, limits or SpendingLimits())), vendor.remarks)


def leave_superseded(plan: Plan, domains: Collection[str]) -> Plan:
    """The plan without orders that a later sheet asked for anew: what it says counts, also if it was refused."""
    planned = tuple(
        replace(item, decision=Decision.LEFT_OVER, reason=SUPERSEDED)
        if item.is_sent and item.order.domain in domains
        else item
        for item in plan.planned
    )
    return replace(plan, planned=planned)


def plan_order(order: Order, known: PriorOrder | None, view: VendorView) -> PlannedOrder:
    decision = decide(order, known, listed=order.domain in view.listed)
    order_id = known.order_id if known else ""
    price = view.prices.get(order.vendor)
    return PlannedOrder(
        order=order,
        decision=decision,
        known=known,
        order_id=order_id or view.listed.get(order.domain, ""),
        cost=price.of(order) if price else None,
        currency=price.currency if price else "",
    )


def decide(order: Order, known: PriorOrder | None, listed: bool) -> Decision:
    match known.state if known else None:
        case State.SUBMITTING | State.UNCONFIRMED:
            return Decision.UNCONFIRMED
        case State.PLACED:
            same = known is not None and known.fingerprint == fingerprint(order)
            return Decision.ALREADY_PLACED if same else Decision.CHANGED
        case _ if listed:
            return Decision.ALREADY_PLACED
        case State.REJECTED:
            return Decision.AGAIN
        case None | State.PLANNED:
            return Decision.NEW


def guard_orders(planned: Sequence[PlannedOrder], limits: SpendingLimits) -> list[PlannedOrder]:
    guarded = []
    orders, cost, currency = 0, Decimal(0), ""
    for item in planned:
        reason = over_limit(item, limits, orders, cost, currency) if item.is_sent else ""
        if reason:
            guarded.append(replace(item, decision=Decision.LEFT_OVER, reason=reason))
            continue
        guarded.append(item)
        if item.is_sent:
            orders, cost = orders + 1, cost + (item.cost or Decimal(0))
            currency = currency or item.currency
    return guarded


def over_limit(item: PlannedOrder, limits: SpendingLimits, orders: int, cost: Decimal, currency: str) -> str:
    """Why an order goes over a limit, with `orders` and `cost` before it, or ""."""
    if limits.max_orders is not None and orders >= limits.max_orders:
        return f"The limit of {counted(limits.max_orders, 'order')} is reached."
    if limits.max_cost is None:
        return ""
    if item.cost is None:
        return f"No price is known for vendor {item.order.vendor}, and there is a limit on the cost."
    if currency and item.currency != currency:
        return f"Its price is in {item.currency}, and the limit on the cost counts {currency}."
    if cost + item.cost > limits.max_cost:
        return f"It would cost {item.cost} {item.currency} and go over the limit of {limits.max_cost}."
    return ""


def differences(order: Order, known: PriorOrder) -> str:
    """In words, what an order would buy other than was bought."""
    bought = order_from_json(known.content)
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
    now, then = owners_of(order), owners_of(bought)
    if any(now[mailbox] != then[mailbox] for mailbox in now.keys() & then.keys()):
        told.append("the owners of mailboxes")
    return "; ".join(told)


def owners_of(order: Order) -> Mapping[str, tuple[str, str] | None]:
    return dict(zip_longest(order.mailboxes, order.people))
