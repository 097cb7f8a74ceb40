"""The corrections workbook: the rows that were held back, marked, to be fixed and handed in again."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path

from openpyxl import Workbook
from openpyxl.comments import Comment

from batch_orders.core.model import Problem, Severity, Sheet, Worksheet
from batch_orders.core.workbooks import CORRECTIONS, CORRECTIONS_WORKSHEET
from batch_orders.report.columns import lines_of
from batch_orders.report.file import save_book
from batch_orders.report.places import Places
from batch_orders.report.style import SEVERITY, TEXT, Look
from batch_orders.report.table import MOST_COLUMNS, Table, sample_of
from batch_orders.report.text import storable_text

LONGEST_COMMENT = 1_000
"""Characters of one comment. What is left out stands in the report's Problems worksheet."""

COMMENT_WIDTH, COMMENT_LETTERS, COMMENT_LINE, COMMENT_LINES = 320, 46, 18, 14
"""Pixels across, letters that fit across, pixels of a line, most lines shown."""

MARK = {
    severity: Look(fill=look.fill, number_format=TEXT.number_format) for severity, look in SEVERITY.items()
}

Found = Mapping[int, Sequence[Problem]]
"""The problems of one worksheet by row number."""


def write_corrections(
    sheet: Sheet, held_back: Sequence[int], problems: Sequence[Problem], path: Path
) -> None:
    """Write the held-back rows, by position, in the sheet's own columns to `path`.

    Each faulty cell is filled and has its sentences as a comment; a problem of the whole row
    marks the row's first cell. There are no further columns, so the corrected workbook is
    handed in as it is. A sheet of several worksheets gives one worksheet for each that has
    held-back rows, by its name. `path` holds the old file or the whole new one. Raises
    ReportError.
    """
    positions = _positions_by_worksheet(sheet, held_back)
    several = len(sheet.worksheets) > 1
    titles: set[str] = set()
    with save_book(path, "corrections workbook", made_as=CORRECTIONS) as book:
        for place in positions or [0]:
            worksheet = sheet.worksheets[place]
            title = _free_title(worksheet.name, titles) if several else CORRECTIONS_WORKSHEET
            titles.add(title.casefold())
            _write_rows(book, title, worksheet, positions[place], _problems_by_row(worksheet, problems))


def _positions_by_worksheet(sheet: Sheet, held_back: Sequence[int]) -> Mapping[int, list[int]]:
    """For each worksheet that has any: the positions of its held-back rows within it."""
    places = Places(sheet)
    starts = places.starts()
    found: defaultdict[int, list[int]] = defaultdict(list)
    for position in sorted(set(held_back)):
        worksheet, _ = places.place(position)
        found[worksheet].append(position - starts[worksheet])
    return found


def _problems_by_row(worksheet: Worksheet, problems: Sequence[Problem]) -> Found:
    found: defaultdict[int, list[Problem]] = defaultdict(list)
    for problem in problems:
        if problem.worksheet == worksheet.name and problem.row is not None:
            found[problem.row].append(problem)
    return found


def _write_rows(
    book: Workbook, title: str, worksheet: Worksheet, positions: list[int], problems: Found
) -> None:
    headers = worksheet.headers[:MOST_COLUMNS]
    columns = range(len(headers))
    cells = worksheet.cells.iloc[positions]
    sample = lines_of(cells.iloc[sample_of(len(cells))], columns)
    table = Table(book, title, headers, len(cells), sample, plain=TEXT)
    column_of = _column_of_header(worksheet)
    for row, line in zip(cells.index.tolist(), lines_of(cells, columns), strict=True):
        marked: defaultdict[int, list[Problem]] = defaultdict(list)
        for problem in problems.get(row, ()):
            marked[column_of.get(problem.column, 0)].append(problem)
        looks = {column: MARK[_worst(found)] for column, found in marked.items()}
        table.append(line, looks, {column: _comment(found) for column, found in marked.items()})


def _column_of_header(worksheet: Worksheet) -> Mapping[str, int]:
    # Where a header's text repeats, problems speak of the column that was matched to a field.
    matched = {worksheet.headers[column]: column for column in worksheet.columns.values()}
    first = {header: column for column, header in reversed(list(enumerate(worksheet.headers)))}
    return {header: column for header, column in {**first, **matched, "": 0}.items() if column < MOST_COLUMNS}


def _worst(problems: Sequence[Problem]) -> Severity:
    return Severity.ERROR if any(p.severity is Severity.ERROR for p in problems) else Severity.WARNING


def _comment(problems: Sequence[Problem]) -> Comment:
    text = "\n\n".join(dict.fromkeys(map(_say, problems)))
    if len(text) > LONGEST_COMMENT:
        text = text[: LONGEST_COMMENT - 1] + "…"
    lines = sum(1 + len(line) // COMMENT_LETTERS for line in text.split("\n"))
    height = COMMENT_LINE * (min(lines, COMMENT_LINES) + 1)
    return Comment(storable_text(text), "batch_orders", height=height, width=COMMENT_WIDTH)


def _say(problem: Problem) -> str:
    return f"{problem.message}\nSuggestion: {problem.suggestion}" if problem.suggestion else problem.message


def _free_title(name: str, taken: set[str]) -> str:
    """The source's name as a worksheet may be called: 31 characters, none of a few, and not taken."""
    base = (
        re.sub(r"[\\*?:/\[\]\x00-\x1f\ufffe\uffff\ud800-\udfff]", "_", name).strip("'")
        or CORRECTIONS_WORKSHEET
    )
    titles: Iterator[str] = (base[:31] if number == 1 else f"{base[:25]} ({number})" for number in count(1))
    return next(title for title in titles if title.casefold() not in taken)
