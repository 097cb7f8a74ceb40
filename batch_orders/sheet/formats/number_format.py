"""A number and its number format → the text that Excel shows (ECMA-376 part 1, 18.8.31).

Of the families, digits (padding, decimals, thousands, percent, exponents, literal text) and dates are shown.
Whatever else a format asks for (fractions, conditions, calendars) leaves the number in its plain form.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

Format = Callable[[str], str | None]
"""A cell's raw number → its text, or None where the plain form is to be shown."""

LARGEST = Decimal(10) ** 15
LAST_DAY = 2_958_465
"""9999-12-31, the last day that Excel knows."""

TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_(?P<pad>.)|\*(?P<fill>.)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>General)|(?P<noon>AM/PM|A/P)|(?P<exponent>E[+-])(?P<power>[0#?]+)"
    r"|(?P<date>y+|m+|d+|h+|s+(?:\.0+)?)|(?P<digits>[0#?.,%]+)|(?P<semicolon>;)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
COLOURS = re.compile(r"black|blue|cyan|green|magenta|red|white|yellow|colou?r ?\d+", re.IGNORECASE)
ELAPSED = re.compile(r"h+|m+|s+", re.IGNORECASE)
ENGLISH = 0x09
SYSTEM_FORMATS = ("F800", "F400")
"""Long date and time in the language of the person's own system."""


class UnsupportedFormatError(Exception):
    """The format asks for what is not shown here."""


BEYOND = (UnsupportedFormatError, ArithmeticError, LookupError, TypeError, ValueError)
"""No format may refuse a sheet: whatever it runs into, the number is shown in its plain form."""


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    text: str


def format_of(code: str, dates_from_1904: bool = False) -> Format | None:
    """How a cell with the format `code` shows its number. None for General, text and unsupported formats."""
    try:
        sections = parse(code)
    except BEYOND:
        return None
    if not sections or any(token.kind == "general" for section in sections for token in section):
        return None

    @lru_cache(maxsize=1 << 16)
    def shown(raw: str) -> str | None:
        try:
            return show(Decimal(format(float(raw), ".15g")), sections, dates_from_1904)
        except BEYOND:
            return None

    return shown


def parse(code: str) -> list[list[Token]]:
    """The sections for positive, negative and zero; [] where the format changes nothing."""
    if code.strip() in ("", "@", "General") or len(code) > 255:
        return []
    sections: list[list[Token]] = [[]]
    for match in TOKEN.finditer(code):
        kind = str(match.lastgroup)
        if kind == "semicolon":
            sections.append([])
        elif token := token_of(kind, match):
            sections[-1].append(token)
    return sections[:3]


def token_of(kind: str, match: re.Match[str]) -> Token | None:
    text = match.group(kind)
    if kind in ("pad", "fill"):
        return None
    if kind == "bracket":
        return bracket_token(text)
    if kind == "other" and text in "/@":
        # A slash between digits is a fraction; between the parts of a date it is itself.
        return Token("slash" if text == "/" else "at", text)
    if kind in ("quoted", "escaped", "other"):
        return Token("literal", text)
    if kind == "power":
        return Token("exponent", match.group("exponent") + text)
    return Token(kind, text)


def bracket_token(text: str) -> Token | None:
    """A colour is dropped, a currency is its sign, elapsed time is a part of a date."""
    if COLOURS.fullmatch(text):
        return None
    if ELAPSED.fullmatch(text):
        return Token("elapsed", text.lower())
    if text.startswith("$"):
        sign, _, language = text[1:].partition("-")
        if language.upper() in SYSTEM_FORMATS:
            raise UnsupportedFormatError
        english = not language or (len(language) <= 4 and int(language, 16) & 0xFF == ENGLISH)
        return Token("literal" if english else "foreign", sign)
    raise UnsupportedFormatError


def show(value: Decimal, sections: list[list[Token]], dates_from_1904: bool) -> str:
    if abs(value) >= LARGEST:
        raise UnsupportedFormatError
    section, signed = choose_section(value, sections)
    kinds = {token.kind for token in section}
    if not kinds & {"digits", "date", "elapsed"}:
        # A format without any place for the number hides it or replaces it; it is not hidden from an order.
        raise UnsupportedFormatError
    if "foreign" in kinds and any(token.kind == "date" and len(token.text) > 2 for token in section):
        raise UnsupportedFormatError  # names of months or days in another language, or its own calendar
    if kinds & {"date", "elapsed"}:
        return show_date(value, section, dates_from_1904)
    if kinds & {"slash", "at"}:
        raise UnsupportedFormatError
    text = show_digits(abs(value), section)
    return f"-{text}" if signed and re.search("[1-9]", text) else text


def choose_section(value: Decimal, sections: list[list[Token]]) -> tuple[list[Token], bool]:
    """The section for a value, and whether a minus sign is still to be set."""
    if value < 0 and len(sections) > 1:
        return sections[1], False
    if value == 0 and len(sections) > 2:
        return sections[2], False
    return sections[0], value < 0


def show_digits(value: Decimal, section: list[Token]) -> str:
    pattern = "".join(token.text for token in section if token.kind == "digits")
    whole, _, decimals = pattern.replace("%", "").replace("?", "#").partition(".")
    if "." in decimals:
        raise UnsupportedFormatError
    # Commas after the last digit divide by a thousand each, others set thousands apart.
    scale = len(decimals or whole) - len((decimals or whole).rstrip(","))
    decimals = decimals.rstrip(",")
    value = value * Decimal(100) ** pattern.count("%") / Decimal(1000) ** scale
    for token in section:
        if token.kind == "exponent":
            return show_exponent(value, section, whole, decimals)
    rounded = f"{value.quantize(Decimal(1).scaleb(-len(decimals)), ROUND_HALF_UP):f}"
    digits, _, fraction = rounded.partition(".")
    least = len(decimals.rstrip("#"))
    fraction = fraction[:least] + fraction[least:].rstrip("0")
    return set_digits(section, digits.lstrip("0"), fraction, grouped="," in whole.rstrip(","))


def set_digits(section: list[Token], digits: str, fraction: str, grouped: bool) -> str:
    """The digits in their places, literal text between them. The first place takes all that are left over."""
    symbols = [
        (token.kind, symbol)
        for token in section
        for symbol in (token.text if token.kind == "digits" else [token.text])
    ]
    point = next((i for i, symbol in enumerate(symbols) if symbol == ("digits", ".")), len(symbols))
    places = [i for i, symbol in enumerate(symbols[:point]) if symbol[0] == "digits" and symbol[1] in "0#?"]
    shown: dict[int, str] = {}
    padded = digits.rjust(len(places), " ")
    over = len(padded) - len(places)
    for i, place in enumerate(places):
        taken = padded[over + i] if i else padded[: over + 1]
        after = len(places) - 1 - i
        taken = taken.replace(" ", "0" if symbols[place][1] == "0" else "")
        shown[place] = group(taken, after) if grouped else taken
    rest = iter(fraction)
    for i, (kind, symbol) in enumerate(symbols):
        if kind == "digits" and i not in shown:
            shown[i] = fraction_symbol(symbol, rest, i > point)
    return "".join(shown.get(i, symbol) for i, (_kind, symbol) in enumerate(symbols))


def fraction_symbol(symbol: str, rest: Iterator[str], after_point: bool) -> str:
    if symbol == ",":
        return ""
    return next(rest, "") if after_point and symbol in "0#?" else symbol


def group(digits: str, after: int) -> str:
    """Commas behind the digits that have a multiple of three others after them, `after` more among them."""
    return "".join(
        digit + ("," if left and left % 3 == 0 else "")
        for digit, left in zip(digits, range(len(digits) - 1 + after, -1, -1), strict=False)
    )


def show_exponent(value: Decimal, section: list[Token], whole: str, decimals: str) -> str:
    """Scientific notation with one digit before the point; engineering notation is left plain."""
    if len(whole) != 1 or [token.kind for token in section] != ["digits", "exponent"]:
        raise UnsupportedFormatError
    form = section[1].text
    mantissa, power = f"{float(value):.{len(decimals)}E}".split("E")
    sign = "-" if int(power) < 0 else form[1].replace("-", "")
    return f"{mantissa}E{sign}{abs(int(power)):0{len(form) - 2}}"


MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def show_date(value: Decimal, section: list[Token], dates_from_1904: bool) -> str:
    if not 0 <= value <= LAST_DAY or (60 <= value < 61 and not dates_from_1904):
        raise UnsupportedFormatError  # Excel's 29 February 1900 is no date
    if value < 1 and not dates_from_1904 and any(names_a_day(section, i) for i in range(len(section))):
        raise UnsupportedFormatError  # a time of day has no date
    epoch = datetime(1904, 1, 1) if dates_from_1904 else datetime(1899, 12, 31 if value < 60 else 30)
    seconds = int((value * 86400).quantize(Decimal(1), ROUND_HALF_UP))
    moment = epoch + timedelta(seconds=seconds)
    noon = any(token.kind == "noon" for token in section)
    return "".join(
        date_part(token, moment, seconds, noon, is_minutes(section, i)) for i, token in enumerate(section)
    )


def names_a_day(section: list[Token], position: int) -> bool:
    """Whether a part of a format is a year, a month or a day."""
    token = section[position]
    return token.kind == "date" and token.text[0] in "yYmMdD" and not is_minutes(section, position)


def is_minutes(section: list[Token], position: int) -> bool:
    """Whether an m stands for minutes: next to hours before it, or to seconds after it."""
    parts = [i for i, token in enumerate(section) if token.kind in ("date", "elapsed")]
    if position not in parts:
        return False
    place = parts.index(position)
    before = section[parts[place - 1]].text[0].lower() if place else ""
    after = section[parts[place + 1]].text[0].lower() if place + 1 < len(parts) else ""
    return before == "h" or after == "s"


def date_part(token: Token, moment: datetime, seconds: int, noon: bool, minutes: bool) -> str:
    text = token.text.lower()
    match token.kind:
        case "literal" | "slash" | "foreign":
            return token.text
        case "digits" if not set(text) - set(".,"):
            return token.text
        case "noon":
            return ("AM", "PM")[moment.hour >= 12][: 1 if len(text) == 3 else 2]
        case "elapsed":
            total = seconds // {"h": 3600, "m": 60, "s": 1}[text[0]]
            return f"{total:0{len(text)}}"
        case "date":
            return moment_part("n" * len(text) if minutes and text[0] == "m" else text, moment, noon)
    raise UnsupportedFormatError


def moment_part(text: str, moment: datetime, noon: bool) -> str:
    """One part of a date, by its letters; minutes are n."""
    numbers = {
        "m": moment.month,
        "d": moment.day,
        "h": (moment.hour - 1) % 12 + 1 if noon else moment.hour,
        "n": moment.minute,
        "s": moment.second,
    }
    letter, count = text[0], len(text)
    if letter == "y":
        return f"{moment.year:04}" if count > 2 else f"{moment.year % 100:02}"
    if "." in text:
        raise UnsupportedFormatError
    if letter == "m" and count > 2:
        month = MONTHS[moment.month - 1]
        return {3: month[:3], 5: month[0]}.get(count, month)
    if letter == "d" and count > 2:
        day = DAYS[moment.weekday()]
        return day[:3] if count == 3 else day
    return f"{numbers[letter]:0{min(count, 2)}}"
