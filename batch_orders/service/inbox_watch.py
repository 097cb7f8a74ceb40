"""An inbox that is open: looks what has come, has it worked through, and has people told."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from batch_orders.core.stops import Ending, Stop, StopReason
from batch_orders.errors import BatchOrdersError, InboxBusy
from batch_orders.inbox import Arrivals, Folder, Found, Store, left_over
from batch_orders.inbox.store import Mark
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
    names that the context knows.
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
        files = self.store.files(INBOX)
        whole = arrivals.whole(files)
        if not self.patience.ready_files and len(whole) < len(arrivals.candidates(files)):
            self.limiter.wait(self.patience.settle)
            files = self.store.files(INBOX)
            whole = arrivals.whole(files)
        self._tell_waiting([each for each in arrivals.candidates(files) if each not in whole])
        if not (carried or whole):
            self.events.remark(f"No sheet waits in {self.store.place}.")
        return self._run(Waiting(carried, whole))

    def watch(self) -> InboxOutcome:
        """Work through files as they come, until somebody asks to stop, or until a run is stopped."""
        arrivals = self._arrivals()
        carried = left_over(self.store, self.patience.ready_files)
        missed: set[Found] = set()
        heard = time.monotonic()
        while not self.limiter.stopping():
            whole = arrivals.whole(self.store.files(INBOX))
            found = [each for each in whole if each not in missed and not self._is_held(each)]
            if waiting := Waiting(carried, found):
                outcome = self._run(waiting)
                if outcome.stop and outcome.stop != INTERRUPTED:
                    return outcome
                carried = []
                missed.update(outcome.missed)
            if waiting or time.monotonic() - heard > BEAT_EVERY:
                beat(self.heartbeat, Moment.SUCCESS)
                heard = time.monotonic()
            self.limiter.wait(self.patience.poll)
        return InboxOutcome()

    def _arrivals(self) -> Arrivals:
        return Arrivals(self.patience.settle, self.patience.ready_files)

    def _run(self, waiting: Waiting) -> InboxOutcome:
        """Raises what makes any order impossible; nothing was taken then. Either way people are told."""
        outcome = InboxOutcome()
        try:
            if waiting:
                with self.open_context() as context:
                    check = self.make_check(context)
                    ready = self.patience.ready_files
                    outcome = InboxRun(self.store, context, self.budget, self.events, check, ready).work(
                        waiting
                    )
        except BatchOrdersError as error:
            tell_night(Night((), Stop(StopReason.OTHER, str(error))), self.notify)
            raise
        self._hold(outcome)
        self.events.run_ended(outcome.ending, outcome.sheets)
        tell_night(Night(outcome.sheets, outcome.stop), self.notify)
        return outcome

    def _hold(self, outcome: InboxOutcome) -> None:
        """What a limit sent back is not taken again by this process, whose limits hold for all its life."""
        for place in outcome.held:
            try:
                self._held[place] = self.store.mark(place)
            except OSError:
                continue

    def _is_held(self, found: Found) -> bool:
        return self._held.get(found.path) == found.mark

    def _tell_waiting(self, files: list[Found]) -> None:
        why = "has no sign that it is ready" if self.patience.ready_files else "is still being written"
        for each in files:
            self.events.remark(f"{each.path.as_posix()} {why}, and stays.")


@contextmanager
def heart(heartbeat: Heartbeat) -> Iterator[None]:
    """Every way out of the block but a skip is heard by whoever watches over the nights."""
    try:
        yield
    except InboxBusy:
        raise
    except BaseException:
        beat(heartbeat, Moment.FAILURE)
        raise


def end_of_call(outcome: InboxOutcome) -> Moment:
    """A call that was stopped has failed. What needs a person is told by message."""
    return Moment.FAILURE if outcome.ending is Ending.STOPPED else Moment.SUCCESS
