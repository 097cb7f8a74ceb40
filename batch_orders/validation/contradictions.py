"""Rows of one domain that do not agree in what holds for the whole order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from itertools import chain, islice
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from batch_orders.core.model import Field, Sheet
from batch_orders.core.wording import name_places
from batch_orders.validation.blanks import EDGES
from batch_orders.validation.firsts import leading_entries
from batch_orders.validation.judge import at_fault, fault_column, to_arrow
from batch_orders.validation.normal import shared_columns
from batch_orders.validation.problems import Findings, lines_at, tell
from batch_orders.validation.tidy import fold, fold_texts

CONTRADICTION = "contradiction"

SAID = ("position", "row", "meant")
COMPARED = ("group", "worksheet", *SAID)
"""Beside the column itself. Of a large sheet in which all is at fault, a copy of every column takes long."""

TOLD_ROWS = 10
"""How many rows a sentence names one by one."""


def find_contradictions(
    sheet: Sheet, cells: pd.DataFrame, entries: pd.DataFrame, broken: np.ndarray, kept: int
) -> tuple[np.ndarray, Findings]:
    """Which rows, by position, contradict others of their domain, and what is said of it."""
    found, findings = np.zeros(len(cells), dtype=bool), Findings()
    leading = leading_entries(entries["group"].to_numpy())
    for name in shared_columns(entries):
        doubted = in_doubt(entries, name, leading)
        if not doubted.any():
            continue
        compared = [column for column in (*COMPARED, name, fault_column(name)) if column in entries]
        contradicting = rows_at_odds(entries[compared][doubted], name, broken)
        found[contradicting["position"]] = True
        findings += tell_contradictions(sheet, cells, contradicting, name, kept)
    return found, findings


def in_doubt(entries: pd.DataFrame, name: str, leading: np.ndarray) -> np.ndarray:
    """Whether an entry's domain has a good value that is not the leading one: quick, and seldom so."""
    values = to_arrow(entries[name])
    differs = np.asarray(pc.not_equal(values, values.take(pa.array(leading))))
    if differs.any() and fault_column(name) in entries:
        differs &= ~at_fault(entries, name)
    doubted = np.zeros(len(leading), dtype=bool)
    doubted[leading[differs]] = True
    each: np.ndarray = doubted[leading]
    return each


def rows_at_odds(entries: pd.DataFrame, name: str, broken: np.ndarray) -> pd.DataFrame:
    """The entries of domains whose rows name more than one value in the column `name`.

    A blank cell was filled with its domain's first value, so it contradicts nothing and is not
    among them; a value that is faulty by itself is told elsewhere, and so is a `broken` row.
    """
    # A row counts for the domain that it surely means: to be told after that is mended would be a second round.
    clean: np.ndarray = (entries["group"].to_numpy() >= 0) & ~broken[entries["position"].to_numpy()]
    if fault_column(name) in entries:
        clean &= ~at_fault(entries, name)
    folded = fold_texts(to_arrow(entries[name]).filter(pa.array(clean))).dictionary_encode()
    named = {"group": entries["group"].to_numpy()[clean], "value": np.asarray(folded.indices)}
    distinct = pd.DataFrame(named).drop_duplicates()
    several = distinct.loc[distinct["group"].duplicated(), "group"]
    found: pd.DataFrame = entries[clean & entries["group"].isin(several)].drop_duplicates("position")
    return found


class Said(NamedTuple):
    """What a row says, of the domain that it means."""

    position: int
    row: int
    meant: str
    value: str
    text: str
    worksheet: str


def tell_contradictions(
    sheet: Sheet, cells: pd.DataFrame, entries: pd.DataFrame, name: str, kept: int
) -> Findings:
    """One error for each row concerned that names a value itself; each sentence names all rows."""
    own = entries[cells[name].iloc[entries["position"]].str.strip(EDGES).ne("").to_numpy()]
    # The first errors are of the domains that the first rows name; their sentences name all rows of these.
    told = own[own["group"].isin(own["group"].iloc[:kept])]
    groups: defaultdict[int, list[Said]] = defaultdict(list)
    # A vendor is told as the sheet writes it: its number need not stand there.
    values = cells[name].iloc[told["position"]].str.strip(EDGES) if name == Field.VENDOR else told[name]
    titles = told["worksheet"].map(dict(enumerate(sheet.titles)))
    said_of = (told[column].tolist() for column in SAID)
    saying = zip(told["group"], *said_of, told[name], values, titles, strict=True)
    for group, *said in saying:
        groups[group].append(Said(*said))
    first = list(islice(chain.from_iterable(explain(group, name) for group in groups.values()), kept))
    lines = lines_at(cells, [said.position for said, _, _ in first])
    problems = tuple(
        tell(sheet, line, name, CONTRADICTION, usual, message=message)
        for line, (_, message, usual) in zip(lines, first, strict=True)
    )
    return Findings(problems, errors=len(own))


def explain(group: Sequence[Said], name: str) -> Iterator[tuple[Said, str, str]]:
    """The rows of a domain that contradict each other, with what is wrong, and what most of them say."""
    by_value: defaultdict[str, list[Said]] = defaultdict(list)
    for said in group:
        by_value[fold(said.value)].append(said)
    message = contradiction_sentence(by_value.values(), name)
    usual = usual_value(list(by_value.values()))
    for said in group:
        yield said, message, usual.text if usual and fold(said.value) != fold(usual.value) else ""


def contradiction_sentence(by_value: Collection[Sequence[Said]], name: str) -> str:
    places = ((same[0].text, [(said.worksheet, said.row) for said in same]) for same in by_value)
    told = "; ".join(f"{text} in {name_places(where, TOLD_ROWS)}" for text, where in places)
    column, meant = name.replace("_", " "), next(iter(by_value))[0].meant
    return f"The rows of {meant} name more than one {column}: {told}. Make them agree."


def usual_value(by_value: Sequence[Sequence[Said]]) -> Said | None:
    """A row that says what more rows name than any other value, or None."""
    most, *others = sorted(by_value, key=len, reverse=True)
    return None if others and len(others[0]) == len(most) else most[0]
