"""The order sheet that people fill in, empty, as a workbook or as a CSV file."""

import csv
import io
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from batch_orders.core.vendors import Offer, VendorNames
from batch_orders.core.workbooks import (
    COLUMNS_HEADERS,
    COLUMNS_WORKSHEET,
    EXAMPLE_ROWS,
    EXAMPLE_TITLE,
    EXAMPLE_WORKSHEET,
)
from batch_orders.errors import ReportError
from batch_orders.report.file import replace_file
from batch_orders.report.style import (
    BOLD,
    HEADER,
    LEFT,
    NOTE,
    OPTIONAL_HEADER,
    PLAIN,
    TEXT,
    apply_look,
    set_up_page,
)
from batch_orders.report.table import MOST_ROWS

VENDOR = "Vendor"
CHOICES_COLUMN = "F"
"""Of the worksheet that explains the columns: the vendors to choose from."""


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


Choices = Sequence[str | int]
"""What a vendor may be called in a sheet: a name, or the number where several have the same name."""

EXAMPLE_TOLD = (
    "example.com gets two mailboxes, so that it stands in two rows that agree on everything else. example.net gets "
    "one. Vendor is the number or, where the list of vendors is known, the name."
)


def write_template(path: Path, offers: Iterable[Offer] = ()) -> None:
    """Write an empty order sheet: a workbook or a CSV file (UTF-8 with BOM), by the ending of `path`.

    `offers` are the vendors as they were last known: a workbook offers them to choose from.
    Raises ReportError if the ending is another, the file exists, or it cannot be written.
    """
    kinds: dict[str, Callable[[], bytes]] = {
        ".xlsx": partial(_workbook_bytes, choices_of(offers)),
        ".csv": _csv_bytes,
    }
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


def choices_of(offers: Iterable[Offer]) -> Choices:
    """By number: each vendor's name, or its number where its name is not its alone."""
    known = sorted(offers, key=lambda offer: offer.vendor)
    names = VendorNames.of({}, known)
    alone = (offer.name.strip() and len(names.find(offer.name)) == 1 for offer in known)
    return [offer.name if own else offer.vendor for offer, own in zip(known, alone, strict=True)]


def _workbook_bytes(choices: Choices) -> bytes:
    stream = io.BytesIO()
    book = order_sheet([], choices)
    _add_example(book, choices)
    book.save(stream)
    return stream.getvalue()


def order_sheet(rows: Sequence[Sequence[str]], choices: Choices = ()) -> Workbook:
    """The order sheet as a workbook, with these rows already filled in; optional columns are folded where none are."""
    book = Workbook()
    book.properties.creator = "batch_orders"
    worksheet = book.worksheets[0]
    worksheet.title = "Order sheet"
    for place, column in enumerate(COLUMNS, 1):
        _add_column(worksheet, place, column, choices)
    if not rows:
        _fold_optional(worksheet)
    for number, row in enumerate(rows, 2):
        for place, text in enumerate(row, 1):
            header = COLUMNS[place - 1].header
            value = int(text) if header == VENDOR and text.isdecimal() else text
            apply_look(worksheet.cell(number, place, value or None), LEFT if header == VENDOR else TEXT)
    worksheet.row_dimensions[1].height = 32
    worksheet.freeze_panes = "A2"
    set_up_page(worksheet, titles="1:1")
    _explain_columns(book, choices)
    return book


def _fold_optional(worksheet: Worksheet) -> None:
    for place, column in enumerate(COLUMNS, 1):
        if not column.required:
            dimension = worksheet.column_dimensions[get_column_letter(place)]
            dimension.outlineLevel, dimension.hidden = 1, True
    # The sign that unfolds them stands above the next column.
    worksheet.column_dimensions[get_column_letter(len(COLUMNS) + 1)].collapsed = True


def _add_column(worksheet: Worksheet, place: int, column: Column, choices: Choices) -> None:
    letter = get_column_letter(place)
    look = HEADER if column.required else OPTIONAL_HEADER
    apply_look(worksheet.cell(1, place, column.header), look, wrapped=True)
    dimension = worksheet.column_dimensions[letter]
    dimension.width = max(len(column.example) + 6, 16)
    check = DataValidation()
    if column.header == VENDOR:
        check = _one_of(len(choices)) if choices else _whole_number()
    # A number typed into a cell of text format is text, which the check of the vendor would refuse.
    dimension.number_format = PLAIN.number_format if column.header == VENDOR else TEXT.number_format
    check.promptTitle, check.prompt = column.header, f"{column.hint} Example: {column.example}"
    check.showInputMessage = True
    check.add(f"{letter}2:{letter}{MOST_ROWS}")
    worksheet.add_data_validation(check)


def _one_of(count: int) -> DataValidation:
    # A warning can be overruled: a number counts as well, and vendors may have changed.
    return DataValidation(
        type="list",
        formula1=f"{COLUMNS_WORKSHEET}!${CHOICES_COLUMN}$2:${CHOICES_COLUMN}${count + 1}",
        errorStyle="warning",
        showErrorMessage=True,
        errorTitle=VENDOR,
        error="No vendor of the list goes by this name. A vendor's number may be given as well.",
    )


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


def _explain_columns(book: Workbook, choices: Choices) -> None:
    worksheet: Worksheet = book.create_sheet(COLUMNS_WORKSHEET)
    lines = [COLUMNS_HEADERS]
    lines += [(c.header, "yes" if c.required else "no", c.hint, c.example) for c in COLUMNS]
    for number, line in enumerate(lines, 1):
        looks = (BOLD, PLAIN, PLAIN, TEXT) if number > 1 else (HEADER,) * 4
        for place, (text, look) in enumerate(zip(line, looks, strict=True), 1):
            apply_look(worksheet.cell(number, place, text), look, wrapped=True)
    for number, choice in enumerate(("Vendors to choose from", *choices) if choices else (), 1):
        cell = worksheet[f"{CHOICES_COLUMN}{number}"]
        cell.value = choice
        apply_look(cell, LEFT if number > 1 else HEADER)
    for letter, width in zip(f"ABCD{CHOICES_COLUMN}", (28, 10, 105, 24, 28), strict=True):
        worksheet.column_dimensions[letter].width = width
    worksheet.freeze_panes = "A2"
    set_up_page(worksheet, titles="1:1")


def _add_example(book: Workbook, choices: Choices) -> None:
    """The second worksheet: some rows as they are meant."""
    worksheet: Worksheet = book.create_sheet(EXAMPLE_WORKSHEET, 1)
    required = [column.header for column in COLUMNS if column.required]
    apply_look(worksheet.cell(2, 1, EXAMPLE_TOLD), PLAIN)
    for place, header in enumerate(required, 1):
        # The title is longer than its column, and its colour goes on with it.
        apply_look(worksheet.cell(1, place, EXAMPLE_TITLE if place == 1 else None), NOTE)
        apply_look(worksheet.cell(4, place, header), HEADER)
        worksheet.column_dimensions[get_column_letter(place)].width = 24
    vendor = choices[0] if choices else 1
    for number, (domain, mailbox, forwarding, contact) in enumerate(EXAMPLE_ROWS, 5):
        for place, value in enumerate((domain, mailbox, vendor, forwarding, contact), 1):
            apply_look(worksheet.cell(number, place, value), LEFT if value == vendor else TEXT)
    set_up_page(worksheet)
