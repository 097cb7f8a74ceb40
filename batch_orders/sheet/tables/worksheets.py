"""Which worksheets of a workbook are read, and what is said of the others."""

from __future__ import annotations

from collections.abc import Sequence

from batch_orders.core.wording import counted
from batch_orders.core.workbooks import COLUMNS_WORKSHEET, EXAMPLE_WORKSHEET
from batch_orders.errors import ColumnsError, SheetError
from batch_orders.sheet.codes import ReadCode
from batch_orders.sheet.job import Job
from batch_orders.sheet.tables.grid import Grid, Listed, Table
from batch_orders.sheet.tables.no_header import NoHeader
from batch_orders.sheet.tables.own_template import (
    filled_in,
    has_example_title,
    is_legend,
    top_rows,
    without_examples,
)
from batch_orders.sheet.tables.own_workbooks import (
    CORRECTIONS_AGAIN,
    REPORT_AGAIN,
    Book,
    by_own_form,
    is_corrections,
    is_how_to,
    read_origins,
    rows_of_report,
)
from batch_orders.sheet.tables.table import read_table

MOST_NAMED = 5
"""Worksheets that a refusal names."""


def read_worksheets(book: Book, job: Job) -> list[Table]:
    """Every visible worksheet with the required columns, or the one that was asked for.

    Workbooks of our own making are read by their own form, whatever was asked for.
    Raises SheetError where there is none.
    """
    listed = book.worksheets()
    if report := rows_of_report(book, listed):
        job.assumptions.append(REPORT_AGAIN)
        return read_chosen(report, report.worksheets(), by_own_form(job))
    if (job.options.worksheet or job.options.header_row) and is_corrections(book, listed, job):
        job.assumptions.append(CORRECTIONS_AGAIN)
        job = by_own_form(job, listed)
    job.origins.update(read_origins(book, listed))
    if job.options.worksheet:
        return read_chosen(book, [find_worksheet(listed, job.options.worksheet)], job)
    hidden = [each for each in listed if not each.visible]
    tables = read_chosen(book, [each for each in listed if each.visible], job, len(hidden))
    for each in hidden:
        if is_folded_away(book, each):
            continue
        job.warn(
            each.name,
            ReadCode.WORKSHEET_HIDDEN,
            "The worksheet is hidden and was left out. To have it read, unhide it.",
        )
    return tables


def read_chosen(book: Book, chosen: Sequence[Listed], job: Job, hidden: int = 0) -> list[Table]:
    tables: list[Table] = []
    misses: list[tuple[str, NoHeader]] = []
    for each in chosen:
        if is_how_to(book, each):
            continue
        found = read_found(book.grid(each.name), job)
        if isinstance(found, Table):
            tables.append(found)
        elif found and not found.blank:
            misses.append((each.name, found))
    if not tables:
        raise no_worksheet(misses, hidden)
    for name, miss in misses:
        message = f"The worksheet was left out: {miss.sentence()}."
        job.warn(name, ReadCode.WORKSHEET_LEFT_OUT, message)
    return without_examples(tables)


def read_found(grid: Grid, job: Job) -> Table | NoHeader | None:
    """The worksheet's table, or why it has none; None where it explains our own template."""
    top, grid = top_rows(grid)
    if is_legend(top):
        return None
    try:
        found = read_table(grid, job.names, job.options.header_row, job.tick)
    except SheetError as error:
        raise SheetError(f'worksheet "{grid.name}": {error}', error.setting) from error
    if not has_example_title(top):
        return found
    if isinstance(found, Table) and (count := filled_in(found)):
        message = (
            f"The worksheet was left out, as its title says, though {counted(count, 'row')} of it "
            f"{'is' if count == 1 else 'are'} no example. Move what is to be ordered to the order sheet."
        )
        job.warn(grid.name, ReadCode.WORKSHEET_LEFT_OUT, message)
    return None


def find_worksheet(listed: Sequence[Listed], name: str) -> Listed:
    """The worksheet of that name, hidden or not; case and outer spaces count only where needed."""
    alike = [each for each in listed if each.name.strip().casefold() == name.strip().casefold()]
    exact = [each for each in alike if each.name == name] or alike
    if len(exact) == 1:
        return exact[0]
    names = ", ".join(f'"{each.name}"' for each in listed[:MOST_NAMED])
    raise SheetError(f'there is no worksheet "{name}". The workbook has {names}.', "worksheet")


def no_worksheet(misses: Sequence[tuple[str, NoHeader]], hidden: int) -> SheetError:
    """Why none can be read. `hidden` is how many were not looked at."""
    if not misses:
        unhide = f" {hidden} are hidden: unhide them, or name one of them." if hidden else ""
        unhide = " One is hidden: unhide it, or name it." if hidden == 1 else unhide
        empty = f"its worksheets are empty.{unhide or ' Fill in a header and at least one row.'}"
        return SheetError(empty, "worksheet" if hidden else "")
    told = "; ".join(f'worksheet "{name}": {miss.sentence()}' for name, miss in misses[:MOST_NAMED])
    more = f"; and {len(misses) - MOST_NAMED} more" if len(misses) > MOST_NAMED else ""
    were = "worksheet was" if hidden == 1 else "worksheets were"
    unseen = f" {hidden} hidden {were} not looked at." if hidden else ""
    columns = next((miss.columns for _, miss in misses if miss.columns), ())
    lacking = f"no worksheet has all required columns. {told[0].upper()}{told[1:]}{more}.{unseen}"
    return ColumnsError(lacking, columns)


def is_folded_away(book: Book, hidden: Listed) -> bool:
    """Whether it is a worksheet that explains a workbook of our own: nothing to speak of where it is hidden."""
    if is_how_to(book, hidden):
        return True
    if hidden.name.strip() not in (COLUMNS_WORKSHEET, EXAMPLE_WORKSHEET):
        return False
    top, _ = top_rows(book.grid(hidden.name))
    return is_legend(top) or has_example_title(top)
