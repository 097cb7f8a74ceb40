"""What is done under the lock: plan anew, approve again what would be more, send, look up, settle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from batch_orders.core.money import UNKNOWN_COST, Cost
from batch_orders.core.order_json import order_from_json
from batch_orders.core.outcomes import NotTaken, Outcome, Rejected
from batch_orders.core.plan import Decision, Plan, VendorView, explain_left_over, refuse_partial
from batch_orders.core.records import Approval, LedgerOrder
from batch_orders.core.results import BatchResult, Draft
from batch_orders.core.settling import settle_unread, unrecorded_sentence
from batch_orders.core.states import State
from batch_orders.core.stops import ONE_SHEET_ONLY, Stop, StopReason
from batch_orders.core.wording import counted
from batch_orders.errors import LedgerError, LookUpError
from batch_orders.ledger import Submitter
from batch_orders.service.accept import accept
from batch_orders.service.approval import Approve, costs_of, is_dearer, prices_of
from batch_orders.service.budget import Budget
from batch_orders.service.context import Context, Market
from batch_orders.service.events import Events
from batch_orders.service.preview import Preview, plan_left, plan_sheets
from batch_orders.service.result import NOTHING_HEARD, settle_from_ledger
from batch_orders.service.submission import INTERRUPTED, OrderToSend, Submission
from batch_orders.smart_senders import make_body


@dataclass(frozen=True, slots=True)
class Heard:
    """What this process heard of the orders that it sent, by domain, and what of it is not in the ledger.

    None: the order was claimed, and nothing was heard yet.
    """

    outcomes: dict[str, Outcome | None] = field(default_factory=dict)
    unrecorded: dict[str, Outcome] = field(default_factory=dict)

    def unrecorded_sentences(self) -> tuple[str, ...]:
        return tuple(unrecorded_sentence(domain, outcome) for domain, outcome in self.unrecorded.items())


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
        anew = plan_sheets(preview.sheets, work.context, self.budget, work.view, preview.started)
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
        orders = tuple(
            OrderToSend(order.id, order.domain, make_body(order_from_json(order.content)), batch)
            for order in approved
            if order.domain in costs
        )
        heard = Heard()
        remarks: tuple[str, ...] = ()
        try:
            self.events.begins(len(orders))
            stop = self.submission(costs, heard).submit(orders) or left
            if stop != INTERRUPTED:
                remarks = reconcile_unconfirmed(self.context.market, self.submitter)
        except LedgerError as error:
            stop = Stop(StopReason.LEDGER, str(error))
        self.events.ends()
        return self.end(batch, draft, stop, heard.outcomes, (*remarks, *heard.unrecorded_sentences()))

    def submission(self, costs: Mapping[str, Cost], heard: Heard) -> Submission:
        """The loop, whose outcomes are counted against the budget and kept in `heard`."""

        def on_claim(order: OrderToSend, event: int) -> None:
            heard.outcomes[order.domain] = None
            self.context.marks.write(event)

        def on_answer(order: OrderToSend, outcome: Outcome) -> None:
            heard.outcomes[order.domain] = heard.unrecorded[order.domain] = outcome

        def on_outcome(order: OrderToSend, outcome: Outcome) -> None:
            del heard.unrecorded[order.domain]
            if not isinstance(outcome, NotTaken):
                free = isinstance(outcome, Rejected)
                self.budget.spend(UNKNOWN_COST if free else costs[order.domain])
            self.events.outcome(order, outcome)

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
            return settle_from_ledger(draft, batch, self.context.ledger, stop, None, remarks, heard)
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
