"""A reader that waits for what to read reads one file as a process that is started for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from batch_orders.errors import SheetError
from batch_orders.sheet import ReadOptions, begin_reading
from batch_orders.sheet.options import GIB
from batch_orders.sheet.process import WaitingReader, end_process
from tests.sheet.made import ROW, rows_of
from tests.sheet.test_process import csv_file

pytestmark = pytest.mark.long
PATIENCE = 60


@pytest.fixture(autouse=True)
def quick_reader() -> None:
    """The reader is started as the program starts it."""


def test_it_reads_one_file_and_the_next_has_a_process_of_its_own(tmp_path: Path) -> None:
    waiting = WaitingReader()
    assert waiting.child
    process = waiting.child.pid
    first, second = (
        begin_reading(csv_file(tmp_path / f"{number}.csv"), ahead=waiting) for number in range(2)
    )
    assert first.child.pid == process
    assert second.child.pid != process
    assert [rows_of(each.sheet()) for each in (first, second)] == [{2: list(ROW)}] * 2


def test_too_much_memory_is_one_refused_sheet(tmp_path: Path) -> None:
    path, options = csv_file(tmp_path / "o.csv", 1_000_000), ReadOptions(memory=GIB // 4)
    with pytest.raises(SheetError, match="memory"):
        begin_reading(path, options, ahead=WaitingReader()).sheet()
    assert begin_reading(csv_file(tmp_path / "small.csv"), options, ahead=WaitingReader()).sheet()


def test_where_it_has_ended_the_process_is_started_anew(tmp_path: Path) -> None:
    waiting = WaitingReader()
    assert waiting.child
    waiting.child.kill()
    waiting.child.wait(PATIENCE)
    assert rows_of(begin_reading(csv_file(tmp_path / "o.csv"), ahead=waiting).sheet()) == {2: list(ROW)}


def test_it_ends_where_nobody_will_ask_any_more() -> None:
    child = WaitingReader().child
    assert child
    assert child.stdin
    child.stdin.close()
    assert child.wait(PATIENCE) == 0
    end_process(child)
