"""What people see: plans, problems, progress and results. What programs see: one JSON object."""

from __future__ import annotations

import logging
import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

from batch_orders.cli.problems import SHOWN_PROBLEMS, show_problems
from batch_orders.cli.tables import make_table, wrap_between_words
from batch_orders.core.names import show_name
from batch_orders.core.placed_since import without_errors_of
from batch_orders.core.results import (
    NEEDS_A_PERSON,
    BatchResult,
    Status,
    count_statuses,
    sum_prices,
)
from batch_orders.core.to_do import headline
from batch_orders.core.visible import visible
from batch_orders.core.wording import counted
from batch_orders.logs import log, logs_are_json

if TYPE_CHECKING:
    from batch_orders.validation.grouping import Grouping

WIDE = 200
"""Columns where there is no terminal to fit: a log or a file should not break sentences early."""

COLOURS: Mapping[Status, str] = {
    Status.PLACED: "green",
    Status.ALREADY_PLACED: "green",
    Status.BOUGHT_ELSEWHERE: "magenta",
    Status.REJECTED: "red",
    Status.UNCONFIRMED: "yellow",
    Status.NOT_SUBMITTED: "bright_black",
    Status.INVALID: "dark_orange",
}
SHOWN_SINGLY = frozenset(NEEDS_A_PERSON) - {Status.INVALID}
"""Statuses of orders that are shown one by one; what is invalid stands among the problems."""


class LogConsole(Console):
    """For programs: every sentence is a line of the log, and what is laid out for the eye is left out."""

    def __init__(self) -> None:
        super().__init__(stderr=True, force_terminal=False)

    def print(self, *objects: Any, **_: Any) -> None:
        for told in objects:
            if isinstance(told, str | Text):
                log.log(level_of(told), "%s", str(told).strip())


class SteadyConsole(Console):
    """For people. Where nothing can be shown any more, it falls silent and whoever speaks goes on.

    Brackets are text: rich would take those of a file's name or a vendor's message for its markup, and
    raise where they are not closed.
    """

    def print(self, *objects: Any, **words: Any) -> None:
        with suppress(OSError, ValueError):
            super().print(*objects, **{"crop": False, **words})

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterator[Segment]:
        """Cells, names and the vendor's words must not steer the terminal, and no word is broken."""
        chosen = options or self.options
        if isinstance(renderable, str):
            renderable = Text(renderable)
        if isinstance(renderable, Text) and not chosen.no_wrap:
            renderable = wrap_between_words(renderable, chosen.max_width)
        for segment in super().render(renderable, chosen):
            safe = segment.control or visible(segment.text) == segment.text
            yield segment if safe else Segment(visible(segment.text), segment.style)

    def on_broken_pipe(self) -> None:
        """rich would end the process here, in the middle of a run."""
        self.quiet = True


def level_of(told: str | Text) -> int:
    """A sentence that warns people by its colour warns programs by its level."""
    styles = [told.style, *(span.style for span in told.spans)] if isinstance(told, Text) else []
    colours = " ".join(map(str, styles))
    if "red" in colours:
        return logging.ERROR
    return logging.WARNING if "yellow" in colours or "orange" in colours else logging.INFO


def open_console(aside: bool) -> Console:
    """The console for people: standard error where standard output belongs to a program.

    With --log-format json, one whose sentences go to the log.
    """
    if logs_are_json():
        return LogConsole()
    console = SteadyConsole(stderr=aside, highlight=False, soft_wrap=False, markup=False)
    # rich heeds COLUMNS by itself.
    if not console.is_terminal and not os.environ.get("COLUMNS", "").isdigit():
        console.width = WIDE
    return console


def show_findings(console: Console, grouping: Grouping, forgiven: frozenset[int] = frozenset()) -> None:
    """What is wrong with a sheet, and how many rows and orders it has.

    Of the rows at the positions `forgiven`, which were placed since as corrected, no error is told: the plan
    tells of them.
    """
    sheet, findings = grouping.rows.sheet, grouping.findings
    for assumption in sheet.assumptions:
        console.print(Text(assumption))
    kept = without_errors_of(findings.kept, sheet, forgiven)
    count = findings.count - (len(findings.kept) - len(kept))
    show_problems(console, kept, count, several=len(sheet.worksheets) > 1)
    placed = list(forgiven)
    faulty = int(grouping.faulty.sum()) - int(grouping.faulty[placed].sum())
    held_back = int(grouping.held_back.sum()) - len(set(grouping.order_of[placed].tolist()))
    console.print(
        f"{counted(grouping.rows.total, 'row')}, {faulty:,} with errors. "
        f"{counted(grouping.total, 'order')}, {held_back:,} held back. "
        f"{counted(findings.warnings, 'warning')}."
    )


def show_corrections(console: Console, path: Path, unmarked: int) -> None:
    """Where the rows to correct are, and whether all that is wrong with them is marked."""
    console.print(Text(f"Rows to correct: {path}"), soft_wrap=True)
    if unmarked:
        more = counted(unmarked, "more problem")
        console.print(f"Not marked in it: {more}. Correct those that are, then check it again.")


def show_counts(console: Console, orders: Mapping[Status, int]) -> None:
    told = Text("Orders: ")
    for number, (status, count) in enumerate((status, count) for status, count in orders.items() if count):
        told.append(", " if number else "")
        told.append(f"{count:,} {status.value}", style=COLOURS[status])
    console.print(told if any(orders.values()) else "Orders: none")


def show_result(console: Console, result: BatchResult, said: Collection[str] = ()) -> None:
    """What it asks of a person in one sentence, the counts, and every order that needs one, with what to do.

    `said` are the remarks that the plan has shown already.
    """
    orders = count_statuses(result.orders)
    if result.orders:
        console.print()
        console.print(Text(headline(result), style="bold"))
    show_counts(console, orders)
    if prices := str(sum_prices(result.orders)):
        console.print(Text(f"Prices: {prices}"))
    for remark in (*result.draft.remarks, *result.remarks):
        if not any(remark in shown for shown in said):
            console.print(Text(remark, style="yellow"))
    if result.stop:
        stopped = "Stopped before the end" if result.cut_short else "Stopped, with nothing left to send"
        console.print(Text(f"{stopped}: {result.stop.sentence}", style="bold red"))
    trouble = [order for order in result.orders if order.has_failed or order.status in SHOWN_SINGLY]
    table = make_table("Domain", "Status", "Message")
    for order in trouble[:SHOWN_PROBLEMS]:
        table.add_row(
            Text(show_name(order.domain)),
            Text(order.word, style="red" if order.has_failed else COLOURS[order.status]),
            Text(order.message),
        )
    if trouble:
        console.print()
        console.print(table)
