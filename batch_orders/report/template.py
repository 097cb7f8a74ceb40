"""The order sheet that people fill in, empty, as a workbook or as a CSV file."""

import csv
import io
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from batch_orders.errors import ReportError
from batch_orders.report.file import replace_file
from batch_orders.report.style import (
    BOLD,
    HEADER,
    LEFT,
    OPTIONAL_HEADER,
    PLAIN,
    TEXT,
    apply_look,
    set_up_page,
)
from batch_orders.report.table import MOST_ROWS

VENDOR = "Vendor"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the order sheet. `hint` is what is shown while its cell is selected."""

    header: str
    required: bool
    hint: str
    example: str


COLUMNS: tuple[Column, ...] = (
    Column(
        "Domain",
        True,
        "The domain to buy, without www. and without http://. One row for each mailbox; "
        "repeat the domain in each of its rows.",
        "example.com",
    ),
    Column(
        "Mailbox",
        True,
        "The mailbox to create in the domain: the whole address, or only the part before the @.",
        "jane@example.com",
    ),
    Column(VENDOR, True, "The vendor's number: a whole number, the same in all rows of a domain.", "1"),
    Column(
        "Forwarding domain",
        True,
        "Where the domain forwards to, the same in all rows of a domain. Not the domain itself.",
        "example.org",
    ),
    Column("Contact", True, "The name of the contact person, the same in all rows of a domain.", "Jane Doe"),
    Column("Contact email", False, "The contact's email address.", "jane.doe@example.org"),
    Column("Contact first name", False, "The contact's first name.", "Jane"),
    Column("Contact last name", False, "The contact's last name.", "Doe"),
    Column("Contact company", False, "The contact's company.", "Example Ltd"),
    Column("Contact country", False, "The contact's country, as the vendor wants it.", "US"),
    Column("Contact city", False, "The contact's city.", "Springfield"),
    Column("Contact address line one", False, "Street and number.", "12 Main Street"),
    Column("Contact address line two", False, "Second line of the address.", "2nd floor"),
    Column("Contact address line three", False, "Third line of the address.", "Building B"),
    Column("Contact postal code", False, "The postal code. Leading zeros are kept.", "01101"),
    Column("Contact state", False, "The state or region.", "MA"),
    Column("Contact phone cc", False, "The country code of the phone number. A plus sign is kept.", "+1"),
    Column("Contact phone", False, "The phone number without its country code.", "4135550123"),
    Column("Contact language preference", False, "The language that the contact prefers.", "en"),
)
"""Each optional column is passed on as one more field of the contact."""


def write_template(path: Path) -> None:
    """Write an empty order sheet: a workbook or a CSV file (UTF-8 with BOM), by the ending of `path`.

    Raises ReportError if the ending is another, the file exists, or it cannot be written.
    """
    kinds = {".xlsx": _workbook_bytes, ".csv": _csv_bytes}
    make = kinds.get(path.suffix.lower())
    if make is None:
        raise ReportError(
            f"A template is an .xlsx or a .csv file, and {path.name} ends in neither. "
            "Give a name such as order-sheet.xlsx."
        )
    if os.path.lexists(path):
        raise ReportError(
            f"{path} exists already and was left as it is. Choose another name, or move the file away."
        )
    with replace_file(path, "template") as stream:
        stream.write(make())


def _csv_bytes() -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerow(column.header for column in COLUMNS)
    # Without the byte order mark Excel reads a CSV file in the computer's old code page.
    return text.getvalue().encode("utf-8-sig")


def _workbook_bytes() -> bytes:
    stream = io.BytesIO()
    order_sheet([]).save(stream)
    return stream.getvalue()


def order_sheet(rows: Sequence[Sequence[str]]) -> Workbook:
    """The order sheet as a workbook, with these rows already filled in."""
    book = Workbook()
    book.properties.creator = "batch_orders"
    worksheet = book.worksheets[0]
    worksheet.title = "Order sheet"
    for place, column in enumerate(COLUMNS, 1):
        _add_column(worksheet, place, column)
    for number, row in enumerate(rows, 2):
        for place, text in enumerate(row, 1):
            header = COLUMNS[place - 1].header
            value = int(text) if header == VENDOR and text.isdecimal() else text
            apply_look(worksheet.cell(number, place, value or None), LEFT if header == VENDOR else TEXT)
    worksheet.row_dimensions[1].height = 32
    worksheet.freeze_panes = "A2"
    set_up_page(worksheet, titles="1:1")
    _explain_columns(book)
    return book


def _add_column(worksheet: Worksheet, place: int, column: Column) -> None:
    letter = get_column_letter(place)
    look = HEADER if column.required else OPTIONAL_HEADER
    apply_look(worksheet.cell(1, place, column.header), look, wrapped=True)
    dimension = worksheet.column_dimensions[letter]
    dimension.width = max(len(column.example) + 6, 16)
    check = _whole_number() if column.header == VENDOR else DataValidation()
    # A number typed into a cell of text format is text, which the check of the vendor would refuse.
    dimension.number_format = PLAIN.number_format if column.header == VENDOR else TEXT.number_format
    check.promptTitle, check.prompt = column.header, f"{column.hint} Example: {column.example}"
    check.showInputMessage = True
    check.add(f"{letter}2:{letter}{MOST_ROWS}")
    worksheet.add_data_validation(check)


def _whole_number() -> DataValidation:
    # A warning can be overruled: settings may know vendors by name.
    return DataValidation(
        type="whole",
        operator="greaterThanOrEqual",
        formula1="1",
        errorStyle="warning",
        showErrorMessage=True,
        errorTitle=VENDOR,
        error="The vendor is a whole number, 1 or more. Keep a name only if your settings know it.",
    )


def _explain_columns(book: Workbook) -> None:
    worksheet: Worksheet = book.create_sheet("Columns")
    lines = [("Column", "Required", "What to fill in", "Example")]
    lines += [(c.header, "yes" if c.required else "no", c.hint, c.example) for c in COLUMNS]
    for number, line in enumerate(lines, 1):
        looks = (BOLD, PLAIN, PLAIN, TEXT) if number > 1 else (HEADER,) * 4
        for place, (text, look) in enumerate(zip(line, looks, strict=True), 1):
            apply_look(worksheet.cell(number, place, text), look, wrapped=True)
    for letter, width in zip("ABCD", (28, 10, 105, 24), strict=True):
        worksheet.column_dimensions[letter].width = width
    worksheet.freeze_panes = "A2"
    set_up_page(worksheet, titles="1:1")
