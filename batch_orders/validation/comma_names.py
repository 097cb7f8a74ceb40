"""`Roe, Anna` in a mailbox cell: a person's name in the order of a directory, or two mailboxes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from batch_orders.core.model import Field, Severity, Sheet
from batch_orders.validation.judge import fault_column, to_arrow
from batch_orders.validation.letters import may_hold
from batch_orders.validation.problems import IS_A_NAME, Findings, lines_at, tell
from batch_orders.validation.tidy import fold

PAIR = r"\p{Lu}[\pL'-]+,\s*\p{Lu}[\pL'-]+"
NAME = rf"^\s*{PAIR}(?:\s*[;\r\n]\s*{PAIR})*[\s;]*$"
"""Two words with a capital each, for Arrow, or pairs of them; in lower case, mailboxes are meant."""


def find_comma_names(cells: pd.DataFrame) -> np.ndarray:
    """The positions of the rows with such a cell."""
    texts = to_arrow(cells[Field.MAILBOX])
    places = (
        np.flatnonzero(pc.match_substring(texts, ",")) if may_hold(texts, ",") else np.array([], np.int64)
    )
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
    own = [is_name_of(name, text) for text, name in zip(texts, firsts[Field.CONTACT], strict=True)]
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
            message=f"{line[Field.MAILBOX].strip()} is read as {read_as(line[Field.MAILBOX])}.",
        )
        for line in lines_at(cells, places[:limit])
    )
    return Findings(kept, warnings=len(places))


def is_name_of(contact: str, text: str) -> bool:
    """Whether `Roe, Anna` is the name of the contact, who may be called `Ms. Anna B. Roe` or `Roe, Anna`."""
    words = fold(text).replace(",", " ").split()
    return len(words) == 2 and {*words} <= {*fold(contact).replace(",", " ").split()}


def read_as(text: str) -> str:
    count = text.count(",")
    if count == 1:
        return "two mailboxes. If it is a name, write one mailbox"
    return f"{2 * count} mailboxes. If these are names, write one mailbox for each"
