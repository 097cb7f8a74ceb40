"""The command `run`."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from batch_orders.cli.approval import Approval
from batch_orders.cli.check import NO_ROWS, count_rows, show_findings
from batch_orders.cli.deliver import hand_back, prove_writable
from batch_orders.cli.exits import Exit, exit_for, exit_of
from batch_orders.cli.explain import explain
from batch_orders.cli.options import current_settings
from batch_orders.cli.plan import show_plan
from batch_orders.cli.progress import reading_progress, submitting_progress
from batch_orders.cli.reading import read_options, row_rules
from batch_orders.cli.show import describe_sheet, open_console, say_json, show_result
from batch_orders.cli.stopping import Stopping
from batch_orders.cli.target import refuse_target
from batch_orders.cli.workspace import (
    SANDBOX_KEY,
    ask_offers,
    find_key,
    has_key,
    open_environment,
    open_ledger,
)
from batch_orders.core.plan import Plan, SpendingLimits, VendorView
from batch_orders.core.results import BatchResult
from batch_orders.core.vendors import Offer, Price
from batch_orders.errors import BatchOrdersError, ConfigurationError
from batch_orders.ledger import Ledger
from batch_orders.logs import about
from batch_orders.service.batch import Desk, ask_vendor, preview_batch, run_batch
from batch_orders.service.check import check_sheet
from batch_orders.service.results import count_statuses
from batch_orders.service.submission import Pace, RetryPolicy
from batch_orders.settings import PlaceOptions, ReadingOptions, ReportOptions, Settings, SubmitOptions
from batch_orders.smart_senders import ApiKey, Environment, SmartSenders
from batch_orders.validation.grouping import Grouping


@dataclass(frozen=True, slots=True)
class RunOptions:
    """The words of `run`, as the command line, the environment and the settings file gave them."""

    sheets: tuple[Path, ...]
    dry_run: bool
    sandbox: bool
    place: PlaceOptions
    reading: ReadingOptions
    submitting: SubmitOptions
    reporting: ReportOptions

    @classmethod
    def of(cls, settings: Settings, sheets: tuple[Path, ...], dry_run: bool, sandbox: bool) -> RunOptions:
        return cls(
            sheets,
            dry_run,
            sandbox,
            settings.place,
            settings.reading,
            settings.submitting,
            settings.reporting,
        )


def run_sheets(words: RunOptions) -> int:
    stopping = Stopping()
    stopping.listen()
    refuse_contradictions(words)
    console = open_console(aside=words.reporting.json)
    prove_writable(words.reporting)
    with ExitStack() as closing:
        run = open_run(words, console, stopping, closing)
        outcomes = [run.sheet(path) for path in words.sheets]
    code = max(code for code, _ in outcomes)
    if words.reporting.json:
        say_json(code, [described for _, described in outcomes])
    return code


def refuse_contradictions(words: RunOptions) -> None:
    if words.reporting.report and len(words.sheets) > 1:
        raise ConfigurationError("--report is for one sheet. With several, name a folder with --reports-dir.")
    if words.reporting.report:
        refuse_target(words.reporting.report, words.sheets)
    if words.sandbox and current_settings().source("base-url") == "--base-url":
        raise ConfigurationError("--sandbox and --base-url name two places to order at. Give one of them.")
    if not words.dry_run:
        refuse_without_terminal(words.submitting)


def refuse_without_terminal(words: SubmitOptions) -> None:
    if not (words.yes or words.approve or sys.stdin.isatty()):
        raise ConfigurationError(
            "There is no terminal to ask on, so nothing was sent. Give --yes to submit without asking, "
            "or look at the plan with --dry-run and name it with --approve."
        )


def open_run(words: RunOptions, console: Console, stopping: Stopping, closing: ExitStack) -> Run:
    """Everything that a run needs, opened and checked before the first sheet is read."""
    environment = closing.enter_context(open_environment(words.place.base_url, words.sandbox))
    key = find_run_key(words)
    ledger = closing.enter_context(open_ledger(words.place.ledger))
    vendor = closing.enter_context(SmartSenders(environment, key, words.place.timeout)) if key else None
    offers, remarks = ask_offers(vendor) if vendor else ((), ("No vendor was asked: there is no API key.",))
    return Run(
        words,
        current_settings(),
        console,
        stopping,
        environment,
        ledger,
        vendor,
        offers,
        remarks,
        max_orders=words.submitting.max_orders,
        max_cost=words.submitting.max_cost,
    )


def find_run_key(words: RunOptions) -> ApiKey | None:
    """A dry run may go without a key: then it does not ask the vendor either."""
    if words.sandbox:
        return ApiKey(SANDBOX_KEY)
    if words.dry_run and not has_key(words.place.api_key_file):
        return None
    return find_key(words.place.api_key_file)


@dataclass(slots=True)
class Run:
    """One call of `run`. Its sheets share a ledger, a connection, limits and the wish to stop."""

    words: RunOptions
    settings: Settings
    console: Console
    stopping: Stopping
    environment: Environment
    ledger: Ledger
    vendor: SmartSenders | None
    offers: tuple[Offer, ...]
    remarks: tuple[str, ...]
    max_orders: int | None
    max_cost: Decimal | None
    stopped: str = ""
    said: tuple[str, ...] = ()

    def sheet(self, path: Path) -> tuple[Exit, dict[str, Any]]:
        """One sheet from reading to report: its exit code, and what --json says of it."""
        with about(sheet=path.name):
            return self.take(path)

    def take(self, path: Path) -> tuple[Exit, dict[str, Any]]:
        self.console.print(Text(str(path), style="bold"))
        try:
            grouping = self.read(path)
            result = self.plan_only(grouping) if self.words.dry_run else self.submit(grouping)
        except BatchOrdersError as error:
            self.console.print(Text(f"Error: {explain(error)}", style="red"))
            return exit_for(error), describe_sheet(path.name, "", NO_ROWS, {}, "")
        orders = count_statuses(result.orders)
        with about(batch=result.batch):
            report = hand_back(self.console, result, self.words.reporting, grouping)
            show_result(self.console, result, orders, said=self.said)
        described = describe_sheet(path.name, result.batch, count_rows(grouping), orders, report)
        return max(exit_of(result), Exit.DONE if report else Exit.ATTENTION), described

    def read(self, path: Path) -> Grouping:
        options = read_options(self.words.reading, self.settings)
        rules = row_rules(self.words.reading, self.settings, self.offers)
        with reading_progress(self.console) as progress:
            grouping = check_sheet(path, options, rules, progress)
        show_findings(self.console, grouping)
        return grouping

    def plan_only(self, grouping: Grouping) -> BatchResult:
        view = VendorView(remarks=self.remarks)
        if self.vendor:
            view = ask_vendor(self.vendor, self.prices(), self.remarks)
        plan, result = preview_batch(grouping, self.ledger, self.environment.name, view, self.limits())
        show_plan(self.console, plan, self.environment)
        self.said = plan.remarks
        return result

    def submit(self, grouping: Grouping, source: str = "", remarks: tuple[str, ...] = ()) -> BatchResult:
        """`source` is where the sheet came from, `remarks` are sentences about this sheet for its report."""
        if self.vendor is None:
            raise ConfigurationError("There is no API key.")
        words = self.words.submitting
        approval = Approval(self.console, self.environment, words, self.stopping, self.words.reporting.json)
        with submitting_progress(self.console) as progress:
            desk = Desk(
                ledger=self.ledger,
                environment=self.environment.name,
                vendor=self.vendor,
                retry=RetryPolicy(rate=words.rate, failures=words.max_failures),
                pace=Pace(self.stopping),
                told=progress.tell,
                limits=self.limits(),
                prices=self.prices(),
                remarks=(*self.remarks, *remarks),
                wait=words.wait,
            )
            result = run_batch(
                grouping, desk, lambda plan: self.stopped or approval.ask(plan, progress.begin), source
            )
        self.said = approval.said
        self.note_spending(approval.plan, result)
        return result

    def note_spending(self, plan: Plan | None, result: BatchResult) -> None:
        """RetryPolicy are for the whole call; what this sheet may have spent is no longer there for the next."""
        if result.batch and result.stopped:
            self.stopped = f"An earlier sheet of this run stopped: {result.stopped}"
        if plan is None or not result.batch:
            return
        if self.max_orders is not None:
            self.max_orders -= sum(order.attempts > 0 for order in result.orders)
        if self.max_cost is not None:
            self.max_cost -= sum(plan.costs().values(), Decimal(0))

    def limits(self) -> SpendingLimits:
        return SpendingLimits(self.max_orders, self.max_cost)

    def prices(self) -> dict[int, Price]:
        return {offer.vendor: offer.price for offer in self.offers if offer.price}
