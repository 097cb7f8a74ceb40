"""What a sheet is read and judged with, from the words of a command and the settings.

Kept apart from what a run opens: `check` needs no database and no network, and is quick without.
"""

from __future__ import annotations

from pathlib import Path

from batch_orders.core.model import Field
from batch_orders.core.vendors import Offer, VendorNames
from batch_orders.errors import ConfigurationError
from batch_orders.settings import ReadingOptions, Settings
from batch_orders.sheet import ReadOptions
from batch_orders.validation.rules import RowRules


def read_options(words: ReadingOptions, settings: Settings) -> ReadOptions:
    password = read_secret(words.password_file, "password") if words.password_file else ""
    return ReadOptions(
        worksheet=words.worksheet or "",
        header_row=words.header_row,
        encoding=words.encoding or "",
        delimiter=words.delimiter or "",
        password=password,
        columns=settings.columns,
        optional=frozenset(Field(name) for name in settings.defaults),
    )


def row_rules(words: ReadingOptions, settings: Settings, offers: tuple[Offer, ...] = ()) -> RowRules:
    return RowRules(
        names=VendorNames.of(settings.vendors, offers),
        defaults=settings.defaults,
        people=words.body == "mailbox-details",
    )


def read_secret(file: Path, what: str) -> str:
    try:
        return file.read_text(encoding="utf-8-sig").strip()
    except UnicodeDecodeError:
        raise ConfigurationError(f"The {what} file {file} cannot be read: it is not text.") from None
    except OSError as error:
        raise ConfigurationError(f"The {what} file {file} cannot be read: {error.strerror}.") from None
