"""A word that is one letter off another: which was meant."""

from __future__ import annotations

from collections.abc import Collection

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch_orders.validation.typos import is_one_letter_off, words_meant


def meant(typo: str, words: Collection[str]) -> str:
    return words_meant(pa.array([typo], pa.large_string()), pa.array(list(words), pa.large_string())).get(
        typo, ""
    )


@pytest.mark.parametrize(
    ("typo", "word", "near"),
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
def test_one_letter_off(typo: str, word: str, near: bool) -> None:
    assert is_one_letter_off(typo, word) is near
    assert is_one_letter_off(word, typo) is near


def test_a_word_is_meant_only_where_no_other_is_as_near() -> None:
    assert meant("exampl", ["example", "sample"]) == "example"
    assert meant("exampl", ["example", "exampls"]) == ""
    assert meant("example", []) == ""


WORDS = st.text("ab-.", max_size=4)


@given(typo=st.one_of(WORDS, st.text("abü@ ", max_size=4)), words=st.frozensets(WORDS, max_size=6))
def test_the_one_word_a_letter_off_is_meant(typo: str, words: frozenset[str]) -> None:
    near = [word for word in words if is_one_letter_off(typo, word)]
    assert meant(typo, words) == (near[0] if len(near) == 1 else "")


LETTER = st.sampled_from("abz-.ü")
LONG_WORDS = st.text("abz-.", min_size=1, max_size=12)


@given(
    word=LONG_WORDS,
    at=st.integers(0, 11),
    letter=LETTER,
    kind=st.sampled_from(["changed", "missing", "extra", "swapped"]),
)
def test_a_slip_is_found_wherever_in_the_word_it_is(word: str, at: int, letter: str, kind: str) -> None:
    before, here, after = word[:at], word[at : at + 1], word[at + 1 :]
    slips = {
        "changed": before + letter + after,
        "missing": before + after,
        "extra": before + letter + here + after,
        "swapped": before + after[:1] + here + after[1:],
    }
    slip = slips[kind]
    assert meant(slip, [word]) == (word if is_one_letter_off(slip, word) else "")


def test_no_word_is_meant_by_a_text_longer_than_any_name() -> None:
    name = f"{'a' * 249}.com"
    assert meant(f"b{name}", [name]) == name
    assert meant(f"bb{name}", [f"b{name}"]) == ""


def test_many_slips_are_looked_up_at_once() -> None:
    words = pa.array([f"shop{number}.com" for number in range(10, 20)], pa.large_string())
    found = words_meant(pa.array([f"shop{number}.con" for number in range(10, 22)], pa.large_string()), words)
    assert found == {f"shop{number}.con": f"shop{number}.com" for number in range(10, 20)}
