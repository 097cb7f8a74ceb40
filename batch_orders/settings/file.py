"""The optional settings file, batch-orders.toml: found, read, and refused where it is unclear."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from batch_orders.core.model import CONTACT_PREFIX, PERSON_FIELDS, Field
from batch_orders.errors import ConfigurationError
from batch_orders.settings.accounts import AccountSettings, read_accounts
from batch_orders.settings.directories import user_config
from batch_orders.settings.groups import SETTINGS
from batch_orders.settings.notify import Heartbeat, Notify, When, is_web_address
from batch_orders.settings.people import PageSettings, read_page
from batch_orders.settings.planted import refuse_planted

FILE_NAME = "batch-orders.toml"
CONFIG_VARIABLE = "BATCH_ORDERS_CONFIG"
SQLITE_URL = "sqlite:///"
DEFAULTED = (Field.VENDOR, Field.FORWARDING_DOMAIN, Field.CONTACT)


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """What a settings file says.

    `values` maps a setting's name to its text. `columns` maps a sheet's own header to a field,
    `vendors` a vendor's name to its id, `order_when` a header to the values under which a row is ordered (None:
    the column does not count), `defaults` a field to the text that stands in for a blank
    cell, `accounts` an account's name to what is said of it. `page` is who may use the page.
    """

    path: Path | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    vendors: Mapping[str, int] = field(default_factory=dict)
    order_when: Mapping[str, frozenset[str] | None] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    notify: Notify = field(default_factory=Notify)
    heartbeat: Heartbeat = field(default_factory=Heartbeat)
    accounts: Mapping[str, AccountSettings] = field(default_factory=dict)
    page: PageSettings = field(default_factory=PageSettings)


def find_settings_file(named: Path | None, environ: Mapping[str, str]) -> Path | None:
    """The file that was named, that the environment names, or that lies where one is looked for.

    Raises ConfigurationError where a stranger may have put it into the working directory.
    """
    if named is not None:
        return named
    if variable := environ.get(CONFIG_VARIABLE):
        return Path(variable)
    if here := find_here():
        refuse_planted(here, parse_settings(here))
        return here
    folder = user_config()
    return folder / FILE_NAME if folder and (folder / FILE_NAME).is_file() else None


def find_here() -> Path | None:
    try:
        here = Path.cwd() / FILE_NAME
    except OSError:  # the working directory was removed
        return None
    return here if here.is_file() else None


def read_settings_file(path: Path) -> SettingsFile:
    """Raises ConfigurationError where it cannot be read, is no TOML, or says what nobody understands."""
    said = parse_settings(path)
    reader = SettingsReader(path)
    columns = reader.table(said, "columns")
    vendors = reader.table(said, "vendors")
    order_when = reader.table(said, "order_when")
    defaults = reader.table(said, "defaults")
    notify = reader.table(said, "notify")
    heartbeat = reader.table(said, "heartbeat")
    accounts = reader.table(said, "accounts")
    page = read_page(reader, said)
    return SettingsFile(
        path=path,
        values={name: reader.value(name, value) for name, value in said.items()},
        columns={header: reader.column(header, value) for header, value in columns.items()},
        vendors={name: reader.vendor(name, value) for name, value in vendors.items()},
        order_when={header: reader.ordered(header, value) for header, value in order_when.items()},
        defaults={
            reader.defaulted(name): reader.text(f"defaults.{name}", value) for name, value in defaults.items()
        },
        notify=reader.notify(notify),
        heartbeat=reader.heartbeat(heartbeat),
        accounts=read_accounts(reader, accounts),
        page=page,
    )


def parse_settings(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConfigurationError(f"The settings file {path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"The settings file {path} is not UTF-8 text. Save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"The settings file {path} is not valid TOML: {error}.") from None


def in_words(value: object) -> str:
    """A value as a person would have typed it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


@dataclass(frozen=True, slots=True)
class SettingsReader:
    """Reads the values of one settings file. Each method raises ConfigurationError naming the file."""

    path: Path

    def table(self, said: dict[str, Any], name: str) -> dict[str, Any]:
        """The table `name`, taken out of what the file says."""
        table = said.pop(name, {})
        if not isinstance(table, dict):
            raise self.refuse(f"[{name}] must be a table")
        return table

    def value(self, name: str, value: object) -> str:
        if name not in SETTINGS:
            raise self.refuse(f"{name!r} is no setting", self.hint(name, SETTINGS))
        if name == "account":
            # Said for every command at once, it would choose a customer without anybody's looking.
            raise self.refuse("account cannot stand. Name the account with each command")
        text = self.text(name, value)
        return self.own_path(text) if text and SETTINGS[name].is_path else text

    def own_path(self, text: str) -> str:
        """A relative path, or one in a SQLite URL, as it is meant: from the file's own folder.

        A ledger that moved with the working directory would buy twice.
        """
        scheme = SQLITE_URL if text.startswith(SQLITE_URL) else ""
        if "://" in text and not scheme:
            return text
        return scheme + str(self.path.absolute().parent / Path(text.removeprefix(SQLITE_URL)).expanduser())

    def text(self, name: str, value: object) -> str:
        if not isinstance(value, str | int | float):
            raise self.refuse(f"{name} must be a text or a number")
        return in_words(value)

    def column(self, header: str, value: object) -> str:
        fields = (*Field, *PERSON_FIELDS)
        name = str(value).strip().lower().replace(" ", "_").replace("-", "_")
        if name not in fields and not name.startswith(CONTACT_PREFIX):
            raise self.refuse(
                f"[columns] maps {header!r} to {value!r}, which is no field", self.hint(name, fields)
            )
        return name

    def vendor(self, name: str, value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise self.refuse(f"[vendors] must map {name!r} to a vendor's number, such as 1")
        return value

    def ordered(self, header: str, value: object) -> frozenset[str] | None:
        """The values under which a row is to be ordered; None where the column does not count."""
        if value is False:
            return None
        if isinstance(value, list) and value and all(isinstance(each, str) for each in value):
            return frozenset(value)
        raise self.refuse(
            f"[order_when] must give {header!r} the values under which a row is ordered, such as "
            '["yes", "x"], or false where the column does not count'
        )

    def defaulted(self, name: str) -> Field:
        field_name = name.strip().lower().replace(" ", "_").replace("-", "_")
        if field_name not in DEFAULTED:
            raise self.refuse(f"[defaults] cannot hold {name!r}", self.hint(field_name, DEFAULTED))
        return Field(field_name)

    def notify(self, said: dict[str, Any]) -> Notify:
        self.know("notify", said, ("targets", "when"))
        targets = said.get("targets", [])
        if not isinstance(targets, list) or not all(isinstance(target, str) and target for target in targets):
            raise self.refuse("[notify] targets must be a list of texts, each an Apprise URL")
        when = said.get("when", When.ATTENTION)
        if when not in tuple(When):
            raise self.refuse('[notify] when must be "always" or "attention"')
        return Notify(tuple(targets), When(when))

    def heartbeat(self, said: dict[str, Any]) -> Heartbeat:
        """`url` gives all three addresses; `start`, `success` and `failure` each replace one of them."""
        self.know("heartbeat", said, ("url", "start", "success", "failure"))
        for name, value in said.items():
            if not isinstance(value, str) or not is_web_address(value):
                raise self.refuse(f"[heartbeat] {name} must be an address that begins with https://")
        own = {name: value for name, value in said.items() if name != "url"}
        return replace(Heartbeat.at(said["url"]) if "url" in said else Heartbeat(), **own)

    def know(self, table: str, said: Mapping[str, Any], known: Collection[str]) -> None:
        for name in said:
            if name not in known:
                raise self.refuse(f"[{table}] cannot hold {name!r}", self.hint(name, known))

    def hint(self, name: str, known: Collection[str]) -> str:
        near = difflib.get_close_matches(name, known, n=1)
        return f"Did you mean {near[0]}?" if near else f"Known are: {', '.join(sorted(known))}."

    def refuse(self, what: str, hint: str = "") -> ConfigurationError:
        return ConfigurationError(f"In the settings file {self.path}, {what}. {hint}".rstrip())
