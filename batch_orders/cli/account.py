"""The command `account`."""

from __future__ import annotations

import click

from batch_orders.cli.next import Line, show_next
from batch_orders.cli.queue import go_on as end_pause
from batch_orders.cli.show import open_console
from batch_orders.cli.workspace import existing_place, find_key
from batch_orders.core.accounts import read_account, show_account
from batch_orders.errors import ConfigurationError
from batch_orders.ledger import Ledger
from batch_orders.service.context import open_ledger
from batch_orders.settings import Settings
from batch_orders.smart_senders import LIVE_BASE_URL, Environment


def show_account_or_change(settings: Settings, name: str, new_key: bool, go_on: bool) -> None:
    """`settings` are those of the account."""
    place, account = settings.place, read_account(name)
    environment = Environment.at(place.base_url or LIVE_BASE_URL).name
    if go_on:
        end_pause(place.ledger, environment, account)
        if not new_key:
            return
    with open_ledger(existing_place(place.ledger)) as ledger:
        if new_key:
            change_key(ledger, environment, account, find_key(place).secret)
        else:
            tell_account(ledger, environment, account)


def change_key(ledger: Ledger, environment: str, account: str, key: str) -> None:
    before = ledger.change_key(environment, account, key)
    click.echo(
        f"The key given now opens the account {show_account(account)} at {environment}, and no other key does."
    )
    for other in before:
        click.echo(f"It opened the account {show_account(other)} until now, and does not any more.")
    show_key(account)


def tell_account(ledger: Ledger, environment: str, account: str) -> None:
    known = {record.account: record for record in ledger.accounts(environment)}
    if account not in known:
        have = ", ".join(map(show_account, known)) or "none"
        raise ConfigurationError(
            f"The account {show_account(account)} has not been used at {environment}. Known there: {have}."
        )
    click.echo(
        f"The account {show_account(account)} at {environment} has its present key since {known[account].since}."
    )
    show_key(account)


def show_key(account: str) -> None:
    line = Line("See that the vendor takes its key:", ("doctor", "--account", show_account(account)))
    show_next(open_console(aside=False), line)
