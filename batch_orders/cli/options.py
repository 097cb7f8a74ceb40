"""The words of the commands. What a setting may hold stands in `settings`; here is how people are told of it."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from contextvars import ContextVar
from pathlib import Path
from typing import Any, TypeVar

import click

from batch_orders.core.visible import visible_line
from batch_orders.errors import ConfigurationError
from batch_orders.logs import LogFormat, log, logs_are_json, set_up_logs
from batch_orders.settings import SETTINGS, Settings, find_settings_file, load_settings, peek_setting
from batch_orders.settings.file import parse_settings
from batch_orders.settings.groups import KEY_VARIABLE
from batch_orders.settings.planted import decides_where
from batch_orders.settings.values import AMOUNT, PATH, READ_AGE, Kind

Command = TypeVar("Command", bound=Callable[..., Any])

file_path = click.Path(path_type=Path)

NONE = Settings()
_loaded = ContextVar("loaded", default=NONE)
_given: ContextVar[Mapping[str, object]] = ContextVar("given")
_config: ContextVar[Path | None] = ContextVar("config", default=None)
_json_asked = ContextVar("json_asked", default=False)


def json_asked() -> bool:
    """Whether option, environment or settings file asked for JSON, as far as they were read."""
    return _json_asked.get()


def current_settings() -> Settings:
    """The settings of the command that is running, or ran last."""
    return _loaded.get()


def typed_settings() -> Mapping[str, object]:
    """Those settings of the command that were typed, by name, to be handed to a process of its own."""
    return _given.get({})


def typed_config() -> Path | None:
    """The settings file that was named with --config."""
    return _config.get()


def own_words(command: str) -> frozenset[str]:
    """The names of the parameters of a command of this program, such as "reports_dir"."""
    context = click.get_current_context(silent=True)
    root = context.find_root().command if context else None
    if not isinstance(root, click.Group):
        return frozenset()
    return frozenset(str(parameter.name) for parameter in root.commands[command].params)


def with_options(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    """Give a command these options. It is called with its settings first, then with its other words."""

    def decorate(command: Command) -> Command:
        @functools.wraps(command)
        def loaded(**words: Any) -> Any:
            _loaded.set(NONE)
            settings = pick_settings(words)
            _loaded.set(settings)
            return command(settings, **words)

        decorated: Any = loaded
        for option in reversed(options):
            decorated = option(decorated)
        return decorated  # type: ignore[no-any-return]  # what decorates keeps the command's type

    return decorate


def pick_settings(words: dict[str, Any]) -> Settings:
    """The settings, with those words of a command that are settings; they are taken out of `words`."""
    forms = {name: SETTINGS[name].field in words for name in ("json", "log-format")}
    given = {each.name: words.pop(each.field) for each in SETTINGS.values() if each.field in words}
    _given.set({name: value for name, value in given.items() if value is not None})
    config = words.pop("config")
    _config.set(config)
    file = find_settings_file(config, os.environ)
    try:
        settings = load_settings(given, os.environ, file)
    except ConfigurationError:
        speak(forms, lambda name: peek_setting(name, given, os.environ, file))
        raise
    reporting = {"json": settings.reporting.json, "log-format": settings.reporting.log_format}
    speak(forms, reporting.__getitem__)
    if settings.path and decides_where(parse_settings(settings.path)):
        say_aside(f"Settings: {settings.path}")
    return settings


def say_aside(sentence: str) -> None:
    """To standard error or the log: standard output belongs to what was asked for."""
    if logs_are_json():
        log.info("%s", sentence)
    else:
        click.echo(visible_line(sentence), err=True)


def speak(forms: dict[str, bool], wanted: Callable[[str], Any]) -> None:
    """From here on everything is said in the form that is wanted, where the command has that form."""
    _json_asked.set(forms["json"] and wanted("json"))
    if forms["log-format"]:
        set_up_logs(LogFormat(wanted("log-format")))


def hear_json_early(context: click.Context | None) -> None:
    """Before the settings were loaded: an option is wrong, and a program waits for its object all the same."""
    if context and any(parameter.name == "json" for parameter in context.command.params):
        with suppress(ConfigurationError):
            _json_asked.set(peek_setting("json", {}, os.environ, find_settings_file(None, os.environ)))


class SettingOption(click.Option):
    """An option that hands on what was typed. Help says what `settings` knows: variable, default, limits."""

    def get_help_extra(self, ctx: click.Context) -> Any:
        setting = SETTINGS[str(self.name).replace("_", "-")]
        extra = super().get_help_extra(ctx)
        extra["envvars"] = (setting.variable,)
        if setting.default and not self.is_flag:
            extra["default"] = setting.default
        if setting.kind.limits:
            extra["range"] = setting.kind.limits
        return extra


def setting(name: str, **words: Any) -> Callable[[Command], Command]:
    """The option of a setting, under the name that `settings` declares it with."""
    kind = SETTINGS[name].kind
    if not words.get("is_flag"):
        words = {"metavar": kind.form, "type": click.Path() if kind is PATH else str, **words}
    return click.option(SETTINGS[name].option, cls=SettingOption, default=None, **words)


class KindOption(click.ParamType[Any]):
    """A value that is no setting, read as `settings` reads such values."""

    def __init__(self, kind: Kind[Any]) -> None:
        self.name = kind.form
        self._kind = kind

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return self._kind.read(value)
        except ValueError as fault:
            self.fail(f"{value!r} {fault}", param, ctx)


config = click.option(
    "--config",
    type=file_path,
    help="The settings file. Without it: batch-orders.toml in the working directory, or in the user's "
    "configuration directory.  [env var: BATCH_ORDERS_CONFIG]",
)
sheets = click.argument("sheets", metavar="SHEET…", nargs=-1, required=True, type=file_path)
sandbox = click.option(
    "--sandbox",
    is_flag=True,
    help="Start the embedded sandbox and order there. Spends nothing. The ledger is thrown away, unless --ledger "
    "names one.",
)
age = KindOption(READ_AGE)
amount = KindOption(AMOUNT)
apply_suggestions = click.option(
    "--apply-suggestions",
    type=file_path,
    help="Write the sheet with every suggestion filled in and marked to this workbook. It is ordered only "
    "when you hand it in.",
)
as_json = setting(
    "json", is_flag=True, help="Print one JSON object on standard output, all else on standard error."
)
log_format = setting(
    "log-format", help="json: what is said goes to standard error as JSON lines, without tables."
)
ledger = setting(
    "ledger", help="Where the ledger is: a path, or a database URL. Default: in the user's data directory."
)
ledger_words = (
    click.option(
        "--new-ledger",
        is_flag=True,
        help="Needed once, without a terminal, where the ledger may be a new one.",
    ),
    click.option(
        "--restored-ledger",
        is_flag=True,
        help="Use a ledger from a backup, after what was sent since was looked up.",
    ),
)
base_url = setting("base-url", help="Where orders go.  [default: https://smart-senders.smartlead.ai]")
account = setting(
    "account",
    help="The customer of the vendor, of [accounts] in the settings; default: the one without a name.",
)
api_key_file = setting("api-key-file", help=f"A file that holds the API key, in place of {KEY_VARIABLE}.")
timeout = setting("timeout", help="The deadline of one whole call.")
place = (account, base_url, api_key_file, ledger, timeout)
asking = (account, base_url, api_key_file, timeout)
reading = (
    setting("worksheet", metavar="NAME", help="Read this worksheet only, also where it is hidden."),
    setting("header-row", help="The row that holds the headers."),
    setting("encoding", help="The encoding of a CSV file, such as utf-8 or cp1252."),
    setting("delimiter", help="The delimiter of a CSV file: , ; | or tab."),
    setting("password-file", help="A file that holds the password of the workbook."),
    setting("body", help="The form of an order. mailbox-details needs the columns first name and last name."),
)
sending_queued = (
    setting("rate", help="At most so many calls, or none."),
    setting("max-orders", help="Send at most so many orders."),
    setting("max-cost", help="Send no more than this amount pays for."),
    setting("max-orders-per-day", help="As --max-orders, for all that the account orders in a day."),
    setting("max-cost-per-day", help="As --max-cost, for all that the account orders in a day."),
    setting("max-orders-per-month", help="As --max-orders, for all that the account orders in a month."),
    setting("max-cost-per-month", help="As --max-cost, for all that the account orders in a month."),
    setting("time-zone", help="The time zone that days and months begin in."),
    setting("all-or-nothing", is_flag=True, help="Where a limit would leave orders over, send none."),
    setting("max-failures", help="Stop after so many answers in a row that prove nothing."),
)
sending = (
    setting("wait", is_flag=True, help="Where another run is submitting, wait until it is done."),
    *sending_queued,
)
submitting = (
    click.option("--yes", is_flag=True, help="Submit without asking."),
    click.option(
        "--approve",
        multiple=True,
        metavar="CHECKSUM",
        help="Submit without asking, if the plan is still the one with this checksum.",
    ),
    *sending,
)
reports_dir = setting("reports-dir", help="Where reports go.")
reporting = (
    setting("report", help="Where the report of the one sheet goes."),
    reports_dir,
    as_json,
)
