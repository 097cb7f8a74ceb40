"""The loop: claim, send, record, one order at a time, and when to wait or stop.

The ledger and the vendor come in as protocols; clock and pauses come in through `Pace`.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from batch_orders.core.outcomes import Body, NotTaken, Outcome, Placed, Rejected, Unconfirmed
from batch_orders.core.rate import Rate
from batch_orders.errors import LedgerConflict


class Claims(Protocol):
    """What the loop needs of the ledger: see batch_orders.ledger.moves."""

    def claim(self, order: int) -> None: ...

    def record(self, order: int, outcome: Outcome) -> None: ...


class Vendor(Protocol):
    def place_order(self, body: Body) -> Outcome: ...


@dataclass(frozen=True, slots=True)
class Queued:
    """One order on its way: its id in the ledger, its domain, its body and its batch."""

    id: int
    domain: str
    body: Body
    batch: str = ""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """`attempts` of one order; `failures` in a row that prove nothing; seconds of waiting."""

    rate: Rate | None = Rate(10, 2.0)
    attempts: int = 5
    failures: int = 3
    first_pause: float = 1.0
    longest_wait: float = 300.0


INTERRUPTED = "Interrupted."
SLICE = 0.1
"""Seconds between two looks at whether to stop: a wait must not outlast a Ctrl-C."""


@dataclass(slots=True)
class Pace:
    """Time as the loop sees it. `stopping` says whether a person asked it to end."""

    stopping: Callable[[], bool] = lambda: False
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _calls: deque[float] = field(default_factory=deque)

    def wait(self, seconds: float) -> None:
        """Wait, but not longer than until somebody asks to stop."""
        until = self.clock() + seconds
        while (left := until - self.clock()) > 0 and not self.stopping():
            self.sleep(min(left, SLICE))

    def keep(self, rate: Rate | None) -> None:
        """Wait until one more call keeps to the rate, and count it."""
        if rate is None:
            return
        if len(self._calls) == rate.calls:
            self.wait(self._calls.popleft() + rate.seconds - self.clock())
        self._calls.append(self.clock())


Told = Callable[[Queued, Outcome], None]
"""Hears of every outcome as soon as it is recorded."""


def submit_orders(
    queue: Sequence[Queued], claims: Claims, vendor: Vendor, limits: RetryPolicy, pace: Pace, told: Told
) -> str:
    """Submit the orders in turn. Returns why it stopped before the end, or ""."""
    failures = 0
    for queued in queue:
        if pace.stopping():
            return INTERRUPTED
        outcome = submit_order(queued, claims, vendor, limits, pace, told)
        failures = failures + 1 if isinstance(outcome, Unconfirmed) else 0
        if stopped := read_stop(outcome, limits, failures, pace):
            return stopped
    return ""


def submit_order(
    queued: Queued, claims: Claims, vendor: Vendor, limits: RetryPolicy, pace: Pace, told: Told
) -> Outcome | None:
    """Send one order until it is proven or may not be sent again. None: it is not ours to send."""
    outcome: Outcome | None = None
    for attempt in range(limits.attempts):
        pace.keep(limits.rate)
        if pace.stopping():
            return outcome
        try:
            claims.claim(queued.id)
        except LedgerConflict:
            return None
        outcome = vendor.place_order(queued.body)
        claims.record(queued.id, outcome)
        told(queued, outcome)
        if not (isinstance(outcome, NotTaken) and outcome.again and outcome.wait <= limits.longest_wait):
            return outcome
        if attempt + 1 < limits.attempts:
            pace.wait(max(outcome.wait, limits.first_pause * 2**attempt))
    return outcome


def read_stop(outcome: Outcome | None, limits: RetryPolicy, failures: int, pace: Pace) -> str:
    """Why the batch must not go on after this outcome, or ""."""
    match outcome:
        case Unconfirmed(message, stop=True):
            return message
        case Unconfirmed(message) if failures >= limits.failures:
            return f"{failures} answers in a row proved nothing. The last: {message}"
        case NotTaken() if pace.stopping():
            return INTERRUPTED
        case NotTaken(message, again=True, wait=wait) if wait > limits.longest_wait:
            return f"{message} The server asks to wait {wait:g} seconds."
        case NotTaken(message, again=True):
            return f"{message} Tried {limits.attempts} times."
        case NotTaken(message):
            return message
        case None if pace.stopping():
            return INTERRUPTED
        case None | Placed() | Rejected() | Unconfirmed():
            return ""
