"""The pandera schema that a frame of entries has to satisfy: no field of any entry is at fault.

Faults are judged beforehand, column by column and each distinct value once. The schema lists the cells that have one,
of a frame with a line for each field of an entry: every further column would take pandera as long as a small sheet
takes to judge. A check that judged the fields inside pandera would blame every column of a bad row (a whole-frame
check) or judge repeated values again and again (an element-wise one).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

# pandera imports these by itself, but only at its first validation, when the sheet is there and waits.
import pandera.backends.pandas.builtin_checks  # noqa: F401
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from batch_orders.validation.judge import fault_column

NO_FAULT = ""
SCHEMA = pa.DataFrameSchema({"code": pa.Column(str, pa.Check.equal_to(NO_FAULT))})


def failing_cells(entries: pd.DataFrame, fields: Sequence[str], limit: int) -> pd.DataFrame:
    """The first `limit` faulty cells in the sheet's order: columns `entry`, `field`, `code`."""
    judged = judged_cells(entries, fields, limit)
    try:
        SCHEMA.validate(judged, lazy=True, inplace=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases
        structural = cases[cases["index"].isna()]
        if len(structural):
            raise AssertionError(
                f"The frame of entries is malformed: {structural['check'].iloc[0]}"
            ) from errors
        return judged.loc[sorted(cases["index"].astype("int64"))].head(limit)
    return judged[:0]


def judged_cells(entries: pd.DataFrame, fields: Sequence[str], limit: int) -> pd.DataFrame:
    """Every field of the first `limit` entries that have a fault: columns `entry`, `field`, `code`."""
    names = [fault_column(field) for field in fields]
    faulty = np.logical_or.reduce([(entries[name] != NO_FAULT).to_numpy() for name in names])
    first = entries.iloc[np.flatnonzero(faulty)[:limit]]
    codes = np.column_stack([first[name].to_numpy() for name in names]).ravel()
    entry, field = np.repeat(first.index, len(names)), np.tile(np.array(fields, dtype=object), len(first))
    return pd.DataFrame({"entry": entry, "field": field, "code": pd.Series(codes, dtype="str")})
