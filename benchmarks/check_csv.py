"""Time `check` of a CSV file against pandas' pyarrow engine reading the same file as text.

Both are whole processes, started in turn, five times each; the ratio is that of the medians of
their wall-clock time. As many rows as Excel has: 1048575 below the header.

    python benchmarks/check_csv.py [ROWS]
"""

import sys

from order_sheets import KINDS, cached_csv
from side_by_side import compare_check

AIM = 3.0
READ = """
import sys
import pandas as pd
pd.read_csv(sys.argv[1], engine="pyarrow", dtype=str, keep_default_na=False)
"""

if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 500_000
    for kind in KINDS:
        path = cached_csv(kind, count)
        compare_check(path, f"{count:,} rows, {kind}", [sys.executable, "-c", READ, str(path)], AIM)
