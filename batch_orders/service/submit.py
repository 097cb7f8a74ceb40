"""Submit: the one road to money, for new and for interrupted batches alike."""

from __future__ import annotations

from batch_orders.core.accounts import show_account
from batch_orders.core.plan import KEPT
from batch_orders.core.records import Approval
from batch_orders.core.results import BatchResult
from batch_orders.core.stops import Stop, StopReason
from batch_orders.errors import ConfigurationError, SubmitterBusy
from batch_orders.service.accept import keep_unsent
from batch_orders.service.approval import Approve
from batch_orders.service.budget import Budget
from batch_orders.service.carry_out import Work
from batch_orders.service.context import Context
from batch_orders.service.events import Events, guard
from batch_orders.service.preview import Preview
from batch_orders.service.result import find_draft


def accept_and_submit(
    preview: Preview,
    approval: Approval,
    approve_again: Approve,
    context: Context,
    budget: Budget,
    events: Events,
    persons: bool = False,
) -> tuple[BatchResult, ...]:
    """Accept every sheet of a preview and submit it, all under one lock; a result for each, in their order.

    Where another run holds the lock, nothing is stored or sent. A plan that has changed since it
    was approved is approved again under the lock. `persons`: the approvals are a person's, who took
    time over it; after that, and after a wait for the lock, the vendor is asked again for its list and
    prices. Raises LedgerError where nothing was stored.
    """
    if not any(item.decision in KEPT for item in preview.plan.planned):
        return tuple(keep_unsent(preview, sheet, context, approval) for sheet in range(len(preview.sheets)))
    since = context.limiter.clock()
    try:
        with context.hold_lock() as submitter:
            submitter.recover()
            context.carry_rate_over()
            late = persons or context.has_waited(since)
            work = Work(submitter, context, budget, approve_again, guard(events), preview.view, persons)
            return work.submit_preview(preview, approval, late)
    except SubmitterBusy as busy:
        return preview.refused(Stop(StopReason.BUSY, str(busy)))


def submit(
    batch: str,
    context: Context,
    budget: Budget,
    approve_again: Approve,
    events: Events,
    persons: bool = False,
) -> BatchResult:
    """Carry out what was approved of a batch, and no more: the end of every road to money.

    It plans anew under the account's lock, sends what is still to be sent at no higher a price than
    approved, and asks `approve_again` where it would be more. The vendor's list is asked for in any case, and
    its prices again after a person's yes (`persons`) and after a wait. Raises ConfigurationError where there
    is no such batch, or it belongs to another environment or account than the context; SubmitterBusy
    where another run holds the lock.
    """
    refuse_other_account(batch, context)
    draft = find_draft(batch, context.ledger)
    since = context.limiter.clock()
    with context.hold_lock() as submitter:
        submitter.recover()
        context.carry_rate_over()
        if persons or context.has_waited(since):
            context = context.with_prices_of_now()
        view = context.view_vendor()
        if view.listed is not None and submitter.unconfirmed():
            submitter.reconcile(view.listed)
        work = Work(submitter, context, budget, approve_again, guard(events), view, persons)
        return work.carry_out(batch, draft)


def refuse_other_account(batch: str, context: Context) -> None:
    """One customer's batch must never be bought with another's money."""
    record = context.ledger.batch(batch)
    if record is None:
        raise ConfigurationError(f"The ledger knows no batch {batch}.")
    if (record.environment, record.account) != (context.place, context.account):
        own = f"{record.environment}, account {show_account(record.account)}"
        raise ConfigurationError(f"Batch {batch} goes to {own}. Nothing of it was sent elsewhere.")
