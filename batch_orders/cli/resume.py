"""The command `resume`."""

from __future__ import annotations

from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from batch_orders.cli.approval import Approver
from batch_orders.cli.exits import EXIT_OF
from batch_orders.cli.handback import hand_back, prove_writable
from batch_orders.cli.options import PlaceOptions, ReportOptions, SubmitOptions
from batch_orders.cli.progress import submitting_progress
from batch_orders.cli.run import refuse_without_terminal
from batch_orders.cli.show import describe_outcome, open_console, say_json, show_result
from batch_orders.cli.stopping import Stopping
from batch_orders.cli.workspace import find_key, ledger_place, open_to_submit
from batch_orders.core.money import SpendingLimits
from batch_orders.core.results import BatchResult, Kind, SheetOutcome
from batch_orders.core.stops import Stop
from batch_orders.errors import ConfigurationError
from batch_orders.ledger import Ledger
from batch_orders.logs import about
from batch_orders.service.budget import Budget
from batch_orders.service.context import SANDBOX, Context, open_context, open_ledger
from batch_orders.service.followup import settle_earlier
from batch_orders.service.limiter import RateLimiter
from batch_orders.service.preview import preview_batch
from batch_orders.service.result import find_draft, settle_from_ledger
from batch_orders.service.submit import approve_batch, submit
from batch_orders.smart_senders import Environment


@dataclass(frozen=True, slots=True)
class ResumeOptions:
    batch: str | None
    place: PlaceOptions
    submitting: SubmitOptions
    reporting: ReportOptions


def resume_interrupted(options: ResumeOptions) -> int:
    stopping = Stopping()
    stopping.listen()
    refuse_without_terminal(options.submitting)
    prove_writable(options.reporting)
    console = open_console(aside=options.reporting.json)
    with open_ledger(ledger_place(options.place.ledger)) as ledger:
        batch, environment = find_batch(ledger, options)
    key = find_key(options.place.api_key_file)
    limiter = RateLimiter(options.submitting.rate, stopping)
    opening = open_to_submit(options.place, options.submitting, environment, key, limiter)
    console.print(Text(f"Batch {batch}", style="bold"))
    with open_context(opening) as context:
        approver = Approver(console, context, options.submitting, stopping, options.reporting.json)
        result = carry_on(batch, options, console, context, approver)
    with about(batch=batch, sheet=result.sheet.name):
        delivered = hand_back(console, result, options.reporting, tuple(Kind))
        show_result(console, result, said=approver.said)
    code = EXIT_OF[result.ending]
    if options.reporting.json:
        files = {kind: str(path) for kind, path in delivered.files.items()}
        outcome = SheetOutcome(result.sheet.name, result.ending, result=result, files=files)
        say_json(code, [describe_outcome(outcome)])
    return code


def carry_on(
    batch: str, options: ResumeOptions, console: Console, context: Context, approver: Approver
) -> BatchResult:
    """Look up what is open, show what is left, have it approved anew, and submit it."""
    budget = Budget(SpendingLimits(options.submitting.max_orders, options.submitting.max_cost))
    view = context.view_vendor()
    if said := settle_earlier(context, view).sentence:
        console.print(Text(said))
    plan = preview_batch(batch, context, budget, view)
    answer = approver.ask(plan)
    if isinstance(answer, Stop):
        return settle_from_ledger(find_draft(batch, context.ledger), batch, context.ledger, answer)
    approve_batch(batch, plan, answer, context)
    with submitting_progress(console) as progress:
        return submit(batch, context, budget, approver.ask, progress)


def find_batch(ledger: Ledger, options: ResumeOptions) -> tuple[str, Environment]:
    """The batch to carry on, and where its orders go."""
    found = ledger.resumable(options.batch or "", besides=SANDBOX)
    if found is None:
        known = f"The ledger knows no batch {options.batch}." if options.batch else "No batch was cut short."
        raise ConfigurationError(f"{known} See: batch-orders status")
    batch, name = found
    if name == SANDBOX:
        raise ConfigurationError(f"Batch {batch} went to an embedded sandbox, which ended with its run.")
    environment = Environment.at(name)
    if options.place.base_url and Environment.at(options.place.base_url) != environment:
        raise ConfigurationError(f"Batch {batch} goes to {name}, not to {options.place.base_url}.")
    return batch, environment
