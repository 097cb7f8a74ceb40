"""How reading ends when it is not the sheet's fault: a killed parent, a full temporary folder, leftovers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from batch_orders.errors import MachineError
from batch_orders.sheet import ReadOptions, read_sheet
from batch_orders.sheet.leftovers import PREFIX, TransferFolder, remove_leftovers
from tests.harness.inbox import Inbox
from tests.harness.starts import ROOT
from tests.inbox.conftest import inbox as inbox
from tests.sheets import row, write_csv

pytestmark = pytest.mark.kills

PARENT = """
import sys, time
from pathlib import Path
from batch_orders.sheet.process import Reading
from batch_orders.sheet import ReadOptions
reading = Reading(Path(sys.argv[1]), ReadOptions())
print(reading.child.pid, flush=True)
time.sleep(60)
"""


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="no /proc tells who lives")
def test_a_reader_whose_parent_was_killed_ends_and_is_swept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe = tmp_path / "june.csv"
    pipe.write_text("x" * 30_000_000)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)}
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(pipe)], stdout=subprocess.PIPE, text=True, env=environment
    )
    assert parent.stdout
    child = int(parent.stdout.readline())
    parent.send_signal(signal.SIGKILL)
    parent.communicate()
    deadline = time.monotonic() + 30
    while is_alive(child) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not is_alive(child)
    assert list(tmp_path.glob(f"{PREFIX}*"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    remove_leftovers()
    assert not list(tmp_path.glob(f"{PREFIX}*"))


def test_what_is_in_use_is_not_swept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    used = TransferFolder()
    remove_leftovers()
    assert Path(used.name).is_dir()
    used.cleanup()
    assert not list(tmp_path.iterdir())


def test_a_temporary_folder_that_is_none_blames_no_sheet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = write_csv(tmp_path / "june.csv", row("one.com"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "missing"))
    with pytest.raises(MachineError, match="temporary folder cannot be used"):
        read_sheet(sheet, ReadOptions())


def lose_room() -> None:
    """Nothing can be written into the temporary folder any more, as on a full disk."""
    import batch_orders.sheet.process as process

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    vars(process)["TransferFolder"] = full


def test_a_night_on_a_full_machine_stops_and_leaves_the_sheets_where_they_are(inbox: Inbox) -> None:
    inbox.drop("north/a.csv", age=1)
    inbox.drop("south/b.csv")
    ended = inbox.night(before=lose_room)
    assert ended.code == 4
    assert "No space left on device" in ended.told
    assert inbox.files("inbox") == ["north/a.csv", "south/b.csv"]
    assert inbox.files("refused") == inbox.files("attention") == []
