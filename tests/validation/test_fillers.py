"""Rows that ask for nothing are passed over and counted; a row that could be an order never is."""

from __future__ import annotations

import pytest

from batch_orders.core.model import Problem, Severity
from tests.sheets import Row, make_sheet, make_worksheet
from tests.validation.judged import below, bought, coral, errors, judge, judge_sheet, problems, warnings

DRAWN_DOWN: list[Row] = [
    below(),
    below(vendor="1"),
    below(vendor="1", forwarding_domain="coral.io", contact="Anna Roe"),
    below("-", number="3", ordered="FALSE"),
    {**below("—"), "domain": "-"},
]


@pytest.mark.parametrize("filler", DRAWN_DOWN)
def test_drawn_down_rows_are_passed_over_in_one_line(filler: Row) -> None:
    grouping = judge(coral(), *[filler] * 9)
    assert bought(grouping) == ["anna@coralpeak.com"]
    assert warnings(grouping) == [(None, "", "rows-passed-over", "")]
    assert "rows 3, 4, 5, 6, 7 and 4 more" in problems(grouping)[0].message
    assert errors(grouping) == []


def test_nothing_but_fillers_is_no_order_and_no_error() -> None:
    grouping = judge(*[below(vendor="1")] * 3)
    assert (bought(grouping), errors(grouping), grouping.total) == ([], [], 0)


def test_a_row_amid_a_block_may_belong_to_it() -> None:
    grouping = judge(coral(), below(vendor="1"), below("cara@coralpeak.com"))
    assert bought(grouping) == []
    assert (3, "Mailbox", "mailbox-missing", "") in errors(grouping)


def test_a_ditto_mark_asks_for_something() -> None:
    assert bought(judge(coral(), {**below(), "domain": '"'})) == []


def test_numbers_drawn_down_amid_a_block_belong_to_nothing() -> None:
    grouping = judge(coral(number="1"), below(number="2"), below("cara@coralpeak.com", number="3"))
    assert bought(grouping) == ["anna@coralpeak.com", "cara@coralpeak.com"]


@pytest.mark.parametrize(
    "note",
    [
        below(domain="Note: please order before Friday"),
        below(domain="Prepared by Anna"),
        below("1", domain="Total"),
        below(domain="Sum", vendor="3"),
        below(domain="Spring campaign"),
        below(domain="Summe", contact="2"),
    ],
)
def test_notes_and_totals_hold_nothing_back(note: Row) -> None:
    grouping = judge(coral(), note)
    assert bought(grouping) == ["anna@coralpeak.com"]
    assert warnings(grouping) == [(None, "", "notes-passed-over", "")]
    assert errors(grouping) == []


@pytest.mark.parametrize(
    "order",
    [
        below(domain="goldreef.com"),
        below(domain="goldreef"),
        below(domain="Note goldreef.com"),
        below("ben", domain="Total"),
        below(domain="ask anna@goldreef.com"),
        below("ben"),
    ],
)
def test_what_could_be_an_order_is_no_note(order: Row) -> None:
    assert errors(judge(coral("silverfern.com"), order)) != []


def test_a_note_that_lacks_delimiters_is_a_note_all_the_same() -> None:
    ragged = Problem(Severity.ERROR, "Orders", 3, "", "", "ragged-line", "The row has 1 cells.")
    sheet = make_sheet(make_worksheet([coral(), below(domain="Note: by Friday")]), problems=[ragged])
    assert errors(judge_sheet(sheet)) == []


def test_a_row_that_could_not_be_read_is_never_passed_over() -> None:
    for column, code in (("Mailbox", "formula-without-value"), ("", "ragged-line")):
        unread = Problem(Severity.ERROR, "Orders", 3, column, "ben" if not column else "", code, "Unread.")
        grouping = judge_sheet(make_sheet(make_worksheet([coral(), below()]), problems=[unread]))
        assert (3, column, code) in [said[:3] for said in errors(grouping)]
