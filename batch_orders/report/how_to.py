"""The second worksheet of a corrections workbook: how to mend the rows, what the colours mean, the rows' marks."""

from collections.abc import Sequence
from itertools import zip_longest
from typing import NamedTuple

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from batch_orders.core.model import Severity
from batch_orders.core.workbooks import HOW_TO_TITLE, HOW_TO_WORKSHEET, MARKS_HEADERS
from batch_orders.report.cells import Cells, Written
from batch_orders.report.fast_rows import new_worksheet
from batch_orders.report.style import ASIDE, HEADING, PLAIN, SEVERITY, TITLE, Look, set_up_page

WIDTH = 100
SPARE = 5
"""Columns between the explanation and the marks."""


class Mark(NamedTuple):
    """By what an original row is known again, which stands in the corrections under this title and label."""

    worksheet: str
    label: str
    mark: str


LINES: Sequence[tuple[str, Look]] = (
    (HOW_TO_TITLE, TITLE),
    ("1. Read what is wrong in the column What is wrong. The cell that it is about has a colour and a comment.", PLAIN),
    ("2. Correct the cell. Where a suggestion is right, copy it into the cell.", PLAIN),
    ("3. Rows with nothing wrong are here because their order waits for another row. Leave them in.", PLAIN),
    ("4. Delete the rows that are not to be ordered.", PLAIN),
    ("5. Save this workbook and hand it in as it is. What is right in it is ordered, the rest comes back.", PLAIN),
    ("The first three columns are not read. Your own sheet may stay as it is: handed in again, it says", PLAIN),
    ("which of its rows were placed since.", PLAIN),
    ("", PLAIN),
    ("Colours", HEADING),
    ("Must be corrected before the row can be ordered", SEVERITY[Severity.ERROR]),
    ("Look at it: it may be wrong, and is ordered as it is", SEVERITY[Severity.WARNING]),
    ("What is said of the row", ASIDE),
)  # fmt: skip


FILLED_IN: Sequence[tuple[str, Look]] = (
    (HOW_TO_TITLE, TITLE),
    ("1. Look at each cell with a colour: a suggestion stands in it, and your own text in its comment.", PLAIN),
    ("2. Change what is not meant, and fill in what is still missing.", PLAIN),
    ("3. Save this workbook and hand it in as it is. What is right in it is ordered, the rest comes back.", PLAIN),
    ("Your own sheet may stay as it is: handed in again, it says which of its rows were placed since.", PLAIN),
)  # fmt: skip


def write_how_to(book: Workbook, marks: Sequence[Mark], lines: Sequence[tuple[str, Look]] = LINES) -> None:
    worksheet = new_worksheet(book, HOW_TO_WORKSHEET)
    cells = Cells(worksheet)
    worksheet.column_dimensions["A"].width = WIDTH
    first = 2 + SPARE
    for place in range(first, first + len(MARKS_HEADERS)):
        worksheet.column_dimensions[get_column_letter(place)].hidden = True
    set_up_page(worksheet)
    known = [MARKS_HEADERS, *marks]
    for said, mark in zip_longest(lines, known):
        text, look = said or ("", PLAIN)
        line: list[tuple[str, Look]] = [(text, look), *[("", PLAIN)] * SPARE]
        line += [(part, PLAIN) for part in mark or ()]
        cells.append(make(cells, each) for each in line)


def make(cells: Cells, said: tuple[str, Look]) -> Written:
    text, look = said
    return cells.make(text, look)
