"""Which domain a cell was meant to name: what is suggested for it, and which order its row belongs to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc

from batch_orders.validation.judge import judge_names
from batch_orders.validation.letters import split_at
from batch_orders.validation.names import COMMON_ENDINGS, judge_domain
from batch_orders.validation.read_domains import read_domain
from batch_orders.validation.same_names import same_as_ordered
from batch_orders.validation.typos import is_one_letter_off, words_meant
from batch_orders.validation.vectorised import EMPTY, TEXT, arrow_rules, is_among

LONGEST_MENDED = 5
"""Characters of an ending."""

DOT = pa.scalar(".", TEXT)
TWO_LABELS = r"^[a-z0-9-]+\.[a-z0-9-]*$"

MAY_HIDE_A_NAME = r"[^a-z0-9_.-]|\.$|\..*\."
"""Beside a plain name of two labels: a link, an address, blanks, letters of other scripts, a subdomain."""


def domains_meant(faulty: pa.Array, good: pa.Array) -> dict[str, str]:
    """For each faulty domain what it was surely meant to be, where that can be told.

    `good` are the distinct domains of the sheet that can be bought: a typo of one letter is likelier to mean one of
    them than a name that nobody wrote.
    """
    values = pc.unique(faulty)
    values = values.filter(pc.not_equal(values, EMPTY))
    # `example.com` stands for any domain, and is no typo of `examples.com`.
    values = values.filter(pc.invert(is_among(values, arrow_rules().examples)))
    odd = values.filter(pc.match_substring_regex(values, MAY_HIDE_A_NAME)).to_pylist()
    read = {value: part for value in odd if (part := read_domain(value))}
    left = not_in(values, read)
    # Arrow and numpy let go of the interpreter meanwhile, so that these are looked for beside each other.
    with ThreadPoolExecutor(1) as pool:
        same, mended = pool.submit(same_as_ordered, left, good), pool.submit(mend_endings, left)
        typos = words_meant(left, good)
        known = mended.result() | same.result() | typos
    return read | known | with_known_ending(not_in(left, known), good)


def not_in(values: pa.Array, known: Mapping[str, str]) -> pa.Array:
    return values.filter(pc.invert(pc.is_in(values, pa.array(list(known), TEXT))))


def look_up(texts: pa.Array, known: Mapping[str, str]) -> pa.Array:
    """What is known of each text; "" where nothing is."""
    at = pc.index_in(texts, pa.array(list(known), TEXT))
    return pc.fill_null(pa.array(known.values(), TEXT).take(at), "")


def with_known_ending(names: pa.Array, good: pa.Array) -> dict[str, str]:
    """Each name of two labels whose ending does not exist, with the one under which the sheet has that name."""
    two_labels = names.filter(pc.match_substring_regex(names, TWO_LABELS))
    endings = split_at(two_labels, ".").behind
    odd = two_labels.filter(pc.invert(is_among(endings, arrow_rules().endings))).to_pylist()
    unknown = {name: name.partition(".")[0] for name in odd}
    if not unknown:
        return {}
    labels = split_at(good, ".", first=True).before
    named = pc.is_in(labels, pa.array(set(unknown.values()), TEXT))
    known: defaultdict[str, list[str]] = defaultdict(list)
    for label, name in zip(labels.filter(named).to_pylist(), good.filter(named).to_pylist(), strict=True):
        known[label].append(name)
    return {name: known[label][0] for name, label in unknown.items() if len(known[label]) == 1}


def mend_endings(names: pa.Array) -> dict[str, str]:
    """Each name whose unknown ending is a letter away from just one common ending, with that ending."""
    named = split_at(names, ".")
    endings, lengths = named.behind, pc.utf8_length(named.behind)
    likely = pc.and_(pc.greater_equal(lengths, 2), pc.less_equal(lengths, LONGEST_MENDED))
    unknown = pc.unique(endings.filter(pc.and_not(likely, is_among(endings, arrow_rules().endings))))
    meant = {ending: common for ending in unknown.to_pylist() if (common := common_ending(ending))}
    if not meant:
        return {}
    mistyped = pc.is_in(endings, pa.array(list(meant), TEXT))
    names, stems, endings = (each.filter(mistyped) for each in (names, named.before, endings))
    mended = pc.binary_join_element_wise(stems, look_up(endings, meant), DOT)
    judged = judge_names(mended)
    good = pc.equal(judged.faults, EMPTY).take(judged.which)
    return dict(zip(names.filter(good).to_pylist(), mended.filter(good).to_pylist(), strict=True))


def mend_ending(name: str) -> str:
    """What `mend_endings` makes of one name, or ""."""
    stem, _, ending = name.rpartition(".")
    known = not stem or ending in arrow_rules().endings.few
    common = "" if known or not 2 <= len(ending) <= LONGEST_MENDED else common_ending(ending)
    mended = f"{stem}.{common}"
    return mended if common and not judge_domain(mended).fault else ""


@lru_cache(maxsize=1_000)
def common_ending(ending: str) -> str:
    """The one common ending that an unknown one is a letter away from, or ""."""
    if judge_domain(f"a.{ending}").fault != "domain-unknown-ending":
        return ""
    near = [common for common in COMMON_ENDINGS if is_one_letter_off(ending, common)]
    # ".con" is one letter from ".com" and ".co"; a changed letter is the likelier typo.
    near = [common for common in near if len(common) == len(ending)] or near
    return near[0] if len(near) == 1 else ""
