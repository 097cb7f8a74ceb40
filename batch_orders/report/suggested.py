"""The sheet with every suggestion filled in and marked, to be looked at and handed in. Nothing is applied by itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from batch_orders.core.model import Field, Problem, Severity, Sheet, Worksheet
from batch_orders.core.origins import key_parts
from batch_orders.core.workbooks import CORRECTIONS
from batch_orders.report.columns import lines_of
from batch_orders.report.corrections import (
    MARK,
    column_of_header,
    comment_of,
    free_title,
)
from batch_orders.report.file import save_book
from batch_orders.report.how_to import Mark, write_how_to
from batch_orders.report.style import TEXT
from batch_orders.report.table import MOST_COLUMNS, Table, sample_of

Suggested = Mapping[int, Problem]
"""By the position of a column: what is said at one row's cell there, with its suggestion."""


def write_suggested(sheet: Sheet, problems: Sequence[Problem], path: Path) -> None:
    """Write all rows of the sheet to `path`, with the suggestions of `problems` in their cells.

    Each such cell is filled and says in a comment what stood there. Raises ReportError.
    """
    titles: set[str] = set()
    made_as = CORRECTIONS if sheet.origins else ""
    with save_book(path, "workbook with the suggestions", made_as) as book:
        for worksheet in sheet.worksheets:
            title = free_title(worksheet.name, titles)
            titles.add(title.casefold())
            cells, columns = worksheet.cells, range(min(len(worksheet.headers), MOST_COLUMNS))
            sample = lines_of(cells.iloc[sample_of(len(cells))], columns)
            table = Table(book, title, worksheet.headers[: len(columns)], len(cells), sample, plain=TEXT)
            found = suggestions_of(worksheet, problems)
            for row, line in zip(cells.index.tolist(), lines_of(cells, columns), strict=True):
                append_row(table, worksheet, line, found.get(row, {}))
        if sheet.origins:
            write_how_to(book, [Mark(*key_parts(key), mark) for key, mark in sheet.origins.items()])


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


def append_row(table: Table, worksheet: Worksheet, line: Sequence[str], suggested: Suggested) -> None:
    values = list(line)
    for at, problem in suggested.items():
        values[at] = problem.suggestion
        if at == worksheet.columns.get(Field.MAILBOX):
            # What is suggested is for the mailboxes of all columns together.
            for more in worksheet.more_mailboxes:
                values[more] = ""
    looks = {at: MARK[problem.severity] for at, problem in suggested.items()}
    comments = {at: comment_of([tell_change(line[at], problem)]) for at, problem in suggested.items()}
    table.append(values, looks, comments)


def tell_change(before: str, problem: Problem) -> str:
    return f"Your sheet says: {before or '(nothing)'}\n{problem.message}"
