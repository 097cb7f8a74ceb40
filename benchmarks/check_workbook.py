"""Time `check` of a workbook against bare python-calamine reading the same workbook.

Both are whole processes, started in turn, five times each; the ratio is that of the medians of
their wall-clock time. For Excel's full size: 1048575 rows below the header.

    python benchmarks/check_workbook.py [ROWS]
"""

import sys

from order_sheets import KINDS, cached_workbook
from side_by_side import compare_check

AIM = 2.0
READ = """
import sys
from python_calamine import CalamineWorkbook
for row in CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0).iter_rows():
    pass
"""

if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 500_000
    for kind in KINDS:
        path = cached_workbook(kind, count)
        compare_check(path, f"{count:,} rows, {kind}", [sys.executable, "-c", READ, str(path)], AIM)
