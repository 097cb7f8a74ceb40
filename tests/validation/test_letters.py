"""What is told of many texts by their letters is what Python says of each text."""

from __future__ import annotations

import re

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from batch_orders.validation.letters import (
    first_letters,
    is_ascii,
    last_letters,
    may_hold,
    may_match,
    split_at,
)

LETTERS = st.text(st.sampled_from("ab@.,é漢 "), max_size=6)


@st.composite
def columns(draw: st.DrawFn) -> pa.Array:
    """Texts as they may come: also a part of a longer column, whose memory holds more."""
    before, texts, behind = (draw(st.lists(LETTERS, max_size=5)) for _ in range(3))
    whole = pa.array([*before, *texts, *behind], pa.large_string())
    return whole[len(before) : len(before) + len(texts)]


@given(columns())
def test_split_at_the_last_sign(column: pa.Array) -> None:
    split, texts = split_at(column, "@"), column.to_pylist()
    parts = [text.rpartition("@") if "@" in text else (text, "", "") for text in texts]
    assert split.before.to_pylist() == [before for before, _, _ in parts]
    assert split.behind.to_pylist() == [behind for _, _, behind in parts]
    assert split.found.to_pylist() == ["@" in text for text in texts]


@given(columns())
def test_split_at_the_first_sign(column: pa.Array) -> None:
    split, parts = split_at(column, ".", first=True), [text.partition(".") for text in column.to_pylist()]
    assert split.before.to_pylist() == [before for before, _, _ in parts]
    assert split.behind.to_pylist() == [behind for _, _, behind in parts]


@given(st.lists(st.sampled_from(["a@b", "@", "anna@x.com", "é@é"]), max_size=5))
def test_one_sign_in_each_text(texts: list[str]) -> None:
    split = split_at(pa.array(texts, pa.large_string()), "@")
    assert split.before.to_pylist() == [text.partition("@")[0] for text in texts]
    assert split.behind.to_pylist() == [text.partition("@")[2] for text in texts]


@given(columns())
def test_first_and_last_letters(column: pa.Array) -> None:
    wires = [text.encode() for text in column.to_pylist()]
    assert first_letters(column).tolist() == [wire[0] if wire else 0 for wire in wires]
    assert last_letters(column).tolist() == [wire[-1] if wire else 0 for wire in wires]


@given(columns())
def test_signs_in_any_text(column: pa.Array) -> None:
    texts = column.to_pylist()
    assert may_hold(column, ",@") == any(sign in text for text in texts for sign in ",@")
    assert split_at(column, "@").again == any(text.count("@") > 1 for text in texts)
    assert is_ascii(column) == all(text.isascii() for text in texts)


@given(columns())
def test_what_stands_in_a_text_is_never_missed(column: pa.Array) -> None:
    found = any(re.search("A[b@]", text, re.IGNORECASE) for text in column.to_pylist())
    assert may_match(column, "A[b@]") or not found
