"""The pandera schema that the fields of all entries have to satisfy: none is at fault.

Faults are judged beforehand, column by column and each distinct value once. The schema is of one series, the codes
of all fields of the entries, and not lazy: its only check lists every failing cell. A lazy schema of a frame lists
the same in four times the time, which is most of what judging a tiny sheet takes. A check that judged the fields
inside pandera would blame every column of a bad row (a whole-frame check) or judge repeated values again and again
(an element-wise one).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

# pandera imports these by itself, but only at its first validation, when the sheet is there and waits.
import pandera.backends.pandas.builtin_checks  # noqa: F401
import pandera.pandas as pa
from pandera.errors import SchemaError

from batch_orders.validation.judge import at_fault, fault_column, to_arrow

NO_FAULT = ""
SCHEMA = pa.SeriesSchema(str, pa.Check.equal_to(NO_FAULT), name="code")


def failing_cells(entries: pd.DataFrame, fields: Sequence[str], limit: int) -> pd.DataFrame:
    """The first `limit` faulty cells in the sheet's order: columns `entry`, `field`, `code`."""
    judged = judged_cells(entries, fields, limit)
    try:
        SCHEMA.validate(judged["code"], inplace=True)
    except SchemaError as error:
        if not isinstance(error.check, pa.Check):
            raise AssertionError(f"The frame of entries is malformed: {error}") from error
        return judged.loc[sorted(error.failure_cases["index"])].head(limit)
    return judged[:0]


def judged_cells(entries: pd.DataFrame, fields: Sequence[str], limit: int) -> pd.DataFrame:
    """Every field of the first `limit` entries that have a fault: columns `entry`, `field`, `code`."""
    faulty = np.logical_or.reduce([at_fault(entries, field) for field in fields])
    first = np.flatnonzero(faulty)[:limit]
    faults = [to_arrow(entries[fault_column(field)]).take(first) for field in fields]
    codes = np.column_stack([np.asarray(each) for each in faults]).ravel()
    entry, field = np.repeat(first, len(fields)), np.tile(np.array(fields, dtype=object), len(first))
    return pd.DataFrame({"entry": entry, "field": field, "code": pd.Series(codes, dtype="str")})
