"""How a call over an inbox ends, and what the heartbeat says of it."""

from __future__ import annotations

import pytest

from batch_orders.core.stops import Ending, Stop, StopReason
from batch_orders.notifications.heartbeat import Moment
from batch_orders.service.inbox_run import InboxOutcome
from batch_orders.service.inbox_watch import end_of_call


@pytest.mark.parametrize(
    ("ending", "moment"),
    [
        (Ending.DONE, Moment.SUCCESS),
        (Ending.ATTENTION, Moment.SUCCESS),
        (Ending.WAITING, Moment.SUCCESS),
        (Ending.REFUSED, Moment.SUCCESS),
        (Ending.STOPPED, Moment.FAILURE),
    ],
)
def test_a_call_that_needs_a_person_did_its_work(ending: Ending, moment: Moment) -> None:
    assert end_of_call(InboxOutcome(endings=(Ending.DONE, ending))) is moment


def test_a_call_that_was_stopped_has_failed() -> None:
    stop = Stop(StopReason.VENDOR, "The API key was refused (401).")
    assert end_of_call(InboxOutcome(stop=stop)) is Moment.FAILURE
