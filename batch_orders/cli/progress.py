"""A bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
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
    TimeRemainingColumn,
)
from rich.text import Text

from batch_orders.cli.show import COLOURS
from batch_orders.core.outcomes import NotTaken, Outcome, Placed, Rejected, Unconfirmed
from batch_orders.core.privacy import details_of_body, hide_details
from batch_orders.core.results import Status
from batch_orders.logs import about, hide
from batch_orders.service.events import Events, guard

if TYPE_CHECKING:
    from batch_orders.service.submission import OrderToSend


TOLD_EVERY = 50
"""Orders after which a log is told how far it is."""


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
            TimeRemainingColumn(compact=True),
            TextColumn("{task.description}"),
        )
        self._progress = Progress(*columns, console=console, transient=True)
        self._task = self._progress.add_task("", total=None)
        self._tally = Tally()

    def begins(self, orders: int) -> None:
        self._tally = Tally()
        self._progress.reset(self._task, total=orders)
        self._progress.start()

    def outcome(self, order: OrderToSend, outcome: Outcome) -> None:
        self._tally.count(outcome)
        advance = 0 if will_try_again(outcome) else 1
        # rich would take brackets for its markup; a domain and our own words have none.
        self._progress.update(self._task, advance=advance, description=f"{self._tally}  {order.domain}")

    def ends(self) -> None:
        self._progress.stop()


class Lines(Events):
    """One line per outcome, for logs: without contact details, which a vendor's message may repeat."""

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        self._console = console
        self._clock = clock
        self._total = 0
        self._done = 0
        self._begun = 0.0
        self._tally = Tally()

    def begins(self, orders: int) -> None:
        self._total = orders
        self._done = 0
        self._begun = self._clock()
        self._tally = Tally()

    def outcome(self, order: OrderToSend, outcome: Outcome) -> None:
        self._done += 0 if will_try_again(outcome) else 1
        self._tally.count(outcome)
        details = details_of_body(order.body)
        hide(details)
        line = Text(f"{self._done}/{self._total} {order.domain}: ")
        line.append_text(describe_outcome(outcome, details))
        with about(domain=order.domain, batch=order.batch):
            self._console.print(line)
        if not will_try_again(outcome) and self._done % TOLD_EVERY == 0 and self._done < self._total:
            left = (self._clock() - self._begun) / self._done * (self._total - self._done)
            self._console.print(
                f"{self._done:,} of {self._total:,}: {self._tally}; about {say_duration(left)} left"
            )


@dataclass(slots=True)
class Tally:
    """How many orders were placed, rejected and left unconfirmed so far."""

    placed: int = 0
    rejected: int = 0
    unconfirmed: int = 0

    def count(self, outcome: Outcome) -> None:
        self.placed += isinstance(outcome, Placed)
        self.rejected += isinstance(outcome, Rejected)
        self.unconfirmed += isinstance(outcome, Unconfirmed)

    def __str__(self) -> str:
        return f"{self.placed:,} placed, {self.rejected:,} rejected, {self.unconfirmed:,} unconfirmed"


def say_duration(seconds: float) -> str:
    """`40 s`, `3 min`, `2 h 5 min`."""
    if seconds < 90:
        return f"{round(seconds)} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


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
