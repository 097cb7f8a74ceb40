"""Options, environment and settings file, merged into one typed value. Knows no door: no click, no console."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from batch_orders.core.accounts import show_account
from batch_orders.errors import ConfigurationError
from batch_orders.settings.accounts import API_KEY_FILE, AccountSettings
from batch_orders.settings.directories import APPLICATION, user_cache, user_data, user_state
from batch_orders.settings.file import (
    FILE_NAME,
    SettingsFile,
    find_settings_file,
    in_words,
    parse_settings,
    read_settings_file,
)
from batch_orders.settings.groups import (
    SETTINGS,
    InboxOptions,
    PlaceOptions,
    ReadingOptions,
    ReportOptions,
    Setting,
    SubmitOptions,
    settings_of,
)
from batch_orders.settings.notify import Heartbeat, Notify, When, overrule_heartbeat, overrule_notify
from batch_orders.settings.people import Member, PageSettings

__all__ = [
    "APPLICATION",
    "DEFAULT",
    "FILE_NAME",
    "SETTINGS",
    "AccountSettings",
    "Heartbeat",
    "InboxOptions",
    "Member",
    "Notify",
    "PageSettings",
    "PlaceOptions",
    "ReadingOptions",
    "ReportOptions",
    "Settings",
    "SubmitOptions",
    "When",
    "default_cache",
    "default_ledger",
    "find_settings_file",
    "load_settings",
    "peek_setting",
    "user_data",
    "user_state",
]

DEFAULT = "the default"
"""The source of a value that nobody gave."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting of one call, and what only a settings file can say (see `SettingsFile`).

    `path` is the settings file, if there is one.
    """

    path: Path | None = None
    place: PlaceOptions = field(default_factory=PlaceOptions)
    reading: ReadingOptions = field(default_factory=ReadingOptions)
    submitting: SubmitOptions = field(default_factory=SubmitOptions)
    reporting: ReportOptions = field(default_factory=ReportOptions)
    inbox: InboxOptions = field(default_factory=InboxOptions)
    columns: Mapping[str, str] = field(default_factory=dict)
    vendors: Mapping[str, int] = field(default_factory=dict)
    order_when: Mapping[str, frozenset[str] | None] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    notify: Notify = field(default_factory=Notify)
    heartbeat: Heartbeat = field(default_factory=Heartbeat)
    accounts: Mapping[str, AccountSettings] = field(default_factory=dict)
    page: PageSettings = field(default_factory=PageSettings)
    sources: Mapping[str, str] = field(default_factory=dict, repr=False)
    given: Given = field(default_factory=lambda: Given(), repr=False, compare=False)

    def source(self, name: str) -> str:
        """Where the value of a setting comes from, for sentences: "--max-orders",
        "BATCH_ORDERS_MAX_ORDERS", "max-orders in /home/ops/batch-orders.toml" or "the default".
        """
        return self.sources.get(name, DEFAULT)

    def under(self, account: str) -> Settings:
        """The settings as they are for an account, "" for the one without a name."""
        return merge(replace(self.given, options={**self.given.options, "account": show_account(account)}))

    def with_ledger(self, place: str) -> Settings:
        """The settings as they are for another ledger, whichever account they are looked at under."""
        return merge(replace(self.given, options={**self.given.options, "ledger": place}))


@dataclass(frozen=True, slots=True)
class Given:
    """Where settings come from, the first one wins: what a door was told, the environment, an account, the file."""

    options: Mapping[str, object] = field(default_factory=dict)
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)
    file: SettingsFile = field(default_factory=SettingsFile)
    account: AccountSettings | None = None

    def look_up(self, setting: Setting) -> Found | None:
        """The first that says anything. An empty variable says nothing: so it is unset in many tools."""
        name, own = setting.name, self.account
        # Only its own key, or one that was named beside it, may open an account.
        general = own is None or name != API_KEY_FILE
        if (told := self.options.get(name)) is not None:
            return Found(in_words(told), setting.option)
        if general and (variable := self.environ.get(setting.variable)):
            return Found(variable, setting.variable)
        if own and name in own.values:
            return Found(own.values[name], f"{name} in {own.table} of {self.file.path}")
        if general and name in self.file.values:
            return Found(self.file.values[name], f"{name} in {self.file.path}")
        return None


def default_ledger() -> Path:
    """SQLite in the user's data directory, whatever directory a run is started in.

    Raises ConfigurationError where the user has none: a ledger must not move with the working directory.
    """
    folder = user_data()
    if folder is None:
        raise ConfigurationError(
            "There is no home directory for the ledger: HOME is not set, and this user has no entry. Name a place.",
            setting="ledger",
        )
    return folder / "ledger.db"


def default_cache() -> Path:
    """What may be lost at any time, such as the vendors' last list; a place where nothing is kept without a home."""
    return user_cache() or Path(os.devnull) / APPLICATION


def load_settings(options: Mapping[str, object], environ: Mapping[str, str], file: Path | None) -> Settings:
    """Merge what a door was told with the environment and the settings file, in this order.

    `options` maps names of settings to what was given; None is nothing given. Raises
    ConfigurationError with one sentence that says which value from where is wrong.
    """
    if unknown := options.keys() - SETTINGS.keys():
        raise KeyError(f"no settings: {', '.join(sorted(unknown))}")
    return merge(Given(options, environ, read_settings_file(file) if file else SettingsFile()))


def merge(given: Given) -> Settings:
    said, environ = given.file, given.environ
    account = find_account(given)
    found = {name: replace(given, account=account).look_up(each) for name, each in SETTINGS.items()}
    place: PlaceOptions = fill(PlaceOptions, found)
    if account and account.key_variable and not found[API_KEY_FILE]:
        place = replace(place, key_variable=account.key_variable)
    return Settings(
        path=said.path,
        place=replace(place, accounts=tuple(map(show_account, said.accounts))),
        reading=fill(ReadingOptions, found),
        submitting=fill(SubmitOptions, found),
        reporting=fill(ReportOptions, found),
        inbox=fill(InboxOptions, found),
        columns=said.columns,
        vendors=said.vendors,
        order_when=said.order_when,
        defaults=said.defaults,
        notify=overrule_notify(said.notify, environ),
        heartbeat=overrule_heartbeat(said.heartbeat, environ),
        accounts=said.accounts,
        page=said.page,
        sources={name: each.source for name, each in found.items() if each},
        given=given,
    )


def find_account(given: Given) -> AccountSettings | None:
    """The account that was named, as the settings file has it. None: nobody named one, or the one without a name.

    Raises ConfigurationError where the file does not have it: a typo must not make a customer.
    """
    setting = SETTINGS["account"]
    named = given.look_up(setting)
    if named is None:
        return None
    name, known = named.convert(setting), given.file.accounts
    if not name or name in known:
        return known.get(name)
    near = difflib.get_close_matches(name, map(show_account, known), n=1)
    have = f"It has {', '.join(map(show_account, known))}." if known else "It has no accounts."
    where = (
        f"{given.file.path} has no [accounts.{name}]"
        if given.file.path
        else "there is no settings file that has it"
    )
    raise ConfigurationError(
        f"{named.source}: {name!r} is no account: {where}. {f'Did you mean {near[0]}?' if near else have}"
    )


def peek_setting(
    name: str, options: Mapping[str, object], environ: Mapping[str, str], file: Path | None
) -> Any:
    """The value of one setting as far as it can be told, whatever else is wrong.

    For a fault of the settings themselves, which must be told in the form that was asked for.
    """
    setting = SETTINGS[name]
    try:
        said = parse_settings(file) if file else {}
        values = {name: in_words(said[name])} if name in said else {}
        found = Given(options, environ, SettingsFile(file, values)).look_up(setting)
        return found.convert(setting) if found else default_of(setting)
    except ConfigurationError:
        return peek_setting(name, options, environ, None) if file else default_of(setting)


@dataclass(frozen=True, slots=True)
class Found:
    """The text of a setting, and where it was found."""

    text: str
    source: str

    def convert(self, setting: Setting) -> Any:
        if not self.text:
            raise ConfigurationError(f"{self.source} is empty. Give it a value, or leave it out.")
        try:
            return setting.kind.read(self.text)
        except ValueError as fault:
            raise ConfigurationError(f"{self.source}: {self.text!r} {fault}") from None


def fill(group: type[Any], found: Mapping[str, Found | None]) -> Any:
    """The group with what was found for its settings; the rest keeps its defaults."""
    pairs = ((each, found[each.name]) for each in settings_of(group))
    return group(**{setting.field: given.convert(setting) for setting, given in pairs if given})


def default_of(setting: Setting) -> Any:
    return setting.kind.read(setting.default) if setting.default else None
