"""The sheet with every suggestion filled in and marked, to be looked at and handed in. Nothing is applied by itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pandas as pd

from batch_orders.core.model import Field, Problem, Severity, Sheet, Worksheet
from batch_orders.core.origins import FILLED, key_parts, marks_within, own_marks
from batch_orders.core.workbooks import CORRECTIONS, HOW_TO_WORKSHEET, added_headers
from batch_orders.report.columns import lines_of
from batch_orders.report.corrections import (
    MARK,
    column_of_header,
    comment_of,
    free_title,
)
from batch_orders.report.file import save_book
from batch_orders.report.how_to import FILLED_IN, Mark, write_how_to
from batch_orders.report.style import TEXT
from batch_orders.report.table import MOST_COLUMNS, SAMPLE, Table, sample_of

Suggested = Mapping[int, Problem]
"""By the position of a column: what is said at one row's cell there, with its suggestion."""


def write_suggested(sheet: Sheet, problems: Sequence[Problem], path: Path) -> None:
    """Write all rows of the sheet to `path`, with the suggestions of `problems` in their cells.

    Each such cell is filled and says in a comment what stood there. Raises ReportError.
    """
    titles: set[str] = {HOW_TO_WORKSHEET.casefold()}
    marks = [Mark(*key_parts(key), mark) for key, mark in sheet.origins.items()]
    with save_book(path, "workbook with the suggestions", CORRECTIONS) as book:
        for worksheet in sheet.worksheets:
            title = free_title(worksheet.name, titles)
            titles.add(title.casefold())
            cells, columns = worksheet.cells, range(min(len(worksheet.headers), MOST_COLUMNS))
            found = suggestions_of(worksheet, problems)
            filled = {
                at: changes(worksheet, found[row])
                for at, row in enumerate(cells.index.tolist())
                if row in found
            }
            sample = sample_lines(cells, columns, filled)
            table = Table(book, title, worksheet.headers[: len(columns)], len(cells), sample, plain=TEXT)
            for at, (row, line) in enumerate(
                zip(cells.index.tolist(), lines_of(cells, columns), strict=True)
            ):
                append_row(table, line, filled.get(at, {}), found.get(row, {}))
            if not added_headers(worksheet.headers):
                marks += marks_of_filled(sheet, worksheet, filled)
        write_how_to(book, marks, FILLED_IN)


def sample_lines(
    cells: pd.DataFrame, columns: range, filled: Mapping[int, Mapping[int, str]]
) -> Iterator[Sequence[str]]:
    """Lines to measure columns by: some of all rows, and the first that have a suggestion, which must not be cut."""
    places = sorted({*sample_of(len(cells)), *list(filled)[:SAMPLE]})
    for at, line in zip(places, lines_of(cells.iloc[places], columns), strict=True):
        yield [filled.get(at, {}).get(column, text) for column, text in zip(columns, line, strict=True)]


def marks_of_filled(
    sheet: Sheet, worksheet: Worksheet, filled: Mapping[int, Mapping[int, str]]
) -> Iterator[Mark]:
    """By what the rows say now, the marks of what they said."""
    rows = sorted(filled)
    now, before = own_marks(worksheet, rows, filled), marks_within(sheet, worksheet, rows)
    yield from (Mark(FILLED, now[at], before[at]) for at in rows if now[at] and before[at])


def changes(worksheet: Worksheet, suggested: Suggested) -> dict[int, str]:
    """By column, what one row's cells say with its suggestions filled in."""
    texts = {at: problem.suggestion for at, problem in suggested.items()}
    if worksheet.columns.get(Field.MAILBOX) in suggested:
        # What is suggested is for the mailboxes of all columns together.
        texts |= dict.fromkeys(worksheet.more_mailboxes, "")
    return texts


def suggestions_of(worksheet: Worksheet, problems: Sequence[Problem]) -> Mapping[int, Suggested]:
    """By row number. Where an error and a warning suggest something for one cell, the error does."""
    column_of = column_of_header(worksheet, range(len(worksheet.headers)))
    found: defaultdict[int, dict[int, Problem]] = defaultdict(dict)
    for problem in sorted(problems, key=lambda each: each.severity is Severity.WARNING):
        at = column_of.get(problem.column) if problem.column else None
        if (
            problem.worksheet == worksheet.name
            and problem.row is not None
            and problem.suggestion
            and at is not None
        ):
            found[problem.row].setdefault(at, problem)
    return found


def append_row(table: Table, line: Sequence[str], filled: Mapping[int, str], suggested: Suggested) -> None:
    values = [filled.get(at, text) for at, text in enumerate(line)]
    looks = {at: MARK[problem.severity] for at, problem in suggested.items()}
    comments = {at: comment_of([tell_change(line[at], problem)]) for at, problem in suggested.items()}
    table.append(values, looks, comments)


def tell_change(before: str, problem: Problem) -> str:
    return f"Your sheet says: {before or '(nothing)'}\n{problem.message}"
