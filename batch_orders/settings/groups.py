"""Every setting, declared once: its group, its name, what it may hold, and its default.

The name is the field's, with dashes: `max_orders` is --max-orders on the command line,
BATCH_ORDERS_MAX_ORDERS in the environment and max-orders in the settings file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import tzinfo
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar, overload

from batch_orders.core.accounts import read_account
from batch_orders.core.rate import Rate
from batch_orders.errors import ConfigurationError
from batch_orders.settings.values import (
    AMOUNT,
    DELIMITER,
    ENCODING,
    FLAG,
    PATH,
    PLACE,
    READ_RATE,
    TEXT,
    TIME_ZONE,
    URL,
    Kind,
    choice,
    seconds,
    whole_number,
)

T = TypeVar("T")
SETTING = "setting"
KEY_VARIABLE = "SMARTLEAD_API_KEY"
ACCOUNT = Kind(read_account, "NAME")


@overload
def setting(kind: Kind[T], default: str, *, secret: bool = False) -> T: ...
@overload
def setting(kind: Kind[T], *, secret: bool = False) -> T | None: ...
def setting(kind: Kind[T], default: str = "", *, secret: bool = False) -> T | None:
    """A field that a setting fills. `default` is what a person would have written, "" for none.

    A `secret` does not show itself.
    """
    declared: Any = field(
        default=kind.read(default) if default else None,
        repr=not secret,
        metadata={SETTING: (kind, default)},
    )
    return declared  # type: ignore[no-any-return]  # the dataclass turns it into the value


@dataclass(frozen=True, slots=True)
class PlaceOptions:
    """Where orders go, for whom, and what is known of them. A ledger's URL may hold a password.

    `account` is as the ledger names it: "" is the account without a name, None that nobody named one.
    `accounts` are those that the settings have; `key_variable` holds the key where no file does.
    """

    account: str | None = setting(ACCOUNT)
    accounts: tuple[str, ...] = ()
    key_variable: str = KEY_VARIABLE
    base_url: str | None = setting(URL)
    api_key_file: Path | None = setting(PATH)
    ledger: str | None = setting(PLACE, secret=True)
    timeout: float = setting(seconds(above_zero=True), "300")

    @property
    def customer(self) -> str:
        """The account to order and ask for. Raises ConfigurationError where there are some and none was named."""
        if self.account is None and self.accounts:
            raise ConfigurationError(
                f"The settings have the accounts {', '.join(self.accounts)}, and none was named. Nothing was sent.",
                setting="account",
            )
        return self.account or ""


@dataclass(frozen=True, slots=True)
class ReadingOptions:
    """How sheets are read."""

    worksheet: str | None = setting(TEXT)
    header_row: int | None = setting(whole_number(1))
    encoding: str | None = setting(ENCODING)
    delimiter: str | None = setting(DELIMITER)
    password_file: Path | None = setting(PATH)
    body: str = setting(choice(("mailboxes", "mailbox-details")), "mailboxes")


@dataclass(frozen=True, slots=True)
class SubmitOptions:
    """How a plan is approved and carried out.

    `yes` and `approve` are a person's word on one plan. A door gives them; they are no settings,
    so that nothing is ever bought because of a forgotten file or variable.
    """

    yes: bool = False
    approve: tuple[str, ...] = ()
    wait: bool = setting(FLAG, "false")
    rate: Rate | None = setting(READ_RATE, "10/2s")
    max_orders: int | None = setting(whole_number(0))
    max_cost: Decimal | None = setting(AMOUNT)
    max_orders_per_day: int | None = setting(whole_number(0))
    max_cost_per_day: Decimal | None = setting(AMOUNT)
    max_orders_per_month: int | None = setting(whole_number(0))
    max_cost_per_month: Decimal | None = setting(AMOUNT)
    time_zone: tzinfo = setting(TIME_ZONE, "UTC")
    all_or_nothing: bool = setting(FLAG, "false")
    max_failures: int = setting(whole_number(1), "3")


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """What is handed back, and in which form it is told."""

    report: Path | None = setting(PATH)
    reports_dir: Path = setting(PATH, "reports")
    json: bool = setting(FLAG, "false")
    log_format: str = setting(choice(("human", "json")), "human")


@dataclass(frozen=True, slots=True)
class InboxOptions:
    """When files are taken from an inbox, and how its server is reached."""

    settle: float = setting(seconds(above_zero=False), "10")
    poll: float = setting(seconds(above_zero=True), "5")
    ready_files: bool = setting(FLAG, "false")
    sftp_key_file: Path | None = setting(PATH)
    sftp_password_file: Path | None = setting(PATH)
    sftp_known_hosts: Path | None = setting(PATH)


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as it was declared. `default` is its text, "" for none."""

    name: str
    field: str
    kind: Kind[Any]
    default: str

    @property
    def variable(self) -> str:
        return f"BATCH_ORDERS_{self.field.upper()}"

    @property
    def option(self) -> str:
        return f"--{self.name}"

    @property
    def is_path(self) -> bool:
        return self.kind in (PATH, PLACE)


def settings_of(group: type[Any]) -> tuple[Setting, ...]:
    return tuple(
        Setting(each.name.replace("_", "-"), each.name, *each.metadata[SETTING])
        for each in fields(group)
        if SETTING in each.metadata
    )


GROUPS = (PlaceOptions, ReadingOptions, SubmitOptions, ReportOptions, InboxOptions)
SETTINGS: Mapping[str, Setting] = {each.name: each for group in GROUPS for each in settings_of(group)}
