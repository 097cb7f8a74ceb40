"""Settling: what a report says at the end of each order, by what the ledger and this process know."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from batch_orders.core.outcomes import NotTaken, Outcome, Placed, Rejected, Unconfirmed
from batch_orders.core.records import LedgerOrder, PriorOrder
from batch_orders.core.results import BatchResult, OrderResult, Status, count_statuses
from batch_orders.core.settling import NOT_SENT, UNASKED, Records, settle, settle_unread
from batch_orders.core.states import State
from batch_orders.core.stops import Ending, Stop, StopReason
from tests.sheets import make_result, row, sheet_of

FINISHED = datetime(2026, 11, 23, 4, 20, tzinfo=UTC)
CHANGED = "2026-11-01T08:00:00.000+00:00"
BATCH, OTHER = "20261123-041500-3fa2", "20261124-041500-77aa"
INTERRUPTED = Stop(StopReason.INTERRUPTED, "Interrupted.")


def own(domain: str, state: State, message: str = "", order_id: str = "", attempts: int = 1) -> LedgerOrder:
    """An order of the batch that is settled."""
    return LedgerOrder(1, BATCH, "sandbox", 0, domain, "{}", state, order_id, message, attempts, CHANGED)


def prior(state: State, fingerprint: str = "same", batch: str = OTHER) -> PriorOrder:
    """What another batch has made of a domain."""
    return PriorOrder(state, fingerprint, "{}", "SS-7", "It is taken.", CHANGED, batch)


def drafted(domain: str = "one.com", status: Status = Status.NOT_SUBMITTED) -> OrderResult:
    return OrderResult(domain, status, (0,), message=NOT_SENT, fingerprint="same")


def settled(
    *orders: OrderResult,
    own_orders: tuple[LedgerOrder, ...] = (),
    before: dict[str, PriorOrder] | None = None,
    stop: Stop | None = None,
) -> BatchResult:
    draft = make_result(sheet_of(row()), *orders).draft
    records = Records({order.domain: order for order in own_orders}, before or {})
    return settle(draft, records, stop, FINISHED, BATCH)


def one(order: OrderResult, *own_orders: LedgerOrder, before: PriorOrder | None = None) -> OrderResult:
    (found,) = settled(order, own_orders=own_orders, before={order.domain: before} if before else None).orders
    return found


@pytest.mark.parametrize(
    ("state", "status"),
    [
        (State.PLACED, Status.PLACED),
        (State.REJECTED, Status.REJECTED),
        (State.UNCONFIRMED, Status.UNCONFIRMED),
        (State.SUBMITTING, Status.UNCONFIRMED),
        (State.PLANNED, Status.NOT_SUBMITTED),
    ],
)
def test_the_ledgers_word_is_the_reports(state: State, status: Status) -> None:
    found = one(drafted(), own("one.com", state, "Said.", attempts=2))
    assert (found.status, found.message, found.attempts) == (status, "Said.", 2)
    assert found.time == datetime.fromisoformat(CHANGED)


def test_an_order_that_was_never_tried_has_no_time() -> None:
    found = one(drafted(), own("one.com", State.PLANNED, attempts=0))
    assert (found.time, found.message) == (None, NOT_SENT)


def test_a_run_cut_short_says_why_of_what_was_not_sent_and_of_nothing_else() -> None:
    result = settled(
        drafted("one.com"),
        drafted("two.com"),
        drafted("three.com"),
        replace(drafted("bad"), status=Status.INVALID, message="It is wrong."),
        own_orders=(own("one.com", State.PLACED), own("two.com", State.PLANNED, attempts=0)),
        stop=INTERRUPTED,
    )
    assert [order.status for order in result.orders] == [
        Status.PLACED,
        Status.NOT_SUBMITTED,
        Status.NOT_SUBMITTED,
        Status.INVALID,
    ]
    assert ["Interrupted." in order.message for order in result.orders] == [False, True, True, False]
    assert (result.stop, result.finished, result.ending) == (INTERRUPTED, FINISHED, Ending.STOPPED)


def test_what_was_placed_before_the_run_is_not_changed_by_it() -> None:
    before = drafted(status=Status.ALREADY_PLACED)
    assert one(before, own("one.com", State.REJECTED)) == before


PLANNED = own("one.com", State.PLANNED, attempts=0)


@pytest.mark.parametrize(
    ("state", "fingerprint", "status", "said"),
    [
        (State.PLACED, "same", Status.ALREADY_PLACED, f"Placed in batch {OTHER}."),
        (State.PLACED, "other", Status.NOT_SUBMITTED, "with other content"),
        (State.SUBMITTING, "same", Status.UNCONFIRMED, "may have been bought"),
        (State.UNCONFIRMED, "same", Status.UNCONFIRMED, "may have been bought"),
        # A rejection of before says nothing of an order that is still to be sent.
        (State.REJECTED, "same", Status.NOT_SUBMITTED, NOT_SENT),
    ],
)
@pytest.mark.parametrize("stored", [True, False])
def test_what_another_batch_made_of_the_domain_is_told_with_its_name(
    state: State, fingerprint: str, status: Status, said: str, stored: bool
) -> None:
    found = one(drafted(), *([PLANNED] if stored else []), before=prior(state, fingerprint))
    assert found.status is status
    assert said in found.message


def test_an_order_that_was_unconfirmed_before_is_told_as_it_stands_at_the_end() -> None:
    doubtful = drafted(status=Status.UNCONFIRMED)
    assert one(doubtful, before=prior(State.PLACED)).status is Status.ALREADY_PLACED
    assert one(doubtful, before=prior(State.UNCONFIRMED)).status is Status.UNCONFIRMED
    free = one(doubtful)
    assert free.status is Status.NOT_SUBMITTED
    assert "It was not bought" in free.message


def test_what_was_placed_before_and_is_gone_since_is_told_so() -> None:
    found = one(drafted(status=Status.ALREADY_PLACED), before=prior(State.GONE))
    assert (found.status, f"Batch {OTHER} placed it, and it is gone" in found.message) == (
        Status.NOT_SUBMITTED,
        True,
    )


def test_what_was_held_back_for_an_order_that_is_gone_since_says_so() -> None:
    found = one(drafted(status=Status.INVALID), before=prior(State.GONE))
    assert (found.status, "is recorded as gone now" in found.message) == (Status.INVALID, True)


@pytest.mark.parametrize("state", [State.REJECTED, State.GONE])
def test_an_order_that_bought_nothing_is_told_as_a_later_batch_settled_it(state: State) -> None:
    mine = own("one.com", state, "No.")
    placed = one(drafted(), mine, before=prior(State.PLACED))
    assert (placed.status, f"Placed in batch {OTHER}." in placed.message) == (Status.ALREADY_PLACED, True)
    assert one(drafted(), mine, before=prior(State.UNCONFIRMED)).status is Status.UNCONFIRMED
    assert one(drafted(), mine, before=prior(State.GONE)).status is one(drafted(), mine).status


def test_a_rejected_order_names_the_batch_that_placed_its_domain_with_other_content() -> None:
    found = one(drafted(), own("one.com", State.REJECTED, "No."), before=prior(State.PLACED, "other"))
    assert found.status is Status.REJECTED
    assert found.message == f"No. Batch {OTHER} has placed this domain since, with other content."


def test_an_order_that_a_later_sheet_asked_for_names_its_batch() -> None:
    draft = make_result(sheet_of(row()), drafted()).draft
    records = Records({"one.com": own("one.com", State.PLANNED, "429.")}, {}, {"one.com": OTHER})
    (found,) = settle(draft, records, INTERRUPTED, FINISHED, BATCH).orders
    assert (found.status, f"Batch {OTHER} asked for this domain" in found.message) == (
        Status.NOT_SUBMITTED,
        True,
    )


@pytest.mark.parametrize("said", ["Failed", "Cancelled", "canceled"])
def test_an_order_that_was_placed_then_failed_needs_a_person(said: str) -> None:
    for status, order in (
        (Status.PLACED, replace(own("one.com", State.PLACED), vendor_status=said)),
        (Status.ALREADY_PLACED, None),
    ):
        before = replace(prior(State.PLACED), vendor_status=said)
        result = settled(
            drafted(),
            own_orders=(order,) if order else (),
            before={} if order else {"one.com": before},
        )
        (found,) = result.orders
        assert (found.status, found.word, result.ending) == (status, "placed, then failed", Ending.ATTENTION)
        assert f"the vendor says {said!r}" in found.message


def test_a_reason_to_stop_that_left_nothing_unsent_stopped_nothing() -> None:
    stop = Stop(StopReason.FAILURES, "3 answers in a row proved nothing.")
    placed = settled(drafted(), own_orders=(own("one.com", State.PLACED),), stop=stop)
    assert (placed.ending, placed.cut_short) == (Ending.DONE, False)
    lost = settled(drafted(), own_orders=(own("one.com", State.UNCONFIRMED),), stop=stop)
    assert (lost.ending, lost.cut_short) == (Ending.ATTENTION, False)
    unread = settled(
        drafted(), own_orders=(own("one.com", State.PLACED),), stop=Stop(StopReason.LEDGER, "Full.")
    )
    assert unread.ending is Ending.ATTENTION


def test_where_nobody_asked_the_ledger_the_draft_stands() -> None:
    doubtful = drafted(status=Status.UNCONFIRMED)
    draft = make_result(sheet_of(row()), doubtful).draft
    assert settle(draft, UNASKED, None, FINISHED).orders == (doubtful,)


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        (Placed("SS-7"), Status.PLACED),
        (Rejected("No."), Status.REJECTED),
        (NotTaken("429.", again=True), Status.NOT_SUBMITTED),
        (Unconfirmed("Lost."), Status.UNCONFIRMED),
        (None, Status.UNCONFIRMED),
    ],
)
def test_without_the_ledger_a_process_tells_what_it_heard_and_no_more(
    outcome: Outcome | None, status: Status
) -> None:
    draft = make_result(sheet_of(row()), drafted("one.com"), drafted("never.com")).draft
    stop = Stop(StopReason.LEDGER, "The disk is full.")
    heard, never = settle_unread(draft, {"one.com": outcome}, stop, FINISHED, BATCH).orders
    assert heard.status is status
    assert never.status is Status.NOT_SUBMITTED
    assert "The disk is full." in never.message


def test_an_outcome_that_could_not_be_recorded_is_not_said_to_be_safe() -> None:
    draft = make_result(sheet_of(row()), drafted()).draft
    (found,) = settle_unread(draft, {"one.com": None}, INTERRUPTED, FINISHED, BATCH).orders
    assert "may have been bought" in found.message


@pytest.mark.parametrize(
    ("reason", "ending"),
    [
        (StopReason.LIMIT, Ending.WAITING),
        (StopReason.OUT_OF_REACH, Ending.STOPPED),
        (StopReason.VENDOR, Ending.STOPPED),
    ],
)
def test_only_a_limit_lets_a_sheet_wait(reason: StopReason, ending: Ending) -> None:
    result = settled(drafted(), own_orders=(PLANNED,), stop=Stop(reason, "Stopped."))
    assert result.ending is ending
    assert replace(result, dry_run=True).ending is Ending.ATTENTION


def test_statuses_are_counted_zeros_included() -> None:
    counts = count_statuses([drafted(status=Status.PLACED), drafted(status=Status.PLACED), drafted()])
    assert counts == {
        Status.PLACED: 2,
        Status.ALREADY_PLACED: 0,
        Status.BOUGHT_ELSEWHERE: 0,
        Status.REJECTED: 0,
        Status.UNCONFIRMED: 0,
        Status.NOT_SUBMITTED: 1,
        Status.INVALID: 0,
    }
