"""The command `run`."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from batch_orders.batch import Desk, check_sheet, preview, run_batch
from batch_orders.cli.check import NO_ROWS, count_rows, show_findings
from batch_orders.cli.exits import Exit, exit_for, exit_of
from batch_orders.cli.plan import show_plan
from batch_orders.cli.progress import reading_progress, submitting_progress
from batch_orders.cli.show import describe_sheet, open_console, say_json, show_result
from batch_orders.cli.stopping import Stopping, interrupt_on_terminate
from batch_orders.errors import ConfigurationError, ReportError, SandboxError, SheetError
from batch_orders.ledger import Ledger
from batch_orders.model import BatchResult
from batch_orders.orders import Grouping
from batch_orders.plan import Plan
from batch_orders.report import name_report, write_report
from batch_orders.results import count_statuses
from batch_orders.settings import default_ledger
from batch_orders.sheet import ReadOptions
from batch_orders.smart_senders import LIVE_BASE_URL, ApiKey, Environment, SmartSenders
from batch_orders.submission import Limits, Pace, Rate

SANDBOX_KEY = "sandbox-key"


@dataclass(frozen=True, slots=True)
class RunOptions:
    """The words of `run`, as the command line, the environment and the settings file gave them."""

    sheets: tuple[Path, ...]
    yes: bool
    dry_run: bool
    sandbox: bool
    base_url: str | None
    api_key_file: Path | None
    ledger: str | None
    report: Path | None
    reports_dir: Path
    timeout: float
    rate: Rate | None
    max_failures: int
    json: bool


def run_sheets(options: RunOptions) -> int:
    interrupt_on_terminate()
    refuse_contradictions(options)
    console = open_console(aside=options.json)
    prove_writable(options.report.parent if options.report else options.reports_dir)
    with ExitStack() as closing:
        run = open_run(options, console, closing)
        outcomes = [run.sheet(path) for path in options.sheets]
    code = max(code for code, _ in outcomes)
    if options.json:
        say_json(code, [described for _, described in outcomes])
    return code


def refuse_contradictions(options: RunOptions) -> None:
    if options.report and len(options.sheets) > 1:
        raise ConfigurationError("--report is for one sheet. With several, name a folder with --reports-dir.")
    if (
        options.sandbox
        and options.base_url
        and click.get_current_context().get_parameter_source("base_url")
        is click.core.ParameterSource.COMMANDLINE
    ):
        raise ConfigurationError("--sandbox and --base-url name two places to order at. Give one of them.")
    if not (options.yes or options.dry_run or sys.stdin.isatty()):
        raise ConfigurationError(
            "There is no terminal to ask on, so nothing was sent. Give --yes to submit without asking, "
            "or --dry-run to see the plan."
        )


def prove_writable(folder: Path) -> None:
    """Find out before anything is sent that a report can be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise ConfigurationError(
            f"No report can be written to {folder}: {error.strerror}. Nothing was sent. Name another folder "
            "with --reports-dir."
        ) from None


def open_run(options: RunOptions, console: Console, closing: ExitStack) -> Run:
    """Everything that a run needs, opened and checked before the first sheet is read."""
    environment = closing.enter_context(open_environment(options))
    key = (
        None
        if options.dry_run
        else ApiKey(SANDBOX_KEY)
        if options.sandbox
        else find_key(options.api_key_file)
    )
    ledger = Ledger.open(options.ledger or str(default_ledger()))
    closing.callback(ledger.close)
    stopping = Stopping()
    vendor = closing.enter_context(SmartSenders(environment, key, options.timeout)) if key else None
    limits = Limits(rate=options.rate, failures=options.max_failures)
    return Run(options, console, environment, ledger, vendor, limits, stopping)


@contextmanager
def open_environment(options: RunOptions) -> Iterator[Environment]:
    if not options.sandbox:
        yield Environment.at(options.base_url or LIVE_BASE_URL)
        return
    from batch_orders.sandbox import start_sandbox

    try:
        sandbox = start_sandbox()
    except OSError as error:
        raise SandboxError(f"The sandbox could not be started: {error}.") from None
    with sandbox:
        yield Environment.at(sandbox.base_url, "sandbox")


def find_key(file: Path | None) -> ApiKey:
    if file is None:
        return ApiKey(os.environ.get("SMARTLEAD_API_KEY", "").strip())
    try:
        return ApiKey(file.read_text(encoding="utf-8-sig").strip())
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise ConfigurationError(f"The API key file {file} cannot be read: {reason}.") from None


@dataclass(slots=True)
class Run:
    """One call of `run`: its sheets share a ledger, a connection and the wish to stop."""

    options: RunOptions
    console: Console
    environment: Environment
    ledger: Ledger
    vendor: SmartSenders | None
    limits: Limits
    stopping: Stopping
    stopped: str = ""

    def sheet(self, path: Path) -> tuple[Exit, dict[str, Any]]:
        """One sheet from reading to report: its exit code, and what --json says of it."""
        self.console.print(Text(str(path), style="bold"))
        try:
            with reading_progress(self.console) as progress:
                grouping = check_sheet(path, ReadOptions(), progress=progress)
        except SheetError as error:
            self.console.print(Text(f"Error: {error}", style="red"))
            return exit_for(error), describe_sheet(path.name, "", NO_ROWS, {}, "")
        show_findings(self.console, grouping)
        result = self.plan_only(grouping) if self.options.dry_run else self.submit(grouping)
        self.stopped = self.stopped or result.stopped
        report = self.report(result)
        orders = count_statuses(result.orders)
        show_result(self.console, result, orders)
        self.console.print(Text(f"Report: {report}") if report else "")
        described = describe_sheet(path.name, result.batch, count_rows(grouping), orders, report)
        return max(exit_of(result), Exit.DONE if report else Exit.ATTENTION), described

    def plan_only(self, grouping: Grouping) -> BatchResult:
        plan, result = preview(grouping, self.ledger, self.environment.name)
        show_plan(self.console, plan, self.environment)
        return result

    def submit(self, grouping: Grouping) -> BatchResult:
        if self.vendor is None:
            raise ConfigurationError("There is no API key.")
        with submitting_progress(self.console) as (begin, told):
            desk = Desk(
                self.ledger, self.environment.name, self.vendor, self.limits, Pace(self.stopping), told
            )
            with self.stopping:
                return run_batch(grouping, desk, self.approver(begin))

    def approver(self, begin: Callable[[int], None]) -> Callable[[Plan], str]:
        def approve(plan: Plan) -> str:
            if self.stopped:
                return self.stopped
            show_plan(self.console, plan, self.environment)
            begin(len(plan.to_send))
            if not plan.to_send or self.options.yes:
                return ""
            asked = click.confirm(f"Submit {len(plan.to_send):,} orders?", err=self.options.json)
            return "" if asked else "The plan was not approved."

        return approve

    def report(self, result: BatchResult) -> str:
        """Write the report. One that cannot be written is said; the ledger has it all the same."""
        path = self.options.report or name_report(result.sheet.name, datetime.now(), self.options.reports_dir)
        try:
            write_report(result, path)
        except ReportError as error:
            self.console.print(
                Text(
                    f"Error: {error} The orders are safe in the ledger. Hand the sheet in again for a report.",
                    "red",
                )
            )
            return ""
        return str(path)
