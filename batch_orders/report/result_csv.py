"""The result CSV: the lines of a CSV file as they were handed in, and what became of each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from batch_orders.core.model import CsvForm
from batch_orders.core.results import BatchResult
from batch_orders.core.workbooks import ROW_HEADERS
from batch_orders.errors import ReportError, SheetError
from batch_orders.report.file import replace_file
from batch_orders.report.rows import tell_fate
from batch_orders.report.text import FORMULA_STARTS, may_become_formula
from batch_orders.report.workbook import order_of_rows
from batch_orders.sheet.csv.form import CsvLines

LINE_END = re.compile(r"(\r\n|\n|\r)?\Z")
BREAKS = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")
DELIMITERS = frozenset(",;|")
"""Of every locale and of this program; a tab is a blank by then."""
HIDDEN_START = re.compile(rf"[,;|]\s*(?=[{re.escape(''.join(sorted(FORMULA_STARTS)))}])")

Added = tuple[str, ...]


NOT_POSSIBLE = "No result CSV can be made of {}: {}. The report has the same."
NO_LINES = "it is no CSV file whose lines can be written back as they are"
NOT_THOSE = "its bytes are not in the encoding that they were read in"


def write_result_csv(result: BatchResult, path: Path) -> None:
    """Write every line of the sheet byte for byte, each row with its status, order id and reason.

    The sheet must have its bytes and its CSV form. The added cells have the file's delimiter,
    quotes and encoding; a letter that the encoding cannot hold becomes "?" in them, and none of
    them can turn into a formula. `path` holds the old file or the whole new one. Raises ReportError.
    """
    sheet = result.sheet
    if sheet.csv is None or not sheet.data:
        raise ReportError(NOT_POSSIBLE.format(sheet.name, NO_LINES))
    try:
        lines = CsvLines.of(sheet.data, sheet.csv)
    except SheetError:
        raise ReportError(NOT_POSSIBLE.format(sheet.name, NOT_THOSE)) from None
    added = {sheet.csv.header_row: ROW_HEADERS, **added_cells(result)}
    write_lines(lines, sheet.csv, added, path)


def write_lines(lines: CsvLines, form: CsvForm, added: Mapping[int, Added], path: Path) -> None:
    quoted = False
    with replace_file(path, "result CSV") as stream:
        stream.write(form.bom + encode(lines.sep_line, form))
        for row, (cells, own) in enumerate(lines.rows(), 1):
            if row == form.header_row:
                quoted = own.lstrip("\ufeff").startswith('"')
            if row not in added:
                stream.write(encode(own, form))
                continue
            end = LINE_END.search(own)
            line = own[: end.start()] if end else own
            # A line may leave out the delimiters of its last cells, and the status has its column.
            gap = form.delimiter * max(0, form.width - len(cells))
            told = "".join(form.delimiter + write_cell(text, form, quoted) for text in added[row])
            stream.write(encode(line, form))
            stream.write((gap + told).encode(form.encoding, "replace"))
            stream.write(encode(own[len(line) :], form))


def encode(own: str, form: CsvForm) -> bytes:
    """The file's own text, which its encoding holds."""
    try:
        return own.encode(form.encoding)
    except UnicodeError:
        raise ReportError(f"The result CSV cannot be written in {form.encoding}. See the report.") from None


def added_cells(result: BatchResult) -> Mapping[int, Added]:
    """For each row of the one worksheet, by its number: its status, order id and reason."""
    (worksheet,) = result.sheet.worksheets
    rows = worksheet.cells.index.tolist()
    order_of = order_of_rows(result.orders, len(rows))
    return {row: tell_fate(result, order_of, position) for position, row in enumerate(rows)}


def write_cell(text: str, form: CsvForm, quoted: bool) -> str:
    """One cell, quoted where the header is or where it must be."""
    safe = without_formula(text)
    if quoted or DELIMITERS.intersection(safe) or form.delimiter in safe or '"' in safe:
        return '"' + safe.replace('"', '""') + '"'
    return safe


def without_formula(text: str) -> str:
    """The text on one line, and such that no spreadsheet program finds a formula in it.

    A program of another locale splits a cell at another delimiter, quotes or not, and must find no formula behind
    that either.
    """
    plain = " ".join(BREAKS.sub(" ", text).split())
    return HIDDEN_START.sub(r"\g<0>'", f"'{plain}" if may_become_formula(plain) else plain)
