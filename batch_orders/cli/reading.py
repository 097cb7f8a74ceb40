"""What a sheet is read and judged with, from the words of a command and the settings.

Kept apart from what a run opens: `check` needs no database and no network, and is quick without.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from batch_orders.cli.progress import reading_progress
from batch_orders.cli.start_up import collecting_later
from batch_orders.core.model import Field
from batch_orders.core.rules import RowRules, UnknownVendors
from batch_orders.core.vendors import Offer, VendorNames
from batch_orders.errors import ConfigurationError
from batch_orders.service.check import check_sheet
from batch_orders.settings import Settings
from batch_orders.sheet import ReadOptions

if TYPE_CHECKING:
    from batch_orders.validation.grouping import Grouping


def read_options(settings: Settings) -> ReadOptions:
    reading = settings.reading
    password = read_secret(reading.password_file, "password") if reading.password_file else ""
    return ReadOptions(
        worksheet=reading.worksheet or "",
        header_row=reading.header_row,
        encoding=reading.encoding or "",
        delimiter=reading.delimiter or "",
        password=password,
        columns=settings.columns,
        optional=frozenset(Field(name) for name in settings.defaults),
    )


def row_rules(
    settings: Settings, offers: tuple[Offer, ...] = (), unknown_vendors: UnknownVendors = UnknownVendors.PASS
) -> RowRules:
    """`unknown_vendors` counts where no vendor has told what is offered."""
    return RowRules(
        names=VendorNames.of(settings.vendors, offers),
        defaults=settings.defaults,
        order_when=settings.order_when,
        people=settings.reading.body == "mailbox-details",
        unknown_vendors=UnknownVendors.FAULT if offers else unknown_vendors,
    )


def read_secret(file: Path, what: str) -> str:
    try:
        return file.read_text(encoding="utf-8-sig").strip()
    except UnicodeDecodeError:
        raise ConfigurationError(f"The {what} file {file} cannot be read: it is not text.") from None
    except OSError as error:
        raise ConfigurationError(f"The {what} file {file} cannot be read: {error.strerror}.") from None


def read_sheet(console: Console, path: Path, settings: Settings, offers: tuple[Offer, ...]) -> Grouping:
    """Read and validate one sheet, with its progress on the console. Raises SheetError."""
    options, rules = read_options(settings), row_rules(settings, offers, UnknownVendors.HOLD)
    with reading_progress(console) as events, collecting_later():
        return check_sheet(path, options, rules, events, keep_data=True)
