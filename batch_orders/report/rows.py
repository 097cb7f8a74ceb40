"""The report's worksheet Rows: what became of every row, then the row itself. It may be handed in again."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from openpyxl import Workbook

from batch_orders.core.mending import problems_to_mend
from batch_orders.core.model import Problem, Severity, Worksheet
from batch_orders.core.origins import labels_of
from batch_orders.core.positions import Positions
from batch_orders.core.results import BOUGHT, BatchResult, OrderResult, Status
from batch_orders.core.workbooks import ROWS_HEADERS
from batch_orders.report.cells import Value
from batch_orders.report.columns import OwnColumns, read_lines, read_sample
from batch_orders.report.corrections import MARK, column_of_header, tell_suggestions
from batch_orders.report.style import LEFT, Look
from batch_orders.report.table import Table
from batch_orders.report.tables import look_of

ADDED = len(ROWS_HEADERS)
WIDEST = {ROWS_HEADERS.index("Reason"): 46, ROWS_HEADERS.index("Suggestion"): 34}
LABEL_AT = ROWS_HEADERS.index("Row in your sheet")


def write_rows(
    book: Workbook, result: BatchResult, positions: Positions, order_of: Sequence[OrderResult | None]
) -> None:
    """Every row of the sheet: what became of it, then its own columns, faulty cells marked.

    `order_of` has the order of each row, by position; a row without one is invalid.
    """
    own = OwnColumns(result.sheet)
    told = RowsTold(result, own, positions, order_of)
    sample = [(*told.values(position), *cells) for position, cells in read_sample(own)]
    table = Table(
        book, "Rows", (*ROWS_HEADERS, *own.headers), len(order_of), sample, freeze="B2", widest=WIDEST
    )
    for position, cells in enumerate(read_lines(own)):
        table.append((*told.values(position), *cells), told.looks(position))


class RowsTold:
    """What is said of each row, by its position."""

    def __init__(
        self,
        result: BatchResult,
        own: OwnColumns,
        positions: Positions,
        order_of: Sequence[OrderResult | None],
    ) -> None:
        self.result, self.order_of = result, order_of
        self.labels = list(labels(own))
        self.problems: dict[int, list[Problem]] = defaultdict(list)
        self.marks: dict[int, dict[int, Look]] = defaultdict(dict)
        self.positions = positions
        problems = problems_to_mend(result)
        for worksheet in own.sheet.worksheets:
            self.find_problems(worksheet, problems, own)

    def find_problems(self, worksheet: Worksheet, problems: Sequence[Problem], own: OwnColumns) -> None:
        ours = [each for each in problems if each.worksheet == worksheet.name and each.row]
        place_of = {
            source: place for place, source in enumerate(own.sources(worksheet)) if source is not None
        }
        column_of = column_of_header(worksheet, range(len(worksheet.headers)))
        for problem in ours:
            position = None if problem.row is None else self.positions.position(worksheet.name, problem.row)
            if position is None:
                continue
            self.problems[position].append(problem)
            place = place_of.get(column_of.get(problem.column, -1))
            if place is not None:
                marks = self.marks[position]
                if problem.severity is Severity.ERROR or ADDED + place not in marks:
                    marks[ADDED + place] = MARK[problem.severity]

    def values(self, position: int) -> tuple[Value, ...]:
        found = self.problems.get(position)
        suggestion = tell_suggestions(found) if found else ""
        return (*tell_fate(self.result, self.order_of, position), suggestion, self.labels[position])

    def looks(self, position: int) -> Mapping[int, Look]:
        looks = {0: look_of(self.order_of[position]), LABEL_AT: LEFT}
        marks = self.marks.get(position)
        return looks | marks if marks else looks


def labels(own: OwnColumns) -> Iterator[Value]:
    """What each row is called in its sheet: its number, with its worksheet where there are several."""
    several = len(own.sheet.worksheets) > 1
    for worksheet in own.sheet.worksheets:
        for label in labels_of(worksheet):
            number = label.isascii() and label.isdigit()
            yield f"{worksheet.name}!{label}" if several else int(label) if number else label


def tell_fate(
    result: BatchResult, order_of: Sequence[OrderResult | None], position: int
) -> tuple[str, str, str]:
    """What became of the row at `position`: its status, order id and reason."""
    order, problem = order_of[position], result.draft.row_problems.get(position, "")
    if order is None:
        return Status.INVALID.value, "", problem
    said = "" if order.status in BOUGHT and not order.has_failed else order.message
    return order.word, order.vendor_order_id, problem or said
