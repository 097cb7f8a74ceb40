"""Numbers in number formats; the expected texts are what Excel shows."""

from __future__ import annotations

import html
import re
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batch_orders.sheet.formats.number_format import format_of
from tests.corpus import CORPUS, needs_corpus


@pytest.mark.parametrize(
    ("code", "number", "text"),
    [
        ("0", "1.5", "2"),
        ("0", "-0.4", "0"),
        ("00000", "123", "00123"),
        ("0.00", "1.005", "1.01"),
        ("0.0##", "1.5", "1.5"),
        ("#.##", "0.5", ".5"),
        ("#,##0", "1234567", "1,234,567"),
        ("#,##0", "12", "12"),
        ("000,000", "1234567", "1,234,567"),
        ("#,##0.00;(#,##0.00)", "-1234.5", "(1,234.50)"),
        ("#,##0.00;[Red]-#,##0.00", "-1.5", "-1.50"),
        ("0;-0;zero", "0", None),
        ("#,##0,", "1234567", "1,235"),
        ("0%", "0.125", "13%"),
        ("0.0%", "0.125", "12.5%"),
        ("0.00E+00", "12345", "1.23E+04"),
        ("0.00E+00", "0", "0.00E+00"),
        ("+0", "491234567", "+491234567"),
        ("(000) 000-0000", "2125551234", "(212) 555-1234"),
        ("000-0000", "12125551234", "1212555-1234"),
        ('"No. "0', "7", "No. 7"),
        ("0\\x", "7", "7x"),
        ("[$€-407] #,##0.00", "1234.5", "€ 1,234.50"),
        ("$#,##0.00", "-5", "-$5.00"),
        ("_(* #,##0_)", "5", "5"),
        ("yyyy-mm-dd", "45720", "2025-03-04"),
        ("d.m.yy", "45720", "4.3.25"),
        ("dddd, mmmm d, yyyy", "45720", "Tuesday, March 4, 2025"),
        ("hh:mm:ss", "45720.5", "12:00:00"),
        ("h:mm AM/PM", "0.75", "6:00 PM"),
        ("[$-409]h:mm AM/PM;@", "0.6875", "4:30 PM"),
        ("[$-409]h:mm:ss A/P;@", "45720.6875", "4:30:00 P"),
        ("[$-409]d-mmm-yy;@", "45720", "4-Mar-25"),
        ("[$-409]d-mmm-yy;@", "0.5", None),
        ("mmm", "0.5", None),
        ("mm:ss", "0.0007060185185185", "01:01"),
        ("[h]:mm", "1.25", "30:00"),
        ("yyyy-mm-dd", "60", None),
        ("yyyy-mm-dd", "0.5", None),
        ("yyyy-mm-dd", "-1", None),
        ("# ?/?", "0.5", None),
        ("[>100]0;0.0", "5", None),
        (";;;", "5", None),
        ("[$-407]mmmm", "45720", None),
        ("[$-F800]dddd", "45720", None),
        ("0", "not a number", None),
        ("0", "1e300", None),
    ],
)
def test_a_number_is_shown_as_excel_shows_it(code: str, number: str, text: str | None) -> None:
    shown = format_of(code)
    assert (shown(number) if shown else None) == text


@pytest.mark.parametrize("code", ["", "General", "@", "[Red]General", "0" * 300])
def test_some_formats_change_nothing(code: str) -> None:
    assert format_of(code) is None


def test_days_may_count_from_1904() -> None:
    shown = format_of("yyyy-mm-dd", dates_from_1904=True)
    assert shown
    assert shown("0") == "1904-01-01"


PIECES = (  # noqa: SIM905  a list of them would be a screen long
    "0 # ? . , % E+0 E-00 / @ ; yy yyyy m mmm d dddd h ss.0 AM/PM A/P [h] [mm] [$-409] [$€-407] [$-F800] [$-x] [$] "
    '[Red] [>9] [ ] " "a" \\ \\x _ _) * General ( ) - + : $ \u0661'
).split()
ODD = [" ", "\0", "\n", "0" * 40]
NUMBERS = "0 -0 1 -1 0.5 0.6875 45720.75 60 2958466 1e15 -1e14 1e-10 1e308 nan".split()  # noqa: SIM905
CODES = st.lists(st.sampled_from(PIECES + ODD), min_size=1, max_size=9).map("".join)


@pytest.mark.long
@given(CODES, st.sampled_from([*NUMBERS, "inf", "x", ""]), st.booleans())
@settings(max_examples=1000)
def test_no_format_fails_on_any_number(code: str, number: str, dates_from_1904: bool) -> None:
    shown = format_of(code, dates_from_1904)
    assert shown is None or isinstance(shown(number), str | None)


@needs_corpus
def test_no_format_of_a_public_workbook_fails() -> None:
    codes = {code for path in CORPUS.rglob("*.xls[xm]") for code in codes_of(path)}
    assert codes
    for code in codes:
        if shown := format_of(code):
            assert all(isinstance(shown(number), str | None) for number in NUMBERS)


def codes_of(path: Path) -> list[str]:
    try:
        with zipfile.ZipFile(path) as archive:
            styles = archive.read("xl/styles.xml").decode("utf-8", "replace")
    except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError):
        return []
    return [html.unescape(code) for code in re.findall(r'formatCode="([^"]*)"', styles)]
