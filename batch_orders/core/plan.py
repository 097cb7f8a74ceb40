"""Plan: what a call would do, as a value that can be shown and refused before anything is sent. Pure."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from functools import cached_property, lru_cache

from batch_orders.core.budgets import OverLimit, describe_time
from batch_orders.core.listing import ListedDomain
from batch_orders.core.model import Order
from batch_orders.core.money import UNKNOWN_COST, Cost, Price, describe_costs, sum_costs
from batch_orders.core.order_json import CANONICAL, describe_order
from batch_orders.core.records import PriorOrder
from batch_orders.core.states import State
from batch_orders.core.stops import Stop, StopReason
from batch_orders.core.wording import counted


class Decision(StrEnum):
    NEW = "new"
    AGAIN = "rejected before"
    ALREADY_PLACED = "already placed"
    BOUGHT_ELSEWHERE = "bought elsewhere"
    CHANGED = "placed before, now different"
    UNCONFIRMED = "unconfirmed before"
    WAITING = "waits in another batch"
    LEFT_OVER = "left over"
    SUPERSEDED = "ordered anew by a later sheet"
    REPEATED = "stands in an earlier sheet"
    DISAGREES = "stands in another sheet with other content"
    OTHER_ACCOUNT = "bought under another account"


SENT = frozenset({Decision.NEW, Decision.AGAIN})
KEPT = SENT | {Decision.LEFT_OVER}


PLACED_DIFFERENTLY = "placed-differently"
BOUGHT_ELSEWHERE = "bought-elsewhere"
SHEETS_DISAGREE = "sheets-disagree"
BOUGHT_UNDER_OTHER_ACCOUNT = "other-account"
PROBLEM_CODES: Mapping[Decision, str] = {
    Decision.CHANGED: PLACED_DIFFERENTLY,
    Decision.BOUGHT_ELSEWHERE: BOUGHT_ELSEWHERE,
    Decision.DISAGREES: SHEETS_DISAGREE,
    Decision.OTHER_ACCOUNT: BOUGHT_UNDER_OTHER_ACCOUNT,
}
"""Decisions that are problems of the sheet, and their codes."""


@dataclass(frozen=True, slots=True)
class VendorView:
    """What the vendor said when asked.

    `listed` has the domains that were bought; None where the list could not be read.
    """

    listed: Mapping[str, ListedDomain] | None = field(default_factory=dict)
    prices: Mapping[int, Price] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    asked: bool = True
    """False where there is no key to ask with."""


@dataclass(frozen=True, slots=True)
class SheetOrders:
    """The orders of one sheet, to be planned together with those of others."""

    sheet: str
    orders: tuple[Order, ...]


@dataclass(frozen=True, slots=True)
class PlannedOrder:
    """`sheet` is its sheet's position in the plan; `others` names the other sheets that its domain stands in.

    `prior` is what the ledger knows of its domain, `listed` what the vendor does; `over` says why an order is
    left over.
    """

    order: Order
    decision: Decision
    prior: PriorOrder | None = None
    listed: ListedDomain | None = None
    cost: Cost = UNKNOWN_COST
    sheet: int = 0
    over: OverLimit | None = None
    others: tuple[str, ...] = ()

    @property
    def is_sent(self) -> bool:
        return self.decision in SENT

    @property
    def vendor_order_id(self) -> str:
        known = self.prior.vendor_order_id if self.prior and self.prior.state is not State.GONE else ""
        return known or (self.listed.order_id if self.listed else "")


@dataclass(frozen=True, slots=True)
class VendorShare:
    """What a plan would send to one vendor. `cost` is unknown where one of its orders has no price."""

    vendor: int
    orders: int
    mailboxes: int
    cost: Cost


@dataclass(frozen=True)
class Plan:
    """`remarks` are sentences that a person should know before saying yes.

    `asked` is False where the vendor was not asked, for want of a key: no plan with its prices is the same.
    """

    environment: str
    planned: tuple[PlannedOrder, ...]
    remarks: tuple[str, ...] = ()
    account: str = ""
    asked: bool = True

    def of_sheet(self, sheet: int) -> tuple[PlannedOrder, ...]:
        return tuple(item for item in self.planned if item.sheet == sheet)

    @cached_property
    def sent(self) -> tuple[PlannedOrder, ...]:
        return tuple(item for item in self.planned if item.is_sent)

    @cached_property
    def to_send(self) -> tuple[Order, ...]:
        return tuple(item.order for item in self.sent)

    @cached_property
    def mailboxes(self) -> int:
        return sum(len(order.mailboxes) for order in self.to_send)

    @cached_property
    def counts(self) -> Counter[Decision]:
        """How many orders there are of each decision."""
        return Counter(item.decision for item in self.planned)

    def count(self, decision: Decision) -> int:
        return self.counts[decision]

    def shares(self) -> tuple[VendorShare, ...]:
        """What would be sent, by vendor."""
        vendors = sorted({item.order.vendor for item in self.sent})
        return tuple(share_of(vendor, self.sent) for vendor in vendors)

    def costs(self) -> Mapping[str, Decimal]:
        """The estimate of all orders whose price is known, by currency."""
        return sum_costs(item.cost for item in self.sent)

    @property
    def unpriced(self) -> int:
        return sum(item.cost.amount is None for item in self.sent)

    @cached_property
    def checksum(self) -> str:
        """Twelve characters that are the same for two plans only if they would do the same.

        "" where the vendor was not asked: no plan that can be carried out has the same.
        """
        if not self.asked:
            return ""
        return hashlib.sha256(describe_plan(self).encode()).hexdigest()[:12]


def share_of(vendor: int, sent: tuple[PlannedOrder, ...]) -> VendorShare:
    items = [item for item in sent if item.order.vendor == vendor]
    amounts = [item.cost.amount for item in items if item.cost.amount is not None]
    known = len(amounts) == len(items)
    cost = Cost(sum(amounts, Decimal(0)), items[0].cost.currency) if known else UNKNOWN_COST
    return VendorShare(vendor, len(items), sum(len(item.order.mailboxes) for item in items), cost)


def explain_left_over(items: tuple[PlannedOrder, ...]) -> Stop | None:
    """Why some of these orders are left over, for all of them, or None: how many fit, which limit, when it frees."""
    over = [item.over for item in items if item.over is not None]
    if not over:
        return None
    fit = [item.cost for item in items if item.is_sent]
    rest = describe_costs(item.cost for item in items if item.over)
    told = [
        f"{len(fit):,} of {counted(len(fit) + len(over), 'order')} fit{'' if len(fit) - 1 else 's'}"
        f"{f', for {describe_costs(fit)}' if fit else ''}.",
        f"{counted(len(over), 'order')} {'does' if len(over) == 1 else 'do'} not fit under the limit, for {rest}. "
        f"{over[0].sentence}",
    ]
    # The next one to fit may wait for another limit than the first.
    waits = [each.frees_at for each in over if each.frees]
    until = min((moment for moment in waits if moment), default=None) if None not in waits else None
    if until:
        told.append(f"More may be sent from {describe_time(until)} on.")
    reason = StopReason.LIMIT if any(each.frees for each in over) else StopReason.OUT_OF_REACH
    return Stop(reason, " ".join(told), until)


def refuse_partial(plan: Plan) -> Stop | None:
    """Why nothing of a plan may be sent where all of it or nothing is to be, or None where all of it fits."""
    left = explain_left_over(plan.planned)
    told = "Nothing is sent: all or nothing was asked for."
    return replace(left, sentence=f"{left.sentence} {told}") if left else None


def describe_plan(plan: Plan) -> str:
    """A plan as canonical text: where to, and of each order its decision, content and cost.

    The sheets count where there are several: each becomes a batch of its own.
    """
    lines = [
        [
            item.decision,
            describe_order(item.order),
            describe_cost(item.cost),
            *([item.sheet] if item.sheet else []),
        ]
        for item in plan.planned
    ]
    return CANONICAL.encode([plan.environment, *([plan.account] if plan.account else []), lines])


@lru_cache(maxsize=1024)  # thousands of orders cost the same few sums
def describe_cost(cost: Cost) -> str:
    return "" if cost.amount is None else f"{cost.amount} {cost.currency}"
