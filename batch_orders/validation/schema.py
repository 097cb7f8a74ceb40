"""The pandera schema that every frame of entries has to satisfy.

Each entry's fault columns must be empty. Faults are judged beforehand, column by column and each distinct value
once, and the schema lists the cells that have one. It is asked of the first entries that have any: one line for
each cell at fault, since every column that pandera looks at takes it as long as a small sheet does to judge. A
check that judged the fields inside pandera would blame every column of a bad row (a whole-frame check) or judge
repeated values again and again (an element-wise one).
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
ENTRIES = pa.DataFrameSchema({"code": pa.Column(str, pa.Check.equal_to(NO_FAULT))}, index=pa.Index("int64", unique=True))
