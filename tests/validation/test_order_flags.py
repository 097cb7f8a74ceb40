"""A column that says not to order a row holds it back, unless the settings say what it means."""

from __future__ import annotations

from dataclasses import replace

import pytest

from batch_orders.core.model import Sheet
from batch_orders.validation import RowRules
from tests.sheets import make_sheet, make_worksheet
from tests.validation.judged import bought, coral, errors, judge_sheet, said, sentence


def sheet_with(column: str, *values: str) -> Sheet:
    """A sheet with a column that means no field: one row of a domain of its own for each value."""
    rows = [{**coral(f"coral{at}.com"), column: value} for at, value in enumerate(values)]
    worksheet = make_worksheet(rows)
    columns = {name: at for name, at in worksheet.columns.items() if name != column}
    return make_sheet(replace(worksheet, columns=columns))


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
        ("status", "No, the client wants another"),
        ("status", "expired"),
        ("status", "❌"),
        ("approved_by_client", "no"),
        ("go/no_go", "no"),
        ("yes/no", "no"),
        ("to_order_(y/n)", "N"),
        ("hold", "until Friday"),
        ("cancelled", "2026-01-05"),
        ("don't_order", "yes"),
        ("à_commander", "non"),
        ("statut", "annulée"),
        ("¿pedir?", "no"),
        ("estado", "Cancelado"),
        ("encomendar", "não"),
        ("stato", "annullato"),
        ("bestellen_ja/nein", "nein"),
        ("gekündigt", "ja"),
        ("actief", "nee"),
        ("zamówić?", "nie"),
        ("anulowane", "tak"),
        ("заказать", "нет"),
        ("include_in_batch?", "no"),
        ("ready_to_order", "no"),
        ("should_be_ordered", "FALSE"),
        ("client_decision", "rejected"),
        ("order_status", "Not to be ordered"),
        ("order?", "No thanks"),
        ("archived", "TRUE"),
        ("deleted_at", "2026-01-05"),
        ("exclude_from_order", "yes"),
        ("status", "closed lost"),
    ],
)
def test_a_row_that_says_no_is_not_ordered(column: str, value: str) -> None:
    grouping = judge_sheet(sheet_with(column, value, ""))
    assert bought(grouping) == ["anna@coral1.com"]
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
        ("stato", "NO"),
        ("status", "No issues so far"),
        ("verified", "no"),
        ("paid", "no"),
        ("skip", "-"),
        ("dkim_(y/n)", "n"),
        ("order", "yes"),
        ("annulé", "non"),
        ("order", "No. 5"),
        ("company", "Cancellieri"),
        ("first_name", "Anulekha"),
    ],
)
def test_other_values_and_columns_hold_nothing_back(column: str, value: str) -> None:
    assert len(bought(judge_sheet(sheet_with(column, value, "")))) == 2


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("email_status", "inactive"),
        ("stage", "won"),
        ("qty", "2"),
        ("notes", "order in May"),
        ("status", "live"),
    ],
)
def test_what_says_nothing_against_ordering_passes_without_a_word(column: str, value: str) -> None:
    assert said(judge_sheet(sheet_with(column, value, ""))) == []


def test_0_among_other_numbers_is_no_answer() -> None:
    assert len(bought(judge_sheet(sheet_with("order", "0", "1", "2")))) == 3


@pytest.mark.parametrize(
    ("column", "values", "doubted"),
    [
        ("status", ["pending approval", "Draft", "approved", ""], "2 rows: rows 2, 3"),
        ("status", ["already ordered", "new", "Ordered 3 May"], "2 rows: rows 2, 4"),
        ("ordered", ["x", "2026-01-05", "not yet", "no", ""], "2 rows: rows 2, 3"),
        ("bestellt", ["ja", "nein"], "1 row: row 2"),
        ("status", ["done", "suspended", "live"], "2 rows: rows 2, 3"),
        ("deal_stage", ["cancelled", "closed won"], "1 row: row 2"),
        ("domain_available", ["no", "taken", "yes"], "2 rows: rows 2, 3"),
        ("duplicate", ["TRUE", "FALSE"], "1 row: row 2"),
        ("qty", ["0", "1"], "1 row: row 2"),
        (
            "notes",
            ["please do not order", "CANCELLED - see mail", "cancellation terms sent"],
            "2 rows: rows 2, 3",
        ),
        ("type", ["storniert", "neu"], "1 row: row 2"),
    ],
)
def test_what_is_left_open_or_was_bought_before_is_said_once(
    column: str, values: list[str], doubted: str
) -> None:
    grouping = judge_sheet(sheet_with(column, *values))
    assert len(bought(grouping)) == len(values)
    assert [code for _, _, code, _ in said(grouping)] == ["order-doubted"]
    assert f"in {doubted}. " in sentence(grouping)


def test_the_settings_say_what_a_column_means() -> None:
    sheet = sheet_with("status", "no", "ready")
    assert len(bought(judge_sheet(sheet, RowRules(order_when={"Status": None})))) == 2
    ready = RowRules(order_when={"Status": frozenset({"Ready"})})
    assert bought(judge_sheet(sheet, ready)) == ["anna@coral1.com"]
