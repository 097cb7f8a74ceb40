"""The report's three tables: its orders, the rows of its sheet, its problems."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from openpyxl import Workbook

from batch_orders.core.mending import problems_to_mend
from batch_orders.core.model import Problem
from batch_orders.core.names import show_name
from batch_orders.core.results import BOUGHT, BatchResult, OrderResult, Status
from batch_orders.core.workbooks import ROW_HEADERS
from batch_orders.report.cells import Value
from batch_orders.report.columns import OwnColumns, read_lines, read_sample
from batch_orders.report.places import Places
from batch_orders.report.style import FAILED, LEFT, SEVERITY, STATUS, Look
from batch_orders.report.table import Table, sample_of

ORDER_HEADERS = (
    "Domain",
    "Status",
    "Order ID",
    "Message",
    "Rows",
    "Mailboxes",
    "Vendor",
    "Forwarding domain",
    "Contact",
    "Attempts",
    "Time",
    "Vendor status",
    "Price",
    "Currency",
)
PROBLEM_HEADERS = ("Severity", "Worksheet", "Row", "Column", "Value", "Code", "Message", "Suggestion")


def write_orders(book: Workbook, result: BatchResult, places: Places) -> None:
    """One line per order, in the batch's order."""
    orders = result.orders
    sample = [_order_line(orders[position], places) for position in sample_of(len(orders))]
    table = Table(book, "Orders", ORDER_HEADERS, len(orders), sample)
    for order in orders:
        table.append(_order_line(order, places), {1: look_of(order)})


def look_of(order: OrderResult | None) -> Look:
    """How a status looks; a row without an order is invalid."""
    if order is None:
        return STATUS[Status.INVALID]
    return FAILED if order.has_failed else STATUS[order.status]


def _order_line(order: OrderResult, places: Places) -> Sequence[Value]:
    return (
        show_name(order.domain),
        order.word,
        order.vendor_order_id,
        order.message,
        places.name_rows(order.rows),
        ", ".join(order.mailboxes),
        order.vendor,
        show_name(order.forwarding_domain),
        order.contact,
        order.attempts,
        local_time(order.time) if order.time else None,
        order.vendor_status,
        order.cost.amount,
        order.cost.currency,
    )


def local_time(time: datetime) -> datetime:
    """The same moment on this computer's clock, without a zone, which a cell cannot hold."""
    return time.astimezone().replace(tzinfo=None, microsecond=0)


def write_rows(book: Workbook, result: BatchResult, order_of: Sequence[OrderResult | None]) -> None:
    """Every row of the sheet in its own columns, then what became of it.

    `order_of` has the order of each row, by position; a row without one is invalid.
    """
    own = OwnColumns(result.sheet)
    headers = (*own.headers, *ROW_HEADERS)
    sample = [(*cells, *tell_fate(result, order_of, place)) for place, cells in read_sample(own)]
    table = Table(book, "Rows", headers, len(order_of), sample)
    status_at = len(own.headers)
    for place, cells in enumerate(read_lines(own)):
        fate = tell_fate(result, order_of, place)
        table.append((*cells, *fate), {status_at: look_of(order_of[place])})


def tell_fate(
    result: BatchResult, order_of: Sequence[OrderResult | None], position: int
) -> tuple[str, str, str]:
    """What became of the row at `position`, under ROW_HEADERS."""
    order, problem = order_of[position], result.draft.row_problems.get(position, "")
    if order is None:
        return Status.INVALID.value, "", problem
    said = "" if order.status in BOUGHT and not order.has_failed else order.message
    return order.word, order.vendor_order_id, problem or said


def write_problems(book: Workbook, result: BatchResult) -> None:
    """One line per kept problem, in the sheet's order; a last one counts those that were not kept."""
    problems = problems_to_mend(result)
    lines = [_problem_line(problem) for problem in problems]
    missing = result.draft.problem_count - len(result.draft.problems)
    count = len(lines) + (missing > 0)
    sample = [lines[position] for position in sample_of(len(lines))]
    table = Table(book, "Problems", PROBLEM_HEADERS, count, sample)
    for problem, line in zip(problems, lines, strict=True):
        table.append(line, {0: SEVERITY[problem.severity], 2: LEFT})
    for line in _missing_line(missing):
        table.append(line)


def _problem_line(problem: Problem) -> tuple[Value, ...]:
    return (
        problem.severity.value,
        problem.worksheet,
        problem.row,
        problem.column,
        problem.value,
        problem.code,
        problem.message,
        problem.suggestion,
    )


def _missing_line(missing: int) -> Iterator[tuple[Value, ...]]:
    if missing > 0:
        more = "1 more problem is" if missing == 1 else f"{missing:,} more problems are"
        message = f"{more} not listed here. Correct these first, then check the sheet again."
        yield ("", "", None, "", "", "", message, "")
