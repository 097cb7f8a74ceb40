"""Drafts: every row and every order of a sheet under exactly one status, before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from batch_orders.core.model import Order, Problem, Severity, Sheet
from batch_orders.core.order_json import fingerprint, order_to_json
from batch_orders.core.plan import SheetOrders, VendorView
from batch_orders.core.planning import plan_orders
from batch_orders.core.records import PriorOrder
from batch_orders.core.results import Draft, Status
from batch_orders.core.states import State
from batch_orders.service.draft import draft_sheet
from batch_orders.validation import validate_rows
from batch_orders.validation.grouping import Grouping, group_orders, group_rows
from tests.sheets import make_sheet, make_worksheet, row, sheet_of

STARTED = datetime(2026, 11, 23, 4, 15, tzinfo=UTC)
CHANGED = "2026-11-01T08:00:00.000+00:00"


def group(sheet: Sheet, kept: int = 1_000) -> Grouping:
    return group_rows(validate_rows(sheet, kept=kept), kept)


def draft(grouping: Grouping, prior: Mapping[str, PriorOrder] | None = None) -> Draft:
    sheet = SheetOrders("june.csv", group_orders(grouping))
    plan = plan_orders("sandbox", [sheet], prior or {}, VendorView())
    return draft_sheet(grouping, plan, 0, STARTED)


def known(order: Order, state: State) -> PriorOrder:
    return PriorOrder(
        state, fingerprint(order), order_to_json(order), "100001", "", CHANGED, "an-earlier-batch"
    )


def said(result: Draft) -> list[tuple[str, Status, tuple[int, ...]]]:
    return [(order.domain, order.status, order.rows) for order in result.orders]


def test_every_row_is_in_exactly_one_order_and_orders_keep_the_sheets_order() -> None:
    sheet = sheet_of(row("bad name"), row("good.com"), row("bad name"), row("good.com", "john"))
    assert said(draft(group(sheet))) == [
        ("bad name", Status.INVALID, (0, 2)),
        ("good.com", Status.NOT_SUBMITTED, (1, 3)),
    ]


def test_a_row_without_a_domain_belongs_to_the_order_above_it_and_holds_it_back() -> None:
    sheet = sheet_of(row("good.com"), row("", "john doe"), row("other.com"))
    assert said(draft(group(sheet))) == [
        ("good.com", Status.INVALID, (0, 1)),
        ("other.com", Status.NOT_SUBMITTED, (2,)),
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
    (result,) = draft(grouping, {"acmemail.com": known(order, state)}).orders
    assert (result.status, result.vendor_order_id) == (status, order_id)
    assert ("an-earlier-batch" in result.message) == (status is not Status.NOT_SUBMITTED)


def test_an_order_placed_with_other_content_is_invalid_and_a_problem_at_its_row() -> None:
    grouping = group(sheet_of(row("other.com"), row(), row(mailbox="john")))
    order = Order("acmemail.com", ("jane@acmemail.com",), 1, "acmemail.org", {"name": "Jane Doe"})
    result = draft(grouping, {"acmemail.com": known(order, State.PLACED)})
    assert [status for _, status, _ in said(result)] == [Status.NOT_SUBMITTED, Status.INVALID]
    (problem,) = result.problems
    assert (problem.severity, problem.row, problem.column, problem.code, problem.value) == (
        Severity.ERROR,
        3,
        "Domain",
        "placed-differently",
        "acmemail.com",
    )
    assert "mailboxes added: john@acmemail.com" in problem.message
    assert result.problem_count == 1
    assert result.orders[1].message == problem.message


def test_a_held_back_order_shows_what_the_sheet_says_and_why() -> None:
    grouping = group(sheet_of(row(" Acmemail.com "), row("acmemail.com", "john doe", vendor="x")))
    (order,) = draft(grouping).orders
    assert (order.domain, order.vendor, order.contact) == ("Acmemail.com", "1", "Jane Doe")
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
    rows = [row("bad"), row(forwarding_domain="https://acmemail.org/"), row(mailbox="")]
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


def test_of_several_worksheets_a_held_back_order_names_the_one_of_its_row() -> None:
    east, west = (
        make_worksheet([row("one.com")], "East"),
        make_worksheet([row("two.con"), row("bad")], "West"),
    )
    orders = draft(group(make_sheet(east, west))).orders
    told = [order.message.partition(":")[0] for order in orders if order.status is Status.INVALID]
    assert told == ["Row 2 of West", "Row 3 of West"]
