"""The command `resume`."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass

from rich.text import Text

from batch_orders.cli.approval import Approval
from batch_orders.cli.deliver import hand_back, prove_writable
from batch_orders.cli.exits import exit_of
from batch_orders.cli.options import PlaceOptions, ReportOptions, SubmitOptions
from batch_orders.cli.progress import submitting_progress
from batch_orders.cli.run import refuse_without_terminal
from batch_orders.cli.show import describe_sheet, open_console, say_json, show_result
from batch_orders.cli.stopping import Stopping
from batch_orders.cli.workspace import SANDBOX, ask_offers, find_key, open_ledger
from batch_orders.core.plan import SpendingLimits
from batch_orders.core.results import BatchResult
from batch_orders.errors import ConfigurationError
from batch_orders.ledger import Ledger
from batch_orders.logs import about
from batch_orders.service.batch import Desk, resume_batch
from batch_orders.service.results import count_statuses
from batch_orders.service.submission import Pace, RetryPolicy
from batch_orders.smart_senders import Environment, SmartSenders


@dataclass(frozen=True, slots=True)
class ResumeOptions:
    batch: str | None
    place: PlaceOptions
    submitting: SubmitOptions
    reporting: ReportOptions


def resume_interrupted(words: ResumeOptions) -> int:
    stopping = Stopping()
    stopping.listen()
    refuse_without_terminal(words.submitting)
    prove_writable(words.reporting)
    console = open_console(aside=words.reporting.json)
    with ExitStack() as closing:
        ledger = closing.enter_context(open_ledger(words.place.ledger))
        batch, environment = find_batch(ledger, words)
        key = find_key(words.place.api_key_file)
        vendor = closing.enter_context(SmartSenders(environment, key, words.place.timeout))
        console.print(Text(f"Batch {batch}", style="bold"))
        offers, remarks = ask_offers(vendor)
        approval = Approval(console, environment, words.submitting, stopping, words.reporting.json)
        with submitting_progress(console) as progress:
            desk = Desk(
                ledger=ledger,
                environment=environment.name,
                vendor=vendor,
                retry=RetryPolicy(rate=words.submitting.rate, failures=words.submitting.max_failures),
                pace=Pace(stopping),
                told=progress.tell,
                limits=SpendingLimits(words.submitting.max_orders, words.submitting.max_cost),
                prices={offer.vendor: offer.price for offer in offers if offer.price},
                remarks=remarks,
                wait=words.submitting.wait,
            )
            result = resume_batch(batch, desk, lambda plan: approval.ask(plan, progress.begin))
    with about(batch=batch, sheet=result.sheet.name):
        report = hand_back(console, result, words.reporting)
        show_result(console, result, count_statuses(result.orders), said=approval.said)
    code = exit_of(result)
    if words.reporting.json:
        say_json(code, [describe_result(result, report)])
    return code


def find_batch(ledger: Ledger, words: ResumeOptions) -> tuple[str, Environment]:
    """The batch to carry on, and where its orders go."""
    found = ledger.batch(words.batch) if words.batch else ledger.resumable(besides=SANDBOX)
    if found is None:
        known = f"The ledger knows no batch {words.batch}." if words.batch else "No batch was cut short."
        raise ConfigurationError(f"{known} See: batch-orders status")
    batch, name = found.id, found.environment
    if name == SANDBOX:
        raise ConfigurationError(f"Batch {batch} went to an embedded sandbox, which ended with its run.")
    environment = Environment.at(name)
    if words.place.base_url and Environment.at(words.place.base_url) != environment:
        raise ConfigurationError(f"Batch {batch} goes to {name}, not to {words.place.base_url}.")
    return batch, environment


def describe_result(result: BatchResult, report: str) -> dict[str, object]:
    total = sum(len(worksheet.cells) for worksheet in result.sheet.worksheets)
    rows = {"total": total, "valid": total - result.rows_invalid, "invalid": result.rows_invalid}
    return describe_sheet(result.sheet.name, result.batch, rows, count_statuses(result.orders), report)
