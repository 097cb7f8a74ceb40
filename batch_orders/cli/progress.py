"""A bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from typing import Protocol

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text

from batch_orders.cli.show import COLOURS
from batch_orders.core.outcomes import NotTaken, Outcome, Placed, Rejected, Unconfirmed
from batch_orders.core.privacy import details_of_body, hide_details
from batch_orders.core.results import Status
from batch_orders.logs import about, hide, log
from batch_orders.service.submission import Queued


@contextmanager
def reading_progress(console: Console) -> Iterator[Callable[[int], None] | None]:
    """Hears how many rows were read so far. Nothing is printed where there is no terminal."""
    if not console.is_terminal:
        yield None
        return
    columns = (
        SpinnerColumn(),
        TextColumn("Reading"),
        TextColumn("{task.completed:,.0f} rows"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=None)
        yield lambda rows: progress.update(task, completed=rows)


class Display(Protocol):
    """Begins with the number of orders, then hears of each outcome."""

    def begin(self, total: int) -> None: ...

    def tell(self, queued: Queued, outcome: Outcome) -> None: ...

    def end(self) -> None: ...


@contextmanager
def submitting_progress(console: Console) -> Iterator[Display]:
    display = Harmless(Bar(console) if console.is_terminal else Lines(console))
    try:
        yield display
    finally:
        display.end()


class Harmless:
    """A display that may break, for a loop that spends money and must not.

    The first fault is said, and from then on nothing is shown: the ledger and the report have it all.
    """

    def __init__(self, display: Display) -> None:
        self._display: Display | None = display

    def begin(self, total: int) -> None:
        self._try(lambda display: display.begin(total))

    def tell(self, queued: Queued, outcome: Outcome) -> None:
        self._try(lambda display: display.tell(queued, outcome))

    def end(self) -> None:
        self._try(lambda display: display.end())

    def _try(self, show: Callable[[Display], None]) -> None:
        if self._display is None:
            return
        try:
            show(self._display)
        # A fault's text may hold contact details.
        except Exception as error:  # noqa: BLE001
            broken, self._display = self._display, None
            with suppress(Exception):
                broken.end()
            log.warning("The progress can no longer be shown (%s). Orders go on.", type(error).__name__)


class Bar:
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

    def begin(self, total: int) -> None:
        self._progress.update(self._task, total=total)
        self._progress.start()

    def tell(self, queued: Queued, outcome: Outcome) -> None:
        advance = 0 if will_try_again(outcome) else 1
        self._progress.update(self._task, advance=advance, description=queued.domain)

    def end(self) -> None:
        self._progress.stop()


class Lines:
    """One line per outcome, for logs: without contact details, which a vendor's message may repeat."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._total = 0
        self._done = 0

    def begin(self, total: int) -> None:
        self._total = total

    def end(self) -> None:
        """Nothing is left on the screen to take away."""

    def tell(self, queued: Queued, outcome: Outcome) -> None:
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
            return Text(f"not taken: {message}", style=COLOURS[Status.NOT_SUBMITTED])
