"""The loop: what is claimed, sent and recorded, in which order, and when it waits or stops."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch_orders.core.outcomes import Body, NotTaken, Outcome, Placed, Rejected, Unconfirmed
from batch_orders.core.rate import Rate
from batch_orders.errors import LedgerConflict, LedgerError, SubmitterBusy
from batch_orders.service.limiter import RateLimiter
from batch_orders.service.submission import INTERRUPTED, NEVER_SENT, OrderToSend, RetryPolicy, Submission
from batch_orders.smart_senders import Window
from batch_orders.smart_senders.window import read_steady_clock

PLACED = Placed("100001")
REJECTED = Rejected("No.")
NOTHING = Unconfirmed("The connection was lost.")
BUSY = NotTaken("429.", again=True, wait=2.0)
REFUSED = NotTaken("The key was refused.", again=False)


@dataclass
class World:
    """A ledger, a vendor and a clock that only pauses move. `log` has what happened, in order."""

    answers: dict[str, list[Outcome]]
    taken_by_others: frozenset[int] = frozenset()
    latency: float = 0.0
    now: float = 1_000.0
    asked_to_stop: bool = False
    log: list[tuple[object, ...]] = field(default_factory=list)
    lasting: list[float] = field(default_factory=list)
    claimed_at: list[float] = field(default_factory=list)
    windows: list[Window] = field(default_factory=list)
    sent_at: list[float] = field(default_factory=list)
    during_send: Callable[[], None] = lambda: None
    during_sleep: Callable[[], None] = lambda: None

    def claim(self, order: int, lasting: float) -> int:
        if order in self.taken_by_others:
            raise LedgerConflict("Somebody else has moved it.")
        self.log.append(("claim", order))
        self.lasting.append(lasting)
        self.claimed_at.append(read_steady_clock())
        return len(self.claimed_at)

    def record(self, order: int, outcome: Outcome) -> None:
        self.log.append(("record", order, outcome))

    def record_late(self, outcome: Outcome) -> bool:
        self.log.append(("record late", outcome))
        return True

    def place_order(self, body: Body, window: Window) -> Outcome:
        self.log.append(("send", body["domain"]))
        self.windows.append(window)
        self.sent_at.append(self.now)
        self.now += self.latency
        self.during_send()
        return self.answers[body["domain"]].pop(0)

    def heard(self, order: OrderToSend, outcome: Outcome) -> None:
        """What the loop told of an answer before it was recorded is not looked at here."""

    def told(self, order: OrderToSend, outcome: Outcome) -> None:
        self.log.append(("told", order.domain, outcome))

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds
        self.during_sleep()

    def stop(self) -> None:
        self.asked_to_stop = True

    @property
    def sent(self) -> list[str]:
        return [str(event[1]) for event in self.log if event[0] == "send"]

    def submit(self, retry: RetryPolicy | None = None, rate: Rate | None = None) -> str:
        """Why it stopped, "" where it did not."""
        queue = [
            OrderToSend(number, domain, {"domain": domain}) for number, domain in enumerate(self.answers)
        ]
        limiter = RateLimiter(rate, lambda: self.asked_to_stop, lambda: self.now, self.sleep)
        submission = Submission(
            self, self, retry or RetryPolicy(), limiter, lambda *_: None, self.heard, self.told, 300.0
        )
        stop = submission.submit(queue)
        return stop.sentence if stop else ""


def world(**answers: Outcome | Sequence[Outcome]) -> World:
    return World(
        {name: [said] if not isinstance(said, Sequence) else list(said) for name, said in answers.items()}
    )


def test_an_order_is_claimed_before_it_is_sent_and_recorded_before_the_next() -> None:
    here = world(one=PLACED, two=REJECTED)
    assert here.submit() == ""
    assert here.log == [
        ("claim", 0),
        ("send", "one"),
        ("record", 0, PLACED),
        ("told", "one", PLACED),
        ("claim", 1),
        ("send", "two"),
        ("record", 1, REJECTED),
        ("told", "two", REJECTED),
    ]


def test_what_another_run_has_claimed_is_not_sent() -> None:
    here = world(one=PLACED, two=PLACED, three=PLACED)
    here.taken_by_others = frozenset({1})
    assert here.submit() == ""
    assert here.sent == ["one", "three"]


@pytest.mark.parametrize("outcome", [PLACED, REJECTED, NOTHING])
def test_an_order_that_was_or_may_have_been_taken_is_sent_once(outcome: Outcome) -> None:
    here = world(one=[outcome, PLACED], two=PLACED)
    assert here.submit() == ""
    assert here.sent == ["one", "two"]


def test_an_order_that_was_proven_not_taken_is_tried_again_with_growing_pauses() -> None:
    here = world(one=[NotTaken("Refused.", again=True)] * 4 + [PLACED])
    assert here.submit(RetryPolicy(attempts=5, first_pause=1.0)) == ""
    assert here.sent_at == pytest.approx([1_000, 1_001, 1_003, 1_007, 1_015])
    assert [event for event in here.log if event[0] == "claim"] == [("claim", 0)] * 5


def test_a_longer_wait_that_the_server_asks_for_is_kept() -> None:
    here = world(one=[NotTaken("429.", again=True, wait=30.0), PLACED])
    assert here.submit() == ""
    assert here.sent_at == pytest.approx([1_000, 1_030])


def test_attempts_are_bounded_and_the_batch_stops_with_the_reason() -> None:
    here = world(one=[BUSY] * 9, two=PLACED)
    assert here.submit(RetryPolicy(attempts=3)) == "429. Tried 3 times."
    assert here.sent == ["one"] * 3
    ended_at = here.now
    assert ended_at == pytest.approx(here.sent_at[-1])


def test_a_wait_that_is_too_long_stops_the_batch_at_once() -> None:
    here = world(one=[NotTaken("429.", again=True, wait=3_600.0)], two=PLACED)
    assert here.submit() == "429. The server asks to wait 3600 seconds."
    assert (here.sent, here.now) == (["one"], 1_000.0)


@pytest.mark.parametrize("outcome", [REFUSED, Unconfirmed("It redirects.", stop=True)])
def test_what_the_next_order_would_meet_as_well_stops_the_batch(outcome: Outcome) -> None:
    here = world(one=PLACED, two=outcome, three=PLACED)
    assert here.submit() == outcome.message
    assert here.sent == ["one", "two"]


def test_answers_in_a_row_that_prove_nothing_stop_the_batch() -> None:
    here = world(one=NOTHING, two=NOTHING, three=NOTHING, four=PLACED)
    assert here.submit(RetryPolicy(failures=3)) == (
        "3 answers in a row proved nothing. The last: The connection was lost."
    )
    assert here.sent == ["one", "two", "three"]


def test_a_vendor_that_speaks_against_itself_of_each_order_stops_nothing() -> None:
    """It is there, and says what is wrong with each: a person looks at these orders, the others go on."""
    against_itself = Unconfirmed("Yes, and the domain is not available.", answered=True)
    here = world(one=against_itself, two=against_itself, three=against_itself, four=PLACED)
    assert here.submit(RetryPolicy(failures=2)) == ""
    assert len(here.sent) == 4


@pytest.mark.parametrize("between", [PLACED, REJECTED])
def test_an_answer_that_proves_something_begins_the_row_anew(between: Outcome) -> None:
    here = world(one=NOTHING, two=between, three=NOTHING, four=PLACED)
    assert here.submit(RetryPolicy(failures=2)) == ""
    assert len(here.sent) == 4


def test_asked_to_stop_before_the_first_order_nothing_is_sent() -> None:
    here = world(one=PLACED)
    here.asked_to_stop = True
    assert (here.submit(), here.log) == (INTERRUPTED.sentence, [])


def test_asked_to_stop_the_order_in_flight_is_finished_and_recorded() -> None:
    here = world(one=PLACED, two=PLACED)
    here.during_send = here.stop
    assert here.submit() == INTERRUPTED.sentence
    assert here.log[-2:] == [("record", 0, PLACED), ("told", "one", PLACED)]
    assert here.sent == ["one"]


def test_asked_to_stop_during_the_last_order_the_batch_is_done() -> None:
    here = world(one=PLACED)
    here.during_send = here.stop
    assert here.submit() == ""


def test_asked_to_stop_while_waiting_to_try_again_the_wait_ends() -> None:
    here = world(one=[NotTaken("429.", again=True, wait=200.0), PLACED])
    here.during_sleep = here.stop
    assert here.submit() == INTERRUPTED.sentence
    assert here.sent == ["one"]
    assert here.now < 1_001.0


def test_asked_to_stop_while_waiting_for_the_rate_the_next_order_is_not_claimed() -> None:
    here = world(one=PLACED, two=PLACED, three=PLACED)
    here.during_sleep = here.stop
    assert here.submit(rate=Rate(1, 60.0)) == INTERRUPTED.sentence
    assert [event for event in here.log if event[0] == "claim"] == [("claim", 0)]


def test_asked_to_stop_while_waiting_for_the_rate_of_the_last_order_is_told() -> None:
    here = world(one=PLACED, two=PLACED)
    here.during_sleep = here.stop
    assert here.submit(rate=Rate(1, 60.0)) == INTERRUPTED.sentence
    assert here.sent == ["one"]


def test_without_a_rate_nothing_waits() -> None:
    here = world(**dict.fromkeys("abcdefghijklmnopqrstuvwxyz", PLACED))
    here.submit()
    assert here.now == 1_000.0


@given(
    calls=st.integers(1, 5),
    seconds=st.floats(0.5, 10),
    latency=st.floats(0, 3),
    count=st.integers(1, 25),
)
def test_in_no_window_of_time_are_there_more_calls_than_the_rate(
    calls: int, seconds: float, latency: float, count: int
) -> None:
    here = World({f"order{number}": [PLACED] for number in range(count)}, latency=latency)
    here.submit(rate=Rate(calls, seconds))
    assert len(here.sent_at) == count
    for first, beyond in zip(here.sent_at, here.sent_at[calls:], strict=False):
        assert beyond - first >= seconds - 1e-6


def test_attempts_count_against_the_rate_as_well() -> None:
    here = world(one=[NotTaken("429.", again=True)] * 2 + [PLACED])
    here.submit(RetryPolicy(first_pause=0.5), Rate(1, 50.0))
    assert here.sent_at == pytest.approx([1_000, 1_050, 1_100])


@dataclass
class Lost(World):
    """A ledger that is lost with the first claim or record, and comes back after some seconds."""

    at: str = "record"
    back_after: float = 0.0

    def claim(self, order: int, lasting: float) -> int:
        event = super().claim(order, lasting)
        self.lose("claim")
        return event

    def record(self, order: int, outcome: Outcome) -> None:
        self.lose("record")

    def lose(self, at: str) -> None:
        if at == self.at:
            self.back_after += self.now
            raise LedgerError("The disk is full.")

    def record_late(self, outcome: Outcome) -> bool:
        if self.now < self.back_after:
            raise (
                LedgerError("The disk is still full.") if int(self.now) % 2 else SubmitterBusy("Another run.")
            )
        return super().record_late(outcome)


@pytest.mark.parametrize(
    ("at", "back_after", "recorded"),
    [
        ("record", 0, [("record late", PLACED), ("told", "one", PLACED)]),
        ("record", 59, [("record late", PLACED), ("told", "one", PLACED)]),
        ("record", 70, []),
        ("claim", 5, [("record late", NEVER_SENT)]),
        ("claim", 70, []),
    ],
)
def test_a_lost_ledger_is_waited_for_and_told_what_was_heard(
    at: str, back_after: float, recorded: list[tuple[object, ...]]
) -> None:
    """For 60 seconds; then the loop ends, and the next order is not sent."""
    lost = Lost({"one": [PLACED], "two": [PLACED]}, at=at, back_after=back_after)
    with pytest.raises(LedgerError, match="disk is full"):
        lost.submit()
    sent = [("send", "one")] if at == "record" else []
    assert lost.log == [("claim", 0), *sent, *recorded]
    assert lost.now - 1_000 <= 61


def test_a_lost_ledger_is_not_waited_for_once_somebody_asks_to_stop() -> None:
    lost = Lost({"one": [PLACED]}, back_after=30)
    lost.during_sleep = lost.stop
    with pytest.raises(LedgerError):
        lost.submit()
    assert lost.now - 1_000 < 1


def test_a_claim_lasts_as_long_as_its_attempt_can() -> None:
    """30 seconds to begin, and the deadline of the call; the window to begin is opened before the claim."""
    here = world(one=PLACED)
    here.submit()
    assert here.lasting == [30 + 300]
    (window,) = here.windows
    assert read_steady_clock() < window.steady <= here.claimed_at[0] + 30
