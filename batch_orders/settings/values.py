"""How the text of a setting becomes a value. Knows no names, no files and no command line."""

from __future__ import annotations

import codecs
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, timedelta, tzinfo
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from batch_orders.core.rate import Rate

T = TypeVar("T")

DAY = 86_400
YES = frozenset({"true", "yes", "on", "1", "t", "y"})
NO = frozenset({"false", "no", "off", "0", "f", "n"})
RATE = re.compile(r"(\d{1,9})/(\d{1,9}(?:\.\d+)?)?\s*(s|m|h)")
UNIT_SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0}
AGE = re.compile(r"(\d{1,5})\s*([hdw])")
UNIT_AGE = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
TAB_NAMES = frozenset({"tab", "\\t"})
DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """What a setting may hold.

    `read` turns text into the value. It raises ValueError whose words continue a sentence that
    begins with the text: "'fast' is not a rate". `form` is how help shows such a value, `limits`
    the range that it keeps to.
    """

    read: Callable[[str], T]
    form: str = ""
    limits: str = ""


def read_flag(text: str) -> bool:
    word = text.strip().lower()
    if word not in YES | NO:
        raise ValueError("is neither true nor false.")
    return word in YES


def read_rate(text: str) -> Rate | None:
    """`10/2s` is ten calls in two seconds, `60/m` sixty in a minute, `none` no limit."""
    word = text.strip().lower()
    if word == "none":
        return None
    match = RATE.fullmatch(word)
    if match is None or not int(match[1]) or not float(match[2] or 1):
        raise ValueError("is not a rate. Write 10/2s for ten calls in two seconds, or none.")
    return Rate(int(match[1]), float(match[2] or 1) * UNIT_SECONDS[match[3]])


def read_age(text: str) -> timedelta:
    match = AGE.fullmatch(text.strip().lower())
    if match is None:
        raise ValueError("is not an age. Write 90d for ninety days; w and h serve as well.")
    return int(match[1]) * UNIT_AGE[match[2]]


def read_amount(text: str) -> Decimal:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or amount < 0:
        raise ValueError("is not an amount. Write it as 250 or 99.50.")
    return amount


def read_time_zone(text: str) -> tzinfo:
    # Known everywhere, also where the system has no data on time zones.
    if text.strip().upper() == "UTC":
        return UTC
    try:
        return ZoneInfo(text.strip())
    except (ValueError, KeyError, OSError):  # a path, no such zone, a folder of zones
        raise ValueError("is no time zone that is known. Write it as UTC or Europe/Berlin.") from None


def read_encoding(text: str) -> str:
    try:
        "a".encode(text)  # not every codec is for text, and rot13 is found as well
        return codecs.lookup(text).name
    except (LookupError, ValueError):
        raise ValueError("is no encoding that is known. Try utf-8 or cp1252.") from None


def read_delimiter(text: str) -> str:
    sign = "\t" if text.lower() in TAB_NAMES else text
    if sign not in DELIMITERS:
        raise ValueError("is no delimiter. Write one of , ; | or tab.")
    return sign


def whole_number(least: int) -> Kind[int]:
    def read(text: str) -> int:
        number = int(text) if text.strip().lstrip("+-").isdecimal() else least - 1
        if number < least:
            raise ValueError(f"is not a whole number of {least} or more.")
        return number

    return Kind(read, "N", f"x>={least}")


def seconds(above_zero: bool) -> Kind[float]:
    """Up to a day, which is longer than anything that a run waits for."""
    least = "more than 0" if above_zero else "0"

    def read(text: str) -> float:
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        # "nan" is a number to Python and lies in no range, so it is refused by what is true of it.
        if not (0 < number <= DAY or (number == 0 and not above_zero)):
            raise ValueError(f"is not a number of seconds. It must be {least} and at most {DAY}.")
        return number

    return Kind(read, "SECONDS", f"0{'<' if above_zero else '<='}x<={DAY}")


def choice(words: Sequence[str]) -> Kind[str]:
    def read(text: str) -> str:
        if text.strip().lower() not in words:
            raise ValueError(f"is not one of {', '.join(words)}.")
        return text.strip().lower()

    return Kind(read, f"[{'|'.join(words)}]")


FLAG = Kind(read_flag)
TEXT = Kind(str, "TEXT")
PATH = Kind(Path, "PATH")
PLACE = Kind(str, "PATH|URL")
"""Where a ledger is: a path or a database URL."""
URL = Kind(str, "URL")
READ_RATE = Kind(read_rate, "N/SECONDS")
READ_AGE = Kind(read_age, "AGE")
AMOUNT = Kind(read_amount, "AMOUNT")
TIME_ZONE = Kind(read_time_zone, "NAME")
ENCODING = Kind(read_encoding, "NAME")
DELIMITER = Kind(read_delimiter, "SIGN")
