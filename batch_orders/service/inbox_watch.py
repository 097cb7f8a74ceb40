"""An inbox that is open: looks what has come, has it worked through, and has people told."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import PurePosixPath

from batch_orders.core.stops import Ending, Stop, StopReason
from batch_orders.errors import BatchOrdersError, InboxBusy
from batch_orders.inbox import Arrivals, Contents, Finished, Folder, Found, Mark, Store, left_over, safe_path
from batch_orders.notifications.heartbeat import Moment, beat
from batch_orders.notifications.notices import Summary, send_summary
from batch_orders.service.budget import Budget
from batch_orders.service.context import Context
from batch_orders.service.events import guard
from batch_orders.service.inbox_accounts import Waiting
from batch_orders.service.inbox_run import InboxOutcome, InboxRun, join_outcomes
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

    `open_context` opens ledger and vendor for one run under one account; `make_check` gives what reads a
    file with the names that the context knows. `owner_of` says which account a team's folder belongs to, by
    the folder's path below the inbox; None is nobody's. `budgets` has one for each account that the call
    works for; `exit_code` says what an ending is to whoever started the program; `finished` remembers done/.
    """

    store: Store
    open_context: Callable[[str], AbstractContextManager[Context]]
    make_check: Callable[[Context], Check]
    owner_of: Callable[[str], str | None]
    budgets: Mapping[str, Budget]
    limiter: RateLimiter
    events: InboxEvents
    patience: Patience
    notify: Notify
    heartbeat: Heartbeat
    exit_code: Callable[[Ending], int]
    finished: Finished
    _told: set[str] = field(default_factory=set)
    _held: dict[PurePosixPath, tuple[Mark, datetime | None]] = field(default_factory=dict)

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
        waiting, nobodys = self._by_account(carried, whole)
        if not waiting:
            self.events.remark(f"No sheet waits in {self.store.place}.")
        left_out = self._left_out(arrivals, contents)
        left = (*self.finished.take_back(self.store), *left_out, *map(self._stays, unready), *nobodys)
        return self._run(waiting, left)

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
            waiting, nobodys = self._by_account(carried, found)
            late = time.monotonic() - heard > BEAT_EVERY
            taken_back = self.finished.take_back(self.store) if first or late else ()
            left_out = (*taken_back, *self._left_out(arrivals, contents), *nobodys)
            left = tuple(told for told in left_out if told not in self._told)
            if waiting or (left and (first or late)):
                outcome = self._run(waiting, left)
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
        return Arrivals(self.patience.settle, self.patience.ready_files, self.store.has_writer)

    def _by_account(
        self, carried: Sequence[PurePosixPath], found: Sequence[Found]
    ) -> tuple[Mapping[str, Waiting], tuple[str, ...]]:
        """What waits for each account that this call works for, and a sentence for each file that no account has."""
        places = [*((path, path.relative_to(self.store.working)) for path in carried)]
        places += [(each.path, each.path.relative_to(INBOX)) for each in found]
        owners = {path: self.owner_of(below.parent.as_posix().removeprefix(".")) for path, below in places}
        nobodys = tuple(
            f"{safe_path(path)} belongs to no account, and stays: none has its folder among its sources."
            for path, owner in owners.items()
            if owner is None
        )
        waiting = {
            account: Waiting(
                [path for path in carried if owners[path] == account],
                [each for each in found if owners[each.path] == account],
            )
            for account in self.budgets
        }
        return {account: own for account, own in waiting.items() if own}, nobodys

    def _run(self, waiting: Mapping[str, Waiting], left: Sequence[str]) -> InboxOutcome:
        """One account after the other: what makes orders of one impossible holds up none of the others.

        `left` has a sentence for everything that is not taken and that a person should know of. People are
        told of it all. Raises what made orders impossible in the end; nothing of that account was taken then.
        """
        for sentence in left:
            self.events.remark(sentence)
        outcomes, faults = [InboxOutcome(left=tuple(left))], []
        for account, own in waiting.items():
            try:
                outcomes.append(self._run_account(account, own))
            except BatchOrdersError as error:
                faults.append(error)
        if len(faults) < len(waiting) or not faults:
            self._end_run(join_outcomes(outcomes))
        if faults:
            raise faults[0]
        return join_outcomes(outcomes)

    def _run_account(self, account: str, waiting: Waiting) -> InboxOutcome:
        with self.open_context(account) as context:
            check, ready = self.make_check(context), self.patience.ready_files
            run = InboxRun(
                self.store, context, self.budgets[account], self.events, check, ready, self.finished
            )
            return run.work(waiting)

    def _end_run(self, outcome: InboxOutcome) -> None:
        self._told.update(outcome.left)
        self._hold(outcome)
        self.events.run_ended(outcome.ending, outcome.sheets)
        code = self.exit_code(outcome.ending)
        send_summary(
            Summary(outcome.sheets, outcome.stop, outcome.left, code, self.store.remarks), self.notify
        )

    def _left_out(self, arrivals: Arrivals, contents: Contents) -> tuple[str, ...]:
        """What is never taken as it lies there, in sentences."""
        others = arrivals.others(contents.files)
        return tuple(sorted(map(str, (*contents.left_out, *others))))

    def _hold(self, outcome: InboxOutcome) -> None:
        """What a limit sent back is taken again when the limit frees, or by another call: those of one call do not."""
        for held in outcome.held:
            try:
                self._held[held.place] = (self.store.mark(held.place), held.until)
            except OSError:
                continue

    def _is_held(self, found: Found) -> bool:
        mark, until = self._held.get(found.path, (None, None))
        return mark == found.mark and (until is None or datetime.now(UTC) < until)

    def _stays(self, file: Found) -> str:
        lacks_sign = self.patience.ready_files and not self.store.has_writer(file.path)
        why = "has no sign that it is ready" if lacks_sign else "is still being written"
        return f"{safe_path(file.path)} {why}, and stays."


@contextmanager
def heart(heartbeat: Heartbeat, notify: Notify, exit_code: Callable[[Exception], int]) -> Iterator[None]:
    """Every way out of the block but a skip is heard where the heartbeat is watched, and every fault is told."""
    try:
        yield
    except InboxBusy:
        raise
    except BaseException as error:
        if isinstance(error, Exception):
            send_summary(Summary(stop=explain_fault(error), exit_code=exit_code(error)), notify)
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
