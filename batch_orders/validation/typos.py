"""Typos of one letter: which word was meant.

Many words are compared at once, by numbers: a text's number is the sum of its letters, each times the weight of
its place. From it follows, without a look at the text, what it would be without a letter or with two letters
swapped. Texts of the same number are taken for the same; the one word that is found is looked at itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from batch_orders.validation.names import LONGEST_NAME

LONGEST_TYPO = LONGEST_NAME + 1
WEIGHTS = np.frombuffer(hashlib.shake_128(b"the weights of places").digest(8 * (LONGEST_TYPO + 1)), np.uint64)
"""By place. As good as random: two texts hardly ever have the same number."""

STEPS = WEIGHTS[:-1] - WEIGHTS[1:]
DROPPED_BITS = np.uint64(48)
NEVER = np.uint64(2**64 - 1)
"""The number of no text."""


class Words(NamedTuple):
    """Words of one length: `at` is where they stand among all, `letters` has a line for each place in them."""

    at: np.ndarray
    letters: np.ndarray
    numbers: np.ndarray

    def with_a_letter_blank(self) -> Iterator[np.ndarray]:
        """The numbers of the words with the last letter blank, with the one before it blank, and so on."""
        places = reversed(range(len(self.letters)))
        yield from (self.numbers - self.letters[at] * WEIGHTS[at] for at in places)

    def without_a_letter(self) -> Iterator[np.ndarray]:
        """The same for words without the letter; NEVER for one that is the same without the letter before."""
        moved = np.zeros_like(self.numbers)
        for at in reversed(range(len(self.letters))):
            numbers = self.numbers - self.letters[at] * WEIGHTS[at] + moved
            if at:
                moved += self.letters[at] * STEPS[at - 1]
                numbers[self.letters[at] == self.letters[at - 1]] = NEVER
            yield numbers

    def with_two_swapped(self) -> Iterator[np.ndarray]:
        """The numbers of the words with two neighbours swapped; NEVER where these are the same letter."""
        letters = self.letters.astype(np.uint64)
        for at in range(len(letters) - 1):
            moved = (letters[at + 1] - letters[at]) * STEPS[at]
            yield np.where(letters[at] == letters[at + 1], NEVER, self.numbers + moved)


class Compared(NamedTuple):
    """Numbers of the typos, and those of words that they are looked up among. `itself` says which typo is among
    the words and has the same number there: none is near itself.
    """

    numbers: np.ndarray
    words: Words
    others: np.ndarray
    itself: np.ndarray


class Near:
    """How many words are a letter off each typo, and the place of one of them. Beyond two nothing is counted."""

    def __init__(self, typos: Words) -> None:
        self.typos = typos
        self.counts = np.zeros(len(typos.at), np.int64)
        self.words = np.full(len(typos.at), -1)

    @property
    def is_settled(self) -> bool:
        return bool((self.counts > 1).all())

    def add(self, compared: Compared) -> None:
        numbers, others, words = compared.numbers, compared.others, compared.words
        asked = np.flatnonzero((self.counts < 2) & (numbers != NEVER))
        alike = places_of(numbers[asked], others)
        if not len(alike):
            return
        alike = alike[np.argsort(others[alike])]
        first = np.searchsorted(others[alike], numbers[asked], "left")
        count = np.searchsorted(others[alike], numbers[asked], "right") - first
        count -= compared.itself[asked]
        asked, first = asked[count > 0], first[count > 0]
        first += words.numbers[alike[first]] == self.typos.numbers[asked]
        self.counts[asked] += count[count > 0]
        self.words[asked] = words.at[alike[first]]


def places_of(numbers: np.ndarray, among: np.ndarray) -> np.ndarray:
    """Where one of the numbers stands. Few others begin with the bits of one, which is looked at first, being quick."""
    begins = np.zeros(1 << (64 - DROPPED_BITS), bool)
    begins[numbers >> DROPPED_BITS] = True
    likely = np.flatnonzero(begins[among >> DROPPED_BITS])
    found: np.ndarray = likely[np.asarray(pc.is_in(pa.array(among[likely]), pa.array(numbers)))]
    return found


def words_meant(mistyped: pa.Array, words: pa.Array) -> dict[str, str]:
    """For each typo the only word that one changed, missing, extra or swapped letter makes of it.

    A typo of which no word comes, or several, is left out.
    """
    words = pc.unique(words)
    looked_up = pc.unique(mistyped.filter(pc.less_equal(pc.utf8_length(mistyped), LONGEST_TYPO)))
    looked_up = may_be_near(looked_up, words)
    typos_of = by_length(looked_up)
    known = by_length(words, {length + more for length in typos_of for more in (-1, 0, 1)})
    meant: dict[str, str] = {}
    for typos in typos_of.values():
        near = count_near(typos, known)
        once = near.counts == 1
        pairs = zip(
            looked_up.take(typos.at[once]).to_pylist(), words.take(near.words[once]).to_pylist(), strict=True
        )
        meant |= {typo: word for typo, word in pairs if is_one_letter_off(typo, word)}
    return meant


def count_near(typos: Words, known: Mapping[int, Words]) -> Near:
    near = Near(typos)
    for compared in comparisons(typos, known):
        near.add(compared)
        if near.is_settled:
            break
    return near


def comparisons(typos: Words, known: Mapping[int, Words]) -> Iterator[Compared]:
    length, nowhere = len(typos.letters), np.zeros(len(typos.at), bool)
    if same := known.get(length):
        itself = np.isin(typos.numbers, same.numbers)
        blanks = zip(typos.with_a_letter_blank(), same.with_a_letter_blank(), strict=True)
        yield from (Compared(numbers, same, others, itself) for numbers, others in blanks)
        yield from (Compared(numbers, same, same.numbers, nowhere) for numbers in typos.with_two_swapped())
    if shorter := known.get(length - 1):
        yield from (
            Compared(numbers, shorter, shorter.numbers, nowhere) for numbers in typos.without_a_letter()
        )
    if longer := known.get(length + 1):
        yield from (Compared(typos.numbers, longer, others, nowhere) for others in longer.without_a_letter())


def may_be_near(mistyped: pa.Array, words: pa.Array) -> pa.Array:
    """The typos without most of those that are near no word. In a sheet of faults only they are nearly all; where
    they are few, it would take longer than it saves.

    One letter changes, or two neighbours do: either the first three stay, or all that follows the fifth does,
    moved by a place where a letter is missing or too many.
    """
    if len(mistyped) < len(words) // 10:
        return mistyped
    beginnings = pc.unique(pc.utf8_slice_codeunits(words, 0, 3))
    near = pc.is_in(pc.utf8_slice_codeunits(mistyped, 0, 3), beginnings)
    if pc.all(near).as_py():
        return mistyped
    for start in (4, 5, 6):
        near = pc.or_(
            near, pc.is_in(pc.utf8_slice_codeunits(mistyped, 5), pc.utf8_slice_codeunits(words, start))
        )
    return mistyped.filter(near)


def may_be_a_pair(typos: pa.Array, words: pa.Array) -> pa.Array:
    """The same of each typo and the word beside it."""
    near = pc.equal(pc.utf8_slice_codeunits(typos, 0, 3), pc.utf8_slice_codeunits(words, 0, 3))
    for start in (4, 5, 6):
        near = pc.or_(
            near, pc.equal(pc.utf8_slice_codeunits(typos, 5), pc.utf8_slice_codeunits(words, start))
        )
    return near


def by_length(texts: pa.Array, wanted: Iterable[int] = range(LONGEST_TYPO + 1)) -> dict[int, Words]:
    lengths = np.asarray(pc.utf8_length(texts))
    found = np.intersect1d(lengths, np.array(list(wanted), dtype=lengths.dtype))
    return {int(length): take_words(texts, np.flatnonzero(lengths == length)) for length in found}


def take_words(texts: pa.Array, at: np.ndarray) -> Words:
    """The texts at these places, which are of one length."""
    together = "".join(texts.take(at).to_pylist()).encode("utf-32-le")
    letters = np.ascontiguousarray(np.frombuffer(together, np.uint32).reshape(len(at), -1).T)
    numbers = np.zeros(len(at), np.uint64)
    for line, weight in zip(letters, WEIGHTS, strict=False):
        numbers += line * weight
    return Words(at, letters, numbers)


def is_one_letter_off(typo: str, word: str) -> bool:
    """Optimal string alignment distance of exactly one."""
    if typo == word or abs(len(typo) - len(word)) > 1:
        return False
    start = next(
        (at for at, (a, b) in enumerate(zip(typo, word, strict=False)) if a != b), min(len(typo), len(word))
    )
    rest, other = typo[start:], word[start:]
    swapped = len(rest) > 1 and rest[:2] == other[1::-1] and rest[2:] == other[2:]
    return rest[1:] == other[1:] or rest[1:] == other or rest == other[1:] or swapped
