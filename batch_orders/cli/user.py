"""The command `user add`."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from getpass import getpass

import click

from batch_orders.cli.next import Line, show_next
from batch_orders.cli.show import open_console
from batch_orders.errors import ConfigurationError
from batch_orders.service.passwords import hash_password
from batch_orders.settings.people import LONGEST_NAME

SHORTEST_PASSWORD = 8
BARE = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class NewUser:
    """What was typed."""

    name: str
    roles: tuple[str, ...]
    accounts: tuple[str, ...] = ()
    max_orders: int | None = None
    max_cost: Decimal | None = None


def add_user(new: NewUser) -> None:
    """Raises ConfigurationError where the name or the password cannot be one."""
    name = new.name.strip()
    if not name.isprintable() or not 0 < len(name) <= LONGEST_NAME:
        raise ConfigurationError(f"A name must be a text of 1 to {LONGEST_NAME} letters, digits and signs.")
    hashed = hash_password(ask_password(name))
    click.echo("Write this line below [users] in the settings file:", err=True)
    click.echo(settings_line(name, hashed, new))
    show_next(open_console(aside=True), Line("Then start the page again:", ("serve",)))


def ask_password(name: str) -> str:
    """Typed twice without being shown, or the first line of a pipe."""
    if sys.stdin.isatty():
        password = getpass(f"Password of {name}: ")
        if getpass("The same again: ") != password:
            raise ConfigurationError("The two passwords differ. Nothing was printed: call it again.")
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    if len(password) < SHORTEST_PASSWORD:
        raise ConfigurationError(f"A password must have {SHORTEST_PASSWORD} characters or more.")
    return password


def settings_line(name: str, hashed: str, new: NewUser) -> str:
    """`NAME = { … }`, as TOML."""
    said = [f"password = {quote(hashed)}", f"role = {one_or_list(new.roles)}"]
    said += [f"account = {one_or_list(new.accounts)}"] if new.accounts else []
    said += [f"max-orders = {new.max_orders}"] if new.max_orders is not None else []
    said += [f"max-cost = {quote(str(new.max_cost))}"] if new.max_cost is not None else []
    return f"{name if BARE.fullmatch(name) else quote(name)} = {{ {', '.join(said)} }}"


def one_or_list(words: Iterable[str]) -> str:
    quoted = [quote(word) for word in dict.fromkeys(words)]
    return quoted[0] if len(quoted) == 1 else f"[{', '.join(quoted)}]"


def quote(text: str) -> str:
    """A basic string of TOML, which has the escapes of JSON."""
    return json.dumps(text, ensure_ascii=False)
