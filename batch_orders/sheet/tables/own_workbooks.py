"""Reports and corrections workbooks of our own making, handed in again.

They have a form of their own: the header of the sheet that they were made from stands in row 1, and its worksheet
has another name. So a header row or worksheet that is meant for other sheets does not count for them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import Protocol

from batch_orders.core.origins import origin_key
from batch_orders.core.workbooks import (
    CORRECTIONS,
    CORRECTIONS_WORKSHEET,
    FIRST_REPORT_WORKSHEETS,
    HOW_TO_TITLE,
    HOW_TO_WORKSHEET,
    MARKS_HEADERS,
    REPORT_WORKSHEETS,
    ROW_HEADERS,
    ROWS_HEADERS,
)
from batch_orders.sheet.job import Job
from batch_orders.sheet.tables.grid import Grid, Listed
from batch_orders.sheet.tables.header import HEADER_DEPTH, Header, find_header
from batch_orders.sheet.tables.header_names import squeeze
from batch_orders.sheet.tables.text import cell_text

REPORT_AGAIN = "This is a report handed in again: only its worksheet Rows was read."
CORRECTIONS_AGAIN = (
    "This is a corrections workbook: its own header counts, whatever row or worksheet was asked for."
)
ROWS = re.compile(r"Rows( \d+)?")
"""A report with more rows than a worksheet holds goes on in "Rows 2"."""

MARK = re.compile(r"[0-9a-f]{32}")

ADDED = [squeeze(header) for header in ROWS_HEADERS]
ADDED_BEHIND = [squeeze(header) for header in ROW_HEADERS]
FEWEST_ADDED = 3
"""Of the first columns of Rows somebody may have deleted some; a sheet's own columns never look like so many."""


class Book(Protocol):
    """An open workbook of any kind. Both methods raise SheetError where the file is damaged.

    `made_as` is the document property of a workbook of our own making, or "".
    """

    @property
    def made_as(self) -> str: ...

    def worksheets(self) -> Sequence[Listed]: ...

    def grid(self, name: str) -> Grid: ...


@dataclass(frozen=True, slots=True)
class ReportRows:
    """The sheet as it was before the report was made of it, as a workbook."""

    grids: Mapping[str, Grid]
    made_as: str = ""

    def worksheets(self) -> Sequence[Listed]:
        return [Listed(name) for name in self.grids]

    def grid(self, name: str) -> Grid:
        return self.grids[name]


def rows_of_report(book: Book, listed: Sequence[Listed]) -> ReportRows | None:
    """The rows of a report, None where the workbook is none."""
    names = [each.name for each in listed]
    if set(REPORT_WORKSHEETS) <= set(names):
        own_columns = after_added
    elif set(FIRST_REPORT_WORKSHEETS) <= set(names):
        own_columns = before_added
    else:
        return None
    grids = {name: only_own(book.grid(name), own_columns) for name in names if ROWS.fullmatch(name)}
    found = {name: grid for name, grid in grids.items() if grid}
    return ReportRows(found) if len(found) == len(grids) else None


def only_own(grid: Grid, own_columns: Callable[[Sequence[object]], slice | None]) -> Grid | None:
    """The grid without the columns that the report added. None where it added none."""
    rows = iter(grid.rows)
    top = list(islice(rows, HEADER_DEPTH))
    own = next((found for cells in top if (found := own_columns(cells)) is not None), None)
    if own is None:
        return None
    first = grid.first_column + (own.start or 0)
    return replace(grid, rows=(cells[own] for cells in chain(top, rows)), first_column=first)


def after_added(cells: Sequence[object]) -> slice | None:
    """The columns behind those that a report adds, of its header."""
    headers = [squeeze(cell_text(cell)) for cell in cells[: len(ADDED)]]
    found = 0
    for header in ADDED:
        found += found < len(headers) and headers[found] == header
    return slice(found, None) if found >= FEWEST_ADDED else None


def before_added(cells: Sequence[object]) -> slice | None:
    """The columns before those that reports of earlier versions added, of their header."""
    headers = [squeeze(cell_text(cell)) for cell in cells]
    width = len(ADDED_BEHIND)
    places = range(len(headers) - width, -1, -1)
    return next((slice(at) for at in places if headers[at : at + width] == ADDED_BEHIND), None)


def is_corrections(book: Book, listed: Sequence[Listed], job: Job) -> bool:
    """Whether it is a corrections workbook of ours: by its property, or where that was lost by its form."""
    if book.made_as:
        return book.made_as == CORRECTIONS
    if [each.name for each in listed if not is_how_to(book, each)] != [CORRECTIONS_WORKSHEET]:
        return False
    row = job.options.header_row or 1
    top = [
        [cell_text(cell) for cell in cells] for cells in islice(book.grid(CORRECTIONS_WORKSHEET).rows, row)
    ]
    told = isinstance(find_header(enumerate(top[row - 1 :], row), job.names), Header)
    first = isinstance(find_header(enumerate(top[:1], 1), job.names), Header)
    return first and (row == 1 or not told)


def is_how_to(book: Book, listed: Listed) -> bool:
    """Whether it is the worksheet that explains a corrections workbook."""
    if not listed.name.startswith(HOW_TO_WORKSHEET):
        return False
    top = next(iter(book.grid(listed.name).rows), ())
    return HOW_TO_TITLE in top


def read_origins(book: Book, listed: Sequence[Listed]) -> dict[str, str]:
    """The marks of a corrections workbook's rows. What somebody has damaged in them is left out."""
    origins: dict[str, str] = {}
    for each in listed:
        if is_how_to(book, each):
            rows = [[cell_text(cell) for cell in cells] for cells in book.grid(each.name).rows]
            start = next((at for cells in rows if (at := start_of_marks(cells)) is not None), None)
            if start is None:
                continue
            for cells in rows:
                worksheet, label, mark = [*cells, *[""] * (start + 3)][start : start + 3]
                if MARK.fullmatch(mark):
                    origins[origin_key(worksheet, label)] = mark
    return origins


def start_of_marks(cells: Sequence[str]) -> int | None:
    width = len(MARKS_HEADERS)
    return next((at for at in range(len(cells)) if tuple(cells[at : at + width]) == MARKS_HEADERS), None)


def by_own_form(job: Job, listed: Sequence[Listed] = ()) -> Job:
    """The job without a header row, and without a worksheet that the workbook does not have."""
    there = {each.name.strip().casefold() for each in listed}
    worksheet = job.options.worksheet if job.options.worksheet.strip().casefold() in there else ""
    return replace(job, options=replace(job.options, worksheet=worksheet, header_row=None))
