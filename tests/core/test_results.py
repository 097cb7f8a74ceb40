"""What the report says: every row and every order under exactly one status."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from batch_orders.core.model import Order, Problem, Severity, Sheet
from batch_orders.core.order_json import fingerprint, order_to_json
from batch_orders.core.plan import plan_batch
from batch_orders.core.records import LedgerOrder, PriorOrder
from batch_orders.core.results import BatchResult, OrderResult, Status
from batch_orders.core.states import State
from batch_orders.service.results import (
    count_statuses,
    doubt_order,
    draft_result,
    settle_order,
    settle_result,
)
from batch_orders.validation import validate_rows
from batch_orders.validation.grouping import Grouping, group_orders, group_rows
from tests.sheets import make_sheet, make_worksheet, row, sheet_of

STARTED = datetime(2026, 11, 23, 4, 15, tzinfo=UTC)
FINISHED = datetime(2026, 11, 23, 4, 20, tzinfo=UTC)
CHANGED = "2026-11-01T08:00:00.000+00:00"


def group(sheet: Sheet, kept: int = 1_000) -> Grouping:
    return group_rows(validate_rows(sheet, kept=kept), kept)


def draft(grouping: Grouping, known: Mapping[str, PriorOrder] | None = None) -> BatchResult:
    plan = plan_batch("sandbox", group_orders(grouping), known or {})
    return draft_result(grouping, plan, "20261123-041500-3fa2", STARTED)


def known(order: Order, state: State) -> PriorOrder:
    return PriorOrder(
        state, fingerprint(order), order_to_json(order), "100001", "", CHANGED, "an-earlier-batch"
    )


def entry(
    domain: str, state: State, *, message: str = "", order_id: str = "", attempts: int = 1
) -> LedgerOrder:
    return LedgerOrder(
        id=1,
        batch="20261123-041500-3fa2",
        environment="sandbox",
        position=0,
        domain=domain,
        content="{}",
        state=state,
        vendor_order_id=order_id,
        message=message,
        attempts=attempts,
        changed_at=CHANGED,
    )


def said(result: BatchResult) -> list[tuple[str, Status, tuple[int, ...]]]:
    return [(order.domain, order.status, order.rows) for order in result.orders]


def test_every_row_is_in_exactly_one_order_and_orders_keep_the_sheets_order() -> None:
    sheet = sheet_of(
        row("bad one"), row("good.com"), row(""), row("bad one"), row("good.com", "john"), row("")
    )
    assert said(draft(group(sheet))) == [
        ("bad one", Status.INVALID, (0, 3)),
        ("good.com", Status.NOT_SUBMITTED, (1, 4)),
        ("", Status.INVALID, (2,)),
        ("", Status.INVALID, (5,)),
    ]


@pytest.mark.parametrize(
    ("state", "status", "order_id"),
    [
        (State.PLACED, Status.ALREADY_PLACED, "100001"),
        (State.UNCONFIRMED, Status.UNCONFIRMED, "100001"),
        (State.REJECTED, Status.NOT_SUBMITTED, "100001"),
    ],
)
def test_what_was_known_before(state: State, status: Status, order_id: str) -> None:
    grouping = group(sheet_of(row()))
    (order,) = group_orders(grouping)
    (result,) = draft(grouping, {"example.com": known(order, state)}).orders
    assert (result.status, result.vendor_order_id) == (status, order_id)
    assert ("an-earlier-batch" in result.message) == (status is not Status.NOT_SUBMITTED)


def test_an_order_placed_with_other_content_is_invalid_and_a_problem_at_its_row() -> None:
    grouping = group(sheet_of(row("other.com"), row(), row(mailbox="john")))
    order = Order("example.com", ("jane@example.com",), 1, "example.org", {"name": "Jane Doe"})
    result = draft(grouping, {"example.com": known(order, State.PLACED)})
    assert [status for _, status, _ in said(result)] == [Status.NOT_SUBMITTED, Status.INVALID]
    (problem,) = result.problems
    assert (problem.severity, problem.row, problem.column, problem.code, problem.value) == (
        Severity.ERROR,
        3,
        "Domain",
        "placed-differently",
        "example.com",
    )
    assert "mailboxes added: john@example.com" in problem.message
    assert result.problem_count == 1
    assert result.orders[1].message == problem.message


def test_a_held_back_order_shows_what_the_sheet_says_and_why() -> None:
    grouping = group(sheet_of(row(" Example.com "), row("example.com", "john doe", vendor="x")))
    (order,) = draft(grouping).orders
    assert (order.domain, order.vendor, order.contact) == ("Example.com", "1", "Jane Doe")
    assert order.mailboxes == ("jane", "john doe")
    assert order.message.startswith("Row 3: ")
    assert "Mailbox: " in order.message
    assert "Vendor: " in order.message


def test_each_row_has_its_own_reasons() -> None:
    east = make_worksheet([row(), row("bad", "")], "East", [5, 9])
    west = make_worksheet([row("other.com", vendor="")], "West", [9])
    reasons = draft(group(make_sheet(east, west))).row_problems
    assert sorted(reasons) == [1, 2]
    assert "Domain: " in reasons[1]
    assert "Mailbox: " in reasons[1]
    assert reasons[2].startswith("Vendor: ")


def test_problems_are_in_the_sheets_order_and_those_of_the_whole_sheet_come_first() -> None:
    whole = Problem(Severity.WARNING, "", None, "", "", "encoding-guessed", "The encoding was guessed.")
    rows = [row("bad"), row(forwarding_domain="https://example.org/"), row(mailbox="")]
    sheet = make_sheet(make_worksheet(rows), problems=[whole])
    problems = draft(group(sheet)).problems
    assert [problem.row for problem in problems] == [None, 2, 3, 4]


def test_an_order_whose_problem_is_not_kept_in_words_says_so() -> None:
    grouping = group(sheet_of(*(row(f"bad{number}") for number in range(9))), kept=2)
    result = draft(grouping)
    assert (len(result.problems), result.problem_count, result.rows_invalid) == (2, 9, 9)
    assert all(order.status is Status.INVALID and order.message for order in result.orders)


def test_a_problem_at_a_row_that_is_not_read_is_blamed_on_no_other_row() -> None:
    stray = [
        Problem(Severity.ERROR, "Orders", number, "", "", "ragged", "It does not fit.")
        for number in (1, 3, 9)
    ]
    sheet = make_sheet(make_worksheet([row(), row("two.com")], numbers=[2, 4]), problems=stray)
    result = draft(group(sheet))
    assert result.row_problems == {}
    assert [status for _, status, _ in said(result)] == [Status.NOT_SUBMITTED] * 2


def order_result(status: Status = Status.NOT_SUBMITTED) -> OrderResult:
    return OrderResult("example.com", status, (0,), message="It was not sent.")


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
    settled = settle_order(order_result(), entry("example.com", state, message="Said.", attempts=2))
    assert (settled.status, settled.message, settled.attempts) == (status, "Said.", 2)
    assert settled.time == datetime.fromisoformat(CHANGED)


def test_an_order_that_was_never_tried_has_no_time() -> None:
    settled = settle_order(order_result(), entry("example.com", State.PLANNED, attempts=0))
    assert (settled.time, settled.message) == (None, "It was not sent.")


def test_an_outcome_that_could_not_be_recorded_is_not_said_to_be_safe() -> None:
    doubted = doubt_order(order_result())
    assert doubted.status is Status.UNCONFIRMED
    assert "may have been bought" in doubted.message


def test_a_run_cut_short_says_why_of_what_was_not_sent_and_of_nothing_else() -> None:
    grouping = group(sheet_of(row("one.com"), row("two.com"), row("three.com"), row("bad")))
    drafted = draft(grouping)
    settled = {
        "one.com": settle_order(drafted.orders[0], entry("one.com", State.PLACED, order_id="100007")),
        "two.com": settle_order(drafted.orders[1], entry("two.com", State.PLANNED, attempts=0)),
    }
    result = settle_result(drafted, settled, FINISHED, "Interrupted.")
    assert [order.status for order in result.orders] == [
        Status.PLACED,
        Status.NOT_SUBMITTED,
        Status.NOT_SUBMITTED,
        Status.INVALID,
    ]
    assert ["Interrupted." in order.message for order in result.orders] == [False, True, True, False]
    assert (result.stopped, result.finished, result.started) == ("Interrupted.", FINISHED, STARTED)


def test_what_was_settled_before_the_run_is_not_changed_by_it() -> None:
    grouping = group(sheet_of(row()))
    (order,) = group_orders(grouping)
    drafted = draft(grouping, {"example.com": known(order, State.UNCONFIRMED)})
    result = settle_result(drafted, {"example.com": order_result(Status.PLACED)}, FINISHED, "")
    assert result.orders == drafted.orders


def test_statuses_are_counted_zeros_included() -> None:
    counts = count_statuses([order_result(Status.PLACED), order_result(Status.PLACED), order_result()])
    assert counts == {
        Status.PLACED: 2,
        Status.ALREADY_PLACED: 0,
        Status.REJECTED: 0,
        Status.UNCONFIRMED: 0,
        Status.NOT_SUBMITTED: 1,
        Status.INVALID: 0,
    }
