"""What can be said for sure of many values at once: their fault codes, null where one has to look closely.

Every answer must be what `names` and `judge_vendor` say of the single value; tests hold it against them.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from functools import cache
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from batch_orders.validation.examples import EXAMPLES
from batch_orders.validation.letters import is_ascii, split_at
from batch_orders.validation.links import LEAD_ELSEWHERE
from batch_orders.validation.names import registry_suffixes, suffix_rules

TEXT = pa.large_string()
EMPTY = pa.scalar("", TEXT)

PLAIN_DOMAIN = r"^[a-z0-9]+(?:-[a-z0-9]+)*\.[a-z]+$"
"""One label under a top-level domain. No two hyphens in a row: those are for A-labels."""

FEW = 1_000
FEW_QUESTIONS = 100
"""A set of many texts takes as long as some hundred looks through them."""

LONGEST_PLAIN_DOMAIN = 63
"""As long as one label may be, so that no limit is near."""

NEVER_IN_A_HOST = r"[^a-z0-9.:\[\]-]"
"""Beside ASCII only: a character that no name and no IP address has."""


def code_of(cases: Mapping[str, pa.Array]) -> pa.Array:
    """The code of the first mask that is true; null where none is."""
    return pc.case_when(pc.make_struct(*cases.values()), *cases).cast(TEXT)


def not_sure(values: pa.Array) -> pa.Array:
    return pa.nulls(len(values), TEXT)


def faults_of_domains(names: pa.Array) -> pa.Array:
    buyable, unknown_ending, no_name = surely(names)
    return code_of({"": buyable, "domain-unknown-ending": unknown_ending, "domain-not-valid": no_name})


def faults_of_hosts(hosts: pa.Array) -> pa.Array:
    """A name that can be bought can be forwarded to. What has a slash may be a URL."""
    buyable, unknown_ending, no_name = surely(hosts)
    no_host = pc.and_(no_name, pc.invert(pc.match_substring(hosts, "/")))
    elsewhere = is_among(hosts, arrow_rules().elsewhere)
    return code_of(
        {
            "forwarding-leads-elsewhere": elsewhere,
            "": buyable,
            "forwarding-unknown-ending": unknown_ending,
            "forwarding-not-valid": no_host,
        }
    )


def faults_of_nameless(vendors: pa.Array) -> pa.Array:
    """Where no vendor's name is known, only numbers can be right."""
    return code_of({"vendor-unknown": pc.match_substring_regex(vendors, "[^0-9]")})


class Surely(NamedTuple):
    """Masks of the names that can be bought, end in what no registry sells, are no names at all.

    What is true in none of them may be anything; such as are true have themselves as A-label.
    """

    buyable: pa.Array
    unknown_ending: pa.Array
    no_name: pa.Array


def surely(names: pa.Array) -> Surely:
    rules = arrow_rules()
    named = pc.match_substring_regex(names, PLAIN_DOMAIN)
    odd = pc.invert(named)
    no_name = pc.replace_with_mask(odd, odd, no_names(names.filter(odd)))
    endings = split_at(names, ".").behind.dictionary_encode()
    plain = pc.and_(named, pc.less_equal(pc.binary_length(names), LONGEST_PLAIN_DOMAIN))
    plain = pc.and_not(plain, is_among(names, rules.examples))
    sold = is_among(endings.dictionary, rules.all).take(endings.indices)
    sold = pc.and_not(sold, is_among(names, rules.suffixes))
    known = is_among(endings.dictionary, rules.endings).take(endings.indices)
    return Surely(pc.and_(plain, sold), pc.and_not(plain, known), no_name)


def no_names(texts: pa.Array) -> pa.Array:
    """Which of them are no names at all; names in other scripts are not looked at."""
    foreign = pc.and_(pc.string_is_ascii(texts), pc.match_substring_regex(texts, NEVER_IN_A_HOST))
    return pc.and_not(foreign, pc.match_substring(texts, "xn--"))


class WordList(NamedTuple):
    """Words that never change, for looking up few texts or many."""

    few: frozenset[str]
    many: pa.Array

    @classmethod
    def of(cls, words: Iterable[str]) -> WordList:
        distinct = frozenset(words)
        return cls(distinct, pa.array(sorted(distinct), TEXT))


def is_among(texts: pa.Array, words: WordList) -> pa.Array:
    """Which texts are one of the words. At each call Arrow hashes all the words anew, which is much for few texts."""
    if len(texts) < FEW:
        return pa.array([text in words.few for text in texts.to_pylist()], pa.bool_())
    return pc.is_in(texts, words.many)


class Unhashed(Container[str]):
    """Texts that are looked through for each question."""

    def __init__(self, texts: pa.Array) -> None:
        self.texts = texts

    def __contains__(self, text: object) -> bool:
        return bool(pc.any(pc.equal(self.texts, pa.scalar(text, TEXT))).as_py())


def names_among(texts: pa.Array, questions: int) -> Container[str]:
    """What tells whether a name is among the texts, as quickly as so many questions want it."""
    return Unhashed(texts) if questions < FEW_QUESTIONS else frozenset(texts.to_pylist())


def lower(texts: pa.Array) -> pa.Array:
    """In lower case, which is quick for ASCII."""
    return pc.ascii_lower(texts) if is_ascii(texts) else pc.utf8_lower(texts)


def are_in(texts: pa.Array, many: pa.Array) -> pa.Array:
    """Which texts are among the many, of which only such are hashed as are among the texts."""
    return pc.is_in(texts, many.filter(pc.is_in(many, texts)))


def places_among(texts: pa.Array, many: pa.Array) -> pa.Array:
    """Where each text stands among the distinct many, null where it does not; as above."""
    if len(texts) > len(many):
        return pc.index_in(texts, many)
    known = pc.indices_nonzero(pc.is_in(many, texts))
    return known.take(pc.index_in(texts, many.take(known)))


class ArrowRules(NamedTuple):
    """The rules of the public suffix list, the names that are suffixes, the last labels of both; hosts of links
    that lead elsewhere; example domains.
    """

    all: WordList
    suffixes: WordList
    endings: WordList
    elsewhere: WordList
    examples: WordList


def load_lists() -> None:
    """Load what every sheet is judged by and never changes, while there is nothing else to do."""
    arrow_rules()
    registry_suffixes()


@cache
def arrow_rules() -> ArrowRules:
    rules = suffix_rules()
    return ArrowRules(
        WordList.of(rules),
        # Under "*.example" the list holds "example" itself to be a suffix, too.
        WordList.of(rule.removeprefix("*.") for rule in rules),
        WordList.of(rule.rpartition(".")[2] for rule in rules),
        WordList.of(LEAD_ELSEWHERE),
        WordList.of(EXAMPLES),
    )
