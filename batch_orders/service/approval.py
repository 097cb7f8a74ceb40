"""Approvals: what somebody said yes to, and whether what is planned now goes beyond it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal

from batch_orders.core.money import Cost
from batch_orders.core.plan import Plan
from batch_orders.core.records import Approval, LedgerOrder
from batch_orders.core.stops import Stop
from batch_orders.service.context import Context

Approve = Callable[[Plan], Approval | Stop]
"""Shows a plan and has somebody say yes to it, or says why it may not be carried out."""


def approve_plan(plan: Plan, context: Context) -> Approval:
    """The approval of a plan as it is, by the context's own actor and door."""
    costs = plan.costs()
    one_sum = len(costs) == 1 and not plan.unpriced
    currency, cost = next(iter(costs.items())) if one_sum else ("", None)
    return Approval(
        actor=context.actor,
        door=context.door,
        at=datetime.now(UTC),
        checksum=plan.checksum,
        orders=len(plan.to_send),
        cost=cost,
        currency=currency,
    )


def is_dearer(plan: Plan, approved: Sequence[LedgerOrder]) -> bool:
    """Whether an order would now cost more than was approved, or nobody can tell."""
    then = {order.domain: order for order in approved}
    return any(is_more(item.cost, then[item.order.domain]) for item in plan.sent if item.order.domain in then)


def is_more(cost: Cost, approved: LedgerOrder) -> bool:
    if cost.amount is None or approved.price is None:
        return cost.amount != approved.price
    return cost.amount > approved.price or cost.currency != approved.currency


def costs_of(plan: Plan) -> Mapping[str, Cost]:
    """Domain → what it costs, of the orders that the plan sends."""
    return {item.order.domain: item.cost for item in plan.sent}


def prices_of(plan: Plan) -> Mapping[str, tuple[Decimal | None, str]]:
    """As the ledger keeps them with an approval."""
    return {domain: (cost.amount, cost.currency) for domain, cost in costs_of(plan).items()}
