"""The command `resume`."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from batch_orders.cli.approval import Approver
from batch_orders.cli.deliver import hand_back, prove_writable
from batch_orders.cli.exits import EXIT_OF
from batch_orders.cli.json_out import say_json
from batch_orders.cli.next import SEE_LEDGER, lines_after, show_next
from batch_orders.cli.progress import submitting_progress
from batch_orders.cli.run import refuse_without_terminal
from batch_orders.cli.show import open_console, show_result
from batch_orders.cli.stopping import Stopping
from batch_orders.cli.workspace import LedgerOptions, existing_place, find_key, open_to_submit
from batch_orders.core.accounts import show_account
from batch_orders.core.base_url import SANDBOX
from batch_orders.core.result_json import describe_details, describe_outcome
from batch_orders.core.results import BatchResult, SheetOutcome
from batch_orders.core.stops import Stop
from batch_orders.errors import ConfigurationError
from batch_orders.ledger import Ledger
from batch_orders.logs import about
from batch_orders.service.accept import approve_batch
from batch_orders.service.budget import Budget
from batch_orders.service.context import Context, open_context, open_ledger
from batch_orders.service.deliver import usual_kinds
from batch_orders.service.followup import settle_earlier
from batch_orders.service.limiter import RateLimiter
from batch_orders.service.preview import preview_batch
from batch_orders.service.result import find_draft, settle_from_ledger
from batch_orders.service.submit import submit
from batch_orders.settings import PlaceOptions, Settings
from batch_orders.smart_senders import Environment


def resume_interrupted(settings: Settings, named: str | None, ledger_options: LedgerOptions) -> int:
    """`named` is the batch to carry on; None is the latest one that was cut short."""
    place, submitting, reporting = settings.place, settings.submitting, settings.reporting
    stopping = Stopping()
    stopping.listen()
    refuse_without_terminal(submitting)
    prove_writable(reporting)
    console = open_console(aside=reporting.json)
    with open_ledger(existing_place(place.ledger)) as ledger:
        batch, environment = find_batch(ledger, named, place)
    key, limiter = find_key(place), RateLimiter(submitting.rate, stopping)
    console.print(Text(f"Batch {batch}", style="bold"))
    expected = ledger_options.expect(place, sandbox=False)
    opening = open_to_submit(place, submitting, environment, key, limiter, expected=expected)
    with open_context(opening) as context:
        budget = Budget.of(submitting)
        approver = Approver(console, context, submitting, stopping, reporting.json, budget)
        result = carry_on(batch, budget, console, context, approver)
    with about(batch=batch, sheet=result.sheet.name):
        delivered = hand_back(console, result, reporting, usual_kinds(result))
        show_result(console, result, said=approver.said)
    code = EXIT_OF[result.ending]
    files = {kind: str(path) for kind, path in delivered.files.items()}
    outcome = SheetOutcome(result.sheet.name, result.ending, result=result, files=files)
    show_next(console, *(tuple(lines_after((outcome,), ())) or (SEE_LEDGER,)))
    if reporting.json:
        say_json(code, [describe_outcome(outcome)], [describe_details(outcome)])
    return code


def carry_on(
    batch: str, budget: Budget, console: Console, context: Context, approver: Approver
) -> BatchResult:
    """Look up what is open, show what is left, have it approved anew, and submit it."""
    view = context.view_vendor()
    for said in settle_earlier(context, view).matched.remarks:
        console.print(Text(said))
    plan = preview_batch(batch, context, budget, view)
    answer = approver.ask(plan)
    if isinstance(answer, Stop):
        return settle_from_ledger(find_draft(batch, context.ledger), batch, context.ledger, answer)
    approve_batch(batch, plan, answer, context)
    with submitting_progress(console) as progress:
        return submit(batch, context, budget, approver.ask, progress, approver.persons)


def find_batch(ledger: Ledger, named: str | None, place: PlaceOptions) -> tuple[str, Environment]:
    """The batch to carry on, and where its orders go. One customer's is never carried on for another."""
    base_url, account = place.base_url, place.customer
    found = ledger.batch(named) if named else ledger.resumable(SANDBOX, account)
    if found is None:
        known = f"The ledger knows no batch {named}." if named else "No batch was cut short."
        raise ConfigurationError(f"{known} See: batch-orders status")
    if found.environment == SANDBOX:
        raise ConfigurationError(f"Batch {found.id} went to an embedded sandbox, which ended with its run.")
    if found.account != account:
        raise ConfigurationError(
            f"Batch {found.id} belongs to the account {show_account(found.account)}, not to {show_account(account)}."
        )
    environment = Environment.at(base_url or found.environment)
    if environment.name != found.environment:
        raise ConfigurationError(f"Batch {found.id} goes to {found.environment}, not to {base_url}.")
    return found.id, environment
