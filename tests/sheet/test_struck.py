"""What is struck through is said, and never read as if it were not; hidden columns are said, too."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from batch_orders.core.model import Problem, Severity, Sheet
from tests.sheet.biff import Formatted, label, lines, record, xls
from tests.sheet.made import HEADER, ROW, Make, Read, rows_of
from tests.sheet.test_formats import wide, xlsb, xlsb_cell, xlsb_record, xlsb_row
from tests.sheet.test_ods import ODS, ods, ods_cell, ods_row, ods_table

OTHER = ("brightlane.com", "tom", "1", "forward.com", "Ann Lee")
STRUCK = Font(strike=True)


def only(sheet: Sheet) -> Problem:
    (problem,) = sheet.problems
    return problem


def part(struck: str, rest: str) -> CellRichText:
    return CellRichText(TextBlock(InlineFont(strike=True), struck), TextBlock(InlineFont(), rest))


def test_struck_cells_and_rows_are_named(make: Make, read: Read) -> None:
    def strike(worksheet: Worksheet) -> None:
        worksheet["A2"].font = STRUCK
        for cell in worksheet[4]:
            cell.font = STRUCK
        worksheet["B9"].font = STRUCK

    problem = only(read(make([HEADER, ROW, OTHER, OTHER], strike)))
    assert (problem.severity, problem.code, problem.value) == (Severity.WARNING, "struck-through", "2")
    assert "rows 2, 4" in problem.message


def test_a_cell_struck_in_part_is_an_error_with_what_remains(make: Make, read: Read) -> None:
    sheet = read(make([HEADER, (part("old", "brightlane.com"), *OTHER[1:])]))
    problem = only(sheet)
    assert (problem.severity, problem.code, problem.row, problem.column) == (
        Severity.ERROR,
        "struck-in-part",
        2,
        "Domain",
    )
    assert (problem.value, problem.suggestion) == ("oldbrightlane.com", "brightlane.com")


def test_a_part_in_a_column_that_is_not_ordered_is_a_warning(make: Make, read: Read) -> None:
    problem = only(read(make([(*HEADER, "Note"), (*ROW, part("urgent", "later"))])))
    assert (problem.severity, problem.code) == (Severity.WARNING, "struck-through")


def test_a_style_that_strikes_yields_to_the_text_s_own(make: Make, read: Read) -> None:
    text = CellRichText(TextBlock(InlineFont(), "brightlane"), TextBlock(InlineFont(), ".com"))
    sheet = read(make([HEADER, (text, *OTHER[1:])], lambda ws: setattr(ws["A2"], "font", STRUCK)))
    assert sheet.problems == ()


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATION = (
    '<Relationship Id="shared" Target="sharedStrings.xml" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"/></Relationships>'
)
CONTENT_TYPE = (
    '<Override PartName="/xl/sharedStrings.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
)


def share(path: Path, shared: Path, texts: str) -> Path:
    """The workbook with the cell B3 taken from a part of shared texts, of which it is the second."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(shared, "w") as new:
        for name in old.namelist():
            data = old.read(name).decode()
            data = data.replace(
                '<c r="B3" t="inlineStr"><is><t>tom</t></is></c>', '<c r="B3" t="s"><v>1</v></c>'
            )
            if name.endswith("workbook.xml.rels"):
                data = data.replace("</Relationships>", RELATION)
            new.writestr(name, data.replace("</Types>", CONTENT_TYPE))
        new.writestr("xl/sharedStrings.xml", texts)
    return shared


@pytest.mark.parametrize("prefix", ["", "x:"])
def test_a_shared_text_struck_in_part(make: Make, read: Read, tmp_path: Path, prefix: str) -> None:
    runs = "<r><rPr><b/><strike/></rPr><t>x&amp;</t></r><r><t>tom</t></r><rPh sb='0' eb='1'><t>p</t></rPh>"
    texts = f"<sst xmlns='{MAIN}' xmlns:x='{MAIN}'><si><t>no</t></si><si>{runs}</si></sst>"
    texts = texts.replace("<si>", f"<{prefix}si>").replace("</si>", f"</{prefix}si>")
    problem = only(read(share(make([HEADER, ROW, OTHER]), tmp_path / "shared.xlsx", texts)))
    assert (problem.code, problem.row, problem.column) == ("struck-in-part", 3, "Mailbox")
    assert (problem.value, problem.suggestion) == ("x&tom", "tom")


def test_struck_text_in_ods(read: Read) -> None:
    styles = (
        '<style:style style:name="gone" style:family="table-cell">'
        '<style:text-properties style:text-line-through-style="solid"/></style:style>'
        '<style:style style:name="T1" style:family="text">'
        '<style:text-properties style:text-line-through-style="solid"/></style:style>'
        '<style:style style:name="kept" style:family="table-cell">'
        '<style:text-properties style:text-line-through-style="none"/></style:style>'
    )
    rows = (
        ods_row(*map(ods_cell, HEADER)),
        ods_row(*(ods_cell(text, 'table:style-name="gone"') for text in ROW)),
        ods_row(*(ods_cell(text, 'table:style-name="kept"') for text in OTHER)),
        ods_row(
            ods_cell('<text:span text:style-name="T1">old</text:span>reef.com'), *map(ods_cell, OTHER[1:])
        ),
    )
    sheet = read(with_styles(ods_table(*rows), styles), name="orders.ods")
    error, warning = sorted(sheet.problems, key=lambda problem: problem.severity)
    assert (error.row, error.column, error.value, error.suggestion) == (
        4,
        "Domain",
        "oldreef.com",
        "reef.com",
    )
    assert (warning.code, "row 2." in warning.message) == ("struck-through", True)


def with_styles(tables: str, styles: str) -> bytes:
    begin = "<office:automatic-styles>"
    return ods(tables, template=ODS.replace(begin, begin + styles))


FONTS = record(0x0031, struct.pack("<HH", 200, 0) + bytes(12)) + record(
    0x0031, struct.pack("<HH", 200, 8) + bytes(12)
)


def test_struck_cells_in_xls(read: Read) -> None:
    cells = lines(HEADER, (*ROW[:2], Formatted(1.0), *ROW[3:]), OTHER)
    problem = only(read(xls(cells, fonts=FONTS), name="orders.xls"))
    assert (problem.code, "row 2." in problem.message) == ("struck-through", True)


def test_a_shared_text_of_xls_struck_in_part_over_two_records(read: Read) -> None:
    rich = struct.pack("<HBH", 14, 8, 2) + b"oldbrightl"
    rest = b"\x01" + "ane.com".encode("utf-16-le")[:8] + struct.pack("<HHHH", 0, 1, 3, 0)
    plain = struct.pack("<HB", 3, 0) + b"tom"
    texts = record(0x00FC, struct.pack("<II", 2, 2) + plain + rich) + record(0x003C, rest)
    shared = record(0x00FD, struct.pack("<HHHI", 1, 0, 0, 1))
    cells = lines(HEADER) + shared + b"".join(label(2, at, text) for at, text in enumerate(OTHER) if at)
    sheet = read(xls(cells, fonts=FONTS, texts=texts), name="orders.xls")
    problem = only(sheet)
    assert (problem.code, problem.row, problem.column) == ("struck-in-part", 2, "Domain")
    assert (problem.value, problem.suggestion) == ("oldbrightlane.", "brightlane.")


def test_struck_cells_and_parts_in_xlsb(read: Read) -> None:
    rich = b"\x01" + wide("oldbrightlane.com") + struct.pack("<IHHHH", 2, 0, 1, 3, 0)
    texts = xlsb_record(19, b"\x00" + wide("none")) + xlsb_record(19, rich)
    shared = xlsb_row(4) + xlsb_record(7, struct.pack("<III", 0, 0, 1))
    rest = b"".join(xlsb_cell(at, text) for at, text in enumerate(OTHER) if at)
    rows = xlsb_row(1, *HEADER), xlsb_row(2, *ROW, style=2), xlsb_row(3, *OTHER), shared + rest
    sheet = read(xlsb(*rows, merged=(9, 9, 0, 0), texts=texts), name="orders.xlsb")
    error, warning = sorted(sheet.problems, key=lambda problem: problem.severity)
    assert (error.code, error.row, error.column) == ("struck-in-part", 4, "Domain")
    assert (error.value, error.suggestion) == ("oldbrightlane.com", "brightlane.com")
    assert (warning.code, "row 2." in warning.message) == ("struck-through", True)


def test_struck_text_in_other_tables(read: Read) -> None:
    header = "".join(f"<td>{name}</td>" for name in HEADER)
    rest = "".join(f"<td>{text}</td>" for text in OTHER[1:])
    page = (
        f"<table><tr>{header}</tr><tr><td><s>old</s>reef.com</td>{rest}</tr>"
        f'<tr style="text-decoration: line-through"><td>acmemail.com</td>{rest}</tr></table>'
    )
    error, warning = sorted(read(page, name="orders.html").problems, key=lambda problem: problem.severity)
    assert (error.code, error.suggestion, warning.code) == ("struck-in-part", "reef.com", "struck-through")


def test_hidden_columns_are_named(make: Make, read: Read) -> None:
    def hide(worksheet: Worksheet) -> None:
        worksheet.column_dimensions["C"].hidden = True
        worksheet.column_dimensions["F"].hidden = True
        worksheet.column_dimensions["J"].hidden = True

    problem = only(read(make([(*HEADER, "Note"), (*ROW, "x")], hide)))
    assert (problem.code, problem.value) == ("hidden-columns", "2")
    assert "Vendor (read), Note (not read)" in problem.message


def test_a_hidden_column_is_not_read_in_place_of_a_visible_one(make: Make, read: Read) -> None:
    rows = [("Email", *HEADER), ("old", *ROW)]
    sheet = read(make(rows, lambda ws: setattr(ws.column_dimensions["A"], "hidden", True)))
    assert sheet.worksheets[0].columns["mailbox"] == 2
    unread, hidden = sheet.problems
    assert (hidden.code, "Email (not read)" in hidden.message) == ("hidden-columns", True)
    assert (unread.code, unread.value) == ("column-not-read", "Email")


def test_hidden_rows_are_named(make: Make, read: Read) -> None:
    def hide(worksheet: Worksheet) -> None:
        for row in (3, 4):
            worksheet.row_dimensions[row].hidden = True

    problem = only(read(make([HEADER, ROW, OTHER, OTHER], hide)))
    assert (problem.code, "rows 3, 4" in problem.message) == ("hidden-rows", True)


def test_built_in_formats_of_dates_show_what_the_spreadsheet_shows(make: Make, read: Read) -> None:
    def form(worksheet: Worksheet) -> None:
        for at, code in enumerate(("d-mmm", "mmm-yy", "d-mmm-yy"), 2):
            worksheet.cell(at, 2, 46147).number_format = code

    sheet = read(make([HEADER, ROW, OTHER, OTHER], form))
    assert [cells[1] for cells in rows_of(sheet).values()] == ["5-May", "May-26", "5-May-26"]
