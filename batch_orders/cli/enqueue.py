"""The command `enqueue`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.text import Text

from batch_orders.cli.approval import Approver
from batch_orders.cli.deliver import hand_back, prove_writable
from batch_orders.cli.exits import EXIT_OF
from batch_orders.cli.json_out import say_json
from batch_orders.cli.next import Line, lines_after, show_next
from batch_orders.cli.reading import read_and_order, read_sheet
from batch_orders.cli.run import RunCall, open_run_context, refuse_without_terminal
from batch_orders.cli.show import open_console, show_findings, show_result
from batch_orders.cli.stopping import FOLLOWED, Stopping
from batch_orders.cli.workspace import LedgerOptions, ledger_place
from batch_orders.core.next_steps import Todo
from batch_orders.core.result_json import describe_outcome
from batch_orders.core.results import BatchResult, SheetOutcome
from batch_orders.core.stops import Ending, Stop, worst
from batch_orders.core.visible import visible_line
from batch_orders.logs import about
from batch_orders.queue import refuse_without_engine, refuse_without_server
from batch_orders.queue.state import has_workers, is_over
from batch_orders.service.accept import keep_unsent, new_batch
from batch_orders.service.budget import Budget
from batch_orders.service.context import Context
from batch_orders.service.corrected import forgiven_rows
from batch_orders.service.deliver import usual_kinds
from batch_orders.service.enqueue import put_into_queue
from batch_orders.service.preview import NewSheet, Preview, preview
from batch_orders.service.result import result_of
from batch_orders.settings import Settings

BY_ITSELF = frozenset({Todo.CARRY_ON, Todo.HAND_IN, Todo.FOLLOW})
"""What nobody has to do about orders that wait in the queue."""
LOOK_AGAIN = 0.5
"""Seconds between two looks at whether a batch is over."""


@dataclass(frozen=True, slots=True)
class EnqueueCall:
    """One call of `enqueue`: its settings, and what is asked of it alone."""

    settings: Settings
    sheets: tuple[Path, ...]
    follow: bool
    ledger: LedgerOptions


def enqueue_sheets(call: EnqueueCall) -> int:
    stopping = Stopping(FOLLOWED)
    stopping.listen()
    refuse_without_server(ledger_place(call.settings.place.ledger))
    refuse_without_engine()
    refuse_without_terminal(call.settings.submitting)
    from batch_orders.queue.schema import prepare

    reporting = call.settings.reporting
    console = open_console(aside=reporting.json)
    if call.follow:
        prove_writable(reporting)
    run = RunCall(call.settings, call.sheets, dry_run=False, sandbox=False, ledger=call.ledger)
    with open_run_context(run, stopping) as context:
        prepare(context.ledger)
        outcomes = Enqueueing(call, console, stopping, context).work()
        idle = not has_workers(context.ledger)
    followed = call.follow and not stopping.asked
    lines = list(map(as_enqueued, lines_after(outcomes, call.sheets, () if followed else BY_ITSELF)))
    show_next(console, *lines, *(() if followed else lines_of_queue(outcomes, lines, idle)))
    code = EXIT_OF[worst(outcome.ending for outcome in outcomes)]
    if reporting.json:
        say_json(code, [describe_outcome(outcome) for outcome in outcomes])
    return code


@dataclass(frozen=True, slots=True)
class Enqueueing:
    """One call of `enqueue`: its sheets are planned together, approved once, and each becomes a batch that waits."""

    call: EnqueueCall
    console: Console
    stopping: Stopping
    context: Context

    def work(self) -> list[SheetOutcome]:
        return read_and_order(self.console, self.call.sheets, self.read, self.enqueue)

    def read(self, path: Path) -> NewSheet:
        with about(sheet=path.name):
            self.console.print(Text(visible_line(str(path)), style="bold"))
            grouping = read_sheet(self.console, path, self.call.settings, self.context.catalogue.offers)
            show_findings(self.console, grouping, forgiven_rows(grouping, self.context))
        return NewSheet.of(grouping)

    def enqueue(self, checked: Mapping[Path, NewSheet]) -> dict[Path, SheetOutcome]:
        settings = self.call.settings
        budget = Budget.of(settings.submitting)
        seen = preview(tuple(checked.values()), self.context, budget)
        approver = Approver(
            self.console, self.context, settings.submitting, self.stopping, settings.reporting.json, budget
        )
        answer = approver.ask(seen.plan)
        if isinstance(answer, Stop):
            return {
                path: SheetOutcome(path.name, result.ending, result=result)
                for path, result in zip(checked, seen.refused(answer), strict=True)
            }
        sends = [any(item.is_sent for item in seen.planned(sheet)) for sheet in range(len(seen.sheets))]
        news = {sheet: new_batch(seen, sheet) for sheet, waits in enumerate(sends) if waits}
        put_into_queue(self.context.ledger, [(new, answer) for new in news.values()])
        done = {
            sheet: keep_unsent(seen, sheet, self.context, answer)
            for sheet, waits in enumerate(sends)
            if not waits
        }
        batches = {sheet: new.id for sheet, new in news.items()}
        self.tell(batches, seen)
        if self.call.follow:
            over = self.follow(list(batches.values()))
            done |= {
                sheet: result_of(batch, self.context.ledger)
                for sheet, batch in batches.items()
                if batch in over
            }
        return {
            path: self.outcome(path, done[sheet]) if sheet in done else self.waiting(path, batches[sheet])
            for sheet, path in enumerate(checked)
        }

    def tell(self, batches: dict[int, str], seen: Preview) -> None:
        for sheet, batch in batches.items():
            name = visible_line(seen.sheets[sheet].name)
            self.console.print(Text(f"{name} waits in the queue as batch {batch}."), soft_wrap=True)

    def follow(self, batches: Sequence[str]) -> Collection[str]:
        """Until all of them have left the queue, or somebody asks to leave. Says which have."""
        while True:
            over = [batch for batch in batches if is_over(self.context.ledger, batch)]
            if len(over) == len(batches) or self.stopping.asked:
                return over
            self.context.limiter.wait(LOOK_AGAIN)

    def waiting(self, path: Path, batch: str) -> SheetOutcome:
        """What the ledger has of it by now. That its orders were not sent needs nobody; rows held back do.

        Who wanted to follow it and left does not know how it ends.
        """
        result = result_of(batch, self.context.ledger)
        if self.call.follow:
            return SheetOutcome(path.name, Ending.STOPPED, result=result)
        held_back = result.draft.rows_invalid or any(order.needs_a_person for order in result.orders)
        return SheetOutcome(path.name, Ending.ATTENTION if held_back else Ending.DONE, result=result)

    def outcome(self, path: Path, result: BatchResult) -> SheetOutcome:
        """With its report, where somebody waits for it or no worker would make one."""
        with about(sheet=path.name, batch=result.batch):
            if not self.call.follow:
                show_result(self.console, result)
                return SheetOutcome(path.name, result.ending, result=result)
            delivered = hand_back(self.console, result, self.call.settings.reporting, usual_kinds(result))
            show_result(self.console, result)
        ending = worst((result.ending, *(() if delivered.report else (Ending.ATTENTION,))))
        files = {kind: str(made) for kind, made in delivered.files.items()}
        return SheetOutcome(path.name, ending, result=result, files=files)


def as_enqueued(line: Line) -> Line:
    """The same of what this command does where a line says `run`."""
    return line._replace(words=("enqueue", *line.words[1:])) if line.words[:1] == ("run",) else line


def lines_of_queue(outcomes: Sequence[SheetOutcome], told: Sequence[Line], idle: bool) -> Iterator[Line]:
    """What can be seen while batches wait, beside what was `told`. `idle`: no worker is there to carry them out."""
    if idle:
        yield Line("No worker is heard of, so nothing is carried out yet. Start one:", ("worker",))
    yield Line("To see what waits, and what became of it:", ("status", "--queue"))
    for outcome in outcomes:
        words = ("report", outcome.batch)
        if outcome.batch and all(line.words != words for line in told):
            yield Line(f"The report of {visible_line(outcome.name)}, at any time:", words)
