"""Vendors' numbers that look wrong and may be right: rising down a column, or named by the settings alone."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from batch_orders.core.model import Field, Problem, Severity, Sheet
from batch_orders.core.vendors import VendorNames
from batch_orders.core.wording import counted
from batch_orders.validation.judge import at_fault, to_arrow
from batch_orders.validation.problems import Findings, lines_at, tell
from batch_orders.validation.sentences import list_vendors

FEWEST = 3
"""Rows in turn whose numbers rise by one each: fewer are no sign of a cell that was dragged down."""
NO_NUMBER = -1


def warn_of_vendors(
    sheet: Sheet, cells: pd.DataFrame, entries: pd.DataFrame, names: VendorNames, limit: int
) -> Findings:
    told = [*warn_of_rising(sheet, cells), *warn_of_unlisted(sheet, cells, entries, names)]
    return Findings(tuple(told[:limit]), warnings=len(told))


def warn_of_rising(sheet: Sheet, cells: pd.DataFrame) -> Iterator[Problem]:
    """One warning for each run of rows, at its first."""
    found = to_arrow(cells[Field.VENDOR]).dictionary_encode()
    distinct = numbers_of(found.dictionary)
    if np.count_nonzero(distinct != NO_NUMBER) < FEWEST:
        return
    numbers = distinct[np.asarray(found.indices)]
    told = np.flatnonzero(numbers != NO_NUMBER)
    worksheets = cells["worksheet"].to_numpy()[told]
    # Dragging leaves no row out.
    follow = (np.diff(told) == 1) & (worksheets[1:] == worksheets[:-1])
    rises = (np.diff(numbers[told]) == 1) & follow
    for begin, end in runs_of(rises):
        run = told[begin : end + 1]
        if len(run) >= FEWEST:
            first, last = lines_at(cells, run[[0, -1]])
            message = (
                f"The vendor's number rises row by row, from {numbers[run[0]]} in row {first['row']} to "
                f"{numbers[run[-1]]} in row {last['row']}, as when a cell is dragged down. Check that each is meant."
            )
            yield tell(sheet, first, Field.VENDOR, "vendor-rises", severity=Severity.WARNING, message=message)


def numbers_of(vendors: pa.Array) -> np.ndarray:
    """The number that each text is; NO_NUMBER where it is blank or something else."""
    texts = pc.utf8_trim_whitespace(vendors)
    numbers = pc.if_else(pc.match_substring_regex(texts, "^[0-9]{1,9}$"), texts, str(NO_NUMBER))
    return np.asarray(numbers.cast(pa.int64()))


def runs_of(flags: np.ndarray) -> Iterator[tuple[int, int]]:
    """Where runs of True begin, and the position after each."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False])).astype(np.int8)))
    yield from ((int(begin), int(end)) for begin, end in zip(edges[::2], edges[1::2], strict=True))


def warn_of_unlisted(
    sheet: Sheet, cells: pd.DataFrame, entries: pd.DataFrame, names: VendorNames
) -> Iterator[Problem]:
    """One warning for each number that only the settings name, at its first row."""
    unlisted = [str(number) for number in sorted(names.own) if names.is_unlisted(number)]
    if not unlisted:
        return
    good = ~at_fault(entries, Field.VENDOR)
    for number in unlisted:
        rows = entries.loc[good & (entries[Field.VENDOR] == number), "position"].drop_duplicates()
        if rows.empty:
            continue
        (first,) = lines_at(cells, rows.head(1))
        message = (
            f"Vendor {number} is named in the settings and is not among those that there are: {list_vendors(names)} "
            f"It is ordered from in {counted(len(rows), 'row')}."
        )
        yield tell(
            sheet, first, Field.VENDOR, "vendor-not-listed", severity=Severity.WARNING, message=message
        )
