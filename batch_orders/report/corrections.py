"""The corrections workbook: the rows that a person has to mend, marked, to be handed in again as it is."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path

from openpyxl import Workbook
from openpyxl.comments import Comment

from batch_orders.core.model import Problem, Severity, Sheet, Worksheet
from batch_orders.core.origins import labels_of, marks_of, own_columns
from batch_orders.core.positions import Positions
from batch_orders.core.workbooks import (
    CORRECTIONS,
    CORRECTIONS_HEADERS,
    CORRECTIONS_WORKSHEET,
    HOW_TO_WORKSHEET,
)
from batch_orders.report.cells import Value
from batch_orders.report.columns import lines_of
from batch_orders.report.file import save_book
from batch_orders.report.how_to import Mark, write_how_to
from batch_orders.report.style import ASIDE, SEVERITY, TEXT, Look
from batch_orders.report.table import MOST_COLUMNS, Table, sample_of
from batch_orders.report.text import storable_text

LONGEST_COMMENT = 1_000
"""Characters of one comment. What is left out stands in the report's Problems worksheet."""

COMMENT_WIDTH, COMMENT_LETTERS, COMMENT_LINE, COMMENT_LINES = 320, 46, 18, 14
"""Pixels across, letters that fit across, pixels of a line, most lines shown."""

LONGEST_TOLD = 1_000
WAITS = (
    "Nothing is wrong in this row. Its order waits for another row, or for what is said of the whole sheet."
)
ADDED = len(CORRECTIONS_HEADERS)

LABEL = replace(ASIDE, align="left")
"""A number on the right would touch the text beside it."""
MARK = {
    severity: Look(fill=look.fill, number_format=TEXT.number_format) for severity, look in SEVERITY.items()
}

Found = Mapping[int, Sequence[Problem]]
"""The problems of one worksheet by row number."""


def write_corrections(sheet: Sheet, rows: Sequence[int], problems: Sequence[Problem], path: Path) -> None:
    """Write the rows to mend, by position, to `path`: what is wrong, then the sheet's own columns.

    Each faulty cell is filled and has its sentences as a comment; a problem of the whole row marks
    the row's first cell. The corrected workbook is handed in as it is: reading knows its first
    columns and its last worksheet. A sheet of several worksheets gives one worksheet for each that
    has such rows, by its name. `path` holds the old file or the whole new one. Raises ReportError.
    """
    positions = dict(Positions(sheet).split(rows))
    several = len(sheet.worksheets) > 1
    titles: set[str] = {HOW_TO_WORKSHEET.casefold()}
    originals: list[Mark] = []
    with save_book(path, "corrections workbook", made_as=CORRECTIONS) as book:
        for place in positions or [0]:
            worksheet = sheet.worksheets[place]
            title = free_title(worksheet.name, titles) if several else CORRECTIONS_WORKSHEET
            titles.add(title.casefold())
            rows_of = _Rows(worksheet, positions.get(place, []), _problems_by_row(worksheet, problems))
            rows_of.write(book, title)
            originals += _marks(sheet, place, title, rows_of)
        write_how_to(book, originals)


def _problems_by_row(worksheet: Worksheet, problems: Sequence[Problem]) -> Found:
    found: defaultdict[int, list[Problem]] = defaultdict(list)
    for problem in problems:
        if problem.worksheet == worksheet.name and problem.row is not None:
            found[problem.row].append(problem)
    return found


class _Rows:
    """The rows of one worksheet: each with its label, what is wrong, what is suggested, and its own cells."""

    def __init__(self, worksheet: Worksheet, positions: list[int], problems: Found) -> None:
        self.worksheet, self.positions, self.problems = worksheet, positions, problems
        self.own = own_columns(worksheet)[: MOST_COLUMNS - ADDED]
        every = labels_of(worksheet)
        self.labels = [every[at] for at in positions]
        self.cells = worksheet.cells.iloc[positions]

    def write(self, book: Workbook, title: str) -> None:
        headers = (*CORRECTIONS_HEADERS, *(self.worksheet.headers[at] for at in self.own))
        sampled = sample_of(len(self.positions))
        lines = lines_of(self.cells.iloc[sampled], self.own)
        sample = [(*self.told(at), *line) for at, line in zip(sampled, lines, strict=True)]
        table = Table(book, title, headers, len(self.positions), sample, plain=TEXT)
        column_of = {**column_of_header(self.worksheet, self.own, ADDED), "": 0}
        for at, line in enumerate(lines_of(self.cells, self.own)):
            marked: defaultdict[int, list[Problem]] = defaultdict(list)
            for problem in self.problems_of(at):
                marked[column_of.get(problem.column, 0)].append(problem)
            looks = {**dict.fromkeys(range(ADDED), ASIDE), 0: LABEL}
            looks |= {column: MARK[_worst(found)] for column, found in marked.items()}
            comments = {column: comment_of(list(map(_say, found))) for column, found in marked.items()}
            table.append((*self.told(at), *line), looks, comments)

    def problems_of(self, at: int) -> Sequence[Problem]:
        return self.problems.get(int(self.cells.index[at]), ())

    def told(self, at: int) -> tuple[Value, Value, Value]:
        """The row's label, what is wrong with it and what is suggested."""
        label, found = self.labels[at], self.problems_of(at)
        wrong = dict.fromkeys(
            f"{problem.column}: {problem.message}" if problem.column else problem.message for problem in found
        )
        return (
            int(label) if label.isascii() and label.isdigit() else label,
            "\n".join(wrong)[:LONGEST_TOLD] or WAITS,
            tell_suggestions(found),
        )


def tell_suggestions(found: Sequence[Problem]) -> str:
    """What is suggested for a row, with the columns' names where more than one has a problem."""
    suggested = {problem.column: problem.suggestion for problem in found if problem.suggestion}
    one = len({problem.column for problem in found}) == 1
    return "\n".join(text if one else f"{column}: {text}" for column, text in suggested.items())


def column_of_header(worksheet: Worksheet, columns: Sequence[int], before: int = 0) -> Mapping[str, int]:
    """Where these columns stand, `before` others first, by their headers.

    Where a header's text repeats, problems speak of the column that was matched to a field.
    """
    headers, fields = worksheet.headers, set(worksheet.columns.values())
    places = [(headers[at], before + place, at in fields) for place, at in enumerate(columns)]
    first = {header: place for header, place, _ in reversed(places)}
    return first | {header: place for header, place, matched in places if matched}


def _marks(sheet: Sheet, place: int, title: str, rows: _Rows) -> Iterator[Mark]:
    start = Positions(sheet).starts()[place]
    marks = marks_of(sheet, [start + at for at in rows.positions])
    for label, at in zip(rows.labels, rows.positions, strict=True):
        if mark := marks.get(start + at):
            yield Mark(title, label, mark)


def _worst(problems: Sequence[Problem]) -> Severity:
    return Severity.ERROR if any(p.severity is Severity.ERROR for p in problems) else Severity.WARNING


def comment_of(said: Sequence[str]) -> Comment:
    text = "\n\n".join(dict.fromkeys(said))
    if len(text) > LONGEST_COMMENT:
        text = text[: LONGEST_COMMENT - 1] + "…"
    lines = sum(1 + len(line) // COMMENT_LETTERS for line in text.split("\n"))
    height = COMMENT_LINE * (min(lines, COMMENT_LINES) + 1)
    return Comment(storable_text(text), "batch_orders", height=height, width=COMMENT_WIDTH)


def _say(problem: Problem) -> str:
    return f"{problem.message}\nSuggestion: {problem.suggestion}" if problem.suggestion else problem.message


def free_title(name: str, taken: set[str]) -> str:
    """The source's name as a worksheet may be called: 31 characters, none of a few, and not taken."""
    base = (
        re.sub(r"[\\*?:/\[\]\x00-\x1f\ufffe\uffff\ud800-\udfff]", "_", name).strip("'")
        or CORRECTIONS_WORKSHEET
    )
    titles: Iterator[str] = (base[:31] if number == 1 else f"{base[:25]} ({number})" for number in count(1))
    return next(title for title in titles if title.casefold() not in taken)
