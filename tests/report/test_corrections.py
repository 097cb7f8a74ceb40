"""The corrections workbook: what was held back, marked, and ready to be handed in again."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
import python_calamine
from openpyxl.utils.escape import unescape

from batch_orders.core.model import Problem, Severity, Sheet, Worksheet
from batch_orders.errors import ReportError
from batch_orders.report.corrections import LONGEST_COMMENT, WAITS, write_corrections
from batch_orders.report.suggested import write_suggested
from tests.corpus import corpus_texts, needs_corpus
from tests.sheets import row, sheet_of

HEADERS = ("Domain", "Note", "Mailbox", "Vendor", "Note")
FIELDS = {"domain": 0, "mailbox": 2, "vendor": 3}
Line = tuple[str, ...]
LINES: list[Line] = [(f"shop-{n}.com", "", f"jane@shop-{n}.com", "007", f"note {n}") for n in range(6)]


def make_worksheet(
    lines: Sequence[Line] = LINES, name: str = "Orders", headers: Line = HEADERS, first: int = 5
) -> Worksheet:
    index = pd.RangeIndex(first, first + len(lines), name="row")
    cells = pd.DataFrame(lines, columns=range(len(headers)), index=index, dtype="str")
    return Worksheet(name, first - 1, headers, FIELDS, cells)


def make_sheet(*worksheets: Worksheet) -> Sheet:
    return Sheet(Path("shops.xlsx"), "xlsx", "0" * 64, worksheets or (make_worksheet(),))


def make_problem(
    row: int,
    column: str,
    message: str = "It is wrong.",
    suggestion: str = "",
    severity: Severity = Severity.ERROR,
    worksheet: str = "Orders",
) -> Problem:
    return Problem(severity, worksheet, row, column, "", "code", message, suggestion)


def write_and_read(
    tmp_path: Path, sheet: Sheet, held_back: Sequence[int], problems: Sequence[Problem] = ()
) -> Any:
    write_corrections(sheet, held_back, problems, tmp_path / "c.xlsx")
    return openpyxl.load_workbook(tmp_path / "c.xlsx")


def lines_of(worksheet: Any) -> list[Line]:
    return [tuple("" if value is None else value for value in line) for line in worksheet.values]


def is_filled(cell: Any) -> bool:
    return bool(cell.fill.fill_type == "solid")


def test_only_held_back_rows_are_written_in_the_sheets_order_and_columns(tmp_path: Path) -> None:
    book = write_and_read(tmp_path, make_sheet(), [4, 1, 1])
    assert book.sheetnames == ["Corrections", "How to correct"]
    assert [line[3:] for line in lines_of(book["Corrections"])] == [HEADERS, LINES[1], LINES[4]]


def test_each_row_says_where_it_stands_what_is_wrong_and_what_is_suggested(tmp_path: Path) -> None:
    problems = [
        make_problem(6, "Mailbox", "Not in the domain.", "jane@shop-1.com"),
        make_problem(7, "Mailbox", "It is blank.", "jim"),
        make_problem(7, "Vendor", "Nobody is called so.", "7"),
    ]
    worksheet = write_and_read(tmp_path, make_sheet(), [1, 2, 3], problems)["Corrections"]
    assert [line[:3] for line in lines_of(worksheet)] == [
        ("Row in your sheet", "What is wrong", "Suggestion"),
        (6, "Mailbox: Not in the domain.", "jane@shop-1.com"),
        (7, "Mailbox: It is blank.\nVendor: Nobody is called so.", "Mailbox: jim\nVendor: 7"),
        (8, WAITS, ""),
    ]
    assert not any(worksheet.column_dimensions[letter].hidden for letter in "ABC")


def test_a_faulty_cell_is_marked_and_carries_its_sentences(tmp_path: Path) -> None:
    problems = [
        make_problem(6, "Mailbox", "Not in the domain.", "jane@shop-1.com"),
        make_problem(6, "Mailbox", "Too long."),
        make_problem(7, "Mailbox", "Of a row that was not held back."),
    ]
    worksheet = write_and_read(tmp_path, make_sheet(), [1], problems)["Corrections"]
    assert worksheet["F2"].comment.text == "Not in the domain.\nSuggestion: jane@shop-1.com\n\nToo long."
    assert is_filled(worksheet["F2"])
    others = [cell for cell in worksheet[2][3:] if cell.coordinate != "F2"]
    assert not any(cell.comment or is_filled(cell) for cell in others)


def test_a_blank_faulty_cell_is_marked(tmp_path: Path) -> None:
    line = ("shop.com", "", "", "1", "")
    sheet = make_sheet(make_worksheet([line]))
    worksheet = write_and_read(tmp_path, sheet, [0], [make_problem(5, "Mailbox", "Fill it in.")])[
        "Corrections"
    ]
    assert worksheet["F2"].value is None
    assert is_filled(worksheet["F2"])
    assert worksheet["F2"].comment.text == "Fill it in."


@pytest.mark.parametrize("column", ["", "a column that is not there"])
def test_a_problem_of_the_whole_row_marks_its_first_cell(tmp_path: Path, column: str) -> None:
    worksheet = write_and_read(tmp_path, make_sheet(), [0], [make_problem(5, column)])["Corrections"]
    assert worksheet["A2"].comment.text == "It is wrong."


def test_a_repeated_header_means_the_column_that_is_a_field(tmp_path: Path) -> None:
    headers = ("Vendor", "Note", "Mailbox", "Vendor", "Note")
    sheet = make_sheet(make_worksheet(headers=headers))
    worksheet = write_and_read(tmp_path, sheet, [0], [make_problem(5, "Vendor")])["Corrections"]
    assert worksheet["G2"].comment
    assert not worksheet["D2"].comment


def test_errors_and_warnings_are_told_apart(tmp_path: Path) -> None:
    problems = [
        make_problem(5, "Vendor", severity=Severity.WARNING),
        make_problem(6, "Vendor", severity=Severity.WARNING),
        make_problem(6, "Vendor", severity=Severity.ERROR),
        make_problem(7, "Vendor", severity=Severity.ERROR),
    ]
    worksheet = write_and_read(tmp_path, make_sheet(), [0, 1, 2], problems)["Corrections"]
    warning, both, error = (worksheet[f"G{row}"].fill.fgColor.rgb for row in (2, 3, 4))
    assert warning != error
    assert both == error


def test_several_worksheets_keep_their_names_and_their_own_problems(tmp_path: Path) -> None:
    sheet = make_sheet(make_worksheet(name="East"), make_worksheet(name="None"), make_worksheet(name="West"))
    problems = [make_problem(5, "Domain", "West's.", worksheet="West")]
    book = write_and_read(tmp_path, sheet, [0, 12, 13], problems)
    assert book.sheetnames == ["East", "West", "How to correct"]
    assert book["West"].max_row == 3
    assert book["East"]["D2"].comment is None
    assert book["West"]["D2"].comment.text == "West's."


def test_names_that_a_worksheet_cannot_have_are_mended(tmp_path: Path) -> None:
    names = ("a/b", "a:b", "x" * 40, "x" * 35 + "y", "'", "two\x01")
    sheet = make_sheet(*(make_worksheet(LINES[:1], name=name) for name in names))
    book = write_and_read(tmp_path, sheet, range(len(names)))
    assert book.sheetnames[:-1] == ["a_b", "a_b (2)", "x" * 31, "x" * 25 + " (2)", "Corrections", "two_"]


def test_cells_are_text_so_that_what_is_typed_stays(tmp_path: Path) -> None:
    worksheet = write_and_read(tmp_path, make_sheet(), [0], [make_problem(5, "Vendor")])["Corrections"]
    assert {cell.number_format for cell in worksheet[2][3:]} == {"@"}
    assert worksheet["G2"].value == "007"


def test_a_long_comment_is_bounded(tmp_path: Path) -> None:
    problems = [make_problem(5, "Domain", f"{n} " + "word " * 100) for n in range(20)]
    comment = write_and_read(tmp_path, make_sheet(), [0], problems)["Corrections"]["D2"].comment
    assert len(comment.text) == LONGEST_COMMENT
    assert comment.text.endswith("…")
    assert comment.height < 400


def test_nothing_held_back_leaves_the_header(tmp_path: Path) -> None:
    book = write_and_read(tmp_path, make_sheet(), [])
    assert [line[3:] for line in lines_of(book["Corrections"])] == [HEADERS]


@needs_corpus
def test_every_text_comes_out_as_the_same_text_and_no_formula(tmp_path: Path) -> None:
    texts = corpus_texts()
    sheet = make_sheet(make_worksheet([(text,) * 5 for text in texts]))
    problems = [make_problem(row, "Domain", text) for row, text in enumerate(texts, 5)]
    worksheet = write_and_read(tmp_path, sheet, range(len(texts)), problems)["Corrections"]
    lenient = python_calamine.load_workbook(tmp_path / "c.xlsx").get_sheet_by_index(0)
    by_calamine = lenient.to_python(skip_empty_area=False)[1:]
    for line, read, text in zip(list(worksheet)[1:], by_calamine, texts, strict=True):
        assert [unescape(cell.value or "") for cell in line[3:]] == [text] * 5
        assert read[3:] == ["_xFFFE_" if text == "\ufffe" else text] * 5
        assert {cell.data_type for cell in line[1:] if cell.value} <= {"s"}
        assert not any(cell.hyperlink for cell in line)


def test_a_workbook_that_cannot_be_written_is_a_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / "c.xlsx").mkdir()
    with pytest.raises(ReportError, match="The corrections workbook could not be written to"):
        write_corrections(make_sheet(), [0], [], tmp_path / "c.xlsx")
    assert [path.name for path in tmp_path.iterdir()] == ["c.xlsx"]


def test_a_suggestion_that_is_longer_than_what_it_replaces_is_not_cut(tmp_path: Path) -> None:
    sheet = sheet_of(row("oakbay.com", "a"))
    problem = Problem(
        Severity.ERROR, "Orders", 2, "Mailbox", "a", "mailbox-not-valid", "Wrong.", "anna@oakbay.com"
    )
    write_suggested(sheet, [problem], tmp_path / "filled.xlsx")
    worksheet = openpyxl.load_workbook(tmp_path / "filled.xlsx").worksheets[0]
    assert worksheet["B2"].value == "anna@oakbay.com"
    assert worksheet.column_dimensions["B"].width >= len("anna@oakbay.com")
