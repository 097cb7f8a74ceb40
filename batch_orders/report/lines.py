"""Lines of a worksheet that is read like a page: on a grid of narrow cells, joined as each line needs it."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import dataclass
from math import ceil

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from batch_orders.report.bar import CELL_WIDTH, CELLS
from batch_orders.report.cells import Cells, Value, Written
from batch_orders.report.style import PLAIN, Look
from batch_orders.report.table import text_width

LINE_HEIGHT, MOST_LINES = 15.0, 24
USUAL_SIZE = PLAIN.size
FULL_LINE, FULL_LINE_EVEN = 1.2, 0.94
"""Letters of a line that is full, for each digit that it could hold: words are not broken, so that it never quite
is, and letters are narrower than digits but where all are of one width."""


@dataclass(frozen=True, slots=True)
class Part:
    """One text of a line, `span` cells of the grid wide. `link` is a place in the workbook that it leads to."""

    value: Value
    span: int = CELLS
    look: Look = PLAIN
    link: str = ""

    @property
    def lines(self) -> int:
        """How many lines its text takes, broken at the part's width."""
        digits = self.span * CELL_WIDTH * USUAL_SIZE / self.look.size
        letters = digits * (FULL_LINE if self.look.family == PLAIN.family else FULL_LINE_EVEN)
        return sum(max(1, ceil(text_width(line) / letters)) for line in str(self.value).split("\n"))


Line = tuple[Part, ...]
BLANK: Line = (Part(""),)


def set_up_grid(worksheet: Worksheet) -> None:
    for place in range(1, CELLS + 1):
        # What the width of a column is given as holds a margin of five pixels, of seven that a letter has.
        worksheet.column_dimensions[get_column_letter(place)].width = CELL_WIDTH + 5 / 7
    worksheet.sheet_view.showGridLines = False


def append_lines(worksheet: Worksheet, lines: Iterable[Line]) -> None:
    cells = Cells(worksheet)
    for number, line in enumerate(lines, 1):
        height = max(min(part.lines, MOST_LINES) * part.look.size / USUAL_SIZE for part in line)
        worksheet.row_dimensions[number].height = LINE_HEIGHT * height + 3
        first = 1
        for part in line:
            if part.span > 1 and part.value != "":
                last = first + part.span - 1
                worksheet.merged_cells.add(
                    f"{get_column_letter(first)}{number}:{get_column_letter(last)}{number}"
                )
            first += part.span
        cells.append(make_line(cells, line))


def make_line(cells: Cells, line: Line) -> Generator[Written]:
    for part in line:
        written = cells.make(part.value, part.look, wrapped=True)
        yield cells.link(written, part.link) if part.link else written
        yield from [None] * (part.span - 1)
