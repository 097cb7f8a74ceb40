"""The command `report`."""

from __future__ import annotations

from batch_orders.cli.deliver import USUAL, hand_back, prove_writable
from batch_orders.cli.exits import Exit
from batch_orders.cli.json_out import say_json
from batch_orders.cli.next import SEE_LEDGER, as_typed, lines_of, show_next
from batch_orders.cli.show import open_console, show_result
from batch_orders.cli.workspace import ledger_place
from batch_orders.core.next_steps import Files, next_steps
from batch_orders.core.result_json import describe_details, describe_outcome
from batch_orders.core.results import Kind, SheetOutcome
from batch_orders.service.context import open_ledger
from batch_orders.service.deliver import Delivered
from batch_orders.service.result import result_of
from batch_orders.settings import Settings

KINDS = {"xlsx": USUAL, "csv": (Kind.RESULT_CSV,)}


def report_batch(settings: Settings, batch: str, form: str) -> int:
    """Exit code 0 where all that was asked for is written, whatever became of the orders, 1 otherwise."""
    if form != "json":
        prove_writable(settings.reporting)
    with open_ledger(ledger_place(settings.place.ledger)) as ledger:
        result = result_of(batch, ledger)
    if form == "json":
        outcome = SheetOutcome(result.sheet.name, result.ending, result=result)
        say_json(Exit.DONE, [describe_outcome(outcome)], [describe_details(outcome)])
        return Exit.DONE
    console = open_console(aside=False)
    delivered = hand_back(console, result, settings.reporting, KINDS[form])
    show_result(console, result)
    steps = next_steps(result, Files(corrections=corrections_of(delivered)))
    show_next(console, *(tuple(lines_of(steps)) or (SEE_LEDGER,)))
    return Exit.ATTENTION if delivered.faults else Exit.DONE


def corrections_of(delivered: Delivered) -> str:
    path = delivered.files.get(Kind.CORRECTIONS)
    return as_typed(path) if path else ""
