"""A column that says not to order a row holds it back, unless the settings say what it means."""

from __future__ import annotations

import pytest

from batch_orders.validation import RowRules
from tests.sheets import Row
from tests.validation.judged import bought, coral, errors, judge


def flagged(column: str, value: str) -> list[Row]:
    return [{**coral(), column: value}, {**coral("silverfern.com"), column: ""}]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("order?", "FALSE"),
        ("order", "No"),
        ("status", "cancelled"),
        ("buy", "0"),
        ("cancelled", "yes"),
        ("skip", "x"),
        ("active", "nein"),
        ("order_status", "On hold"),
        ("status", "Canceled"),
    ],
)
def test_a_row_that_says_no_is_not_ordered(column: str, value: str) -> None:
    grouping = judge(*flagged(column, value))
    assert bought(grouping) == ["anna@silverfern.com"]
    assert [(row, code) for row, _, code, _ in errors(grouping)] == [(2, "not-to-be-ordered")]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("order?", "TRUE"),
        ("status", "new"),
        ("cancelled", "no"),
        ("ordered", "FALSE"),
        ("note", "no"),
        ("state", "NO"),
    ],
)
def test_other_values_and_columns_hold_nothing_back(column: str, value: str) -> None:
    assert len(bought(judge(*flagged(column, value)))) == 2


def test_the_settings_say_what_a_column_means() -> None:
    rows = [{**coral(), "status": "no"}, {**coral("silverfern.com"), "status": "ready"}]
    assert len(bought(judge(*rows, rules=RowRules(order_when={"Status": None})))) == 2
    ready = RowRules(order_when={"Status": frozenset({"Ready"})})
    assert bought(judge(*rows, rules=ready)) == ["anna@silverfern.com"]
