"""Accept and submit: the one road to money, for new and for interrupted batches alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from batch_orders.core.accounts import show_account
from batch_orders.core.money import UNKNOWN_COST, Cost
from batch_orders.core.order_json import fingerprint, order_from_json
from batch_orders.core.outcomes import NotTaken, Outcome, Rejected
from batch_orders.core.plan import (
    KEPT,
    Decision,
    Plan,
    PlannedOrder,
    VendorView,
    explain_left_over,
    refuse_partial,
)
from batch_orders.core.records import Approval, LedgerOrder
from batch_orders.core.results import BatchResult, Draft
from batch_orders.core.settling import settle_unread
from batch_orders.core.states import State
from batch_orders.core.stops import ONE_SHEET_ONLY, Stop, StopReason
from batch_orders.core.wording import counted
from batch_orders.errors import ConfigurationError, LedgerError, LookUpError, SubmitterBusy
from batch_orders.ledger import NewBatch, NewOrder, Submitter, new_batch_id
from batch_orders.service.approval import Approve, costs_of, is_dearer, prices_of
from batch_orders.service.budget import Budget
from batch_orders.service.context import Context, Market
from batch_orders.service.events import Events, guard
from batch_orders.service.preview import Preview, plan_left, plan_sheets
from batch_orders.service.result import find_draft, settle_from_ledger
from batch_orders.service.submission import INTERRUPTED, Queued, Submission
from batch_orders.smart_senders import make_body
from batch_orders.validation.grouping import held_back_domains

NOTHING_HEARD: Mapping[str, Outcome | None] = {}


def accept(preview: Preview, sheet: int, context: Context, approval: Approval, starts: bool = False) -> str:
    """Store one sheet of an approved preview as a batch: snapshot, planned orders, who approved what at what price.

    Returns its id. With `starts` the caller holds the lock and begins at once; otherwise the batch
    waits its turn. Only what the plan sends is approved; what a limit leaves over is stored beside it.
    """
    new = new_batch(preview, sheet, starts)
    context.ledger.accept(new, approval)
    return new.id


def new_batch(preview: Preview, sheet: int, starts: bool = False) -> NewBatch:
    """One sheet of a preview as the batch that it is to become, under an id of its own."""
    draft, planned = preview.drafts[sheet], preview.planned(sheet)
    source = preview.sheets[sheet].source
    kept = tuple(new_order(item) for item in planned if item.decision in KEPT)
    asked = {item.order.domain: fingerprint(item.order) for item in planned if item.decision not in KEPT}
    # Of rows that are held back it is not known what they ask for: it is not what was asked before.
    asked |= dict.fromkeys(held_back_domains(preview.sheets[sheet].grouping), "")
    return NewBatch(new_batch_id(draft.started), draft, source, starts, kept, asked)


def new_order(item: PlannedOrder) -> NewOrder:
    return NewOrder(item.order, item.cost.amount, item.cost.currency, approved=item.is_sent)


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


def keep_unsent(preview: Preview, sheet: int, context: Context, approval: Approval) -> BatchResult:
    """Record a batch in which nothing is to be sent."""
    batch = accept(preview, sheet, context, approval, starts=True)
    context.ledger.finish(batch, None)
    return settle_from_ledger(preview.drafts[sheet], batch, context.ledger, None)


def approve_batch(batch: str, plan: Plan, approval: Approval, context: Context) -> None:
    """Record that somebody approved what is left of a batch; what a limit left over before is approved with it."""
    context.ledger.approve(batch, approval, prices_of(plan))


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


@dataclass(frozen=True, slots=True)
class Work:
    """What the holder of the lock works with."""

    submitter: Submitter
    context: Context
    budget: Budget
    approve_again: Approve
    events: Events
    view: VendorView
    persons: bool = False

    def look_again(self) -> Work:
        """With what the vendor lists and asks now."""
        context = self.context.with_prices_of_now()
        return replace(self, context=context, view=context.view_vendor())

    def submit_preview(self, preview: Preview, approval: Approval, late: bool) -> tuple[BatchResult, ...]:
        """Submit what was approved, or what is approved now in its place. `late`: the vendor may say something else."""
        work = self.look_again() if late else self
        started = preview.drafts[0].started
        anew = plan_sheets(preview.sheets, work.context, self.budget, work.view, started)
        if anew.plan != preview.plan:
            answer = self.approve_again(anew.plan)
            if isinstance(answer, Stop):
                return anew.refused(answer)
            if self.persons:
                return work.submit_preview(anew, answer, late=True)
            approval = answer
        if self.budget.all_or_nothing and (partial := refuse_partial(anew.plan)):
            return anew.refused(partial)
        return work.submit_sheets(anew, approval)

    def submit_sheets(self, preview: Preview, approval: Approval) -> tuple[BatchResult, ...]:
        """Each sheet in turn becomes a batch. What stops one of them stops those after it as well."""
        results: list[BatchResult] = []
        stop: Stop | None = None
        for sheet, draft in enumerate(preview.drafts):
            if stop:
                results.append(preview.unsent(sheet, stop))
                continue
            try:
                batch = accept(preview, sheet, self.context, approval, starts=True)
                result = self.carry_out(batch, draft)
            except LedgerError as error:
                if not results:
                    raise
                result = preview.unsent(sheet, Stop(StopReason.LEDGER, str(error)))
            results.append(result)
            stop = stop_others(result)
        return tuple(results)

    def carry_out(self, batch: str, draft: Draft) -> BatchResult:
        """Submit what is approved and still planned, look up what stayed unconfirmed, and settle the result."""
        ledger = self.context.ledger
        planned = [order for order in ledger.orders(batch) if order.state is State.PLANNED]
        # What is approved comes first, so that what is not takes nothing of the budget from it.
        approved = [order for order in planned if order.approval is not None]
        waiting = [order for order in planned if order.approval is None]
        plan = plan_left(batch, [*approved, *waiting], self.context, self.budget, self.view)
        if self.budget.all_or_nothing and (partial := refuse_partial(plan)):
            return self.end(batch, draft, partial)
        ledger.start(batch, self.context.actor)
        if is_dearer(plan, approved):
            answer = self.approve_again(plan)
            if isinstance(answer, Stop):
                return self.end(batch, draft, answer)
            ledger.approve(batch, answer, prices_of(plan))
            if self.persons:
                return self.look_again().carry_out(batch, draft)
            approved, waiting = planned, []
        return self.send(batch, draft, plan, approved, explain_left(plan, waiting))

    def send(
        self, batch: str, draft: Draft, plan: Plan, approved: Sequence[LedgerOrder], left: Stop | None
    ) -> BatchResult:
        """`left` says why some orders of the batch are not sent, if limits leave any over."""
        costs = costs_of(plan)
        queue = tuple(
            Queued(order.id, order.domain, make_body(order_from_json(order.content)), batch)
            for order in approved
            if order.domain in costs
        )
        heard: dict[str, Outcome | None] = {}
        remarks: tuple[str, ...] = ()
        try:
            self.events.begins(len(queue))
            stop = self.submission(costs, heard).submit(queue) or left
            if stop != INTERRUPTED:
                remarks = reconcile_unconfirmed(self.context.market, self.submitter)
        except LedgerError as error:
            stop = Stop(StopReason.LEDGER, str(error))
        self.events.ends()
        return self.end(batch, draft, stop, heard, remarks)

    def submission(self, costs: Mapping[str, Cost], heard: dict[str, Outcome | None]) -> Submission:
        """The loop, whose outcomes are counted against the budget and kept in `heard`."""

        def on_claim(queued: Queued) -> None:
            heard[queued.domain] = None
            self.context.mark_ledger()

        def on_answer(queued: Queued, outcome: Outcome) -> None:
            heard[queued.domain] = outcome

        def on_outcome(queued: Queued, outcome: Outcome) -> None:
            if not isinstance(outcome, NotTaken):
                free = isinstance(outcome, Rejected)
                self.budget.spend(UNKNOWN_COST if free else costs[queued.domain])
            self.events.outcome(queued, outcome)

        return Submission(
            self.submitter,
            self.context.market,
            self.context.retry,
            self.context.limiter,
            on_claim,
            on_answer,
            on_outcome,
            self.context.timeout,
        )

    def end(
        self,
        batch: str,
        draft: Draft,
        stop: Stop | None,
        heard: Mapping[str, Outcome | None] = NOTHING_HEARD,
        remarks: tuple[str, ...] = (),
    ) -> BatchResult:
        """Record the end and settle. Where the ledger cannot be read, by what this process heard itself."""
        try:
            self.context.ledger.finish(batch, stop)
            return settle_from_ledger(draft, batch, self.context.ledger, stop, remarks=remarks)
        except LedgerError as error:
            reason = stop or Stop(StopReason.LEDGER, str(error))
            return settle_unread(draft, heard, reason, datetime.now(UTC), batch, (*remarks, str(error)))


def stop_others(result: BatchResult) -> Stop | None:
    """Why the sheets after this one are not sent. What a limit leaves over stops nobody else."""
    if result.stop is None or result.stop.reason in ONE_SHEET_ONLY:
        return None
    return Stop(StopReason.EARLIER_SHEET, f"An earlier sheet of this run stopped: {result.stop.sentence}")


def explain_left(plan: Plan, waiting: Sequence[LedgerOrder]) -> Stop | None:
    """Why orders of a batch are not sent, or None: a limit, a later sheet, or that nobody approved them."""
    if stop := explain_left_over(plan.planned):
        return stop
    if superseded := plan.count(Decision.SUPERSEDED):
        told = (
            f"{counted(superseded, 'order')} left out: a later sheet asked for the domain, or it was recorded as not "
            "bought. Hand the latest sheet in."
        )
        return Stop(StopReason.SUPERSEDED, told)
    sendable = costs_of(plan)
    left = sum(order.domain in sendable for order in waiting)
    if not left:
        return None
    return Stop(StopReason.LIMIT, f"{counted(left, 'order')} that nobody has approved.")


def reconcile_unconfirmed(vendor: Market, submitter: Submitter) -> tuple[str, ...]:
    """Look unconfirmed orders up with the vendor. Returns what is to be said of it."""
    if not submitter.unconfirmed():
        return ()
    try:
        return submitter.reconcile(vendor.list_domains().entries).remarks
    except LookUpError as error:
        return (f"Unconfirmed orders could not be looked up: {error}",)
