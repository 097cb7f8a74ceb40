"""A domain that could be bought, and that is likelier a typo of one that other rows name: a warning.

Many buy names on purpose that are close to one another: with a word, a letter or a digit in front or behind, with
a hyphen, under another ending, in British and in American. None of these is doubted, and no name of which a sheet
has many.
"""

from __future__ import annotations

import re
from collections import Counter

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from batch_orders.core.model import Field, Severity, Sheet
from batch_orders.core.names import ENCODED
from batch_orders.core.wording import counted
from batch_orders.validation.firsts import first_of_domains, first_of_rows
from batch_orders.validation.judge import at_fault, to_arrow
from batch_orders.validation.problems import Findings, lines_at, tell
from batch_orders.validation.typos import words_meant

DOMAIN_LOOKS_LIKE = "domain-looks-like"

SHORTEST = 6
"""Letters of a name before its ending: so many shorter ones are a letter apart that it says nothing."""

MOST_SINGLES = 2_000
"""Domains of one row. Where there are more, to have one row says nothing of a domain."""

DRAWN_DOWN, FEWER = 3, 4
"""Rows over which a typo may have been drawn down, and how many times as many the meant domain then has."""

MOST_NEAR = 2
"""Names that are a changed letter away from the same one. More are bought on purpose."""

ENDINGS = {"cm": "com", "om": "com", "ne": "net", "et": "net"}
"""Of countries, and hardly meant where the sheet has the same name under the other."""

OF_A_LINK = "^(?:https?(?:w{2,4})?|w{2,4})-?"

SPELLINGS = (
    (re.compile(r"(?<=[tb])re(?![a-z])"), "er"),
    (re.compile("our"), "or"),
    (re.compile("ll(?=[ei])"), "l"),
    (re.compile("(?<=[iy])s(?=[ei])"), "z"),
    (re.compile("(?<=[aou])e"), ""),
    (re.compile("grey"), "gray"),
)
"""Both are right: centre, colour, travelling, organise, mueller; center, color, traveling, organize, muller."""


def warn_of_look_alikes(sheet: Sheet, cells: pd.DataFrame, entries: pd.DataFrame, limit: int) -> Findings:
    """One warning at each domain of one row that is likely a typo of one of several rows, of two or three rows that
    is one of many, or that begins with www and goes on as another one.
    """
    groups = entries["group"].to_numpy()
    named = ~at_fault(entries, Field.DOMAIN) & (groups >= 0) & first_of_rows(entries)
    counts = np.bincount(groups[named])
    rows = entries[["position", "group", Field.DOMAIN]][named]
    firsts = rows[first_of_domains(rows["group"].to_numpy())]
    near = glued_links(to_arrow(firsts[Field.DOMAIN]))
    count_of = counts[firsts["group"]]
    for few in range(1, DRAWN_DOWN + 1):
        usual = count_of >= (few * FEWER if few > 1 else 2)
        if 0 < np.count_nonzero(count_of == few) <= MOST_SINGLES and usual.any():
            rare = rows[counts[rows["group"]] == few]
            near |= typos_among(cells, rare, to_arrow(firsts[Field.DOMAIN][usual]))
    if not near:
        return Findings()
    told = firsts[firsts[Field.DOMAIN].isin(list(near))]
    rows_of = dict(zip(firsts[Field.DOMAIN], count_of.tolist(), strict=True))
    problems = tuple(
        tell(
            sheet,
            line,
            Field.DOMAIN,
            DOMAIN_LOOKS_LIKE,
            severity=Severity.WARNING,
            message=f"{name} looks like {near[name]}, which stands in {counted(rows_of[near[name]], 'row')}. "
            "Correct it if that is meant: it is ordered as it is written.",
        )
        for line, name in zip(
            lines_at(cells, told["position"].head(limit)), told[Field.DOMAIN].head(limit), strict=True
        )
    )
    return Findings(problems, warnings=len(told))


def glued_links(names: pa.Array) -> dict[str, str]:
    """`wwwoakbay.com` beside `oakbay.com`: a dot was forgotten."""
    likely = names.filter(pc.match_substring_regex(names, OF_A_LINK)).to_pylist()
    known = frozenset(names.to_pylist()) if likely else frozenset()
    return {name: rest for name in likely if (rest := re.sub(OF_A_LINK, "", name)) in known}


def typos_among(cells: pd.DataFrame, rare: pd.DataFrame, usual: pa.Array) -> dict[str, str]:
    """Of the domains of few rows those that are likely typos, and the usual ones that are meant."""
    names = to_arrow(rare[Field.DOMAIN])
    whole = pc.match_substring(to_arrow(cells[Field.MAILBOX].iloc[rare["position"]]), "@")
    bare = set(names.to_pylist()) - set(names.filter(whole).to_pylist())
    near = words_meant(pc.unique(names), usual)
    swapped = {name: meant for name, meant in near.items() if is_swap(name, meant)}
    # A name that its mailbox repeats was hardly mistyped twice.
    typed = {
        name: meant
        for name, meant in near.items()
        if name in bare and (is_one_letter_typed(name, meant) or is_ending(name, meant))
    }
    often = {meant for meant, count in Counter(typed.values()).items() if count > MOST_NEAR}
    return swapped | {name: meant for name, meant in typed.items() if meant not in often}


def is_swap(name: str, meant: str) -> bool:
    """Whether two neighbouring letters of the name changed places: nobody buys that on purpose."""
    if not is_near(name, meant) or len(name) != len(meant):
        return False
    changed = [letter for letter, other in zip(name, meant, strict=True) if letter != other]
    return len(changed) == 2 and "".join(changed).isalpha()


def is_one_letter_typed(name: str, meant: str) -> bool:
    """Whether a letter amid the letters of the name was changed, left out or typed once more."""
    if not is_near(name, meant):
        return False
    longer, shorter = sorted((name.partition(".")[0], meant.partition(".")[0]), key=len, reverse=True)
    at = next((at for at, (a, b) in enumerate(zip(longer, shorter, strict=False)) if a != b), 0)
    inside = 0 < at < len(longer) - 1 and (longer[at - 1 : at + 2] + shorter[at]).isalpha()
    plural = len(longer) > len(shorter) and longer[at] == "s"
    return inside and not plural


def is_ending(name: str, meant: str) -> bool:
    (label, _, ending), (other, _, usual) = name.partition("."), meant.partition(".")
    return label == other and len(label) >= SHORTEST and ENDINGS.get(ending) == usual


def is_near(name: str, meant: str) -> bool:
    """Whether two names under one ending, of Latin letters and not too short, are no two spellings of a word."""
    (label, _, ending), (other, _, usual) = name.partition("."), meant.partition(".")
    comparable = ending == usual and len(other) >= SHORTEST and ENCODED not in label + other
    return comparable and plain_spelling(label) != plain_spelling(other)


def plain_spelling(label: str) -> str:
    for spelling, usual in SPELLINGS:
        label = spelling.sub(usual, label)
    return label
