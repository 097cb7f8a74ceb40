"""The order of the stages, and nothing else: the one path that every door takes.

Sheet → rows → orders → plan → submission → report.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from batch_orders.content import read_content
from batch_orders.errors import LedgerError, SubmitterBusy
from batch_orders.ledger import Ledger, Submitter, new_batch_id
from batch_orders.model import BatchResult, Order, Status
from batch_orders.orders import Grouping, group_orders, group_rows
from batch_orders.plan import Plan, plan_batch
from batch_orders.results import doubt_order, draft_result, settle_order, settle_result
from batch_orders.rows import validate_rows
from batch_orders.sheet import ReadOptions, begin_reading
from batch_orders.smart_senders import make_body
from batch_orders.states import State
from batch_orders.submission import Limits, Pace, Queued, Told, Vendor, submit_orders

Progress = Callable[[int], None]
Approve = Callable[[Plan], str]
"""Shows a plan, and says why it may not be carried out, or ""."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What a batch is carried out with: the ledger, the vendor, and how fast and how far."""

    ledger: Ledger
    environment: str
    vendor: Vendor
    limits: Limits
    pace: Pace
    told: Told
    wait: float = 0.0


def check_sheet(
    path: Path,
    options: ReadOptions,
    vendors: Mapping[str, int] | None = None,
    progress: Progress | None = None,
) -> Grouping:
    """Read and validate a sheet. Raises SheetError where it cannot be read."""
    with begin_reading(path, options) as reading:
        sheet = reading.sheet(progress)
    return group_rows(validate_rows(sheet, vendors))


def preview(grouping: Grouping, ledger: Ledger, environment: str) -> tuple[Plan, BatchResult]:
    """The plan as things stand, and the report of a dry run."""
    plan = make_plan(grouping, group_orders(grouping), ledger, environment)
    return plan, replace(draft_result(grouping, plan, "", datetime.now(UTC)), dry_run=True)


def make_plan(grouping: Grouping, orders: tuple[Order, ...], ledger: Ledger, environment: str) -> Plan:
    return plan_batch(environment, orders, ledger.known(environment, [order.domain for order in orders]))


def run_batch(grouping: Grouping, desk: Desk, approve: Approve, source: str = "") -> BatchResult:
    """Plan, ask, submit and say what came of it.

    The plan is shown before the lock is taken, and made anew under it: a person may think as
    long as they like without keeping others from submitting. A plan that is then another one is
    shown again.
    """
    started = datetime.now(UTC)
    orders = group_orders(grouping)
    plan = make_plan(grouping, orders, desk.ledger, desk.environment)
    batch = new_batch_id(started)
    if refused := approve(plan):
        return settle_unsent(draft_result(grouping, plan, "", started), refused)
    if not plan.to_send:
        return keep_batch(draft_result(grouping, plan, batch, started), desk, source)
    try:
        with desk.ledger.submitting(desk.environment, desk.wait) as submitter:
            submitter.recover()
            anew = make_plan(grouping, orders, desk.ledger, desk.environment)
            refused = approve(anew) if anew != plan else ""
            if refused:
                return settle_unsent(draft_result(grouping, anew, "", started), refused)
            draft = draft_result(grouping, anew, batch, started)
            desk.ledger.open_batch(draft, anew.to_send, source)
            return submit_batch(draft, desk, submitter)
    except SubmitterBusy as busy:
        return settle_unsent(draft_result(grouping, plan, "", started), str(busy))


def settle_unsent(draft: BatchResult, reason: str) -> BatchResult:
    return settle_result(draft, {}, datetime.now(UTC), reason)


def keep_batch(draft: BatchResult, desk: Desk, source: str) -> BatchResult:
    """Record a batch in which nothing is to be sent."""
    desk.ledger.open_batch(draft, (), source)
    desk.ledger.close_batch(draft.batch)
    return settle_unsent(draft, "")


def submit_batch(draft: BatchResult, desk: Desk, submitter: Submitter) -> BatchResult:
    """Submit what a stored batch still plans, and settle its report by what the ledger says."""
    queue = [
        Queued(entry.id, entry.domain, make_body(read_content(entry.content)))
        for entry in desk.ledger.entries(draft.batch)
        if entry.state is State.PLANNED
    ]
    try:
        stopped = submit_orders(queue, submitter, desk.vendor, desk.limits, desk.pace, desk.told)
        desk.ledger.close_batch(draft.batch, stopped)
    except LedgerError as error:
        stopped = str(error)
    return settle_batch(draft, desk, stopped)


def settle_batch(draft: BatchResult, desk: Desk, stopped: str) -> BatchResult:
    """What the ledger says at the end. A ledger that cannot be read proves nothing of any order."""
    planned = {order.domain: order for order in draft.orders if order.status is Status.NOT_SUBMITTED}
    try:
        entries = desk.ledger.entries(draft.batch)
    except LedgerError as error:
        unknown = {domain: doubt_order(order) for domain, order in planned.items()}
        return settle_result(draft, unknown, datetime.now(UTC), str(error))
    settled = {entry.domain: settle_order(planned[entry.domain], entry) for entry in entries}
    return settle_result(draft, settled, datetime.now(UTC), stopped)
