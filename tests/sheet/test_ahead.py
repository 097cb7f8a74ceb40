"""A reader that is started ahead reads as one that is started anew: under the same caps, and knowing as little."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from batch_orders.errors import SheetError
from batch_orders.sheet import Reading, ReadOptions, begin_reading
from batch_orders.sheet.ahead import ForkedReader, ReaderAhead, start_ahead
from batch_orders.sheet.options import GIB
from tests.sheet.made import HEADER, ROW, rows_of
from tests.sheet.test_process import csv_file

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="it needs names of processes that stay"),
]
PATIENCE = 60


@pytest.fixture(autouse=True)
def quick_reader() -> None:
    """The reader is started as the program starts it."""


@pytest.fixture(scope="module")
def ahead() -> Iterator[ReaderAhead]:
    """Started with secrets around it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SMARTLEAD_API_KEY", "canary-key")
        started = start_ahead()
    assert started
    yield started
    started.close()


def begin(ahead: ReaderAhead, path: Path, options: ReadOptions | None = None) -> Reading:
    reading = begin_reading(path, options, ahead=ahead)
    assert isinstance(reading.child, ForkedReader)
    return reading


def test_each_file_is_read_in_a_process_of_its_own(ahead: ReaderAhead, tmp_path: Path) -> None:
    readings = [begin(ahead, csv_file(tmp_path / f"{number}.csv")) for number in range(3)]
    assert len({reading.child.pid for reading in readings}) == 3
    for reading in readings:
        assert rows_of(reading.sheet()) == {2: list(ROW)}
        assert reading.child.poll() is not None


def test_it_has_no_file_of_others_and_no_secret(ahead: ReaderAhead, tmp_path: Path) -> None:
    options = ReadOptions(password="canary-password")
    csv_file(tmp_path / "plain.csv", 300_000)
    with begin(ahead, tmp_path / "plain.csv", options) as reading:
        assert reading.child.stdout
        assert reading.child.stdout.readline().strip().isdigit()  # it is at work
        os.kill(reading.child.pid, signal.SIGSTOP)
        process = Path(f"/proc/{reading.child.pid}")
        files = {link.name: str(link.readlink()) for link in (process / "fd").iterdir()}
        seen = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
        session = os.getsid(reading.child.pid)
        os.kill(reading.child.pid, signal.SIGCONT)
    assert not [link for link in files.values() if link.startswith("socket:")]
    assert session == reading.child.pid
    assert b"canary" not in seen


def test_too_much_memory_is_one_refused_sheet(ahead: ReaderAhead, tmp_path: Path) -> None:
    options = ReadOptions(memory=GIB // 4)
    with pytest.raises(SheetError, match="memory"):
        begin(ahead, csv_file(tmp_path / "o.csv", 1_000_000), options).sheet()
    assert begin(ahead, csv_file(tmp_path / "small.csv"), options).sheet()


def test_too_much_time_is_one_refused_sheet(ahead: ReaderAhead, tmp_path: Path) -> None:
    with pytest.raises(SheetError, match="longer than"):
        begin(ahead, csv_file(tmp_path / "o.csv"), ReadOptions(seconds=0.0)).sheet()


def test_what_cannot_be_read_is_said_as_ever(ahead: ReaderAhead, tmp_path: Path) -> None:
    path = tmp_path / "o.csv"
    path.write_text(",".join(HEADER))
    with pytest.raises(SheetError, match="no rows"):
        begin(ahead, path).sheet()


def test_leaving_a_reading_ends_its_process(ahead: ReaderAhead, tmp_path: Path) -> None:
    with begin(ahead, csv_file(tmp_path / "o.csv", 300_000)) as reading:
        pass
    assert not is_alive(reading.child.pid)


def test_it_ends_with_the_process_that_asked(ahead: ReaderAhead, tmp_path: Path) -> None:
    with begin(ahead, csv_file(tmp_path / "o.csv", 400_000)) as reading:
        assert reading.child.stdin
        reading.child.stdin.close()  # as the system does where that process is killed
        reading.child.wait(PATIENCE)
        with pytest.raises(SheetError, match="broke down"):
            reading.sheet()


def test_where_it_has_ended_each_process_is_started_anew(tmp_path: Path) -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    theirs.close()
    with ours:
        reading = begin_reading(csv_file(tmp_path / "o.csv"), ahead=ReaderAhead(ours))
        assert not isinstance(reading.child, ForkedReader)
        assert rows_of(reading.sheet()) == {2: list(ROW)}


def is_alive(pid: int) -> bool:
    """Whether it runs: who has ended and was not asked for its end is dead as well."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
