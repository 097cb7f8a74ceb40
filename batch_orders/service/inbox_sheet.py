"""One sheet out of an inbox: read, ordered without a question, and its results made."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from batch_orders.core.model import Problem, Severity, Sheet
from batch_orders.core.plan import Plan
from batch_orders.core.records import Approval
from batch_orders.core.results import BatchResult, Draft, Kind, SheetOutcome, Status
from batch_orders.core.stops import ONE_SHEET_ONLY, Ending, Stop, StopReason
from batch_orders.core.wording import counted
from batch_orders.errors import BatchOrdersError, SheetError
from batch_orders.inbox import Claimed, Folder
from batch_orders.service.approval import approve_plan
from batch_orders.service.budget import Budget
from batch_orders.service.context import Context
from batch_orders.service.deliver import Delivered, deliver, usual_kinds
from batch_orders.service.events import Events
from batch_orders.service.followup import settle_earlier
from batch_orders.service.inbox_queue import enqueue_and_follow, find_queued, follow
from batch_orders.service.preview import NewSheet, Preview, preview
from batch_orders.service.submission import INTERRUPTED
from batch_orders.service.submit import accept_and_submit
from batch_orders.validation.grouping import Grouping

FOLDERS: Mapping[Ending, Folder] = {
    Ending.DONE: Folder.DONE,
    Ending.ATTENTION: Folder.ATTENTION,
    Ending.WAITING: Folder.INBOX,
    Ending.REFUSED: Folder.REFUSED,
    Ending.STOPPED: Folder.ATTENTION,
}
"""Where a sheet goes that was handled to its end."""

GREW = "It was still being written, so it was put back. Nothing of it was sent."

Check = Callable[[Path], Grouping]
"""Reads and validates one file. Raises SheetError."""


class InboxEvents(Events):
    """What observers may hear beside what every submission tells. See `Events`."""

    def sheet_begins(self, name: str) -> None:
        """A sheet was taken."""

    def planned(self, plan: Plan) -> None:
        """What is about to be bought of it."""

    def submitted(self, result: BatchResult) -> None:
        """It was ordered, as far as it went."""

    def sheet_ended(self, outcome: SheetOutcome) -> None:
        """It and its results lie where they belong."""

    def remark(self, sentence: str) -> None:
        """Something that a person should know."""

    def stopped(self, sentence: str) -> None:
        """The whole run ends here, and why."""

    def run_ended(self, ending: Ending, sheets: Sequence[SheetOutcome]) -> None:
        """Nothing more is taken in this run."""


@dataclass(frozen=True, slots=True)
class Handled:
    """What became of a claimed file so far, the folder it is to go to, and its results in the workspace."""

    outcome: SheetOutcome
    folder: Folder
    delivered: Delivered = field(default_factory=Delivered)


def handle_sheet(
    claimed: Claimed, context: Context, budget: Budget, events: InboxEvents, check: Check
) -> Handled:
    """Order what a claimed file asks for. Never raises: one bad file must not stop the others."""
    name, source = str(claimed.name), claimed.team
    try:
        return order_sheet(claimed, context, budget, events, check)
    except SheetError as error:
        return put_back(claimed) if claimed.is_unfinished() else refuse(claimed, error, context)
    except BatchOrdersError as error:
        # Nothing was sent, and the next sheet would meet the same.
        stop = Stop(StopReason.OTHER, str(error))
        return Handled(SheetOutcome(name, Ending.STOPPED, source, fault=str(error), stop=stop), Folder.INBOX)
    # The text of an unforeseen fault is not shown: it may hold contact details.
    except Exception as error:  # noqa: BLE001
        fault = f"An unforeseen fault ({type(error).__name__}). The ledger knows what was sent."
        return Handled(SheetOutcome(name, Ending.STOPPED, source, fault=fault), Folder.ATTENTION)


def order_sheet(
    claimed: Claimed, context: Context, budget: Budget, events: InboxEvents, check: Check
) -> Handled:
    grouping = check(claimed.file)
    if claimed.is_unfinished():
        return put_back(claimed)
    if context.queued and (batch := find_queued(grouping.rows.sheet.sha256, context)):
        return hand_over(claimed, follow(batch, context), events)
    repeated = tell_repeated(grouping.rows.sheet, context)
    view = context.view_vendor()
    for said in settle_earlier(context, view).matched.remarks:
        events.remark(said)
    sheet = NewSheet.of(grouping, claimed.team, repeated)
    result = submit_unasked(preview([sheet], context, budget, view), context, budget, events)
    return hand_over(claimed, result, events, repeated)


def hand_over(
    claimed: Claimed, result: BatchResult, events: InboxEvents, repeated: tuple[str, ...] = ()
) -> Handled:
    """The results of a sheet that was ordered, as far as it went."""
    events.submitted(result)
    stop = result.stop if result.stop and result.stop.reason not in ONE_SHEET_ONLY else None
    folder = choose_folder(result, stop)
    unfinished = folder in (Folder.INBOX, Folder.WORKING)
    kinds = () if unfinished else usual_kinds(result)
    delivered = deliver(result, claimed.workspace, kinds, is_taken=partial(claimed.is_taken, folder))
    outcome = SheetOutcome(
        name=str(claimed.name),
        ending=result.ending,
        source=claimed.team,
        result=result,
        fault=tell_fault(result),
        stop=stop,
        remarks=repeated,
    )
    return Handled(outcome, folder, delivered)


def submit_unasked(seen: Preview, context: Context, budget: Budget, events: InboxEvents) -> BatchResult:
    """The plan is approved as it is when it is sent, within its limits."""

    def approve(plan: Plan) -> Approval:
        events.planned(plan)
        return approve_plan(plan, context)

    if context.queued:
        return enqueue_and_follow(seen, approve(seen.plan), context)
    (result,) = accept_and_submit(seen, approve(seen.plan), approve, context, budget, events)
    return result


def put_back(claimed: Claimed) -> Handled:
    outcome = SheetOutcome(str(claimed.name), Ending.ATTENTION, claimed.team, fault=GREW)
    return Handled(outcome, Folder.INBOX)


def choose_folder(result: BatchResult, stop: Stop | None) -> Folder:
    """A sheet that was stopped before anything of it was sent is still to come; so is one cut short."""
    if stop and not result.was_sent:
        return Folder.INBOX
    if stop == INTERRUPTED and result.cut_short:
        return Folder.WORKING
    return FOLDERS[result.ending]


def tell_fault(result: BatchResult) -> str:
    """Why a sheet was not ordered to its end, "" where it was."""
    if result.stop is None:
        return ""
    if result.ending is not Ending.WAITING:
        return result.stop.sentence
    stays = "The sheet stays in the inbox"
    later = (
        ", and more of it is ordered then."
        if result.stop.until
        else (" until the next start of batch-orders inbox, which orders more of it.")
    )
    waiting = sum(order.status is Status.NOT_SUBMITTED for order in result.orders)
    return (
        f"{waiting:,} of {counted(len(result.orders), 'order')} {'waits' if waiting == 1 else 'wait'}. "
        f"{result.stop.sentence} {stays}{later}"
    )


def tell_repeated(sheet: Sheet, context: Context) -> tuple[str, ...]:
    """A sentence, where the same bytes were handed in before."""
    before = context.ledger.handed_in(context.place, context.account, sheet.sha256)
    if before is None:
        return ()
    moment = datetime.fromisoformat(before.accepted_at).astimezone()
    when = f"on {moment:%Y-%m-%d at %H:%M}, in batch {before.id}"
    if before.last_stop or not before.last_finished_at:
        return (f"The very same file was begun before, {when}, and not finished. It is carried on.",)
    return (f"The very same file was handed in before, as {before.sheet} {when}.",)


def refuse(claimed: Claimed, error: SheetError, context: Context) -> Handled:
    """A sheet that cannot be read gets a report as well: whoever dropped it sees nothing else."""
    result = refused_result(claimed.file, error, context)
    outcome = SheetOutcome(str(claimed.name), Ending.REFUSED, claimed.team, result, fault=str(error))
    taken = partial(claimed.is_taken, Folder.REFUSED)
    delivered = deliver(result, claimed.workspace, (Kind.REPORT,), is_taken=taken)
    return Handled(outcome, Folder.REFUSED, delivered)


def refused_result(path: Path, error: SheetError, context: Context) -> BatchResult:
    now = datetime.now(UTC)
    fault = Problem(Severity.ERROR, "", None, "", "", "unreadable", str(error))
    draft = Draft(
        sheet=Sheet(path, "not read", "", ()),
        environment=context.place,
        account=context.account,
        started=now,
        orders=(),
        problems=(fault,),
        problem_count=1,
        rows_invalid=0,
        row_problems={},
        remarks=(f"Refused: {error}",),
    )
    return BatchResult(draft, "", now, ())
