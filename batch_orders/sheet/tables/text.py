"""A cell's value → the text that a person sees in it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

BLANKS = (
    "".join(chr(code) for code in (*range(9, 14), *range(28, 33), 0x85, 0xA0, 0x1680, 0x180E))
    + "".join(chr(code) for code in range(0x2000, 0x2010))
    + "\u2028\u2029\u202f\u205f\u2060\u3000\ufeff\u00ad"
)
"""White space, also non-breaking and of no width. A cell that holds nothing else counts as blank."""

LARGEST_PLAIN_INTEGER = 1e21


def cell_text(value: object) -> str:
    """The text of a value as python-calamine hands it over; dates and times in ISO form."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return number_text(value)
    if isinstance(value, datetime):
        return date_time_text(value)
    if isinstance(value, timedelta):
        return duration_text(value)
    if isinstance(value, date | time):
        return value.isoformat()
    return "" if value is None else str(value)


def number_text(value: float) -> str:
    """A number without a format of its own: 1.0 is "1", 0.1 is "0.1", at most Excel's 15 digits after it."""
    if isinstance(value, int) or (value.is_integer() and abs(value) < LARGEST_PLAIN_INTEGER):
        return str(int(value))
    return format(value, ".15g").upper()


def date_time_text(value: datetime) -> str:
    """ISO with a space, to the second: Excel keeps times as fractions of a day, so the rest is noise."""
    rounded = value + timedelta(microseconds=500_000)
    return rounded.replace(microsecond=0).isoformat(sep=" ")


def duration_text(value: timedelta) -> str:
    seconds = round(value.total_seconds())
    sign = "-" if seconds < 0 else ""
    hours, rest = divmod(abs(seconds), 3600)
    return f"{sign}{hours}:{rest // 60:02}:{rest % 60:02}"
