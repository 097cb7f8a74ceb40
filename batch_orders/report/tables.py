"""The report's tables of its orders and of its problems."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from openpyxl import Workbook

from batch_orders.core.mending import problems_to_mend
from batch_orders.core.model import Problem
from batch_orders.core.names import show_name
from batch_orders.core.positions import Positions
from batch_orders.core.results import BatchResult, OrderResult, Status
from batch_orders.core.to_do import need_of
from batch_orders.core.vendors import name_vendor
from batch_orders.report.advice import Advice
from batch_orders.report.cells import Value
from batch_orders.report.style import FAILED, LEFT, LINK, SEVERITY, STATUS, Look, money_look, time_look
from batch_orders.report.table import Table, place_of_line, sample_of

ORDERS = "Orders"
ORDER_HEADERS = (
    "Status",
    "Domain",
    "What to do",
    "Price",
    "Order ID",
    "Message",
    "Rows",
    "Mailboxes",
    "Vendor",
    "Forwarding domain",
    "Contact",
    "Attempts",
    "Time",
    "Currency",
)
STATUS_AT, DOMAIN_AT, PRICE_AT, TIME_AT = map(ORDER_HEADERS.index, ("Status", "Domain", "Price", "Time"))
WIDEST = {ORDER_HEADERS.index("What to do"): 36, ORDER_HEADERS.index("Mailboxes"): 44}
"""So that on a usual screen the message of an order is in sight, and a printed line can be read."""
VENDOR_STATUS = "Vendor status"
"""The last column, where the vendor told any."""
PROBLEM_HEADERS = (
    "Severity",
    "Row",
    "Domain",
    "Column",
    "Value",
    "Suggestion",
    "Message",
    "Code",
    "Worksheet",
)
MOST_LINKS = 65_530
"""Links that Excel takes on one worksheet; it calls a workbook with more of them damaged."""


def needing_first(result: BatchResult) -> list[OrderResult]:
    """The orders as they are listed: those that need somebody, then the others, both in the sheet's order."""
    return sorted(result.orders, key=lambda order: need_of(order, result.dry_run) is None)


def places_of_orders(result: BatchResult, ordered: Sequence[OrderResult]) -> dict[str, str]:
    """Where the line on Orders is, of each domain that needs somebody, as far as links may go."""
    needing = (order for order in ordered if need_of(order, result.dry_run))
    found: dict[str, str] = {}
    for line, order in zip(range(MOST_LINKS), needing, strict=False):
        found.setdefault(order.domain, place_of_line(ORDERS, line))
    return found


def write_orders(
    book: Workbook, result: BatchResult, ordered: Sequence[OrderResult], positions: Positions, advice: Advice
) -> None:
    """One line per order. The domain of one that needs somebody leads to its first row on Rows."""
    headers = (
        (*ORDER_HEADERS, VENDOR_STATUS) if any(order.vendor_status for order in ordered) else ORDER_HEADERS
    )
    lines = OrderLines(result, positions, advice, len(headers))
    sample = [lines.values(ordered[position]) for position in sample_of(len(ordered))]
    table = Table(book, ORDERS, headers, len(ordered), sample, freeze="C2", widest=WIDEST)
    linked = 0
    for order in ordered:
        links: dict[int, str] = {}
        if order.rows and linked < MOST_LINKS and need_of(order, result.dry_run):
            linked += 1
            links[DOMAIN_AT] = place_of_line("Rows", order.rows[0])
        table.append(lines.values(order), lines.looks(order, bool(links)), links=links)


class OrderLines:
    """The cells of each order: what they say and how they look."""

    def __init__(self, result: BatchResult, positions: Positions, advice: Advice, width: int) -> None:
        self.vendors, self.positions, self.advice, self.width = result.draft.vendors, positions, advice, width

    def values(self, order: OrderResult) -> Sequence[Value]:
        return (
            order.word,
            show_name(order.domain),
            self.advice.short(order),
            order.cost.amount,
            order.vendor_order_id,
            order.message,
            self.positions.name_rows(order.rows),
            ", ".join(order.mailboxes),
            name_vendor(order.vendor, self.vendors.get(order.vendor)),
            show_name(order.forwarding_domain),
            order.contact,
            order.attempts,
            local_time(order.time) if order.time else None,
            order.cost.currency,
            order.vendor_status,
        )[: self.width]

    def looks(self, order: OrderResult, linked: bool) -> Mapping[int, Look]:
        looks = {STATUS_AT: look_of(order)}
        if linked:
            looks[DOMAIN_AT] = LINK
        if order.cost.amount is not None:
            looks[PRICE_AT] = money_look(order.cost.currency)
        if order.time:
            looks[TIME_AT] = time_look(offset_of(order.time))
        return looks


def look_of(order: OrderResult | None) -> Look:
    """How a status looks; a row without an order is invalid."""
    if order is None:
        return STATUS[Status.INVALID]
    return FAILED if order.has_failed else STATUS[order.status]


def local_time(time: datetime) -> datetime:
    """The same moment on this computer's clock, without a zone, which a cell cannot hold."""
    return time.astimezone().replace(tzinfo=None, microsecond=0)


def offset_of(time: datetime) -> str:
    """`+01:00`: how far this computer's clock is from UTC at that moment."""
    offset = f"{time.astimezone():%z}"
    return f"{offset[:3]}:{offset[3:5]}"


def write_problems(
    book: Workbook, result: BatchResult, positions: Positions, order_of: Sequence[OrderResult | None]
) -> None:
    """One line per kept problem, in the sheet's order; a last one counts those that were not kept."""
    problems = problems_to_mend(result)
    lines = [problem_line(problem, positions, order_of) for problem in problems]
    missing = result.draft.problem_count - len(result.draft.problems)
    count = len(lines) + (missing > 0)
    sample = [lines[position] for position in sample_of(len(lines))]
    table = Table(book, "Problems", PROBLEM_HEADERS, count, sample, freeze="D2")
    for problem, line in zip(problems, lines, strict=True):
        table.append(line, {0: SEVERITY[problem.severity], 1: LEFT})
    for line in missing_line(missing):
        table.append(line)


def problem_line(
    problem: Problem, positions: Positions, order_of: Sequence[OrderResult | None]
) -> tuple[Value, ...]:
    position = None if problem.row is None else positions.position(problem.worksheet, problem.row)
    order = None if position is None else order_of[position]
    return (
        problem.severity.value,
        problem.row,
        show_name(order.domain) if order else "",
        problem.column,
        problem.value,
        problem.suggestion,
        problem.message,
        problem.code,
        problem.worksheet,
    )


def missing_line(missing: int) -> Iterator[tuple[Value, ...]]:
    if missing > 0:
        more = "1 more problem is" if missing == 1 else f"{missing:,} more problems are"
        message = f"{more} not listed here. Correct these first, then check the sheet again."
        yield ("", None, "", "", "", "", message, "", "")
