"""Who did what: in `status`, and all of one person in `user history`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rich.console import Console
from rich.text import Text

from batch_orders.cli.next import SEE_LEDGER, Line, show_next
from batch_orders.cli.show import open_console
from batch_orders.cli.tables import make_table
from batch_orders.cli.workspace import existing_place
from batch_orders.core.accounts import show_account
from batch_orders.core.actions import Action
from batch_orders.ledger import Ledger
from batch_orders.service.context import open_ledger


def show_actions(console: Console, ledger: Ledger, batches: Sequence[str], domain: str = "") -> None:
    """What was done about these batches, a line each; with a domain, nothing that was about another one alone."""
    actions = ledger.actions.of_batches(batches)
    if actions:
        console.print()
    for batch in batches:
        for action in actions:
            if action.batch == batch and (not domain or action.domain in ("", domain)):
                console.print(Text(f"{batch}: {describe_action(action)}"))


def describe_action(action: Action) -> str:
    """`anna confirmed this at 14:02 on 2026-11-25, through the upload page: 2 orders for about 44.00 USD`."""
    when = f"{datetime.fromisoformat(action.at).astimezone():%H:%M on %Y-%m-%d}"
    told = f"{action.author.actor} {action.deed} at {when}, through the {action.author.door}"
    told += f": {action.message}" if action.message else ""
    return f"{told}, plan {action.checksum}" if action.checksum else told


def show_person(place: str | None, name: str) -> None:
    """All that somebody did, the latest first."""
    console = open_console(aside=False)
    with open_ledger(existing_place(place)) as ledger:
        actions = ledger.actions.of_person(name)
    if not actions:
        console.print(Text(f"The ledger knows of nothing that was done under the name {name}."))
        show_next(console, SEE_LEDGER)
        return
    table = make_table("When", "What", "Batch", "What came of it", "Account", "Plan", "Door")
    for action in actions:
        when = f"{datetime.fromisoformat(action.at).astimezone():%Y-%m-%d %H:%M:%S}"
        told = (when, action.act.value, action.batch, action.message)
        more = (show_account(action.account), action.checksum, action.author.door)
        table.add_row(*map(Text, (*told, *more)))
    console.print(table)
    latest = next((action.batch for action in actions if action.batch), "")
    report = Line("The report of the latest of these batches:", ("report", latest))
    show_next(console, report if latest else SEE_LEDGER)
