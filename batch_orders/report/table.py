"""A worksheet that is one table: styled, frozen header, filter, fitting widths, one line after another."""

from collections.abc import Generator, Iterable, Mapping, Sequence
from datetime import datetime
from typing import cast
from unicodedata import east_asian_width

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.utils import get_column_letter

from batch_orders.report.cells import Cells, Value, Written
from batch_orders.report.fast_rows import new_worksheet
from batch_orders.report.style import HEADER, PLAIN, Look, set_up_page

MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
"""What a worksheet holds, its header included. Source: Excel's specifications and limits."""

SAMPLE = 200
"""How many lines are measured to find the widths of a table's columns."""

NARROWEST, WIDEST = 9, 60
LONGEST_WRAPPED = 1_500
"""Longer text stays on one line: a row cannot be high enough to show it all."""

LINE_HEIGHT, MOST_LINES, SPARE = 15.0, 20, 4
"""Points of one line, most lines shown in one row, and letters that fit beyond a width in digits."""

_NO_LOOKS: Mapping[int, Look] = {}
_NO_COMMENTS: Mapping[int, Comment] = {}
_NO_LINKS: Mapping[int, str] = {}
_AS_WIDE_AS_ANY: Mapping[int, int] = {}


def sample_of(count: int) -> list[int]:
    """At most about SAMPLE positions, spread evenly over `count` lines."""
    return list(range(0, count, max(1, count // SAMPLE)))


def title_of_part(title: str, part: int) -> str:
    """What one worksheet cannot hold goes on in the next, which is `{title} 2`."""
    return title if part == 1 else f"{title} {part}"


def place_of_line(title: str, line: int, column: str = "A") -> str:
    """Where a line of a table stands, counted from 0, as a link names it: `'Orders'!A2`."""
    part, within = divmod(line, MOST_ROWS - 1)
    return f"'{title_of_part(title, part + 1)}'!{column}{within + 2}"


class Table:
    """Writes a table of known length; what one worksheet cannot hold goes on in "{title} 2" …"""

    def __init__(
        self,
        book: Workbook,
        title: str,
        headers: Sequence[str],
        count: int,
        sample: Iterable[Sequence[Value]],
        plain: Look = PLAIN,
        freeze: str = "A2",
        widest: Mapping[int, int] = _AS_WIDE_AS_ANY,
    ) -> None:
        """`widest` bounds the width of single columns, by position, so that those behind them are in sight."""
        self._freeze = freeze
        self._book, self._title, self._headers, self._plain = book, title, headers, plain
        self._left = count
        self._part = 0
        self._widths = _widths(headers, sample, widest)
        self._begin_worksheet()

    def append(
        self,
        values: Sequence[Value],
        looks: Mapping[int, Look] = _NO_LOOKS,
        comments: Mapping[int, Comment] = _NO_COMMENTS,
        links: Mapping[int, str] = _NO_LINKS,
    ) -> None:
        """Write one line. `looks` sets single cells apart, by position.

        A cell with a comment or a link needs one; `links` are places in the same workbook.
        """
        if self._room == 0:
            self._begin_worksheet()
        self._room -= 1
        wrapped = any(
            type(value) is str and (len(value) > width or "\n" in value) and len(value) <= LONGEST_WRAPPED
            for value, width in zip(values, self._widths, strict=True)
        )
        height = self._height(values) if wrapped else None
        if not comments and not links:
            self._row += 1
            self._cells.append_row(self._row, values, looks, self._plain, wrapped, height)
            return
        make, plain = self._cells.make, self._plain
        line = (make(value, looks.get(place, plain), wrapped) for place, value in enumerate(values))
        line = _add_comments(line, comments) if comments else line
        self._append(self._add_links(line, links) if links else line, height)

    def _add_links(self, line: Generator[Written], links: Mapping[int, str]) -> Generator[Written]:
        for place, written in enumerate(line):
            yield self._cells.link(written, links[place]) if place in links else written

    def _append(self, line: Generator[Written], height: float | None) -> None:
        self._row += 1
        if height:
            self._worksheet.row_dimensions[self._row].height = height
        self._cells.append(line)
        # The row is written, and a million of them would not stay small.
        self._worksheet.row_dimensions.pop(self._row, None)

    def _height(self, values: Sequence[Value]) -> float:
        lines = (_lines(value, width) for value, width in zip(values, self._widths, strict=True))
        return LINE_HEIGHT * min(max(lines), MOST_LINES)

    def _begin_worksheet(self) -> None:
        # Widths, panes and titles are lost if they are set after the first row.
        self._part += 1
        self._worksheet = new_worksheet(self._book, title_of_part(self._title, self._part))
        self._cells = Cells(self._worksheet)
        self._row = 0
        self._room = min(self._left, MOST_ROWS - 1)
        self._left -= self._room
        for place, width in enumerate(self._widths, 1):
            self._worksheet.column_dimensions[get_column_letter(place)].width = width + 1
        self._worksheet.freeze_panes = self._freeze
        self._worksheet.auto_filter.ref = f"A1:{get_column_letter(len(self._headers))}{self._room + 1}"
        set_up_page(self._worksheet, titles="1:1")
        self._append((self._cells.make(header, HEADER) for header in self._headers), None)


def _add_comments(line: Generator[Written], comments: Mapping[int, Comment]) -> Generator[Written]:
    for place, written in enumerate(line):
        if place not in comments:
            yield written
            continue
        cell = cast(Cell, written)
        cell.comment = comments[place]
        yield cell
        # The cell is used again, its comment is not.
        cell.comment = None


def _widths(
    headers: Sequence[str], sample: Iterable[Sequence[Value]], widest: Mapping[int, int]
) -> list[int]:
    # A header needs room for its filter button as well.
    widths = [text_width(header) + 4 for header in headers]
    for line in sample:
        widths = [max(width, _width(value)) for width, value in zip(widths, line, strict=True)]
    return [min(max(width, NARROWEST), widest.get(place, WIDEST)) for place, width in enumerate(widths)]


def _width(value: Value) -> int:
    if isinstance(value, datetime):
        return len("2026-01-01 00:00:00 +00:00")
    return 0 if value is None else text_width(str(value))


def _lines(value: Value, width: int) -> int:
    if not isinstance(value, str) or len(value) > LONGEST_WRAPPED:
        return 1
    return sum(1 + max(text_width(line) - 1, 0) // (width + SPARE) for line in value.split("\n"))


def text_width(text: str) -> int:
    """Width in characters of the longest line. East Asian wide characters take two."""
    longest = max(text[:LONGEST_WRAPPED].splitlines(), key=len, default="")
    if longest.isascii():
        return len(longest)
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in longest)
