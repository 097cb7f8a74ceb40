"""The core in a server: sheets are checked in several threads, and nothing of the process is changed."""

from __future__ import annotations

import gc
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from batch_orders.service.check import check_sheet
from batch_orders.sheet import ReadOptions
from tests.sheets import row, write_csv


def surroundings() -> tuple[object, ...]:
    kept = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    return gc.isenabled(), gc.get_freeze_count(), sys.modules.get("hypothesis"), kept


@pytest.mark.long
def test_sheets_are_checked_in_threads_beside_each_other(tmp_path: Path) -> None:
    paths = [write_csv(tmp_path / f"{number}.csv", row(f"shop{number}.com")) for number in range(6)]
    gc.unfreeze()  # the tests freeze what they import, and the count falls with all that is let go of
    before = surroundings()
    with ThreadPoolExecutor(3) as pool:
        checked = list(pool.map(lambda path: check_sheet(path, ReadOptions()), paths))
    assert [grouping.rows.sheet.name for grouping in checked] == [path.name for path in paths]
    assert all(grouping.total == 1 and not grouping.findings.errors for grouping in checked)
    assert surroundings() == before
