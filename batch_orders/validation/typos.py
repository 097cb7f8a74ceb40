"""Typos of one letter: which word was meant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from batch_orders.validation.names import LONGEST_NAME
from batch_orders.validation.vectorised import TEXT


class Texts(NamedTuple):
    """Texts, and for each the word that it is a part of."""

    texts: pa.Array
    words: pa.Array


def words_meant(mistyped: Iterable[str], words: pa.Array) -> dict[str, str]:
    """For each typo the only word that one changed, missing, extra or swapped letter makes of it.

    A typo of which no word comes, or several, is left out.
    """
    near: defaultdict[str, set[str]] = defaultdict(set)
    looked_up = pa.array(sorted({typo for typo in mistyped if len(typo) <= LONGEST_NAME + 1}), TEXT)
    for typo, alike in candidates(may_be_near(looked_up, words), words):
        found = near[typo]
        # Of numbered names each is near many others: a third word tells no more than the second.
        if len(found) < 2:
            found.update(word for word in alike if word not in found and is_one_letter_off(typo, word))
    return {typo: min(found) for typo, found in near.items() if len(found) == 1}


def may_be_near(mistyped: pa.Array, words: pa.Array) -> pa.Array:
    """The typos without most of those that are near no word. In a sheet of faults only they are nearly all.

    One letter changes, or two neighbours do: either the first three stay, or all that follows the fifth does,
    moved by a place where a letter is missing or too many.
    """
    beginnings = pc.utf8_slice_codeunits(words, 0, 3)
    ends = pa.concat_arrays([pc.utf8_slice_codeunits(words, start) for start in (4, 5, 6)])
    begins_alike = pc.is_in(pc.utf8_slice_codeunits(mistyped, 0, 3), beginnings)
    ends_alike = pc.is_in(pc.utf8_slice_codeunits(mistyped, 5), ends)
    return mistyped.filter(pc.or_(begins_alike, ends_alike))


def candidates(mistyped: pa.Array, words: pa.Array) -> Iterator[tuple[str, Sequence[str]]]:
    """Every typo with the words that may be one letter off, and a few more, in several parts.

    Two such texts are the same without one letter each, at the same place or at neighbouring ones, or one
    is the other without a letter. Whole columns are shortened and looked up: either may be very many.
    """
    longest = pc.max(pc.utf8_length(mistyped)).as_py() or 0
    shorter = [without_letter(mistyped, at) for at in range(longest)]
    yield from matches(Texts(words, words), shorter)
    near = words.filter(pc.less_equal(pc.utf8_length(words), longest + 1))
    for at in range(longest + 1):
        known = [Texts(mistyped, mistyped), *shorter[max(at - 1, 0) : at + 2]]
        yield from matches(without_letter(near, at), known)


def without_letter(words: pa.Array, at: int) -> Texts:
    long_enough = words.filter(pc.greater(pc.utf8_length(words), at))
    return Texts(pc.utf8_replace_slice(long_enough, at, at + 1, ""), long_enough)


def matches(found: Texts, known: Sequence[Texts]) -> Iterator[tuple[str, Sequence[str]]]:
    """For each known text that was found: its word, and the words of the found texts that are equal."""
    if not known:
        return
    texts = pa.concat_arrays([each.texts for each in known])
    hit = pc.is_in(found.texts, texts)
    if not pc.any(hit).as_py():
        return
    words = by_text(found, hit)
    shared = pa.array(words, TEXT)
    for each in known:
        for text, mistyped in by_text(each, pc.is_in(each.texts, shared)).items():
            yield from ((typo, words[text]) for typo in mistyped)


def by_text(found: Texts, chosen: pa.Array) -> dict[str, list[str]]:
    words: defaultdict[str, list[str]] = defaultdict(list)
    pairs = zip(found.texts.filter(chosen).to_pylist(), found.words.filter(chosen).to_pylist(), strict=True)
    for text, word in pairs:
        words[text].append(word)
    return words


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
