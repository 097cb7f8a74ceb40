"""The commands about the ledger itself: `status`, `copy-ledger`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from batch_orders.cli.exits import Exit
from batch_orders.cli.json_out import say_object
from batch_orders.cli.next import SEE_LEDGER, Line, lines_of, show_next, without_password
from batch_orders.cli.show import open_console
from batch_orders.cli.tables import make_table
from batch_orders.cli.who import show_actions
from batch_orders.cli.workspace import existing_place, ordered_name
from batch_orders.core.accounts import under_account
from batch_orders.core.base_url import LIVE_BASE_URL, SANDBOX
from batch_orders.core.ledger_json import describe_batch, describe_event, describe_ledger_order
from batch_orders.core.next_steps import NextStep, Todo, ask_vendor, settle_unconfirmed
from batch_orders.core.records import BatchRecord, LedgerOrder, OrderEvent
from batch_orders.core.states import UNPROVEN, State, has_failed
from batch_orders.ledger import Ledger
from batch_orders.service.context import open_ledger
from batch_orders.settings import Settings

STATE_WORDS = {State.PLANNED: "not submitted", State.SUBMITTING: "in flight"}
MOST_SHOWN = 50
MOST_EXPLAINED = 10
"""Of so many of the latest batches it is said who did what."""


def show_status(settings: Settings, domain: str | None) -> None:
    console = open_console(aside=settings.reporting.json)
    with open_ledger(existing_place(settings.place.ledger)) as ledger:
        if domain is None:
            told = show_all(console, ledger)
        else:
            told = show_domain(console, ledger, ordered_name(domain))
    if settings.reporting.json:
        say_object(Exit.DONE, **told)


def show_all(console: Console, ledger: Ledger) -> dict[str, Any]:
    """Show every batch and what needs a person. Says what --json tells."""
    batches, unsettled, failed = ledger.batches(), ledger.unsettled(), ledger.failed()
    show_batches(console, batches, ledger.place)
    show_actions(console, ledger, [batch.id for batch in batches[:MOST_EXPLAINED]])
    show_unsettled(console, unsettled)
    show_failed(console, failed)
    show_next(console, *after_status(ledger, unsettled, failed))
    return {
        "ledger": ledger.place,
        "batches": list(map(describe_batch, batches)),
        "unconfirmed": list(map(describe_ledger_order, unsettled)),
        "failed": list(map(describe_ledger_order, failed)),
    }


def show_domain(console: Console, ledger: Ledger, domain: str) -> dict[str, Any]:
    """Show the history of one domain, and how its orders stand. Says what --json tells."""
    events, orders = ledger.history(domain), ledger.orders_of(domain)
    show_history(console, events, domain)
    show_orders(console, orders)
    show_actions(console, ledger, list(dict.fromkeys(order.batch for order in orders)), domain)
    unsettled = tuple(order for order in orders if order.state in UNPROVEN)
    failed = tuple(
        order for order in orders if order.state is State.PLACED and has_failed(order.vendor_status)
    )
    show_next(console, *(tuple(lines_of(settle_orders(unsettled, failed))) or (SEE_LEDGER,)))
    return {
        "domain": domain,
        "history": list(map(describe_event, events)),
        "orders": list(map(describe_ledger_order, orders)),
    }


def after_status(
    ledger: Ledger, unsettled: Sequence[LedgerOrder], failed: Sequence[LedgerOrder]
) -> Iterator[Line]:
    yield from lines_of(settle_orders(unsettled, failed))
    if batch := ledger.resumable(SANDBOX, None):
        account = ("--account", batch.account) if batch.account else ()
        yield Line("A batch was cut short. To carry it on:", ("resume", batch.id, *account))
    if not ledger.batches():
        yield Line("To order, begin with a sheet:", ("template",))
    elif not batch and not unsettled and not failed:
        yield Line("Nothing is open. See how what was placed stands with the vendor:", ("track",))


def settle_orders(unsettled: Sequence[LedgerOrder], failed: Sequence[LedgerOrder]) -> Iterator[NextStep]:
    """What to do about orders that are unconfirmed or failed after they were placed. A sandbox answers no more."""
    rehearsed = tuple(order.domain for order in unsettled if order.environment == SANDBOX)
    yield from settle_unconfirmed(rehearsed, ("--sandbox",))
    for order in unsettled:
        if order.environment == SANDBOX:
            continue
        elsewhere = ("--base-url", order.environment) if order.environment != LIVE_BASE_URL else ()
        account = ("--account", order.account) if order.account else ()
        yield NextStep(Todo.LOOK_UP, (order.domain,), ("reconcile", *account, *elsewhere))
    if failed:
        yield ask_vendor(tuple(order.domain for order in failed))


def show_batches(console: Console, lines: Sequence[BatchRecord], place: str) -> None:
    if not lines:
        console.print(Text(f"No batch has been submitted yet. The ledger is {place}."))
        return
    table = make_table("Batch", "Begun", "Sheet", "Where to", "Orders", "Prices", "How it ended")
    for line in lines:
        table.add_row(
            Text(line.id),
            Text(local(line.accepted_at)),
            Text(f"{line.source}/{line.sheet}" if line.source else line.sheet),
            Text(f"{line.environment}{under_account(line.account)}"),
            Text(describe_states(line)),
            # One below the other, so that no line breaks within an amount.
            Text(str(line.prices).replace(", ", "\n")),
            Text(describe_end(line)),
        )
    console.print(table)


def describe_states(line: BatchRecord) -> str:
    counted = [
        f"{line.states[state]} {STATE_WORDS.get(state, state.value)}"
        for state in State
        if line.states.get(state)
    ]
    return ", ".join(counted) or "nothing to send"


def describe_end(line: BatchRecord) -> str:
    if line.waiting:
        return "waits its turn"
    if not line.last_finished_at:
        return "running, or cut off before its end"
    if line.last_stop:
        return line.last_stop.sentence
    return f"went to the end; {line.held_back.told}" if line.held_back else "went to the end"


def show_history(console: Console, lines: tuple[OrderEvent, ...], domain: str) -> None:
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
                    f"{line.environment}{under_account(line.account)}",
                    what,
                    line.vendor_order_id,
                    line.message,
                    line.actor,
                )
            )
        )
    console.print(table)


def show_orders(console: Console, entries: tuple[LedgerOrder, ...]) -> None:
    """How each order of one domain stands now."""
    for entry in entries:
        told = [
            f"{STATE_WORDS.get(entry.state, entry.state.value)} in batch {entry.batch} at {entry.environment}"
            f"{under_account(entry.account)}"
        ]
        told += [f"order id {entry.vendor_order_id}"] if entry.vendor_order_id else []
        failed = entry.state is State.PLACED and has_failed(entry.vendor_status)
        said = f"the vendor says {entry.vendor_status!r}{': placed, then failed' if failed else ''}"
        told += [said] if entry.vendor_status else []
        told += [f"last looked for {local(entry.last_checked_at)}"] if entry.last_checked_at else []
        console.print(Text(f"Now: {', '.join(told)}."))


def show_unsettled(console: Console, entries: tuple[LedgerOrder, ...]) -> None:
    """The orders that need a person."""
    if not entries:
        return
    table = make_table("Unconfirmed", "Where to", "Batch", "Since", "Last looked for", "Message")
    for entry in entries[:MOST_SHOWN]:
        looked_for = local(entry.last_checked_at) if entry.last_checked_at else "never"
        table.add_row(
            *(
                Text(text)
                for text in (
                    entry.domain,
                    f"{entry.environment}{under_account(entry.account)}",
                    entry.batch,
                    local(entry.changed_at),
                    looked_for,
                    entry.message,
                )
            )
        )
    console.print()
    console.print(table)
    if len(entries) > MOST_SHOWN:
        console.print(f"… and {len(entries) - MOST_SHOWN:,} more.")


def show_failed(console: Console, entries: tuple[LedgerOrder, ...]) -> None:
    """The orders that were placed, and of which the vendor said since that they failed."""
    if not entries:
        return
    table = make_table("Placed, then failed", "Where to", "Batch", "Order ID", "The vendor says")
    for entry in entries[:MOST_SHOWN]:
        cells = (
            entry.domain,
            entry.environment,
            entry.batch,
            entry.vendor_order_id,
            entry.vendor_status,
        )
        table.add_row(*map(Text, cells))
    console.print()
    console.print(table)
    if len(entries) > MOST_SHOWN:
        console.print(f"… and {len(entries) - MOST_SHOWN:,} more.")


def local(moment: str) -> str:
    return f"{datetime.fromisoformat(moment).astimezone():%Y-%m-%d %H:%M:%S}"


def copy_to(place: str | None, to: str) -> None:
    with open_ledger(existing_place(place)) as ledger:
        copied = ledger.copy_to(to)
        tables = (f"{count:,} {name.replace('_', ' ')}" for name, count in copied.items())
        click.echo(f"Copied {', '.join(tables)} from {ledger.place}.")
    console = open_console(aside=False)
    told = "Name the new ledger in the settings of every machine. The old one submits no more. To look at it:"
    show_next(console, Line(told, ("status", "--ledger", without_password(to))))
