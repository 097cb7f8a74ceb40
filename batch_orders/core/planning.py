"""Planning: what becomes of each order, decided from the sheets, the ledger, the vendor and the limits. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from batch_orders.core.budgets import Allowance, refuse_order
from batch_orders.core.model import Order
from batch_orders.core.money import UNKNOWN_COST
from batch_orders.core.order_json import fingerprint
from batch_orders.core.plan import Decision, Plan, PlannedOrder, SheetOrders, VendorView
from batch_orders.core.records import PriorOrder
from batch_orders.core.states import LIVE, State

MOST_TOLD = 20
"""Domains that are named one by one."""


def plan_orders(
    environment: str,
    sheets: Sequence[SheetOrders],
    prior: Mapping[str, PriorOrder],
    view: VendorView,
    allowances: Sequence[Allowance] = (),
    account: str = "",
) -> Plan:
    """One plan over all sheets. The allowances let orders through in turn, as far as they go.

    `prior` has what the ledger knows of a domain.
    """
    decided = [
        plan_order(order, position, prior.get(order.domain), view, account)
        for position, sheet in enumerate(sheets)
        for order in sheet.orders
    ]
    compared, remarks = compare_sheets(decided, [sheet.sheet for sheet in sheets])
    limited = tuple(keep_to_limits(compared, allowances))
    return Plan(environment, limited, (*view.remarks, *remarks), account, view.asked)


def plan_order(
    order: Order, sheet: int, prior: PriorOrder | None, view: VendorView, account: str
) -> PlannedOrder:
    listed = (view.listed or {}).get(order.domain)
    if listed and prior and prior.state is State.GONE and listed.order_id == prior.vendor_order_id != "":
        # The list still has the very order of which a person has said that it is gone.
        listed = None
    price = view.prices.get(order.vendor)
    return PlannedOrder(
        order=order,
        decision=decide(order, prior, listed is not None, account),
        prior=prior,
        listed=listed,
        cost=price.cost_of(order) if price else UNKNOWN_COST,
        sheet=sheet,
    )


def decide(order: Order, prior: PriorOrder | None, listed: bool, account: str) -> Decision:
    if prior is None:
        return Decision.BOUGHT_ELSEWHERE if listed else Decision.NEW
    if prior.waiting:
        return Decision.WAITING
    if prior.account != account:
        # What was rejected for somebody else says nothing here.
        return Decision.OTHER_ACCOUNT if prior.state in LIVE else decide(order, None, listed, account)
    match prior.state:
        case State.SUBMITTING | State.UNCONFIRMED:
            return Decision.UNCONFIRMED
        case State.PLACED:
            same = prior.fingerprint == fingerprint(order)
            return Decision.ALREADY_PLACED if same else Decision.CHANGED
        case _ if listed:
            return Decision.BOUGHT_ELSEWHERE
        case State.REJECTED:
            return Decision.AGAIN
        case State.PLANNED | State.GONE:
            return Decision.NEW


def compare_sheets(
    planned: Sequence[PlannedOrder], names: Sequence[str]
) -> tuple[Sequence[PlannedOrder], tuple[str, ...]]:
    """A domain that several sheets ask for is ordered once where they agree, and not at all where they do not.

    Returns the orders and, for each such domain, a sentence.
    """
    if len({item.order.domain for item in planned}) == len(planned):
        return planned, ()
    alike: dict[str, list[int]] = defaultdict(list)
    for place, item in enumerate(planned):
        if item.is_sent:
            alike[item.order.domain].append(place)
    compared, remarks = list(planned), []
    for domain, places in alike.items():
        if len(places) < 2:
            continue
        sheets = [names[planned[place].sheet] for place in places]
        agree = len({fingerprint(planned[place].order) for place in places}) == 1
        for place in places[1:] if agree else places:
            others = tuple(names[planned[other].sheet] for other in places if other != place)
            decision = Decision.REPEATED if agree else Decision.DISAGREES
            compared[place] = replace(planned[place], decision=decision, others=others)
        what = "the same content: it is ordered once" if agree else "different content: it is not ordered"
        remarks.append(f"{domain} stands in {' and in '.join(sheets)} with {what}.")
    more = (f"{len(remarks) - MOST_TOLD:,} more domains stand in several sheets.",)
    return compared, (*remarks[:MOST_TOLD], *(more if len(remarks) > MOST_TOLD else ()))


def keep_to_limits(
    planned: Iterable[PlannedOrder], allowances: Sequence[Allowance]
) -> Iterable[PlannedOrder]:
    if not allowances:
        yield from planned
        return
    for item in planned:
        over = refuse_order(item.order, item.cost, allowances) if item.is_sent else None
        if over:
            yield replace(item, decision=Decision.LEFT_OVER, over=over)
            continue
        if item.is_sent:
            allowances = [each.plus(item.cost) for each in allowances]
        yield item


def leave_superseded(plan: Plan, domains: Collection[str]) -> Plan:
    """The plan without orders that only a sheet orders now: what a later one says counts, also if it was refused."""
    planned = tuple(
        replace(item, decision=Decision.SUPERSEDED) if item.is_sent and item.order.domain in domains else item
        for item in plan.planned
    )
    return replace(plan, planned=planned)
