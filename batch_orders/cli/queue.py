"""What is seen of the queue: `status --queue`, `cancel`, `account --go-on`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from batch_orders.cli.exits import Exit
from batch_orders.cli.json_out import say_object
from batch_orders.cli.next import SEE_LEDGER, Line, show_next
from batch_orders.cli.show import open_console
from batch_orders.cli.tables import make_table
from batch_orders.cli.workspace import existing_place
from batch_orders.core.accounts import show_account, under_account
from batch_orders.core.actions import Author
from batch_orders.errors import ConfigurationError
from batch_orders.ledger import this_process
from batch_orders.queue import refuse_without_server
from batch_orders.queue.queue_json import describe_queue
from batch_orders.queue.state import QueueState, WorkerState, let_go_on, read_queue
from batch_orders.service.context import open_ledger
from batch_orders.service.enqueue import take_out


def show_queue(place: str | None, as_json: bool) -> None:
    refuse_without_server(existing_place(place))
    with open_ledger(existing_place(place)) as ledger:
        state = read_queue(ledger)
    if as_json:
        say_object(Exit.DONE, **describe_queue(state))
        return
    console = open_console(aside=False)
    show_accounts(console, state)
    show_workers(console, state)
    show_next(console, *(tuple(lines_about(state)) or (SEE_LEDGER,)))


def lines_about(state: QueueState) -> Iterator[Line]:
    """What keeps batches from being carried out, and what ends it."""
    for each in state.accounts:
        if each.paused:
            name = show_account(each.account)
            yield Line(f"Once the reason why {name} is paused is mended:", ("account", name, "--go-on"))
    if not state.workers:
        yield Line("To have batches carried out:", ("worker",))


def show_accounts(console: Console, state: QueueState) -> None:
    if not state.accounts:
        console.print("Nothing waits in the queue.")
        return
    table = make_table(
        "Account", "Waiting", "Oldest waits for", "Running", "Where", "Sent", "Paused, or why it waits"
    )
    for each in state.accounts:
        running = each.running
        cells = (
            f"{show_account(each.account)} at {each.environment}",
            f"{each.waiting:,}",
            tell_seconds(each.oldest_wait) if each.waiting else "",
            f"{running.batch}, since {local(running.since)}" if running else "",
            running.worker if running else "",
            f"{running.sent:,} of {running.orders:,}" if running else "",
            f"paused since {local(each.paused.since)}: {each.paused.sentence}" if each.paused else each.why,
        )
        table.add_row(*map(Text, cells))
    console.print(table)


def show_workers(console: Console, state: QueueState) -> None:
    if not state.workers:
        console.print("No worker is heard of.")
        return
    table = make_table("Worker", "Since", "Last beat", "Accounts at once")
    for each in state.workers:
        table.add_row(*map(Text, (each.name, local(each.since), tell_beat(each), str(each.accounts_at_once))))
    console.print(table)


def tell_beat(worker: WorkerState) -> str:
    lost = "" if worker.is_heard else ", not heard of since"
    return f"{tell_seconds(worker.beat)} ago{lost}"


def tell_seconds(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:,.0f} min" if seconds < 7200 else f"{seconds / 3600:,.1f} h"


def local(moment: datetime) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M:%S}"


def cancel_sheet(place: str | None, sheet: str) -> None:
    """`sheet` is a file, a batch, or the name of a sheet. Raises ConfigurationError where the queue has none of it."""
    refuse_without_server(existing_place(place))
    path = Path(sheet)
    digest = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
    with open_ledger(existing_place(place)) as ledger:
        found = take_out(ledger, sheet, digest, Author(this_process()))
    if not found:
        raise ConfigurationError(f"Nothing of {sheet} is in the queue. See: batch-orders status --queue")
    for each in found:
        if each.running:
            click.echo(
                f"Batch {each.batch} is being submitted: the order in flight is finished, and no more is sent."
            )
        else:
            click.echo(f"Batch {each.batch} is taken out of the queue. Nothing of it is sent any more.")
    console = open_console(aside=False)
    show_next(console, *(Line(f"What was bought of {each.batch}:", ("report", each.batch)) for each in found))


def go_on(place: str | None, environment: str, account: str) -> None:
    """End the pause of an account. Raises ConfigurationError where it has none."""
    refuse_without_server(existing_place(place))
    with open_ledger(existing_place(place)) as ledger:
        gone = let_go_on(ledger, environment, account, Author(this_process()))
    if not gone:
        raise ConfigurationError(f"The account {show_account(account)} is not paused at {environment}.")
    click.echo(f"Batches for {environment}{under_account(account)} are carried out again, in their order.")
    show_next(open_console(aside=False), Line("To see what becomes of them:", ("status", "--queue")))
