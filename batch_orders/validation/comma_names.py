"""`Roe, Anna` in a mailbox cell: a person's name in the order of a directory, or two mailboxes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from batch_orders.core.model import Field, Severity, Sheet
from batch_orders.validation.judge import fault_column, to_arrow
from batch_orders.validation.problems import IS_A_NAME, Findings, lines_at, tell
from batch_orders.validation.tidy import fold

NAME = r"^\s*(\p{Lu}[\pL'-]+),\s*(\p{Lu}[\pL'-]+)\s*$"
"""Two words with a capital each, for Arrow; in lower case, two mailboxes are meant."""


def find_comma_names(cells: pd.DataFrame) -> np.ndarray:
    """The positions of the rows with such a cell."""
    texts = to_arrow(cells[Field.MAILBOX])
    places = np.flatnonzero(pc.match_substring(texts, ","))
    if not len(places):
        return places
    found: np.ndarray = places[np.asarray(pc.match_substring_regex(texts.take(places), NAME))]
    return found


def mark_comma_names(cells: pd.DataFrame, entries: pd.DataFrame, places: np.ndarray) -> pd.DataFrame:
    """The entries with an error where such a cell is the name of the row's own contact."""
    if not len(places):
        return entries
    firsts = entries[entries["position"].isin(places)].drop_duplicates("position")
    texts = cells[Field.MAILBOX].iloc[firsts["position"]]
    own = [turned(text) == fold(name) for text, name in zip(texts, firsts[Field.CONTACT], strict=True)]
    faults = entries[fault_column(Field.MAILBOX)].copy()
    faults.loc[firsts.index[own]] = IS_A_NAME
    return entries.assign(**{fault_column(Field.MAILBOX): faults})


def warn_of_commas(
    sheet: Sheet, cells: pd.DataFrame, entries: pd.DataFrame, places: np.ndarray, limit: int
) -> Findings:
    """One warning for each such cell that is read as two mailboxes."""
    if not len(places):
        return Findings()
    faulty = entries["position"][entries[fault_column(Field.MAILBOX)] == IS_A_NAME]
    places = places[~np.isin(places, faulty)]
    kept = tuple(
        tell(
            sheet,
            line,
            Field.MAILBOX,
            "mailboxes-of-a-name",
            severity=Severity.WARNING,
            message=f"{line[Field.MAILBOX].strip()} is read as two mailboxes. If it is a name, write one mailbox.",
        )
        for line in lines_at(cells, places[:limit])
    )
    return Findings(kept, warnings=len(places))


def turned(text: str) -> str:
    """`Roe, Anna` → `anna roe`."""
    last, _, first = text.partition(",")
    return fold(f"{first.strip()} {last.strip()}")
