"""The report's first worksheet: what it was, what came of it, what to do next, and a chart."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from batch_orders.core.results import BatchResult, OrderResult, Status, sum_prices
from batch_orders.core.stops import StopReason
from batch_orders.report.cells import Cells, Value
from batch_orders.report.chart import add_chart
from batch_orders.report.style import (
    HEADER,
    HEADING,
    LABEL,
    NOTE,
    NUMBER_HEADER,
    PLAIN,
    STATUS,
    TITLE,
    TOTAL,
    Look,
    set_up_page,
)
from batch_orders.report.table import new_worksheet, text_width

WIDTHS = (18, 12, 12, 4, 17, 17, 17, 17)
"""Columns A to H: the counts take the first three, the chart the last four."""

LAST = "H"
_WHOLE_WIDTH = sum(WIDTHS)
_LINE_HEIGHT = 15.0

NEXT_STEPS: dict[Status, str] = {
    Status.UNCONFIRMED: (
        "Unconfirmed: the order may have been bought. It is not sent again by itself and must not be ordered "
        "by hand. `batch-orders reconcile` looks it up; if it stays unconfirmed, ask Smart Senders and "
        "record the answer with `batch-orders resolve`."
    ),
    Status.REJECTED: (
        "Rejected: Smart Senders refused the order for the reason on the Orders worksheet. "
        "Correct its rows and hand the sheet in again."
    ),
    Status.BOUGHT_ELSEWHERE: (
        "Bought elsewhere: the vendor lists the domain as bought, and no order of this ledger did it. Nothing was "
        "sent, and the row's mailboxes were never ordered here. Ask Smart Senders what was bought, and take the "
        "domain out."
    ),
    Status.INVALID: (
        "Invalid: nothing was sent for these. The Problems worksheet says what is wrong in which cell. "
        "Correct the rows and hand the sheet in again."
    ),
    Status.NOT_SUBMITTED: (
        "Not submitted: nothing was sent for these. Hand the same sheet in again; "
        "what is placed already is not ordered twice."
    ),
}
FAILED_STEP = (
    "Placed, then failed: Smart Senders took the order, and says now that it failed or was cancelled. Ask what became "
    "of it. Once you know that it is gone, record that with `batch-orders resolve` and hand the sheet in again."
)
DRY_RUN_STEP = (
    "Dry run: orders that are not submitted would be placed. "
    "Run the same sheet again, this time not as a dry run."
)
LIMITED_STEP = (
    "Not submitted: a limit left these over; the sentence at the top says which, and when it frees. Do not hand the "
    "same sheet in again before whoever set the limit agrees: one for a single call lets each call spend as much anew."
)
NOTHING_TO_DO = "Nothing: every row's order is placed."
NOTHING_READ = "The sheet was not read, so nothing of it was ordered. Mend it and hand it in again."


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of the worksheet. `across` joins its last cell with those up to the last column."""

    values: tuple[Value, ...] = ()
    looks: tuple[Look, ...] = ()
    across: bool = False
    height: float | None = field(default=None)


def write_summary(book: Workbook, result: BatchResult, order_of: Sequence[OrderResult | None]) -> None:
    """Write the worksheet. `order_of` has the order of each row, by position."""
    worksheet = new_worksheet(book, "Summary")
    for letter, width in zip("ABCDEFGH", WIDTHS, strict=True):
        worksheet.column_dimensions[letter].width = width
    worksheet.sheet_view.showGridLines = False
    set_up_page(worksheet, pages=1)
    head = [*_head(result), *_facts(result, len(order_of)), _Line()]
    counts = list(_counts(result, order_of))
    _append(worksheet, [*head, *counts, *_notes(result)])
    first = len(head) + 2
    add_chart(worksheet, first, anchor=f"E{len(head) + 1}")


def _head(result: BatchResult) -> Iterator[_Line]:
    yield _Line((f"Orders of {result.sheet.name}",), (TITLE,), across=True, height=26)
    if result.dry_run:
        yield _Line(("Dry run: nothing was sent and nothing was bought.",), (NOTE,), across=True, height=20)
    if result.stop:
        stopped = "Stopped before the end" if result.cut_short else "Stopped, with nothing left to send"
        yield _sentence(f"{stopped}: {result.stop.sentence}", NOTE)
    yield _Line()


def _facts(result: BatchResult, rows: int) -> Iterator[_Line]:
    facts = (
        ("Sheet", f"{result.sheet.name} ({result.sheet.format})"),
        ("Batch", result.batch),
        ("Environment", result.draft.environment),
        ("Started", _with_zone(result.draft.started)),
        ("Finished", _with_zone(result.finished)),
        (
            "Rows",
            f"{rows:,} in all, {rows - result.draft.rows_invalid:,} valid, {result.draft.rows_invalid:,} invalid",
        ),
        ("Problems", f"{result.draft.problem_count:,}"),
        ("Plan checksum", result.draft.checksum),
        ("Prices", str(sum_prices(result.orders))),
    )
    for label, value in facts:
        if value:
            yield _Line((label, value), (LABEL, PLAIN), across=True)


def _with_zone(time: datetime) -> str:
    local = time.astimezone()
    offset = f"{local:%z}"
    return f"{local:%Y-%m-%d %H:%M:%S} {offset[:3]}:{offset[3:]} ({local.tzname()})"


def _counts(result: BatchResult, order_of: Sequence[OrderResult | None]) -> Iterator[_Line]:
    orders = Counter(order.status for order in result.orders)
    rows = Counter(order.status if order else Status.INVALID for order in order_of)
    yield _Line(("Status", "Orders", "Rows"), (HEADER, NUMBER_HEADER, NUMBER_HEADER))
    for status in Status:
        yield _Line((status.value, orders[status], rows[status]), (STATUS[status], PLAIN, PLAIN))
    yield _Line(("Total", orders.total(), rows.total()), (TOTAL,) * 3)
    # The chart is as high as it is, so the lines beside it are filled up.
    yield from [_Line()] * 9


def _notes(result: BatchResult) -> Iterator[_Line]:
    reading = "A row counts under the status of its order: one invalid row holds its whole order back."
    sections = (
        ("What to do next", _next_steps(result)),
        ("About this run", (*result.draft.remarks, *result.remarks)),
        ("How the sheet was read", (reading, *result.sheet.assumptions)),
    )
    for heading, sentences in sections:
        if sentences:
            yield _Line((heading,), (HEADING,), across=True, height=20)
            yield from map(_sentence, sentences)
            yield _Line()


def _next_steps(result: BatchResult) -> list[str]:
    found = {order.status for order in result.orders}
    if result.draft.rows_invalid:
        found.add(Status.INVALID)
    failed = [FAILED_STEP] if any(order.has_failed for order in result.orders) else []
    known = {**NEXT_STEPS, Status.NOT_SUBMITTED: _not_submitted_step(result)}
    return failed + [step for status, step in known.items() if status in found] or [
        NOTHING_TO_DO if result.orders else NOTHING_READ
    ]


def _not_submitted_step(result: BatchResult) -> str:
    if result.dry_run:
        return DRY_RUN_STEP
    limited = result.stop and result.stop.reason in (StopReason.LIMIT, StopReason.OUT_OF_REACH)
    return LIMITED_STEP if limited else NEXT_STEPS[Status.NOT_SUBMITTED]


def _sentence(text: str, look: Look = PLAIN) -> _Line:
    lines = 1 + text_width(text) // _WHOLE_WIDTH + text.count("\n")
    return _Line((text,), (look,), across=True, height=_LINE_HEIGHT * min(lines, 20) + 3)


def _append(worksheet: Worksheet, lines: Sequence[_Line]) -> None:
    cells = Cells(worksheet)
    for number, line in enumerate(lines, 1):
        if line.height:
            worksheet.row_dimensions[number].height = line.height
        if line.across:
            worksheet.merged_cells.add(f"{'AB'[len(line.values) - 1]}{number}:{LAST}{number}")
        pairs = zip(line.values, line.looks, strict=True)
        cells.append(cells.make(value, look, line.across) for value, look in pairs)
