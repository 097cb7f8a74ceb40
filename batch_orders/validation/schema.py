"""The pandera schema that every frame of entries has to satisfy.

Each field's fault column must be empty. Faults are judged beforehand, column by column and
each distinct value once, and the schema lists the cells that have one. A check that judged the
fields inside pandera would blame every column of a bad row (a whole-frame check) or judge
repeated values again and again (an element-wise one).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import pandas as pd

# pandera imports these by itself, but only at its first validation, when the sheet is there and waits.
import pandera.backends.pandas.builtin_checks  # noqa: F401
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from batch_orders.validation.judge import fault_column

NO_FAULT = ""


@cache
def entry_schema(fields: tuple[str, ...], limit: int) -> pa.DataFrameSchema:
    """What a valid frame of entries is. At most `limit` failing cells per field are listed."""
    faults = {
        fault_column(field): pa.Column(str, pa.Check.equal_to(NO_FAULT, n_failure_cases=limit))
        for field in fields
    }
    return pa.DataFrameSchema(faults, index=pa.Index("int64", unique=True))


def failing_cells(entries: pd.DataFrame, fields: Sequence[str], limit: int) -> pd.DataFrame:
    """The first `limit` faulty cells in the sheet's order: columns `entry`, `field`, `code`."""
    try:
        entry_schema(tuple(fields), limit).validate(entries, lazy=True, inplace=True)
    except SchemaErrors as errors:
        return order_cells(errors.failure_cases, limit)
    return pd.DataFrame({"entry": [], "field": [], "code": []})


def order_cells(cases: pd.DataFrame, limit: int) -> pd.DataFrame:
    structural = cases[cases["index"].isna()]
    if len(structural):
        raise AssertionError(f"The frame of entries is malformed: {structural['check'].iloc[0]}")
    cells = pd.DataFrame(
        {
            "entry": cases["index"].astype("int64"),
            "field": cases["column"].str.removeprefix(fault_column("")),
            "code": cases["failure_case"],
        }
    )
    return cells.sort_values("entry", kind="stable").head(limit)
