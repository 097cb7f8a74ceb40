"""Workbooks: every cell as the text a person sees, at the row number that the spreadsheet program shows."""

from __future__ import annotations

import re
import zipfile
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from batch_orders.core.model import Field, Severity
from batch_orders.errors import SheetError
from tests.sheet.made import HEADER, ROW, Make, Read, found, rows_of


def test_rows_keep_their_numbers_below_titles_and_blank_rows(make: Make, read: Read) -> None:
    path = make(
        [["Orders of May"], [], [None, *HEADER], [], [None, *ROW], [None, "  ", "\u00a0\u200b"], [None, *ROW]]
    )
    worksheet = read(path).worksheets[0]
    assert worksheet.header_row == 3
    assert worksheet.headers == HEADER
    assert worksheet.columns == {name: position for position, name in enumerate(Field)}
    assert list(worksheet.cells.index) == [5, 7]
    assert worksheet.cells.index.name == "row"
    assert worksheet.cells.columns.equals(pd.RangeIndex(5))
    assert {str(dtype) for dtype in worksheet.cells.dtypes} == {"str"}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("00123", "00123"),
        ("NA", "NA"),
        ("None", "None"),
        ("null", "null"),
        ("+91", "+91"),
        ("1.0", "1.0"),
        ("=literal", None),
        (" padded ", " padded "),
        ("line\nbreak", "line\nbreak"),
        (1, "1"),
        (1.0, "1"),
        (0.1, "0.1"),
        (0.1 + 0.2, "0.3"),
        (10**15, "1000000000000000"),
        (-5, "-5"),
        (1e-7, "1E-07"),
        (True, "TRUE"),
        (False, "FALSE"),
        (date(2025, 3, 4), "2025-03-04"),
        (datetime(2025, 3, 4, 5, 6, 7), "2025-03-04 5:06:07"),
        (time(3, 4), "3:04:00"),
    ],
)
def test_a_cell_is_the_text_that_it_shows(make: Make, read: Read, value: object, text: str | None) -> None:
    path = make([HEADER, (*ROW[:4], value)])
    if text is None:
        assert found(read(path)) == [("formula-without-value", 2, "Contact")]
    else:
        assert rows_of(read(path))[2][4] == text


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (123, "00000", "00123"),
        (1, "0.00", "1.00"),
        (4915112345, "+0", "+4915112345"),
        (1234567.5, "#,##0.00", "1,234,567.50"),
        (0.25, "0%", "25%"),
        (5551234, "000-0000", "555-1234"),
        (date(2025, 3, 4), "dd/mm/yyyy", "04/03/2025"),
        (7, '"No. "0', "No. 7"),
        (7, "General", "7"),
        (7, "@", "7"),
        (0.5, "# ?/?", "0.5"),
    ],
)
def test_a_number_is_shown_in_its_format(
    make: Make, read: Read, value: object, number_format: str, text: str
) -> None:
    def change(worksheet: object) -> None:
        worksheet["C2"].number_format = number_format  # type: ignore[index]

    assert rows_of(read(make([HEADER, (*ROW[:2], value, *ROW[3:])], change)))[2][2] == text


def test_errors_and_formulas_without_a_value_are_problems_at_their_cell(make: Make, read: Read) -> None:
    path = make([HEADER, ("#N/A", *ROW[1:]), ROW, ("acmemail.com", "=B3", *ROW[2:])])
    sheet = read(path)
    assert found(sheet) == [("error-value", 2, "Domain"), ("formula-without-value", 4, "Mailbox")]
    assert {problem.severity for problem in sheet.problems} == {Severity.ERROR}
    assert rows_of(sheet)[2][0] == "#N/A"


def test_a_row_of_nothing_but_formulas_without_a_value_is_not_blank(make: Make, read: Read) -> None:
    sheet = read(make([HEADER, ROW, ["=A2", "=B2", "=C2", "=D2", "=E2"]]))
    assert list(rows_of(sheet)) == [2, 3]
    assert len(sheet.problems) == 5


def test_errors_beside_the_fields_of_an_order_are_one_warning(make: Make, read: Read) -> None:
    sheet = read(make([(*HEADER, "Notes"), (*ROW, "#REF!"), (*ROW, "#N/A")]))
    assert [(problem.severity, problem.code, problem.row) for problem in sheet.problems] == [
        (Severity.WARNING, "error-value", 2)
    ]


def test_merged_cells_count_for_every_row_they_cover(make: Make, read: Read) -> None:
    rows = [
        HEADER,
        ROW,
        ("", "bob@acmemail.com", "1", "", "Bob"),
        (),
        ("", "eve@acmemail.com"),
        ("", "x@y.com"),
    ]
    path = make(rows, lambda worksheet: worksheet.merge_cells("A2:A5"))
    assert [(row, cells[0]) for row, cells in rows_of(read(path)).items()] == [
        (2, "acmemail.com"),
        (3, "acmemail.com"),
        (5, "acmemail.com"),
        (6, ""),
    ]


@pytest.mark.long
def test_cells_merged_across_batches_of_rows_are_filled(make: Make, read: Read) -> None:
    rows = [HEADER, ROW] + [["", *ROW[1:]]] * 33_000
    path = make(rows, lambda worksheet: worksheet.merge_cells("A2:A33002"))
    cells = read(path).worksheets[0].cells
    assert len(cells) == 33_001
    assert set(cells[0]) == {"acmemail.com"}


def test_an_error_in_a_merged_cell_holds_every_row_back(make: Make, read: Read) -> None:
    rows = [HEADER, ("#N/A", *ROW[1:]), ("", *ROW[1:])]
    sheet = read(make(rows, lambda worksheet: worksheet.merge_cells("A2:A3")))
    assert found(sheet) == [("error-value", 2, "Domain"), ("error-value", 3, "Domain")]


def test_a_merged_formula_without_a_value_holds_every_row_back(make: Make, read: Read) -> None:
    rows = [HEADER, ("=B2", *ROW[1:]), ("", *ROW[1:])]
    sheet = read(make(rows, lambda worksheet: worksheet.merge_cells("A2:A3")))
    assert found(sheet) == [("formula-without-value", 2, "Domain"), ("formula-without-value", 3, "Domain")]


def test_hidden_rows_are_read_and_counted(make: Make, read: Read) -> None:
    def hide(worksheet: object) -> None:
        for row in (3, 4, 9):
            worksheet.row_dimensions[row].hidden = True  # type: ignore[attr-defined]

    sheet = read(make([HEADER, ROW, ROW, ROW], hide))
    assert list(rows_of(sheet)) == [2, 3, 4]
    assert [(problem.code, problem.value) for problem in sheet.problems] == [("hidden-rows", "2")]


def test_cells_without_a_header_are_left_out_with_a_warning(make: Make, read: Read) -> None:
    sheet = read(make([(None, *HEADER), ("stray", *ROW), (None, *ROW, "stray")]))
    assert rows_of(sheet) == {2: list(ROW), 3: list(ROW)}
    assert [(problem.code, problem.value) for problem in sheet.problems] == [("cells-without-header", "2")]


def several_worksheets() -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    book.remove(book["Sheet"])
    for name, state, rows in (
        ("May", "visible", [HEADER, ROW]),
        ("Notes", "visible", [["Call the vendor"]]),
        ("Empty", "visible", []),
        ("Old", "hidden", [HEADER, ROW]),
        ("Older", "veryHidden", [HEADER, ROW]),
        ("June", "visible", [["Title"], HEADER, ROW, ROW]),
    ):
        worksheet = book.create_sheet(name)
        worksheet.sheet_state = state
        for row in rows:
            worksheet.append(row)
    return book


def test_every_visible_worksheet_with_the_columns_is_read(tmp_path: Path, read: Read) -> None:
    several_worksheets().save(tmp_path / "orders.xlsx")
    sheet = read(tmp_path / "orders.xlsx")
    assert [(each.name, each.header_row, len(each.cells)) for each in sheet.worksheets] == [
        ("May", 1, 1),
        ("June", 2, 2),
    ]
    assert [(problem.code, problem.worksheet) for problem in sheet.problems] == [
        ("worksheet-left-out", "Notes"),
        ("worksheet-hidden", "Old"),
        ("worksheet-hidden", "Older"),
    ]


def test_a_worksheet_that_is_asked_for_is_read_though_hidden(tmp_path: Path, read: Read) -> None:
    several_worksheets().save(tmp_path / "orders.xlsx")
    assert [each.name for each in read(tmp_path / "orders.xlsx", worksheet="old").worksheets] == ["Old"]
    with pytest.raises(SheetError, match=r'no worksheet "July".*"May"'):
        read(tmp_path / "orders.xlsx", worksheet="July")


def test_a_header_row_that_is_told_overrules(make: Make, read: Read) -> None:
    path = make([HEADER, ROW, HEADER, ROW])
    # The same header again is passed over.
    assert list(rows_of(read(path))) == [2, 4]
    assert list(rows_of(read(path, header_row=3))) == [4]
    with pytest.raises(SheetError, match="lacks Domain"):
        read(path, header_row=2)


def test_a_report_handed_in_again_gives_its_rows(tmp_path: Path, read: Read) -> None:
    book = openpyxl.Workbook()
    book.remove(book["Sheet"])
    for name in ("Summary", "Orders", "Rows", "Problems"):
        book.create_sheet(name)
    book["Orders"].append(HEADER)
    book["Orders"].append(ROW)
    book["Rows"].append((*HEADER, "Notes", "Status", "Order ID", "Reason"))
    book["Rows"].append((*ROW, "a note", "invalid", "", "#N/A"))
    book.save(tmp_path / "report.xlsx")
    sheet = read(tmp_path / "report.xlsx")
    assert [each.name for each in sheet.worksheets] == ["Rows"]
    assert sheet.worksheets[0].headers == (*HEADER, "Notes")
    assert rows_of(sheet) == {2: [*ROW, "a note"]}
    assert sheet.problems == ()
    assert "report" in sheet.assumptions[0]


@pytest.mark.parametrize("rows", [[HEADER], [HEADER, ["", " "]]])
def test_a_sheet_without_rows_is_refused(make: Make, read: Read, rows: list[list[str]]) -> None:
    with pytest.raises(SheetError, match="no rows"):
        read(make(rows))


def test_an_empty_workbook_is_refused(make: Make, read: Read) -> None:
    with pytest.raises(SheetError, match="empty"):
        read(make([]))


PART = "xl/worksheets/sheet1.xml"


def rewritten(path: Path, part: str, old: bytes, new: bytes) -> Path:
    """A copy of a workbook in which every match of `old` in a part is replaced."""
    changed = path.with_name(f"changed-{path.name}")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(changed, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, re.sub(old, new, data) if name == part else data)
    return changed


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (rb' r="[A-Z]*\d+"', b""),
        (rb"<(/?)(row|c|v|f|is|t|sheetData|worksheet)\b(?! xmlns)", rb"<\1x:\2"),
        (rb'="([^"]*)"', rb"='\1'"),
    ],
    ids=["no positions", "prefixed", "single quotes"],
)
def test_unusual_xml_tells_the_same(make: Make, read: Read, old: bytes, new: bytes) -> None:
    def hide(worksheet: object) -> None:
        worksheet.row_dimensions[3].hidden = True  # type: ignore[attr-defined]
        worksheet["C3"].number_format = "00000"  # type: ignore[index]

    path = make([HEADER, ("#N/A", *ROW[1:]), (*ROW[:2], 12, *ROW[3:]), ("=A2", *ROW[1:])], hide)
    sheet = read(rewritten(rewritten(path, *declaration(new)), PART, old, new))
    assert found(sheet) == [
        ("error-value", 2, "Domain"),
        ("formula-without-value", 4, "Domain"),
        ("hidden-rows", None, ""),
    ]
    assert rows_of(sheet)[3][2] == "00012"


def declaration(new: bytes) -> tuple[str, bytes, bytes]:
    """The prefix declared, where one is used."""
    return PART, b"<worksheet xmlns=", b"<worksheet xmlns:x=" if b"x:" in new else b"<worksheet xmlns="


def test_a_dtd_is_refused(make: Make, read: Read) -> None:
    path = rewritten(make([HEADER, ROW]), "xl/workbook.xml", b"<workbook", b"<!DOCTYPE x><workbook")
    with pytest.raises(SheetError, match="DTD"):
        read(path)


def test_a_workbook_that_inflates_too_far_is_refused(make: Make, read: Read) -> None:
    with pytest.raises(SheetError, match="inflates"):
        read(make([HEADER, ROW]), inflated=1000)


def test_a_cell_at_the_far_corner_is_refused_within_the_cap(make: Make, read: Read) -> None:
    def stray(worksheet: object) -> None:
        worksheet["XFD1048576"] = 1  # type: ignore[index]

    with pytest.raises(SheetError, match="memory"):
        read(make([HEADER, ROW], stray))
