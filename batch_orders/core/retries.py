"""What becomes of a batch in the queue, decided by the value why it stopped. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from batch_orders.core.stops import Stop, StopReason


class Next(StrEnum):
    """What is done with a batch that a worker had in hand."""

    DONE = "done"
    """It went to its end."""
    AGAIN = "again"
    """It is carried on after a while. The batches of its account after it wait for it."""
    PAUSE = "paused"
    """Its account is paused until a person says to go on, and then it is carried on."""
    APPROVAL = "waiting for approval"
    """The plan is not the approved one any more: a person looks at it and carries the batch on."""
    PERSON = "needs a person"
    """It ended before its end, and no later try would do better by itself."""
    FAILED = "failed"
    """Something went wrong that was not foreseen. It is not tried again."""
    CANCELLED = "cancelled"
    """A person took it out of the queue."""


ENDS = frozenset(set(Next) - {Next.AGAIN, Next.PAUSE})
"""After these the batch is in the queue no more."""

TOLD = frozenset(set(Next) - {Next.AGAIN, Next.CANCELLED})
"""After these, people are told as the settings say."""


@dataclass(frozen=True, slots=True)
class BatchDecision:
    """`after` is how many seconds to wait at least, of AGAIN."""

    next: Next
    after: float = 0.0


AT_ONCE = (0.0, 30.0)
SLOWLY = (60.0, 300.0, 900.0, 3600.0)
"""Seconds until the first, second, … try in a row; the last one holds for all that follow."""

AGAIN: Mapping[StopReason, tuple[float, ...]] = {
    StopReason.INTERRUPTED: AT_ONCE,
    StopReason.BUSY: AT_ONCE,
    StopReason.LEDGER: AT_ONCE,
    StopReason.VENDOR_WAITS: SLOWLY,
    StopReason.NEVER_SENT: SLOWLY,
}
ENDED: Mapping[StopReason, Next] = {
    StopReason.VENDOR: Next.PAUSE,
    StopReason.FAILURES: Next.PAUSE,
    StopReason.CONFIGURATION: Next.PAUSE,
    StopReason.PLAN_CHANGED: Next.APPROVAL,
    StopReason.DECLINED: Next.APPROVAL,
    StopReason.LIMIT: Next.PERSON,
    StopReason.OUT_OF_REACH: Next.PERSON,
    StopReason.SUPERSEDED: Next.PERSON,
    StopReason.EARLIER_SHEET: Next.PERSON,
    StopReason.OTHER: Next.FAILED,
}


def decide_next(stop: Stop | None, tries: int, now: datetime) -> BatchDecision:
    """What is done with a batch that ended with `stop`, after `tries` in a row that moved no order."""
    if stop is None:
        return BatchDecision(Next.DONE)
    if stop.reason in ENDED:
        return BatchDecision(ENDED[stop.reason])
    waits = AGAIN[stop.reason]
    if stop.until is not None:
        return BatchDecision(Next.AGAIN, max((stop.until - now).total_seconds(), 0.0))
    return BatchDecision(Next.AGAIN, waits[min(tries, len(waits) - 1)])
