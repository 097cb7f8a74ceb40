"""Slips of one letter: which word was meant."""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator

import pyarrow as pa
import pyarrow.compute as pc

from batch_orders.validation.names import LONGEST_NAME
from batch_orders.validation.vectorised import TEXT

LETTERS = f"{string.ascii_lowercase}{string.digits}-."
"""What good domains are made of."""

PORTION = 100_000
"""How much is looked up at once, as the sum of squared lengths: each letter of a slip makes many words."""


def words_meant(slips: Iterable[str], words: pa.Array) -> dict[str, str]:
    """For each slip the only word that one changed, missing, extra or swapped letter makes of it.

    A slip of which no word comes, or several, is left out.
    """
    meant: dict[str, str] = {}
    for portion in portions(slip for slip in slips if len(slip) <= LONGEST_NAME + 1):
        made = {slip: edits(slip) for slip in portion}
        all_made = pa.array([text for texts in made.values() for text in texts], TEXT)
        known = frozenset(all_made.filter(pc.is_in(all_made, words)).to_pylist())
        near = {slip: known.intersection(texts) - {slip} for slip, texts in made.items()}
        meant |= {slip: min(found) for slip, found in near.items() if len(found) == 1}
    return meant


def portions(slips: Iterable[str]) -> Iterator[list[str]]:
    portion: list[str] = []
    size = 0
    for slip in slips:
        portion.append(slip)
        size += len(slip) ** 2
        if size > PORTION:
            yield portion
            portion, size = [], 0
    if portion:
        yield portion


def edits(text: str) -> list[str]:
    """All that one letter makes of `text`: far fewer than the words of a large sheet."""
    halves = [(text[:at], text[at:]) for at in range(len(text) + 1)]
    missing = [head + tail[1:] for head, tail in halves]
    swapped = [head + tail[1::-1] + tail[2:] for head, tail in halves]
    changed = [head + letter + tail[1:] for head, tail in halves for letter in LETTERS]
    extra = [head + letter + tail for head, tail in halves for letter in LETTERS]
    return missing + swapped + changed + extra


def is_one_letter_off(slip: str, word: str) -> bool:
    """Optimal string alignment distance of exactly one."""
    if slip == word or abs(len(slip) - len(word)) > 1:
        return False
    start = next(
        (at for at, (a, b) in enumerate(zip(slip, word, strict=False)) if a != b), min(len(slip), len(word))
    )
    rest, other = slip[start:], word[start:]
    swapped = len(rest) > 1 and rest[:2] == other[1::-1] and rest[2:] == other[2:]
    return rest[1:] == other[1:] or rest[1:] == other or rest == other[1:] or swapped
