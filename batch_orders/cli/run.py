"""The command `run`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from batch_orders.cli.approval import Approver
from batch_orders.cli.exits import EXIT_OF
from batch_orders.cli.handback import hand_back, prove_writable
from batch_orders.cli.options import (
    PlaceOptions,
    ReadingOptions,
    ReportOptions,
    SubmitOptions,
    current_settings,
)
from batch_orders.cli.plan import show_plan
from batch_orders.cli.progress import submitting_progress
from batch_orders.cli.reading import read_sheet
from batch_orders.cli.show import describe_outcome, open_console, say_json, show_findings, show_result
from batch_orders.cli.stopping import Stopping
from batch_orders.cli.target import refuse_target
from batch_orders.cli.workspace import find_run_key, open_to_submit
from batch_orders.core.money import SpendingLimits
from batch_orders.core.results import BatchResult, SheetOutcome
from batch_orders.core.stops import Ending, Stop, worst
from batch_orders.errors import BatchOrdersError, ConfigurationError, SheetError
from batch_orders.logs import about
from batch_orders.service.budget import Budget
from batch_orders.service.context import Context, open_context, open_environment
from batch_orders.service.followup import settle_earlier
from batch_orders.service.limiter import RateLimiter
from batch_orders.service.preview import NewSheet, Preview, preview
from batch_orders.service.submit import accept_and_submit


@dataclass(frozen=True, slots=True)
class RunOptions:
    """The options of `run`, as the command line, the environment and the settings file gave them."""

    sheets: tuple[Path, ...]
    dry_run: bool
    sandbox: bool
    place: PlaceOptions
    reading: ReadingOptions
    submitting: SubmitOptions
    reporting: ReportOptions


def run_sheets(options: RunOptions) -> int:
    stopping = Stopping()
    stopping.listen()
    refuse_contradictions(options)
    console = open_console(aside=options.reporting.json)
    prove_writable(options.reporting)
    with open_run_context(options, stopping) as context:
        outcomes = Run(options, console, stopping, context).work()
    code = EXIT_OF[worst(outcome.ending for outcome in outcomes)]
    if options.reporting.json:
        say_json(code, [describe_outcome(outcome) for outcome in outcomes])
    return code


def refuse_contradictions(options: RunOptions) -> None:
    if options.reporting.report and len(options.sheets) > 1:
        raise ConfigurationError("--report is for one sheet. With several, name a folder with --reports-dir.")
    if options.reporting.report:
        refuse_target(options.reporting.report, options.sheets)
    source = click.get_current_context().get_parameter_source("base_url")
    if options.sandbox and source is click.core.ParameterSource.COMMANDLINE:
        raise ConfigurationError("--sandbox and --base-url name two places to order at. Give one of them.")
    if not options.dry_run:
        refuse_without_terminal(options.submitting)


def refuse_without_terminal(options: SubmitOptions) -> None:
    if not (options.yes or options.approve or sys.stdin.isatty()):
        raise ConfigurationError(
            "There is no terminal to ask on, so nothing was sent. Give --yes to submit without asking, "
            "or look at the plan with --dry-run and name it with --approve."
        )


@contextmanager
def open_run_context(options: RunOptions, stopping: Stopping) -> Iterator[Context]:
    """Everything that a run needs, opened and checked before the first sheet is read."""
    with ExitStack() as closing:
        environment = closing.enter_context(open_environment(options.place.base_url, options.sandbox))
        key = find_run_key(options.place, options.sandbox, options.dry_run)
        limiter = RateLimiter(options.submitting.rate, stopping)
        opening = open_to_submit(options.place, options.submitting, environment, key, limiter)
        yield closing.enter_context(open_context(opening))


@dataclass(frozen=True, slots=True)
class Run:
    """One call of `run`: its sheets are planned together, approved once, and each becomes a batch of its own."""

    options: RunOptions
    console: Console
    stopping: Stopping
    context: Context

    def work(self) -> list[SheetOutcome]:
        """The outcome of every sheet, in the order in which they were named."""
        paths = tuple(dict.fromkeys(self.options.sheets))
        outcomes: dict[Path, SheetOutcome] = {}
        checked: dict[Path, NewSheet] = {}
        for path in paths:
            try:
                checked[path] = self.read(path)
            except SheetError as error:
                outcomes[path] = self.tell_fault(path, error, Ending.REFUSED)
        if checked:
            outcomes |= self.order(checked)
        return [outcomes[path] for path in paths]

    def read(self, path: Path) -> NewSheet:
        with about(sheet=path.name):
            self.console.print(Text(str(path), style="bold"))
            offers = self.context.catalogue.offers
            grouping = read_sheet(self.console, path, self.options.reading, current_settings(), offers)
            show_findings(self.console, grouping)
        return NewSheet.of(grouping)

    def order(self, checked: dict[Path, NewSheet]) -> dict[Path, SheetOutcome]:
        results, said = self.submit(tuple(checked.values()))
        several = len(checked) > 1
        return {
            path: self.hand_back(path, result, said, several)
            for path, result in zip(checked, results, strict=True)
        }

    def submit(self, sheets: tuple[NewSheet, ...]) -> tuple[tuple[BatchResult, ...], tuple[str, ...]]:
        """The results, and the remarks that were shown with the plan."""
        limits = self.options.submitting
        budget = Budget(SpendingLimits(limits.max_orders, limits.max_cost))
        view = self.context.view_vendor()
        if self.options.dry_run:
            seen = preview(sheets, self.context, budget, view)
            show_plan(self.console, seen.plan, self.context.environment)
            return seen.dry_run(), seen.plan.remarks
        if said := settle_earlier(self.context, view).sentence:
            self.console.print(Text(said))
        return self.ask_and_submit(preview(sheets, self.context, budget, view), budget)

    def ask_and_submit(
        self, seen: Preview, budget: Budget
    ) -> tuple[tuple[BatchResult, ...], tuple[str, ...]]:
        aside = self.options.reporting.json
        approver = Approver(self.console, self.context, self.options.submitting, self.stopping, aside)
        answer = approver.ask(seen.plan)
        if isinstance(answer, Stop):
            return seen.refused(answer), approver.said
        with submitting_progress(self.console) as progress:
            results = accept_and_submit(seen, answer, approver.ask, self.context, budget, progress)
        return results, approver.said

    def hand_back(
        self, path: Path, result: BatchResult, said: tuple[str, ...], several: bool
    ) -> SheetOutcome:
        with about(sheet=path.name, batch=result.batch):
            if several:
                self.console.print(Text(str(path), style="bold"))
            delivered = hand_back(self.console, result, self.options.reporting)
            show_result(self.console, result, said=said)
        ending = worst((result.ending, *(() if delivered.report else (Ending.ATTENTION,))))
        files = {kind: str(made) for kind, made in delivered.files.items()}
        return SheetOutcome(path.name, ending, result=result, files=files)

    def tell_fault(self, path: Path, error: BatchOrdersError, ending: Ending) -> SheetOutcome:
        self.console.print(Text(f"Error: {error}", style="red"))
        return SheetOutcome(path.name, ending, fault=str(error))
