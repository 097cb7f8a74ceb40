"""A bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text

from batch_orders.cli.show import COLOURS
from batch_orders.core.outcomes import NotTaken, Outcome, Placed, Rejected, Unconfirmed
from batch_orders.core.privacy import details_of_body, hide_details
from batch_orders.core.results import Status
from batch_orders.logs import about, hide
from batch_orders.service.events import Events, guard

if TYPE_CHECKING:
    from batch_orders.service.submission import Queued


@contextmanager
def reading_progress(console: Console) -> Iterator[Events]:
    """Hears how many rows were read so far. Nothing is printed where there is no terminal."""
    if not console.is_terminal:
        yield Events()
        return
    columns = (
        SpinnerColumn(),
        TextColumn("Reading"),
        TextColumn("{task.completed:,.0f} rows"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=None)
        yield ReadingBar(progress, task)


class ReadingBar(Events):
    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress = progress
        self._task = task

    def rows_read(self, rows: int) -> None:
        self._progress.update(self._task, completed=rows)


@contextmanager
def submitting_progress(console: Console) -> Iterator[Events]:
    """Hears how many orders are sent, then each outcome."""
    display = guard(Bar(console) if console.is_terminal else Lines(console))
    try:
        yield display
    finally:
        display.ends()


class Bar(Events):
    """A bar that appears when orders are sent, not before: a live display would hide the question."""

    def __init__(self, console: Console) -> None:
        columns = (
            TextColumn("Submitting"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.description}"),
        )
        self._progress = Progress(*columns, console=console, transient=True)
        self._task = self._progress.add_task("", total=None)

    def begins(self, orders: int) -> None:
        self._progress.reset(self._task, total=orders)
        self._progress.start()

    def outcome(self, queued: Queued, outcome: Outcome) -> None:
        advance = 0 if will_try_again(outcome) else 1
        self._progress.update(self._task, advance=advance, description=queued.domain)

    def ends(self) -> None:
        self._progress.stop()


class Lines(Events):
    """One line per outcome, for logs: without contact details, which a vendor's message may repeat."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._total = 0
        self._done = 0

    def begins(self, orders: int) -> None:
        self._total = orders
        self._done = 0

    def outcome(self, queued: Queued, outcome: Outcome) -> None:
        self._done += 0 if will_try_again(outcome) else 1
        details = details_of_body(queued.body)
        hide(details)
        line = Text(f"{self._done}/{self._total} {queued.domain}: ")
        line.append_text(describe_outcome(outcome, details))
        with about(domain=queued.domain, batch=queued.batch):
            self._console.print(line)


def will_try_again(outcome: Outcome) -> bool:
    return isinstance(outcome, NotTaken) and outcome.again


def describe_outcome(outcome: Outcome, details: Collection[str]) -> Text:
    message = hide_details(outcome.message, details)
    match outcome:
        case Placed(order_id):
            return Text(f"placed{f' ({order_id})' if order_id else ''}", style=COLOURS[Status.PLACED])
        case Rejected():
            return Text(f"rejected: {message}", style=COLOURS[Status.REJECTED])
        case Unconfirmed():
            return Text(f"unconfirmed: {message}", style=COLOURS[Status.UNCONFIRMED])
        case NotTaken():
            return Text(f"not bought: {message}", style=COLOURS[Status.NOT_SUBMITTED])
