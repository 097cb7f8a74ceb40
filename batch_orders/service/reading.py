"""What a sheet is read and judged with, from the settings.

Kept apart from what a run opens: `check` needs no database and no network, and is quick without.
"""

from __future__ import annotations

from pathlib import Path

from batch_orders.core.model import Field
from batch_orders.core.rules import RowRules, UnknownVendors
from batch_orders.core.vendors import Offer, VendorNames
from batch_orders.errors import ConfigurationError
from batch_orders.settings import Settings
from batch_orders.sheet import ReadOptions


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
