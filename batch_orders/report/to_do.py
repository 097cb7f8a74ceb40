"""The report's first worksheet: what came of the sheet in one sentence, then what to do, thing by thing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from openpyxl import Workbook

from batch_orders.core.faults import group_problems
from batch_orders.core.model import Severity
from batch_orders.core.names import show_name
from batch_orders.core.results import PLACED_THEN_FAILED, BatchResult, OrderResult, Status
from batch_orders.core.to_do import Need, Task, headline, tasks_of
from batch_orders.core.wording import counted
from batch_orders.core.workbooks import TO_DO_WORKSHEET
from batch_orders.report.advice import Advice
from batch_orders.report.bar import CELLS, cut_bar
from batch_orders.report.facts import fact_lines
from batch_orders.report.fast_rows import new_worksheet
from batch_orders.report.lines import BLANK, Line, Part, append_lines, set_up_grid
from batch_orders.report.style import (
    BAR,
    BAR_FAILED,
    COMMAND,
    FAILED,
    HEADING,
    LABEL,
    LINK,
    NOTE,
    PLAIN,
    SEVERITY,
    STATUS,
    TITLE,
    Look,
    set_up_page,
)

ASIDE = 11
"""Cells on the left, where it is said what a thing is; what to do about it stands on the right."""
BESIDE = CELLS - ASIDE
DOMAINS_A_LINE, MOST_DOMAINS = 3, 24
MOST_FAULTS = 10
PLACES_WIDTH = 11
LEGEND_WIDTH = 10

LOOK_OF: Mapping[Need, Look] = {
    Need.UNCONFIRMED: STATUS[Status.UNCONFIRMED],
    Need.FAILED: FAILED,
    Need.REJECTED: STATUS[Status.REJECTED],
    Need.BOUGHT_ELSEWHERE: STATUS[Status.BOUGHT_ELSEWHERE],
    Need.INVALID: STATUS[Status.INVALID],
    Need.NOT_SENT: STATUS[Status.NOT_SUBMITTED],
}
NOTHING_TO_DO = "Nothing: every row's order is placed."
NOTHING_READ = "The sheet was not read, so nothing of it was ordered. Mend it and hand it in again."
DRY_RUN = "Run the same sheet again, this time not as a dry run, to have them placed."


def write_to_do(book: Workbook, result: BatchResult, advice: Advice, link_of: Mapping[str, str]) -> None:
    """Write the worksheet. `link_of` has the place of the line on Orders, for domains that need somebody."""
    worksheet = new_worksheet(book, TO_DO_WORKSHEET)
    set_up_grid(worksheet)
    set_up_page(worksheet)
    append_lines(
        worksheet,
        [*head(result), *bar(result.orders), *tasks(result, advice, link_of), *fact_lines(result)],
    )


def head(result: BatchResult) -> Iterator[Line]:
    yield (Part(headline(result), look=TITLE),)
    batch = f" · batch {result.batch}" if result.batch else ""
    yield (Part(f"Orders of {result.sheet.name}{batch}", look=LABEL),)
    if result.dry_run:
        yield (Part("Dry run: nothing was sent and nothing was bought.", look=NOTE),)
    if result.stop:
        stopped = "Stopped before the end" if result.cut_short else "Stopped, with nothing left to send"
        yield (Part(f"{stopped}: {result.stop.sentence}", look=NOTE),)
    yield BLANK


def bar(orders: Sequence[OrderResult]) -> Iterator[Line]:
    """The orders by status as one bar, and under it what its colours mean. Nothing where there are none."""
    parts = [(word, count, fill) for word, count, fill in count_words(orders) if count]
    if not parts:
        return
    widths = cut_bar([count for _, count, _ in parts])
    yield tuple(
        Part(f"{count:,}", width, Look(text=ink(fill), fill=fill, bold=True, align="center"))
        for (_, count, fill), width in zip(parts, widths, strict=True)
    )
    told: list[Part] = []
    for word, count, fill in parts:
        told += [Part(" ", 1, Look(fill=fill)), Part(f"{count:,} {word}", LEGEND_WIDTH - 1, LABEL)]
    yield from in_lines(told, CELLS // LEGEND_WIDTH * 2)
    yield BLANK


def count_words(orders: Sequence[OrderResult]) -> Iterator[tuple[str, int, str]]:
    """The words of statuses with their counts and colours."""
    failed = sum(order.has_failed for order in orders)
    for status in Status:
        yield (
            status.value,
            sum(order.status is status and not order.has_failed for order in orders),
            BAR[status],
        )
    yield PLACED_THEN_FAILED, failed, BAR_FAILED


def ink(fill: str) -> str:
    """Dark letters on a light colour, light ones on a dark one."""
    red, green, blue = bytes.fromhex(fill)
    return "262626" if 0.3 * red + 0.59 * green + 0.11 * blue > 140 else "FFFFFF"


def tasks(result: BatchResult, advice: Advice, link_of: Mapping[str, str]) -> Iterator[Line]:
    yield (Part("What to do", look=HEADING),)
    found = tasks_of(result)
    for task in found:
        yield from tell_task(task, result, advice, link_of)
    if result.dry_run and any(order.to_send for order in result.orders):
        yield (Part("Dry run", ASIDE, STATUS[Status.NOT_SUBMITTED]), Part(DRY_RUN, BESIDE))
        yield beside(COMMAND, f"batch-orders run {result.sheet.name}")
    elif not found and result.draft.rows_invalid:
        yield (
            Part("Rows with mistakes", ASIDE, LOOK_OF[Need.INVALID]),
            Part(advice.sentence(Need.INVALID), BESIDE),
        )
        yield from tell_faults(result)
    elif not found:
        yield (Part(NOTHING_TO_DO if result.orders else NOTHING_READ),)
    yield BLANK


def tell_task(task: Task, result: BatchResult, advice: Advice, link_of: Mapping[str, str]) -> Iterator[Line]:
    yield (
        Part(task.told, ASIDE, replace(LOOK_OF[task.need], bold=True)),
        Part(advice.sentence(task.need), BESIDE),
    )
    for command in advice.to_type(task.need, task.orders[0].domain):
        yield beside(COMMAND, command)
    yield from tell_domains(task.orders, link_of)
    if task.need is Need.INVALID:
        yield from tell_faults(result)
    yield BLANK


def beside(look: Look, text: str, link: str = "") -> Line:
    return (Part("", ASIDE), Part(text, BESIDE, look, link))


def tell_domains(orders: Sequence[OrderResult], link_of: Mapping[str, str]) -> Iterator[Line]:
    """The domains, each in a cell that leads to its order."""
    width = BESIDE // DOMAINS_A_LINE
    cells = [domain_part(order, width, link_of.get(order.domain, "")) for order in orders[:MOST_DOMAINS]]
    yield from ((Part("", ASIDE), *line) for line in in_lines(cells, DOMAINS_A_LINE))
    more = len(orders) - MOST_DOMAINS
    if more > 0:
        first = link_of.get(orders[MOST_DOMAINS].domain, "")
        yield beside(LINK if first else PLAIN, f"and {more:,} more, on the worksheet Orders", first)


def domain_part(order: OrderResult, width: int, link: str) -> Part:
    return Part(show_name(order.domain) or "(no domain)", width, LINK if link else PLAIN, link)


def tell_faults(result: BatchResult) -> Iterator[Line]:
    """What is wrong, grouped: one line for all rows with the same mistake in the same column."""
    errors = [each for each in result.draft.problems if each.severity is Severity.ERROR]
    faults, several = group_problems(errors), any(result.sheet.titles)
    for fault in faults[:MOST_FAULTS]:
        where = f"{fault.first.column}: " if fault.first.column else ""
        yield (
            Part("", ASIDE),
            Part(fault.places(several=several), PLACES_WIDTH, replace(SEVERITY[Severity.ERROR], text="")),
            Part(f"{where}{fault.first.message}", BESIDE - PLACES_WIDTH),
        )
    more = len(faults) - MOST_FAULTS
    if more > 0:
        yield beside(PLAIN, f"and {counted(more, 'other mistake')}, on the worksheet Problems")


def in_lines(parts: Sequence[Part], most: int) -> Iterator[Line]:
    return (tuple(parts[start : start + most]) for start in range(0, len(parts), most))
