"""Typos of one letter: which word was meant.

All that one changed, missing, extra or swapped letter makes of a typo is looked up among the words; of letters to put
in, only those that the words have at that place. Many typos are mended at once, by numbers: a text's number is the sum
of its letters, each times the weight of its place. That of a mended typo is the sum of what stays before the mended
place, of what is put there, and of what stays behind it. Texts of the same number are taken for the same; the one word
that is found is looked at itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from itertools import accumulate, chain, pairwise
from operator import and_, getitem, mul
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from batch_orders.validation.names import LONGEST_NAME

LONGEST_TYPO = LONGEST_NAME + 1
WEIGHTS = np.frombuffer(hashlib.shake_128(b"the weights of places").digest(8 * (LONGEST_TYPO + 1)), np.uint64)
"""By place. As good as random: two texts hardly ever have the same number."""

NEVER = np.uint64(2**64 - 1)
"""The number of no text."""

GONE_AT_MOST = {-1: 1, 0: 2, 1: 0}
"""Letters of a typo in whose place others come, by how many more the word has: two where they are swapped."""

LETTERS = 256
"""Words have none beyond Latin-1: names that can be bought are ASCII."""

AT_ONCE = 1 << 15
"""Typos that are mended at once: their numbers take some 10 MB."""


class Texts(NamedTuple):
    """Texts of one length: `at` is where they stand among all, `letters` has a line for each place in them."""

    at: np.ndarray
    letters: np.ndarray

    def parts(self) -> Iterator[Texts]:
        for first in range(0, len(self.at), AT_ONCE):
            yield Texts(self.at[first : first + AT_ONCE], self.letters[:, first : first + AT_ONCE])


class Words:
    """Words of one length, found by their numbers. `has` says of each place which letters they have there."""

    def __init__(self, words: Texts) -> None:
        self.has = np.zeros((len(words.letters), LETTERS), bool)
        numbers = np.zeros(len(words.at), np.uint64)
        for has, line, weight in zip(self.has, words.letters, WEIGHTS, strict=False):
            has[line] = True
            numbers += line * weight
        order = np.argsort(numbers)
        self.numbers, self.at = numbers[order], words.at[order]
        # Few other numbers begin with the bits of one, which is looked at first, being quick.
        bits = (16 * len(numbers)).bit_length()
        self.dropped_bits = np.uint64(64 - bits)
        self.begins = np.zeros(1 << bits, bool)
        self.begins[numbers >> self.dropped_bits] = True

    def find(self, numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Which of the numbers are those of words, and where among all these words stand."""
        likely = np.flatnonzero(self.begins[numbers >> self.dropped_bits])
        places = np.searchsorted(self.numbers[:-1], numbers[likely])
        same = self.numbers[places] == numbers[likely]
        return likely[same], self.at[places[same]]


class Mended(NamedTuple):
    """Typos, by their places in a part, that are mended at one place, and their numbers: a line for each letter
    that is put there.
    """

    which: np.ndarray
    numbers: np.ndarray


class Mending:
    """Typos of one length that are mended to words of one length.

    `well_begun` and `well_ended` say, by how many, whether words have a typo's first letters at their places, and its
    last letters, counted from the end. `begins` and `ends` are the numbers of these letters there, for the few typos
    that a word may come of; `places` is where these are.
    """

    def __init__(self, letters: np.ndarray, words: Words) -> None:
        self.letters, self.has = letters, words.has
        self.more = len(words.has) - len(letters)
        self.well_begun = known_letters(letters, words.has)
        self.well_ended = known_letters(letters[::-1], words.has[::-1])
        most = len(letters) - min(GONE_AT_MOST[self.more], len(letters))
        may_be = np.logical_or.reduce(
            [self.well_begun[at] & self.well_ended[most - at] for at in range(most + 1)]
        )
        self.places = np.cumsum(may_be) - 1
        few, weights = letters[:, may_be], WEIGHTS[: len(words.has)]
        self.begins, self.ends = sums(few, weights), sums(few[::-1], weights[::-1])

    def stays(self, at: int, gone: int, asked: np.ndarray) -> Mended:
        """The typos that may be mended behind the first `at` letters, and what stays of them without those gone."""
        behind = len(self.letters) - at - gone
        which = np.flatnonzero(self.well_begun[at] & self.well_ended[behind] & asked)
        places = self.places[which]
        return Mended(which, self.begins[at][places] + self.ends[behind][places])

    def changes(self, asked: np.ndarray) -> Iterator[Mended]:
        """Everything that a letter makes of the typos for which `asked` is true, each text once."""
        if self.more < 0:
            return self.without_a_letter(asked)
        put = self.with_a_letter_put(asked)
        return put if self.more else chain(put, self.with_two_swapped(asked))

    def with_a_letter_put(self, asked: np.ndarray) -> Iterator[Mended]:
        """A letter for the one that stands there or, where the words are longer, before it."""
        gone = 1 - self.more
        for at, has in enumerate(self.has):
            which, stays = self.stays(at, gone, asked)
            letters = np.flatnonzero(has)[:, None]
            numbers = stays + letters.astype(np.uint64) * WEIGHTS[at]
            if at < len(self.letters):
                # The same letter changes nothing; put before itself, it is the same as put behind itself.
                numbers[letters == self.letters[at, which]] = NEVER
            yield Mended(which, numbers)

    def without_a_letter(self, asked: np.ndarray) -> Iterator[Mended]:
        for at, line in enumerate(self.letters):
            # Of the same letters in a row it is the same whichever goes.
            first = line != self.letters[at - 1] if at else True
            yield self.stays(at, 1, asked & first)

    def with_two_swapped(self, asked: np.ndarray) -> Iterator[Mended]:
        for at, (line, following) in enumerate(pairwise(self.letters)):
            which, stays = self.stays(at, 2, asked & (line != following))
            put = following[which] * WEIGHTS[at] + line[which] * WEIGHTS[at + 1]
            yield Mended(which, stays + put)


class Near:
    """How many words are a letter off each typo, and the place of one of them. Beyond two nothing is counted."""

    def __init__(self, typos: Texts) -> None:
        self.typos = typos
        self.words = np.full(len(typos.at), -1)
        self.counts = np.zeros(len(typos.at), np.int64)
        self.few = np.ones(len(typos.at), bool)

    def add(self, words: Words) -> None:
        for which, numbers in Mending(self.typos.letters, words).changes(self.few):
            if not len(which):
                continue
            found, at = words.find(numbers.ravel())
            typos = which[found % len(which)]
            self.words[typos] = at
            np.add.at(self.counts, typos, 1)
            self.few[typos] = self.counts[typos] < 2


def known_letters(letters: np.ndarray, has: np.ndarray) -> list[np.ndarray]:
    """Whether words have the first letters of each text at their places, by how many these are."""
    return list(accumulate(map(getitem, has, letters), and_, initial=np.ones(letters.shape[1], bool)))


def sums(letters: np.ndarray, weights: np.ndarray) -> list[np.ndarray]:
    """The numbers of the first letters of each text, by how many these are."""
    return list(accumulate(map(mul, letters, weights), initial=np.zeros(letters.shape[1], np.uint64)))


def words_meant(mistyped: pa.Array, words: pa.Array) -> dict[str, str]:
    """For each typo the only word that one changed, missing, extra or swapped letter makes of it.

    Both are distinct. A typo of which no word comes, or several, is left out.
    """
    looked_up = mistyped.filter(pc.less_equal(pc.utf8_length(mistyped), LONGEST_TYPO))
    typos_of = by_length(looked_up)
    lengths = {length + more for length in typos_of for more in (-1, 0, 1)}
    known = {length: Words(found) for length, found in by_length(words, lengths).items()}
    meant: dict[str, str] = {}
    for length, typos in typos_of.items():
        for part in typos.parts():
            near = Near(part)
            for more in (-1, 0, 1):
                if length + more in known:
                    near.add(known[length + more])
            once = near.counts == 1
            pairs = zip(
                looked_up.take(part.at[once]).to_pylist(),
                words.take(near.words[once]).to_pylist(),
                strict=True,
            )
            meant |= {typo: word for typo, word in pairs if is_one_letter_off(typo, word)}
    return meant


def may_be_a_pair(typos: pa.Array, words: pa.Array) -> pa.Array:
    """Which typos may be a letter off the word beside them: the quick half of the answer.

    One letter changes, or two neighbours do: either the first three stay, or all that follows the fifth does,
    moved by a place where a letter is missing or too many.
    """
    longer = pc.subtract(pc.utf8_length(typos), pc.utf8_length(words))
    likely = pc.less_equal(pc.abs(longer), 1)
    typos, words = typos.filter(likely), words.filter(likely)
    near = pc.equal(pc.utf8_slice_codeunits(typos, 0, 3), pc.utf8_slice_codeunits(words, 0, 3))
    for start in (4, 5, 6):
        near = pc.or_(
            near, pc.equal(pc.utf8_slice_codeunits(typos, 5), pc.utf8_slice_codeunits(words, start))
        )
    return pc.replace_with_mask(likely, likely, near)


def by_length(texts: pa.Array, wanted: Iterable[int] = range(LONGEST_TYPO + 1)) -> dict[int, Texts]:
    lengths = np.asarray(pc.utf8_length(texts))
    found = np.intersect1d(lengths, np.array(list(wanted), dtype=lengths.dtype))
    return {int(length): take_texts(texts, np.flatnonzero(lengths == length)) for length in found}


def take_texts(texts: pa.Array, at: np.ndarray) -> Texts:
    """The texts at these places, which are of one length. A letter that no word has becomes a question mark."""
    together = "".join(texts.take(at).to_pylist()).encode("latin-1", "replace")
    return Texts(at, np.ascontiguousarray(np.frombuffer(together, np.uint8).reshape(len(at), -1).T))


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
