"""The report as a whole: its worksheets in their order."""

from collections.abc import Iterable
from pathlib import Path

from batch_orders.core.positions import Positions
from batch_orders.core.results import BatchResult, OrderResult
from batch_orders.report.advice import Advice
from batch_orders.report.file import save_book
from batch_orders.report.rows import write_rows
from batch_orders.report.tables import needing_first, places_of_orders, write_orders, write_problems
from batch_orders.report.to_do import write_to_do


def write_report(result: BatchResult, path: Path, corrections: str = "") -> None:
    """Write the report of one batch to `path`: To do, Orders, Rows, Problems.

    `corrections` is the name of the workbook of rows to correct, which it tells of, "" where there is none.
    `path` holds the old file or the whole new one at every moment, also if the process is
    killed. Raises ReportError, with the old file in its place, if it cannot be written.
    """
    positions = Positions(result.sheet)
    order_of = order_of_rows(result.orders, positions.count)
    ordered, advice = needing_first(result), Advice(result, corrections)
    with save_book(path, "report") as book:
        write_to_do(book, result, advice, places_of_orders(result, ordered))
        write_orders(book, result, ordered, positions, advice)
        write_rows(book, result, positions, order_of)
        write_problems(book, result, positions, order_of)


def order_of_rows(orders: Iterable[OrderResult], count: int) -> list[OrderResult | None]:
    """The order of each of `count` rows, by position; None for a row without one."""
    order_of: list[OrderResult | None] = [None] * count
    for order in orders:
        for position in order.rows:
            order_of[position] = order
    return order_of
