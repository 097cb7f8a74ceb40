"""One run over an inbox: every sheet that waits is taken in turn, and put where its outcome belongs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path, PurePosixPath

from batch_orders.core.results import SheetOutcome
from batch_orders.core.stops import Ending, Stop, StopReason, worst
from batch_orders.core.wording import counted
from batch_orders.errors import InboxError
from batch_orders.inbox import (
    Finished,
    Folder,
    Found,
    MissedError,
    PutAway,
    Store,
    claim,
    open_claim,
    put_away,
)
from batch_orders.logs import about
from batch_orders.service.budget import Budget
from batch_orders.service.context import Context
from batch_orders.service.inbox_accounts import Waiting
from batch_orders.service.inbox_sheet import Handled, InboxEvents, handle_sheet
from batch_orders.service.submission import INTERRUPTED
from batch_orders.validation.grouping import Grouping


@dataclass(frozen=True, slots=True)
class Held:
    """A sheet that a limit sent back to the inbox. `until` is when the limit frees; None: not in this call."""

    place: PurePosixPath
    until: datetime | None


def find_until(outcome: SheetOutcome) -> datetime | None:
    return outcome.result.stop.until if outcome.result and outcome.result.stop else None


@dataclass(frozen=True, slots=True)
class InboxOutcome:
    """What became of a run: its sheets in the order in which they were taken, and why it stopped, if it did.

    `missed` are files that could not be taken, `held` sheets that a limit sent back to the inbox. `left` has a
    sentence for everything that was not taken and needs a person.
    """

    sheets: tuple[SheetOutcome, ...] = ()
    stop: Stop | None = None
    endings: tuple[Ending, ...] = ()
    missed: tuple[Found, ...] = ()
    held: tuple[Held, ...] = ()
    left: tuple[str, ...] = ()
    cut_short: bool = True
    """Whether the reason to stop left a sheet, or a part of one, undone."""

    @property
    def ending(self) -> Ending:
        if self.stop and self.cut_short:
            return Ending.STOPPED
        return worst((*self.endings, *((Ending.ATTENTION,) if self.left else ())))


def join_outcomes(outcomes: Iterable[InboxOutcome]) -> InboxOutcome:
    """The outcome of runs that followed each other, each under an account of its own. The first stop counts."""
    runs = tuple(outcomes)
    return InboxOutcome(
        sheets=tuple(sheet for run in runs for sheet in run.sheets),
        stop=next((run.stop for run in runs if run.stop), None),
        endings=tuple(ending for run in runs for ending in run.endings),
        missed=tuple(found for run in runs for found in run.missed),
        held=tuple(place for run in runs for place in run.held),
        left=tuple(told for run in runs for told in run.left),
        cut_short=any(run.stop and run.cut_short for run in runs),
    )


@dataclass(slots=True)
class InboxRun:
    """Works through what waits. `check` reads and validates one file; it raises SheetError."""

    store: Store
    context: Context
    budget: Budget
    events: InboxEvents
    check: Callable[[Path], Grouping]
    ready_files: bool = False
    finished: Finished | None = None
    sheets: list[SheetOutcome] = field(default_factory=list)
    endings: list[Ending] = field(default_factory=list)
    missed: list[Found] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    stop: Stop | None = None

    def work(self, waiting: Waiting) -> InboxOutcome:
        """Take one sheet after the other, until the end or until something stops the whole run."""
        jobs = waiting.jobs
        taken = 0
        while taken < len(jobs) and not self.stop:
            if self.context.limiter.stopping():
                self.stop = INTERRUPTED
                break
            self.try_to_take(jobs[taken])
            taken += 1
        if self.stop:
            left = len(jobs) - taken
            stay = f" {counted(left, 'more sheet')} not looked at." if left else ""
            self.events.stopped(f"The night ends here: {self.stop.sentence}{stay}")
        return InboxOutcome(
            sheets=tuple(self.sheets),
            stop=self.stop,
            endings=tuple(self.endings),
            missed=tuple(self.missed),
            held=tuple(self.held),
            left=tuple(self.left),
            cut_short=self.is_cut_short(len(jobs) - taken),
        )

    def is_cut_short(self, left: int) -> bool:
        """Whether the reason to stop left anything undone: it may have fallen on the last order of the last sheet."""
        last = self.sheets[-1] if self.sheets else None
        at_its_end = last and last.stop == self.stop and last.result and not last.result.cut_short
        return left > 0 or not at_its_end

    def try_to_take(self, job: PurePosixPath | Found) -> None:
        try:
            self.take(job)
        except MissedError as missed:
            self.events.remark(str(missed))
            if missed.needs_a_person:
                self.left.append(str(missed))
            if isinstance(job, Found):
                self.missed.append(job)
        except InboxError as error:
            self.stop = Stop(StopReason.OTHER, str(error))

    def take(self, job: PurePosixPath | Found) -> None:
        path = claim(self.store, job, self.ready_files) if isinstance(job, Found) else job
        with open_claim(self.store, path) as claimed, about(sheet=claimed.name.name, source=claimed.team):
            self.events.sheet_begins(str(claimed.name))
            handled = handle_sheet(claimed, self.context, self.budget, self.events, self.check)
            self.stop = handled.outcome.stop
            with about(batch=handled.outcome.batch):
                put = put_away(claimed, handled.folder, handled.delivered.files.values())
                if self.finished and put.place and put.place.parts[0] == Folder.DONE:
                    self.finished.note(put.place, claimed.mark)
                if handled.outcome.ending is Ending.WAITING and put.place:
                    self.held.append(Held(put.place, find_until(handled.outcome)))
                outcome = describe(handled, put, self.store)
                self.sheets.append(outcome)
                self.endings.append(outcome.ending)
                self.events.sheet_ended(outcome)


def describe(handled: Handled, put: PutAway, store: Store) -> SheetOutcome:
    """The outcome of a sheet, now that it and its results lie where they belong."""
    outcome, delivered = handled.outcome, handled.delivered
    flawed = (Ending.ATTENTION,) if put.remarks or delivered.faults else ()
    made = {path: kind for kind, path in delivered.files.items()}
    local = (store.local(place) for place in put.results.values())
    return replace(
        outcome,
        ending=worst((outcome.ending, *flawed)),
        remarks=(
            *outcome.remarks,
            *put.remarks,
            *(f"{fault} The ledger has it all." for fault in delivered.faults),
        ),
        files={made[path]: f"{store.place}/{place}" for path, place in put.results.items()},
        place=str(put.place) if put.place else "",
        attachments=tuple(place for place in local if place),
    )
