"""The order of the stages, and nothing else: the one path that every door takes.

Orders → plan → submission → report. What comes before, sheet → rows → orders, is in `check`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Protocol

from batch_orders.core.listing import Listing
from batch_orders.core.model import Order
from batch_orders.core.order_json import order_from_json
from batch_orders.core.plan import Plan, SpendingLimits, VendorView, leave_superseded, plan_batch
from batch_orders.core.results import BatchResult, Status
from batch_orders.core.states import State
from batch_orders.core.vendors import Price
from batch_orders.errors import ConfigurationError, LedgerError, LookUpError, SubmitterBusy
from batch_orders.ledger import Ledger, Submitter, new_batch_id
from batch_orders.service.results import (
    doubt_order,
    draft_result,
    replan_draft,
    settle_order,
    settle_result,
    tell_defaults,
)
from batch_orders.service.submission import (
    INTERRUPTED,
    Pace,
    Queued,
    RetryPolicy,
    Told,
    Vendor,
    submit_orders,
)
from batch_orders.smart_senders import make_body
from batch_orders.validation.grouping import Grouping, group_orders

Approve = Callable[[Plan], str]
"""Shows a plan, and says why it may not be carried out, or ""."""

LOOK_AGAIN = 1.0
"""Seconds between two looks at a lock that another run holds."""


class Market(Vendor, Protocol):
    """The vendor as a batch needs it: it takes orders and lists what was bought."""

    def list_domains(self) -> Listing: ...


@dataclass(frozen=True, slots=True)
class Desk:
    """What a batch is carried out with. `wait` says to wait for another run's lock."""

    ledger: Ledger
    environment: str
    vendor: Market
    retry: RetryPolicy
    pace: Pace
    told: Told
    limits: SpendingLimits = field(default_factory=SpendingLimits)
    prices: Mapping[int, Price] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    wait: bool = False


def preview_batch(
    grouping: Grouping, ledger: Ledger, environment: str, view: VendorView, limits: SpendingLimits
) -> tuple[Plan, BatchResult]:
    """The plan as things stand, and the report of a dry run. Nothing is stored or sent."""
    told = replace(view, remarks=(*tell_defaults(grouping), *view.remarks))
    plan = make_plan(group_orders(grouping), ledger, environment, told, limits)
    draft = draft_result(grouping, plan, "", datetime.now(UTC))
    return plan, replace(draft, dry_run=True, stopped=plan.left_over)


def make_plan(
    orders: tuple[Order, ...], ledger: Ledger, environment: str, view: VendorView, limits: SpendingLimits
) -> Plan:
    known = ledger.known(environment, [order.domain for order in orders])
    return plan_batch(environment, orders, known, view, limits)


def run_batch(grouping: Grouping, desk: Desk, approve: Approve, source: str = "") -> BatchResult:
    """Plan, ask, submit and say what came of it.

    The plan is shown before the lock is taken, and made anew under it: a person may think as
    long as they like without keeping others from submitting. A plan that is then another one is
    shown again.
    """
    started = datetime.now(UTC)
    orders = group_orders(grouping)
    view = ask_vendor(desk.vendor, desk.prices, (*tell_defaults(grouping), *desk.remarks))
    settle_earlier(desk, view)
    plan = make_plan(orders, desk.ledger, desk.environment, view, desk.limits)
    draft = draft_result(grouping, plan, new_batch_id(started), started)
    if refused := approve(plan):
        return settle_unsent(replace(draft, batch=""), refused)
    if not plan.to_send:
        return keep_batch(draft, plan, desk, source)
    try:
        with hold_lock(desk) as submitter:
            submitter.recover()
            anew = make_plan(orders, desk.ledger, desk.environment, view, desk.limits)
            if anew != plan:
                draft = draft_result(grouping, anew, draft.batch, started)
                if refused := approve(anew):
                    return settle_unsent(replace(draft, batch=""), refused)
            desk.ledger.open_batch(draft, anew.to_keep, source)
            return submit_batch(draft, anew, desk, submitter)
    except SubmitterBusy as busy:
        return settle_unsent(replace(draft, batch=""), str(busy))


def resume_batch(batch: str, desk: Desk, approve: Approve) -> BatchResult:
    """Carry an interrupted batch on from what the ledger has of it; its sheet is not needed.

    Raises ConfigurationError where there is no such batch, SubmitterBusy where another run holds
    the lock.
    """
    draft = desk.ledger.papers(batch)
    if draft is None:
        raise ConfigurationError(f"The ledger knows no batch {batch}. See: batch-orders status")
    view = ask_vendor(desk.vendor, desk.prices, desk.remarks)
    with hold_lock(desk) as submitter:
        submitter.recover()
        submitter.reconcile(view.listed)
        left = [entry for entry in desk.ledger.entries(batch) if entry.state is State.PLANNED]
        orders = tuple(order_from_json(entry.content) for entry in left)
        plan = make_plan(orders, desk.ledger, desk.environment, view, desk.limits)
        plan = leave_superseded(plan, desk.ledger.superseded(batch))
        anew = replan_draft(draft, plan)
        if refused := approve(plan):
            return settle_batch(anew, desk, refused)
        return submit_batch(anew, plan, desk, submitter)


@contextmanager
def hold_lock(desk: Desk) -> Iterator[Submitter]:
    """Be the one submitter, now or, where the desk waits, when the other run is done."""
    while True:
        try:
            with desk.ledger.submitting(desk.environment) as submitter:
                yield submitter
                return
        except SubmitterBusy:
            if not desk.wait or desk.pace.stopping():
                raise
            desk.pace.wait(LOOK_AGAIN)


def ask_vendor(vendor: Market, prices: Mapping[int, Price], remarks: tuple[str, ...] = ()) -> VendorView:
    """What the vendor lists as bought. Where it cannot be asked, the run goes on and says so."""
    try:
        listing = vendor.list_domains()
        return VendorView(listing.order_ids, prices, (*remarks, *listing.remarks))
    except LookUpError as error:
        return VendorView({}, prices, (*remarks, f"Domains bought elsewhere could not be looked up: {error}"))


def settle_earlier(desk: Desk, view: VendorView) -> None:
    """Look up what earlier runs left unconfirmed, unless another run is at work on it."""
    if not desk.ledger.unsettled(desk.environment):
        return
    try:
        with desk.ledger.submitting(desk.environment) as submitter:
            submitter.recover()
            submitter.reconcile(view.listed)
    except SubmitterBusy:
        return


def settle_unsent(draft: BatchResult, reason: str) -> BatchResult:
    return settle_result(draft, {}, datetime.now(UTC), reason)


def keep_batch(draft: BatchResult, plan: Plan, desk: Desk, source: str) -> BatchResult:
    """Record a batch in which nothing is to be sent."""
    desk.ledger.open_batch(draft, plan.to_keep, source)
    desk.ledger.close_batch(draft.batch, plan.left_over)
    return settle_unsent(draft, plan.left_over)


def submit_batch(draft: BatchResult, plan: Plan, desk: Desk, submitter: Submitter) -> BatchResult:
    """Submit what a stored batch plans, look up what stayed unconfirmed, and settle its report."""
    sent = {order.domain for order in plan.to_send}
    queue = [
        Queued(entry.id, entry.domain, make_body(order_from_json(entry.content)), draft.batch)
        for entry in desk.ledger.entries(draft.batch)
        if entry.state is State.PLANNED and entry.domain in sent
    ]
    try:
        stopped = (
            submit_orders(queue, submitter, desk.vendor, desk.retry, desk.pace, desk.told) or plan.left_over
        )
        remarks = reconcile_unconfirmed(desk.vendor, submitter) if stopped != INTERRUPTED else ()
        desk.ledger.close_batch(draft.batch, stopped)
    except LedgerError as error:
        stopped, remarks = str(error), ()
    return settle_batch(replace(draft, remarks=(*draft.remarks, *remarks)), desk, stopped)


def reconcile_unconfirmed(vendor: Market, submitter: Submitter) -> tuple[str, ...]:
    """Look unconfirmed orders up with the vendor. Returns what is to be said of it."""
    if not submitter.unconfirmed():
        return ()
    try:
        found = submitter.reconcile(vendor.list_domains().order_ids)
    except LookUpError as error:
        return (f"Unconfirmed orders could not be looked up: {error}",)
    return (f"Found in the vendor's list, and so placed: {', '.join(found)}.",) if found else ()


def settle_batch(draft: BatchResult, desk: Desk, stopped: str) -> BatchResult:
    """What the ledger says at the end. A ledger that cannot be read proves nothing of any order."""
    planned = {order.domain: order for order in draft.orders if order.status is Status.NOT_SUBMITTED}
    try:
        entries = [entry for entry in desk.ledger.entries(draft.batch) if entry.domain in planned]
    except LedgerError as error:
        unknown = {domain: doubt_order(order) for domain, order in planned.items()}
        return settle_result(draft, unknown, datetime.now(UTC), str(error))
    settled = {entry.domain: settle_order(planned[entry.domain], entry) for entry in entries}
    return settle_result(draft, settled, datetime.now(UTC), stopped)
