"""An inbox that is open: looks what has come, has it worked through, and has people told."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from batch_orders.core.stops import Ending, Stop, StopReason
from batch_orders.errors import BatchOrdersError, InboxBusy
from batch_orders.inbox import Arrivals, Contents, Folder, Found, Mark, Store, left_over, safe_path
from batch_orders.notifications.heartbeat import Moment, beat
from batch_orders.notifications.notices import Night, tell_night
from batch_orders.service.budget import Budget
from batch_orders.service.context import Context
from batch_orders.service.events import guard
from batch_orders.service.inbox_run import InboxOutcome, InboxRun, Waiting
from batch_orders.service.inbox_sheet import Check, InboxEvents
from batch_orders.service.limiter import RateLimiter
from batch_orders.service.submission import INTERRUPTED
from batch_orders.settings import Heartbeat, Notify

INBOX = PurePosixPath(Folder.INBOX)
BEAT_EVERY = 3600.0
"""Seconds between two heartbeats of a watched inbox while nothing comes."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds until a file that does not change is whole, and between two looks; or signs in place of the first."""

    settle: float = 10.0
    poll: float = 5.0
    ready_files: bool = False


@dataclass(slots=True)
class InboxWatch:
    """One call of `inbox`: its budget and its rate hold for as long as it lives.

    `open_context` opens ledger and vendor for one run; `make_check` gives what reads a file with the
    names that the context knows; `exit_code` says what an ending is to whoever started the program.
    """

    store: Store
    open_context: Callable[[], AbstractContextManager[Context]]
    make_check: Callable[[Context], Check]
    budget: Budget
    limiter: RateLimiter
    events: InboxEvents
    patience: Patience
    notify: Notify
    heartbeat: Heartbeat
    exit_code: Callable[[Ending], int]
    _told: set[str] = field(default_factory=set)
    _held: dict[PurePosixPath, Mark] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.events = guard(self.events)

    def work(self, stay: bool) -> InboxOutcome:
        """Once, or with `stay` until somebody asks to stop."""
        beat(self.heartbeat, Moment.START)
        outcome = self.watch() if stay else self.once()
        beat(self.heartbeat, end_of_call(outcome))
        return outcome

    def once(self) -> InboxOutcome:
        """Work through what is there now. What is still being written stays."""
        arrivals = self._arrivals()
        carried = left_over(self.store, self.patience.ready_files)
        contents = self.store.look(INBOX)
        whole = arrivals.whole(contents.files)
        if not self.patience.ready_files and len(whole) < len(arrivals.candidates(contents.files)):
            self.limiter.wait(self.patience.settle)
            contents = self.store.look(INBOX)
            whole = arrivals.whole(contents.files)
        unready = [each for each in arrivals.candidates(contents.files) if each not in whole]
        if not (carried or whole):
            self.events.remark(f"No sheet waits in {self.store.place}.")
        left = (*self._left_out(arrivals, contents), *map(self._stays, unready))
        return self._run(Waiting(carried, whole, left))

    def watch(self) -> InboxOutcome:
        """Work through files as they come, until somebody asks to stop, or until a run is stopped."""
        arrivals = self._arrivals()
        carried = left_over(self.store, self.patience.ready_files)
        missed: set[Found] = set()
        heard, first = time.monotonic(), True
        while not self.limiter.stopping():
            contents = self.store.look(INBOX)
            whole = arrivals.whole(contents.files)
            found = [each for each in whole if each not in missed and not self._is_held(each)]
            left = [told for told in self._left_out(arrivals, contents) if told not in self._told]
            late = time.monotonic() - heard > BEAT_EVERY
            waiting = Waiting(carried, found, left)
            if waiting or (left and (first or late)):
                outcome = self._run(waiting)
                if outcome.stop and outcome.stop != INTERRUPTED:
                    return outcome
                carried = []
                missed.update(outcome.missed)
            if waiting or late:
                beat(self.heartbeat, Moment.SUCCESS)
                heard = time.monotonic()
            first = False
            self.limiter.wait(self.patience.poll)
        return InboxOutcome()

    def _arrivals(self) -> Arrivals:
        return Arrivals(self.patience.settle, self.patience.ready_files)

    def _run(self, waiting: Waiting) -> InboxOutcome:
        """People are told of it. Raises what makes any order impossible; nothing was taken then."""
        for sentence in waiting.left:
            self.events.remark(sentence)
        outcome = InboxOutcome(left=tuple(waiting.left))
        if waiting:
            with self.open_context() as context:
                check = self.make_check(context)
                ready = self.patience.ready_files
                outcome = InboxRun(self.store, context, self.budget, self.events, check, ready).work(waiting)
        self._told.update(outcome.left)
        self._hold(outcome)
        self.events.run_ended(outcome.ending, outcome.sheets)
        code = self.exit_code(outcome.ending)
        tell_night(Night(outcome.sheets, outcome.stop, outcome.left, code, self.store.remarks), self.notify)
        return outcome

    def _left_out(self, arrivals: Arrivals, contents: Contents) -> tuple[str, ...]:
        """What is never taken as it lies there, in sentences."""
        others = arrivals.others(contents.files)
        return tuple(sorted(map(str, (*contents.left_out, *others))))

    def _hold(self, outcome: InboxOutcome) -> None:
        """What a limit sent back is not taken again by this process, whose limits hold for all its life."""
        for place in outcome.held:
            try:
                self._held[place] = self.store.mark(place)
            except OSError:
                continue

    def _is_held(self, found: Found) -> bool:
        return self._held.get(found.path) == found.mark

    def _stays(self, file: Found) -> str:
        why = "has no sign that it is ready" if self.patience.ready_files else "is still being written"
        return f"{safe_path(file.path)} {why}, and stays."


@contextmanager
def heart(heartbeat: Heartbeat, notify: Notify, exit_code: Callable[[Exception], int]) -> Iterator[None]:
    """Every way out of the block but a skip is heard by whoever watches over the nights, and every fault is told."""
    try:
        yield
    except InboxBusy:
        raise
    except BaseException as error:
        if isinstance(error, Exception):
            tell_night(Night(stop=explain_fault(error), exit_code=exit_code(error)), notify)
        beat(heartbeat, Moment.FAILURE)
        raise


def explain_fault(error: Exception) -> Stop:
    # The text of an unforeseen fault is not told: it may hold contact details.
    foreseen = isinstance(error, BatchOrdersError)
    return Stop(
        StopReason.OTHER, str(error) if foreseen else f"An unforeseen fault ({type(error).__name__})."
    )


def end_of_call(outcome: InboxOutcome) -> Moment:
    """A call that was stopped has failed. What needs a person is told by message."""
    return Moment.FAILURE if outcome.ending is Ending.STOPPED else Moment.SUCCESS
