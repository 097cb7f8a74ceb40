"""The words of the commands: options, and where each gets its value.

The command line wins over the environment, that over the settings file.
"""

from __future__ import annotations

import codecs
import math
import re
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, TypeVar

import click

from batch_orders.logs import LogFormat, set_up_logs
from batch_orders.service.limiter import Rate
from batch_orders.settings import Settings, load_settings

Command = TypeVar("Command", bound=Callable[..., Any])

SETTINGS = "batch_orders.settings"
file_path = click.Path(path_type=Path)
FILE_OPTIONS: set[str] = set()
"""The names that may stand in a settings file: every option that also stands in the environment."""

RATE = re.compile(r"(\d+)/(\d+(?:\.\d+)?)?\s*(s|m|h)")
DELIMITERS = (",", ";", "\t", "|")
UNIT_SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0}
AGE = re.compile(r"(\d{1,5})\s*([hdw])")
UNIT_AGE = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


@dataclass(frozen=True, slots=True)
class PlaceOptions:
    """Where orders go and what is known of them."""

    base_url: str | None
    api_key_file: Path | None
    ledger: str | None
    timeout: float


@dataclass(frozen=True, slots=True)
class ReadingOptions:
    """How sheets are read."""

    worksheet: str | None
    header_row: int | None
    encoding: str | None
    delimiter: str | None
    password_file: Path | None
    body: str


@dataclass(frozen=True, slots=True)
class SubmitOptions:
    """How a plan is approved and carried out."""

    yes: bool
    approve: tuple[str, ...]
    wait: bool
    rate: Rate | None
    max_orders: int | None
    max_cost: Decimal | None
    max_failures: int


@dataclass(frozen=True, slots=True)
class ReportOptions:
    report: Path | None
    reports_dir: Path
    json: bool


def current_settings() -> Settings:
    """The settings file of the command that is running."""
    settings: Settings = click.get_current_context().meta.get(SETTINGS, Settings())
    return settings


def read_settings(context: click.Context, _parameter: click.Parameter, path: Path | None) -> None:
    """Let the settings file stand behind the options of the command."""
    settings = load_settings(path, FILE_OPTIONS)
    context.meta[SETTINGS] = settings
    context.default_map = {name.replace("-", "_"): value for name, value in settings.options.items()}


def begin_log(_context: click.Context, _parameter: click.Parameter, log_format: LogFormat) -> None:
    """The log stands before the command begins, for whatever it says from then on."""
    set_up_logs(log_format)


class RateOption(click.ParamType[Rate | None]):
    """`10/2s` (ten calls in two seconds), `60/m`, or `none`."""

    name = "N/SECONDS"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Rate | None:
        if value is None or isinstance(value, Rate):
            return value
        text = str(value).strip().lower()
        if text == "none":
            return None
        match = RATE.fullmatch(text)
        if match is None or not int(match[1]) or not float(match[2] or 1):
            self.fail(
                f"{value!r} is not a rate. Write 10/2s for ten calls in two seconds, or none.", param, ctx
            )
        return Rate(int(match[1]), float(match[2] or 1) * UNIT_SECONDS[match[3]])


class AgeOption(click.ParamType[timedelta]):
    """`90d`, `12w` or `36h`."""

    name = "AGE"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        if isinstance(value, timedelta):
            return value
        match = AGE.fullmatch(str(value).strip().lower())
        if match is None:
            self.fail(
                f"{value!r} is not an age. Write 90d for ninety days; w and h serve as well.", param, ctx
            )
        return int(match[1]) * UNIT_AGE[match[2]]


class AmountOption(click.ParamType[Decimal]):
    name = "AMOUNT"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        try:
            amount = Decimal(str(value))
        except InvalidOperation:
            self.fail(f"{value!r} is not an amount. Write it as 250 or 99.50.", param, ctx)
        if not amount.is_finite() or amount < 0:
            self.fail(f"{value!r} is not an amount. Write it as 250 or 99.50.", param, ctx)
        return amount


_json_asked = ContextVar("json_asked", default=False)


def hear_json(_context: click.Context, _parameter: click.Parameter, asked: bool) -> bool:
    """Remember it: a later option may be wrong, and a program waits for its object all the same."""
    _json_asked.set(asked)
    return asked


def json_asked() -> bool:
    """Whether option, environment or settings file asked for JSON, as far as they were read."""
    return _json_asked.get()


def known_encoding(_context: click.Context, _parameter: click.Parameter, name: str | None) -> str | None:
    try:
        return name and codecs.lookup(name).name
    except LookupError:
        raise click.BadParameter(f"there is no encoding {name!r}. Try utf-8 or cp1252.") from None


class SecondsOption(click.FloatRange):
    """A number of seconds. "nan" is in no range, which click does not notice."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        seconds: float = super().convert(value, param, ctx)
        if math.isnan(seconds):
            self.fail(f"{value!r} is not a number of seconds.", param, ctx)
        return seconds


class DelimiterOption(click.ParamType[str]):
    name = "SIGN"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        sign = {"tab": "\t", "\\t": "\t"}.get(str(value).lower(), str(value))
        if sign not in DELIMITERS:
            self.fail(f"{value!r} is no delimiter. Write one of , ; | or tab.", param, ctx)
        return sign


def with_options(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    def decorate(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def setting(name: str, **words: Any) -> Callable[[Command], Command]:
    """An option that also stands in the environment, under BATCH_ORDERS_ and its name, and in the file."""
    FILE_OPTIONS.add(name.removeprefix("--"))
    variable = "BATCH_ORDERS_" + name.removeprefix("--").replace("-", "_").upper()
    return click.option(name, envvar=variable, show_envvar=True, **words)


config = click.option(
    "--config",
    type=file_path,
    is_eager=True,
    expose_value=False,
    callback=read_settings,
    envvar="BATCH_ORDERS_CONFIG",
    show_envvar=True,
    help="The settings file. Without it: batch-orders.toml in the working directory, or in the user's "
    "configuration directory.",
)
sheets = click.argument("sheets", metavar="SHEET…", nargs=-1, required=True, type=file_path)
sandbox = click.option(
    "--sandbox", is_flag=True, help="Start the embedded sandbox and order there. Spends nothing."
)
as_json = setting(
    "--json",
    is_flag=True,
    is_eager=True,
    callback=hear_json,
    help="Print one JSON object on standard output, all else on standard error.",
)
log_format = setting(
    "--log-format",
    type=click.Choice(LogFormat, case_sensitive=False),
    default=LogFormat.HUMAN,
    show_default=True,
    expose_value=False,
    callback=begin_log,
    help="json: what is said goes to standard error as JSON lines, without tables.",
)
ledger = setting(
    "--ledger",
    metavar="PATH|URL",
    help="Where the ledger is: a path, or a database URL. Default: in the user's data directory.",
)
place = (
    setting(
        "--base-url", metavar="URL", help="Where orders go.  [default: https://smart-senders.smartlead.ai]"
    ),
    setting(
        "--api-key-file", type=file_path, help="A file that holds the API key, in place of SMARTLEAD_API_KEY."
    ),
    ledger,
    setting(
        "--timeout",
        type=SecondsOption(min=0, min_open=True, max=86_400),
        default=300,
        show_default=True,
        metavar="SECONDS",
        help="The deadline of one whole call.",
    ),
)
reading = (
    setting("--worksheet", metavar="NAME", help="Read this worksheet only, also where it is hidden."),
    setting("--header-row", type=click.IntRange(min=1), metavar="N", help="The row that holds the headers."),
    setting(
        "--encoding",
        metavar="NAME",
        callback=known_encoding,
        help="The encoding of a CSV file, such as utf-8 or cp1252.",
    ),
    setting("--delimiter", type=DelimiterOption(), help="The delimiter of a CSV file: , ; | or tab."),
    setting("--password-file", type=file_path, help="A file that holds the password of the workbook."),
    setting(
        "--body",
        type=click.Choice(["mailboxes", "mailbox-details"]),
        default="mailboxes",
        show_default=True,
        help="The form of an order. mailbox-details needs the columns first name and last name.",
    ),
)
sending = (
    setting("--wait", is_flag=True, help="Where another run is submitting, wait until it is done."),
    setting(
        "--rate",
        type=RateOption(),
        default="10/2s",
        show_default=True,
        help="At most so many calls, or none.",
    ),
    setting("--max-orders", type=click.IntRange(min=0), metavar="N", help="Send at most so many orders."),
    setting("--max-cost", type=AmountOption(), help="Send no more than this amount pays for."),
    setting(
        "--max-failures",
        type=click.IntRange(min=1),
        default=3,
        show_default=True,
        metavar="N",
        help="Stop after so many answers in a row that prove nothing.",
    ),
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
reports_dir = setting(
    "--reports-dir", type=file_path, default=Path("reports"), show_default=True, help="Where reports go."
)
reporting = (
    setting("--report", type=file_path, help="Where the report of the one sheet goes."),
    reports_dir,
    as_json,
)


def pick(kind: type[Any], words: dict[str, Any]) -> Any:
    """The words of `kind`, taken out of all that a command was given."""
    return kind(**{name: words.pop(name) for name in kind.__slots__})
