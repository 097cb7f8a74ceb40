"""The command `status`."""

from __future__ import annotations

from datetime import datetime

from rich.console import Console
from rich.text import Text

from batch_orders.cli.show import make_table, open_console
from batch_orders.ledger import BatchLine, HistoryLine, Ledger
from batch_orders.rows.names import to_ascii
from batch_orders.settings import default_ledger
from batch_orders.states import State


def show_status(place: str | None, domain: str | None) -> None:
    ledger = Ledger.open(place or str(default_ledger()))
    console = open_console(aside=False)
    if domain is None:
        show_batches(console, ledger)
    else:
        show_history(console, ledger.history(to_ascii(domain.strip().lower()) or domain), domain)


def show_batches(console: Console, ledger: Ledger) -> None:
    lines = ledger.batch_lines()
    if not lines:
        console.print(Text(f"No batch has been submitted yet. The ledger is {ledger.place}."))
        return
    table = make_table("Batch", "Begun", "Sheet", "Where to", "Orders", "How it ended")
    for line in lines:
        table.add_row(
            Text(line.id),
            Text(local(line.begun)),
            Text(line.sheet),
            Text(line.environment),
            Text(describe_states(line)),
            Text(describe_end(line)),
        )
    console.print(table)


def describe_states(line: BatchLine) -> str:
    words = {State.PLANNED: "not submitted", State.SUBMITTING: "in flight"}
    counted = [
        f"{line.states[state]} {words.get(state, state.value)}" for state in State if line.states.get(state)
    ]
    return ", ".join(counted) or "nothing to send"


def describe_end(line: BatchLine) -> str:
    if not line.ended:
        return "running, or cut off before its end"
    return line.stopped or "went to the end"


def show_history(console: Console, lines: tuple[HistoryLine, ...], domain: str) -> None:
    if not lines:
        console.print(Text(f"The ledger knows no order for {domain}."))
        return
    table = make_table("When", "Batch", "Where to", "What", "Order ID", "Message", "By")
    for line in lines:
        what = f"{line.before} → {line.after}" if line.before else line.after
        table.add_row(
            *(
                Text(text)
                for text in (
                    local(line.at),
                    line.batch,
                    line.environment,
                    what,
                    line.order_id,
                    line.message,
                    line.who,
                )
            )
        )
    console.print(table)


def local(moment: str) -> str:
    return f"{datetime.fromisoformat(moment).astimezone():%Y-%m-%d %H:%M:%S}"
