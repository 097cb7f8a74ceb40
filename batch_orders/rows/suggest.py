"""A correction to offer, where one is certain enough. It is never applied by itself."""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping
from functools import cache
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from batch_orders.offers import VendorNames
from batch_orders.rows.judge import judge_vendor
from batch_orders.rows.names import LONGEST_NAME, host_of, judge_domain, judge_host, registrable_part

LETTERS = f"{string.ascii_lowercase}{string.digits}-."
"""What good domains are made of."""

COMMON_ENDINGS = ("com", "net", "org", "io", "co", "de", "ai", "app", "dev", "info", "uk", "us", "eu")


END = 6
"""How many letters at either end of a word are looked at first."""


class Words(NamedTuple):
    """Words that a slip may have been meant for, and how they begin and end."""

    all: frozenset[str]
    heads: frozenset[str]
    tails: frozenset[str]

    @classmethod
    def of(cls, words: pa.Array) -> Words:
        ends = (words, pc.utf8_slice_codeunits(words, 0, END), pc.utf8_slice_codeunits(words, -END))
        return cls(*(frozenset(texts.unique().to_pylist()) for texts in ends))

    def places(self, slip: str) -> range:
        """Where in `slip` the one letter can be: before an end that no word has, or behind it."""
        first = 0 if slip[-END:] in self.tails else max(0, len(slip) - END - 1)
        last = len(slip) if slip[:END] in self.heads else min(len(slip), END - 1)
        return range(first, last + 1)


class Neighbourhood(NamedTuple):
    """What else is known: the sheet's good domains, the domain of the cell's row, vendors' names."""

    domains: Words
    domain: str
    names: VendorNames


def one_letter_off(slip: str, words: Words) -> str:
    """The only word that one changed, missing, extra or swapped letter makes of `slip`, or ""."""
    if len(slip) > LONGEST_NAME + 1:
        return ""
    near = words.all.intersection(edits(slip, words.places(slip))) - {slip}
    return min(near) if len(near) == 1 else ""


def edits(text: str, places: range) -> list[str]:
    """All that one letter makes of `text` at these places: far fewer than the words of a large sheet."""
    halves = [(text[:at], text[at:]) for at in places]
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


@cache
def mend_ending(name: str) -> str:
    """`name` with its unknown ending mended, where just one common ending is a letter away."""
    stem, dot, ending = name.rpartition(".")
    if not dot or judge_domain(name).fault != "domain-unknown-ending":
        return ""
    mended = [f"{stem}.{common}" for common in COMMON_ENDINGS if is_one_letter_off(ending, common)]
    # ".con" is one letter from ".com" and ".co"; a changed letter is the likelier slip.
    same_length = [name for name in mended if len(name) == len(stem) + 1 + len(ending)]
    mended = same_length or mended
    return mended[0] if len(mended) == 1 and not judge_domain(mended[0]).fault else ""


def suggest_domain(value: str, near: Neighbourhood) -> str:
    host = host_of(value.rpartition("@")[2].rstrip("."))
    part = registrable_part(host)
    if part and part != value:
        return part
    return one_letter_off(value, near.domains) or mend_ending(value)


def suggest_mailbox(value: str, near: Neighbourhood) -> str:
    local_part, at, host = value.rpartition("@")
    if at and near.domain and (is_one_letter_off(host, near.domain) or mend_ending(host) == near.domain):
        return f"{local_part}@{near.domain}"
    return ""


def suggest_vendor(value: str, near: Neighbourhood) -> str:
    whole, dot, fraction = value.partition(".")
    if dot and not fraction.strip("0") and not judge_vendor(whole, near.names).fault:
        return whole
    ids = near.names.find(value)
    return " or ".join(str(number) for number in sorted(ids)) or " or ".join(near.names.nearest(value))


def suggest_host(value: str, near: Neighbourhood) -> str:
    return "" if not judge_host(value).fault else mend_ending(host_of(value))


SUGGEST: Mapping[str, Callable[[str, Neighbourhood], str]] = {
    "domain": suggest_domain,
    "mailbox": suggest_mailbox,
    "vendor": suggest_vendor,
    "forwarding_domain": suggest_host,
}
"""By field; a field without an entry gets no suggestion."""
