"""Corrections are offered only where just one is near."""

from __future__ import annotations

from collections.abc import Collection

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch_orders.model import Sheet
from batch_orders.rows import validate_rows
from batch_orders.rows.suggest import Words, is_one_letter_off, one_letter_off
from tests.sheets import row, sheet_of


def suggestions(sheet: Sheet) -> list[str]:
    return [problem.suggestion for problem in validate_rows(sheet).findings.kept]


def words_of(words: Collection[str]) -> Words:
    return Words.of(pa.array(list(words), pa.large_string()))


@pytest.mark.parametrize(
    ("slip", "word", "near"),
    [
        ("cmo", "com", True),
        ("con", "com", True),
        ("cm", "com", True),
        ("comm", "com", True),
        ("com", "com", False),
        ("moc", "com", False),
        ("abcd", "badc", False),
        ("", "a", True),
        ("", "", False),
        ("ab", "abcd", False),
    ],
)
def test_one_letter_off(slip: str, word: str, near: bool) -> None:
    assert is_one_letter_off(slip, word) is near
    assert is_one_letter_off(word, slip) is near


def test_a_word_is_offered_only_where_no_other_is_as_near() -> None:
    assert one_letter_off("exampl", words_of({"example", "sample"})) == "example"
    assert one_letter_off("exampl", words_of({"example", "exampls"})) == ""
    assert one_letter_off("example", words_of(())) == ""


SHORT = st.text("ab-.", max_size=4)
LONG = st.builds(
    "{}{}{}".format, st.sampled_from(("", "abcab", "bacaab")), SHORT, st.sampled_from(("", "ca.ba"))
)
WORDS = st.one_of(SHORT, LONG)


@given(slip=st.one_of(WORDS, st.text("abü@ ", max_size=4)), words=st.frozensets(WORDS, max_size=6))
def test_what_is_offered_is_the_one_word_a_letter_off(slip: str, words: frozenset[str]) -> None:
    near = [word for word in words if is_one_letter_off(slip, word)]
    assert one_letter_off(slip, words_of(words)) == (near[0] if len(near) == 1 else "")


@given(word=st.text("ab", min_size=12, max_size=16), at=st.integers(0, 16), letter=st.sampled_from("abc"))
def test_a_slip_anywhere_in_a_long_word_is_found(word: str, at: int, letter: str) -> None:
    head, tail = word[:at], word[at:]
    for slip in (
        head + letter + tail,
        head + letter + tail[1:],
        head + tail[1:],
        head + tail[1::-1] + tail[2:],
    ):
        assert one_letter_off(slip, words_of({word})) == ("" if slip == word else word)


def test_nothing_is_offered_for_a_text_longer_than_any_name() -> None:
    name = f"{'a' * 249}.com"
    assert one_letter_off(f"b{name}", words_of({name})) == name
    assert one_letter_off(f"bb{name}", words_of({f"b{name}"})) == ""


@pytest.mark.parametrize(
    ("domain", "suggestion"),
    [
        ("https://example.com/path", "example.com"),
        ("www.example.co.uk", "example.co.uk"),
        ("shop.münchen.de", "xn--mnchen-3ya.de"),
        ("example.com.", "example.com"),
        ("jane@example.com", "example.com"),
        ("example.con", "example.com"),
        ("example.cmo", "example.com"),
        ("example.xyzzy", ""),
        ("co.uk", ""),
        ("12345", ""),
        ("not a domain", ""),
    ],
)
def test_a_domain_to_offer(domain: str, suggestion: str) -> None:
    assert suggestions(sheet_of(row(domain))) == [suggestion]


@pytest.mark.parametrize(
    ("mailbox", "suggestion"),
    [
        ("jane@exmaple.com", "jane@example.com"),
        ("jane@example.con", "jane@example.com"),
        ("jane@other.com", ""),
    ],
)
def test_a_mailbox_under_a_domain_one_letter_off(mailbox: str, suggestion: str) -> None:
    assert suggestions(sheet_of(row(mailbox=mailbox))) == [suggestion]


@pytest.mark.parametrize(("vendor", "suggestion"), [("1.0", "1"), ("1.5", ""), ("0.0", ""), ("one", "")])
def test_a_vendor_to_offer(vendor: str, suggestion: str) -> None:
    assert suggestions(sheet_of(row(vendor=vendor))) == [suggestion]


def test_a_forwarding_domain_to_offer() -> None:
    assert suggestions(sheet_of(row(forwarding_domain="https://example.cmo/x"))) == ["example.com"]
