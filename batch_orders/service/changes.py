"""What changed since a plan was looked at, as far as its checksum proves it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby

from batch_orders.core.plan import Decision, Plan, PlannedOrder
from batch_orders.core.records import PriorOrder
from batch_orders.core.states import State
from batch_orders.core.wording import counted
from batch_orders.ledger import Ledger

MOST_BATCHES = 50
"""Batches that are looked back over."""
SINCE = frozenset({Decision.ALREADY_PLACED, Decision.CHANGED, Decision.UNCONFIRMED, Decision.AGAIN})
"""What a batch may have made of an order that was new."""
OTHERWISE = (
    "A sheet, a price, a limit or what the vendor lists is not what it was. Look at the plan, and approve what "
    "it is now."
)


def explain_change(plan: Plan, approved: Collection[str], ledger: Ledger) -> str:
    """Why a plan is none of those that were approved, by their checksums.

    The checksum of what the plan would be had the latest batches not been tells whether they are the reason.
    """
    batches = find_batches(plan)
    for latest in range(1, min(len(batches), MOST_BATCHES) + 1):
        since = batches[:latest]
        if without(plan, since).checksum in approved:
            return f"Since then: {tell_batches(plan, since, ledger)} Nothing else has changed."
    if not batches:
        return OTHERWISE
    return f"By now: {tell_batches(plan, batches[:MOST_BATCHES], ledger)} {OTHERWISE}"


def find_batches(plan: Plan) -> list[str]:
    """The batches that ordered what this plan is of, the latest first."""
    priors = sorted(
        (prior for item in plan.planned if (prior := prior_of(item))), key=lambda prior: prior.changed_at
    )
    return list(dict.fromkeys(prior.batch for prior in reversed(priors)))


def prior_of(item: PlannedOrder) -> PriorOrder | None:
    return item.prior if item.decision in SINCE else None


def without(plan: Plan, batches: Collection[str]) -> Plan:
    """The plan as it would be if these batches had not been."""
    planned = tuple(
        replace(item, decision=Decision.NEW) if (prior := prior_of(item)) and prior.batch in batches else item
        for item in plan.planned
    )
    return replace(plan, planned=planned)


def tell_batches(plan: Plan, batches: Sequence[str], ledger: Ledger) -> str:
    """`10 orders were placed in batch … on … by …, through the command line.`"""
    told = []
    for batch in batches:
        priors = [prior for item in plan.planned if (prior := prior_of(item)) and prior.batch == batch]
        approvals = ledger.approvals(batch)
        who = f" by {approvals[-1].actor}, through the {approvals[-1].door}" if approvals else ""
        when = datetime.fromisoformat(max(prior.changed_at for prior in priors)).astimezone()
        states = sorted(prior.state for prior in priors)
        what = " and ".join(describe_state(state, len(list(group))) for state, group in groupby(states))
        told.append(f"{what} in batch {batch} on {when:%Y-%m-%d at %H:%M}{who}.")
    return " ".join(told)


def describe_state(state: State, count: int) -> str:
    was = "was" if count == 1 else "were"
    match state:
        case State.PLACED:
            return f"{counted(count, 'order')} {was} placed"
        case State.REJECTED:
            return f"{counted(count, 'order')} {was} rejected"
        case _:
            return f"{counted(count, 'order')} {was} sent and not confirmed"
