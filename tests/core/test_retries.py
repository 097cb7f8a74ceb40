"""What becomes of a batch in the queue, for every reason why it may have stopped."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from batch_orders.core.retries import BatchDecision, Next, decide_next
from batch_orders.core.stops import Stop, StopReason

NOW = datetime(2026, 11, 23, 4, 15, tzinfo=UTC)
AT_ONCE = [0.0, 30.0, 30.0, 30.0, 30.0, 30.0]
SLOWLY = [60.0, 300.0, 900.0, 3600.0, 3600.0, 3600.0]

AGAIN = {
    StopReason.INTERRUPTED: AT_ONCE,
    StopReason.LEDGER: AT_ONCE,
    StopReason.BUSY: AT_ONCE,
    StopReason.NEVER_SENT: SLOWLY,
    StopReason.VENDOR_WAITS: SLOWLY,
}
ENDS = {
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


def test_every_reason_is_decided_on() -> None:
    assert AGAIN.keys() | ENDS.keys() == set(StopReason)
    assert not AGAIN.keys() & ENDS.keys()


@pytest.mark.parametrize("reason", AGAIN)
def test_it_is_tried_again_after_longer_and_longer_waits(reason: StopReason) -> None:
    decided = [decide_next(Stop(reason, "Why."), tries, NOW) for tries in range(6)]
    assert decided == [BatchDecision(Next.AGAIN, wait) for wait in AGAIN[reason]]


@pytest.mark.parametrize("reason", ENDS)
def test_what_no_later_try_mends_is_not_tried_again(reason: StopReason) -> None:
    assert decide_next(Stop(reason, "Why."), 0, NOW) == BatchDecision(ENDS[reason])


def test_it_waits_for_as_long_as_the_vendor_asks() -> None:
    asked = Stop(StopReason.VENDOR_WAITS, "Wait.", NOW + timedelta(seconds=700))
    assert decide_next(asked, 5, NOW) == BatchDecision(Next.AGAIN, 700.0)
    assert decide_next(asked, 0, NOW + timedelta(hours=1)) == BatchDecision(Next.AGAIN, 0.0)


def test_what_went_to_its_end_is_done() -> None:
    assert decide_next(None, 3, NOW) == BatchDecision(Next.DONE)
