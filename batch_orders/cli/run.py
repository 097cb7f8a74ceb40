"""The command `run`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.text import Text

from batch_orders.cli.approval import Approver
from batch_orders.cli.deliver import hand_back, prove_writable
from batch_orders.cli.exits import EXIT_OF
from batch_orders.cli.json_out import say_json
from batch_orders.cli.next import SEE_LEDGER, Line, lines_after, show_next
from batch_orders.cli.plan import show_plan
from batch_orders.cli.progress import submitting_progress
from batch_orders.cli.reading import read_and_order, read_sheet
from batch_orders.cli.show import open_console, show_findings, show_result
from batch_orders.cli.stopping import Stopping
from batch_orders.cli.suggest import suggest
from batch_orders.cli.target import refuse_target, refuse_targets
from batch_orders.cli.workspace import LedgerOptions, existing_place, find_run_key, open_to_submit
from batch_orders.core.result_json import describe_details, describe_outcome
from batch_orders.core.results import BatchResult, SheetOutcome
from batch_orders.core.stops import Ending, Stop, worst
from batch_orders.core.visible import visible_line
from batch_orders.errors import ConfigurationError
from batch_orders.logs import about
from batch_orders.service.budget import Budget
from batch_orders.service.context import Context, open_context, open_environment
from batch_orders.service.corrected import forgiven_rows
from batch_orders.service.followup import settle_earlier
from batch_orders.service.limiter import RateLimiter
from batch_orders.service.preview import NewSheet, Preview, preview
from batch_orders.service.submit import accept_and_submit
from batch_orders.settings import Settings, SubmitOptions

AFTER_DEMO = Line(
    "The example holds mistakes and staged trouble on purpose, so that it ends with exit code 1: somebody is needed. "
    "To begin with a sheet of your own:",
    ("template",),
)


@dataclass(frozen=True, slots=True)
class RunCall:
    """One call of `run`: its settings, and what is asked of it alone."""

    settings: Settings
    sheets: tuple[Path, ...]
    dry_run: bool
    sandbox: bool
    apply_suggestions: Path | None = None
    ledger: LedgerOptions = field(default_factory=LedgerOptions)
    demo: bool = False
    """Whether it is the shipped example, which nobody orders in earnest."""


def run_sheets(call: RunCall) -> int:
    stopping = Stopping()
    stopping.listen()
    refuse_contradictions(call)
    reporting = call.settings.reporting
    console = open_console(aside=reporting.json)
    prove_writable(reporting)
    with open_run_context(call, stopping) as context:
        outcomes = Run(call, console, stopping, context).work()
    if call.demo:
        show_next(console, *lines_after(outcomes, ()), AFTER_DEMO)
    else:
        show_next(console, *(tuple(lines_after(outcomes, call.sheets)) or (SEE_LEDGER,)))
    code = EXIT_OF[worst(outcome.ending for outcome in outcomes)]
    if reporting.json:
        say_json(code, list(map(describe_outcome, outcomes)), list(map(describe_details, outcomes)))
    return code


def refuse_contradictions(call: RunCall) -> None:
    report = call.settings.reporting.report
    if report and len(call.sheets) > 1:
        raise ConfigurationError("--report is for one sheet. With several, name a folder with --reports-dir.")
    if report:
        refuse_target(report, call.sheets)
    if call.apply_suggestions:
        refuse_targets({"--apply-suggestions": call.apply_suggestions}, call.sheets)
    refuse_two_places(call.settings, call.sandbox)
    if not call.dry_run:
        refuse_without_terminal(call.settings.submitting)


def refuse_two_places(settings: Settings, sandbox: bool) -> None:
    if sandbox and settings.source("base-url") == "--base-url":
        raise ConfigurationError("--sandbox and --base-url name two places to order at. Give one of them.")


def refuse_without_terminal(options: SubmitOptions) -> None:
    if not (options.yes or options.approve or sys.stdin.isatty()):
        raise ConfigurationError(
            "There is no terminal to ask on, so nothing was sent. Give --yes to submit without asking, "
            "or look at the plan with --dry-run and name it with --approve."
        )


@contextmanager
def open_run_context(call: RunCall, stopping: Stopping) -> Iterator[Context]:
    """Everything that a run needs, opened and checked before the first sheet is read."""
    place, submitting = call.settings.place, call.settings.submitting
    expected = None if call.dry_run else call.ledger.expect(place, call.sandbox)
    if call.dry_run and not call.sandbox:
        existing_place(place.ledger)
    with ExitStack() as closing:
        environment = closing.enter_context(open_environment(place.base_url, call.sandbox))
        key = find_run_key(place, call.sandbox, call.dry_run)
        limiter = RateLimiter(submitting.rate, stopping)
        opening = open_to_submit(place, submitting, environment, key, limiter, expected=expected)
        yield closing.enter_context(open_context(opening))


@dataclass(frozen=True, slots=True)
class Run:
    """One call of `run`: its sheets are planned together, approved once, and each becomes a batch of its own."""

    call: RunCall
    console: Console
    stopping: Stopping
    context: Context

    def work(self) -> list[SheetOutcome]:
        return read_and_order(self.console, self.call.sheets, self.read, self.order)

    def read(self, path: Path) -> NewSheet:
        with about(sheet=path.name):
            self.console.print(Text(visible_line(str(path)), style="bold"))
            offers = self.context.catalogue.offers
            grouping = read_sheet(self.console, path, self.call.settings, offers)
            show_findings(self.console, grouping, forgiven_rows(grouping, self.context))
            if self.call.apply_suggestions:
                suggest(self.console, grouping, self.call.apply_suggestions)
        return NewSheet.of(grouping)

    def order(self, checked: Mapping[Path, NewSheet]) -> dict[Path, SheetOutcome]:
        with about_sheets(tuple(checked)):
            results, said = self.submit(tuple(checked.values()))
        several = len(checked) > 1
        return {
            path: self.hand_back(path, result, said, several)
            for path, result in zip(checked, results, strict=True)
        }

    def submit(self, sheets: tuple[NewSheet, ...]) -> tuple[tuple[BatchResult, ...], tuple[str, ...]]:
        """The results, and the remarks that were shown with the plan."""
        budget = Budget.of(self.call.settings.submitting)
        view = self.context.view_vendor()
        if self.call.dry_run:
            seen = preview(sheets, self.context, budget, view)
            show_plan(self.console, seen.plan, self.context)
            return seen.dry_run(budget.all_or_nothing), seen.plan.remarks
        for said in settle_earlier(self.context, view).matched.remarks:
            self.console.print(Text(said))
        return self.ask_and_submit(preview(sheets, self.context, budget, view), budget)

    def ask_and_submit(
        self, seen: Preview, budget: Budget
    ) -> tuple[tuple[BatchResult, ...], tuple[str, ...]]:
        settings = self.call.settings
        approver = Approver(
            self.console, self.context, settings.submitting, self.stopping, settings.reporting.json, budget
        )
        answer = approver.ask(seen.plan)
        if isinstance(answer, Stop):
            return seen.refused(answer), approver.said
        with submitting_progress(self.console) as progress:
            results = accept_and_submit(
                seen, answer, approver.ask, self.context, budget, progress, approver.persons
            )
        return results, approver.said

    def hand_back(
        self, path: Path, result: BatchResult, said: tuple[str, ...], several: bool
    ) -> SheetOutcome:
        with about(sheet=path.name, batch=result.batch):
            if several:
                self.console.print(Text(visible_line(str(path)), style="bold"))
            delivered = hand_back(self.console, result, self.call.settings.reporting)
            show_result(self.console, result, said=said)
        ending = worst((result.ending, *(() if delivered.report else (Ending.ATTENTION,))))
        files = {kind: str(made) for kind, made in delivered.files.items()}
        return SheetOutcome(path.name, ending, result=result, files=files)


def about_sheets(paths: tuple[Path, ...]) -> AbstractContextManager[None]:
    """What is said of a plan is about its one sheet; of several, a line of the log can name none."""
    return about(sheet=paths[0].name) if len(paths) == 1 else nullcontext()
