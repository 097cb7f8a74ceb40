"""The loop: claim, send, record, one order at a time, and when to wait or stop.

The ledger and the vendor come in as protocols; clock and pauses come in through the rate limiter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from batch_orders.core.outcomes import Body, NotTaken, Outcome, Placed, Rejected, Unconfirmed
from batch_orders.core.stops import Stop, StopReason
from batch_orders.errors import LedgerConflict, LedgerError, SubmitterBusy
from batch_orders.service.limiter import RateLimiter
from batch_orders.smart_senders import Window


class Claims(Protocol):
    """What the loop needs of the ledger: see batch_orders.ledger.submitter."""

    def claim(self, order: int, lasting: float) -> int: ...

    def record(self, order: int, outcome: Outcome) -> None: ...

    def record_late(self, outcome: Outcome) -> bool: ...


class Vendor(Protocol):
    def place_order(self, body: Body, window: Window) -> Outcome: ...


@dataclass(frozen=True, slots=True)
class OrderToSend:
    """One order on its way: its id in the ledger, its domain, its body and its batch."""

    id: int
    domain: str
    body: Body
    batch: str = ""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """`attempts` of one order; `failures` in a row that prove nothing; seconds of waiting."""

    attempts: int = 5
    failures: int = 3
    first_pause: float = 1.0
    longest_wait: float = 300.0


BEGIN_WITHIN = 30.0
"""Seconds between the claim of an order and the first byte of its request, at most."""
LEDGER_PATIENCE = 60.0
"""Seconds that a ledger which was lost is waited for, to record what was heard."""
LOOK_AGAIN = 1.0
LONGEST_UNTIL = 366 * 86_400.0
NEVER_SENT = NotTaken("The ledger was lost before the order was sent.", again=True)

INTERRUPTED = Stop(StopReason.INTERRUPTED, "Interrupted.")

OnClaim = Callable[[OrderToSend, int], None]
"""Hears that an order is claimed, just before it is sent, and the number of that move."""
OnAnswer = Callable[[OrderToSend, Outcome], None]
"""Hears of every outcome, also of one that can then not be recorded."""
OnOutcome = Callable[[OrderToSend, Outcome], None]
"""Hears of every outcome as soon as it is recorded."""


@dataclass(frozen=True, slots=True)
class Submission:
    """What the loop works with. The three observers must not raise. `timeout` is the deadline of a call."""

    claims: Claims
    vendor: Vendor
    retry: RetryPolicy
    limiter: RateLimiter
    on_claim: OnClaim
    on_answer: OnAnswer
    on_outcome: OnOutcome
    timeout: float

    def submit(self, orders: Sequence[OrderToSend]) -> Stop | None:
        """Submit the orders in turn. Returns why it stopped before the end, or None.

        Raises LedgerError where the ledger was lost. It was waited for, and then has what was heard.
        """
        failures = 0
        for order in orders:
            if self.limiter.stopping():
                return INTERRUPTED
            outcome = self.submit_order(order)
            failures = failures + 1 if is_failure(outcome) else 0
            if stop := self.read_stop(outcome, failures):
                return stop
        return None

    def submit_order(self, order: OrderToSend) -> Outcome | None:
        """Send one order until it is proven or may not be sent again. None: it is not ours to send."""
        outcome: Outcome | None = None
        for attempt in range(self.retry.attempts):
            self.limiter.keep()
            if self.limiter.stopping():
                return outcome
            outcome = self.attempt(order)
            if outcome is None:
                return None
            if not (
                isinstance(outcome, NotTaken) and outcome.again and outcome.wait <= self.retry.longest_wait
            ):
                return outcome
            if attempt + 1 < self.retry.attempts:
                self.limiter.wait(max(outcome.wait, self.retry.first_pause * 2**attempt))
        return outcome

    def attempt(self, order: OrderToSend) -> Outcome | None:
        """Claim, send and record once. None: it is not ours to send."""
        # Opened before the claim: its end in the ledger is counted from a later moment.
        window = Window.opened(BEGIN_WITHIN)
        try:
            event = self.claims.claim(order.id, BEGIN_WITHIN + self.timeout)
        except LedgerConflict:
            return None
        except LedgerError:
            self.record_late(NEVER_SENT)
            raise
        self.on_claim(order, event)
        outcome = self.vendor.place_order(order.body, window)
        self.limiter.note_end()
        self.on_answer(order, outcome)
        try:
            self.claims.record(order.id, outcome)
        except LedgerError:
            if self.record_late(outcome):
                self.on_outcome(order, outcome)
            raise
        self.on_outcome(order, outcome)
        return outcome

    def record_late(self, outcome: Outcome) -> bool:
        """Wait for a ledger that was lost, and record what the latest attempt proved. Returns whether it has it."""
        until = self.limiter.clock() + LEDGER_PATIENCE
        while True:
            try:
                return self.claims.record_late(outcome)
            except (LedgerError, SubmitterBusy):
                if self.limiter.stopping() or self.limiter.clock() >= until:
                    return False
            self.limiter.wait(LOOK_AGAIN)

    def read_stop(self, outcome: Outcome | None, failures: int) -> Stop | None:
        """Why the batch must not go on after this outcome, or None."""
        stopping = self.limiter.stopping()
        match outcome:
            case Unconfirmed(message, stop=True):
                return Stop(StopReason.VENDOR, message)
            case Unconfirmed(message) if failures >= self.retry.failures:
                told = f"{failures} answers in a row proved nothing. The last: {message}"
                return Stop(StopReason.FAILURES, told)
            case None | NotTaken() if stopping:
                return INTERRUPTED
            case NotTaken(message, again=True, wait=wait) if wait > self.retry.longest_wait:
                told = f"{message} The server asks to wait {wait:g} seconds."
                return Stop(StopReason.VENDOR_WAITS, told, moment_in(wait))
            case NotTaken(message, again=True, wait=wait):
                told = f"{message} Tried {self.retry.attempts} times."
                if wait > 0:
                    return Stop(StopReason.VENDOR_WAITS, told, moment_in(wait))
                return Stop(StopReason.NEVER_SENT, told)
            case NotTaken(message):
                return Stop(StopReason.VENDOR, message)
            case None | Placed() | Rejected() | Unconfirmed():
                return None


def moment_in(seconds: float) -> datetime:
    """The moment in so many seconds, in a year at the latest: a server may ask for anything."""
    return datetime.now(UTC) + timedelta(seconds=min(seconds, LONGEST_UNTIL))


def is_failure(outcome: Outcome | None) -> bool:
    """Whether an outcome counts as one more answer in a row that proves nothing.

    A vendor that says of each domain what is wrong with it, if against its own yes, is there and hears: the
    batch goes on, and a person looks at each of these orders.
    """
    return isinstance(outcome, Unconfirmed) and not outcome.answered
