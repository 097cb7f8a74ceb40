"""A number and its number format → the text that Excel shows (ECMA-376 part 1, 18.8.31).

Of the families, digits (padding, decimals, thousands, percent, exponents, literal text) and dates are shown.
Whatever else a format asks for (fractions, conditions, calendars) leaves the number in its plain form.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

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


class Unsupported(Exception):
    """The format asks for what is not shown here."""


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    text: str


def format_of(code: str, dates_from_1904: bool = False) -> Format | None:
    """How a cell with the format `code` shows its number. None for General, text and unsupported formats."""
    try:
        sections = parse(code)
    except Unsupported:
        return None
    if not sections or any(token.kind == "general" for section in sections for token in section):
        return None

    def shown(raw: str) -> str | None:
        try:
            return show(Decimal(format(float(raw), ".15g")), sections, dates_from_1904)
        except (Unsupported, ValueError, OverflowError, InvalidOperation):
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
            raise Unsupported
        if language and (len(language) > 4 or int(language, 16) & 0xFF != ENGLISH):
            # Names of months would be in that language.
            return Token("foreign", sign)
        return Token("literal", sign)
    raise Unsupported


def show(value: Decimal, sections: list[list[Token]], dates_from_1904: bool) -> str:
    if abs(value) >= LARGEST:
        raise Unsupported
    section, signed = choose_section(value, sections)
    kinds = {token.kind for token in section}
    if not kinds & {"digits", "date", "elapsed"}:
        # A format without any place for the number hides it or replaces it; it is not hidden from an order.
        raise Unsupported
    if kinds & {"date", "elapsed"}:
        return show_date(value, section, dates_from_1904)
    if kinds & {"slash", "at"}:
        raise Unsupported
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
    if any(token.kind == "exponent" for token in section):
        return show_exponent(value, section, pattern)
    whole, _, decimals = pattern.replace("%", "").partition(".")
    scale = len(whole) - len(whole.rstrip(",")) if not decimals else len(decimals) - len(decimals.rstrip(","))
    value = value * 100 ** pattern.count("%") / 1000**scale
    decimals = decimals.rstrip(",")
    if "?" in pattern or "." in decimals or "," in decimals:
        raise Unsupported
    rounded = value.quantize(Decimal(1).scaleb(-len(decimals)), ROUND_HALF_UP)
    digits, _, fraction = f"{rounded:f}".partition(".")
    optional = len(decimals) - len(decimals.rstrip("#"))
    while optional and fraction.endswith("0"):
        fraction, optional = fraction[:-1], optional - 1
    grouped = "," in whole.rstrip(",")
    return place(section, whole.count("0"), "" if digits == "0" else digits, fraction, grouped)


def place(section: list[Token], least: int, digits: str, fraction: str, grouped: bool) -> str:
    """The digits set into their places, from the right, with the literal text between them."""
    digits = digits.zfill(least) if least else digits
    if grouped:
        digits = f"{int(digits or 0):0{least},}" if len(digits) <= least else f"{int(digits):,}"
    places = sum(token.text.partition(".")[0].count(each) for token in section for each in "0#"
                 if token.kind == "digits")
    return ""


def show_exponent(value: Decimal, section: list[Token], pattern: str) -> str:
    return ""


def show_date(value: Decimal, section: list[Token], dates_from_1904: bool) -> str:
    return ""
