"""[accounts.NAME] in the settings file: the customers of the vendor that orders may be placed for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from batch_orders.core.accounts import read_account, show_account
from batch_orders.core.budgets import Limit

if TYPE_CHECKING:
    from batch_orders.settings.file import SettingsReader

API_KEY_FILE, API_KEY_ENV, SOURCES = "api-key-file", "api-key-env", "sources"
OWN = ("base-url", API_KEY_FILE, "rate", "max-failures", *Limit)
"""Settings that an account may have of its own."""
KNOWN = (*OWN, API_KEY_ENV, SOURCES)
LONGEST_NAME = 64
WHOLE_INBOX = "."
"""Among the sources: files that lie in the inbox itself, in no folder of it."""


@dataclass(frozen=True, slots=True)
class AccountSettings:
    """What the settings file says of one account. `name` is "" for the one that people call default.

    `values` maps a setting's name to its text; `key_variable` is the environment variable that holds
    the key, "" where a file does. `sources` are folders of an inbox.
    """

    name: str
    values: Mapping[str, str] = field(default_factory=dict)
    key_variable: str = ""
    sources: frozenset[str] = frozenset()

    @property
    def table(self) -> str:
        return f"[accounts.{show_account(self.name)}]"


def read_accounts(reader: SettingsReader, said: dict[str, Any]) -> Mapping[str, AccountSettings]:
    """The accounts by name. Raises ConfigurationError where one of them, or all together, are unclear."""
    accounts = [read_one(reader, name, table) for name, table in said.items()]
    refuse_alike(reader, accounts)
    return {account.name: account for account in accounts}


def read_one(reader: SettingsReader, name: str, table: object) -> AccountSettings:
    if not name.isprintable() or name != name.strip() or not 0 < len(name) <= LONGEST_NAME:
        raise reader.refuse(
            f"[accounts] holds the name {name!r}, which is blank, has blanks around it or is too long"
        )
    if not isinstance(table, dict):
        raise reader.refuse(f"[accounts] must hold a table for each account, such as [accounts.{name}]")
    reader.know(f"accounts.{name}", table, KNOWN)
    if (API_KEY_FILE in table) == (API_KEY_ENV in table):
        raise reader.refuse(f"[accounts.{name}] must have one of {API_KEY_FILE} and {API_KEY_ENV}")
    return AccountSettings(
        name=read_account(name),
        values={each: reader.value(each, value) for each, value in table.items() if each in OWN},
        key_variable=reader.text(API_KEY_ENV, table.get(API_KEY_ENV, "")),
        sources=read_sources(reader, name, table.get(SOURCES, [])),
    )


def read_sources(reader: SettingsReader, name: str, said: object) -> frozenset[str]:
    if not isinstance(said, list) or not all(isinstance(each, str) and each.strip("/") for each in said):
        raise reader.refuse(f"[accounts.{name}] sources must be a list of folders of the inbox")
    return frozenset(each.strip("/") for each in said)


def refuse_alike(reader: SettingsReader, accounts: Iterable[AccountSettings]) -> None:
    """Two accounts that a person could take for each other, or one folder that two of them have."""
    names: dict[str, str] = {}
    owners: dict[str, str] = {}
    for account in accounts:
        name = show_account(account.name)
        if (other := names.setdefault(name.casefold(), name)) != name:
            raise reader.refuse(f"[accounts] names {other!r} and {name!r}, which differ in case only")
        for folder in sorted(account.sources):
            if (other := owners.setdefault(folder, name)) != name:
                raise reader.refuse(f"the folder {folder!r} is among the sources of {other} and of {name}")


def owner_of(folder: str, accounts: Iterable[AccountSettings]) -> AccountSettings | None:
    """The account that a folder of an inbox belongs to, by it or by a folder that it lies in.

    `folder` is a path below the inbox, "" for the inbox itself.
    """
    owners = {source: account for account in accounts for source in account.sources}
    parts = folder.split("/") if folder else [WHOLE_INBOX]
    above = ("/".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((owners[each] for each in above if each in owners), None)
