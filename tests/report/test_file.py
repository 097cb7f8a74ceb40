"""The report's name and its file: the old one or the new one, also on a full disk or after a kill."""

import multiprocessing
import os
import resource
import signal
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from batch_orders.core.results import Status
from batch_orders.errors import ReportError
from batch_orders.report import write_report
from tests.report_parts import (
    make_lines,
    make_result,
    make_worksheet,
    one_of_each,
    read_report,
)

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[2]


def test_a_report_replaces_the_old_one_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "r.xlsx"
    for count in (1, 2):
        write_report(make_result([make_worksheet(make_lines(count))]), path)
    assert read_report(path)["Rows"].max_row == 3
    assert list(path.parent.iterdir()) == [path]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_folder_in_the_way_is_a_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / "r.xlsx").mkdir()
    (tmp_path / "r.xlsx" / "kept").touch()
    with pytest.raises(
        ReportError, match=r"The report could not be written to .*r\.xlsx: .*choose another path"
    ):
        write_report(one_of_each(), tmp_path / "r.xlsx")
    assert [path.name for path in tmp_path.iterdir()] == ["r.xlsx"]


def test_a_file_in_place_of_the_folder_is_a_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ReportError, match="could not be written"):
        write_report(one_of_each(), tmp_path / "file" / "r.xlsx")


def write_on_a_full_disk(folder: Path, room: int) -> None:
    """In a process of its own: no file may grow beyond `room` bytes, as if the disk were full."""
    tempfile.tempdir = str(folder)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
    try:
        write_report(make_result([make_worksheet(make_lines(3_000))]), folder / "r.xlsx")
    except ReportError as error:
        os._exit(0 if "could not be written" in str(error) else 1)
    os._exit(2)


@pytest.mark.parametrize("room", [0, 500, 40_000])
def test_a_full_disk_keeps_the_old_report_and_leaves_nothing_behind(tmp_path: Path, room: int) -> None:
    (tmp_path / "r.xlsx").write_bytes(b"the old one")
    process = multiprocessing.get_context("fork").Process(target=write_on_a_full_disk, args=(tmp_path, room))
    process.start()
    process.join()
    assert process.exitcode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["r.xlsx"]
    assert (tmp_path / "r.xlsx").read_bytes() == b"the old one"


KILLED = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, {root!r})
from tests.report_parts import one_of_each
from batch_orders.report import write_report
def die():
    os.kill(os.getpid(), signal.SIGKILL)
def count_down(frame, event, argument, left=[{calls}]):
    if "zipfile" in frame.f_code.co_filename:
        left[0] -= 1
        left[0] or die()
rename = Path.replace
def rename_and_die(old, new):
    {before}
    rename(old, new)
    {after}
Path.replace = rename_and_die
sys.setprofile(count_down)
write_report(one_of_each(), Path({path!r}))
"""


def killed_writer(path: Path, calls: int = 0, before: str = "pass", after: str = "pass") -> int:
    code = KILLED.format(root=str(ROOT), path=str(path), calls=calls, before=before, after=after)
    return subprocess.run([sys.executable, "-c", code], check=False).returncode


@pytest.mark.parametrize("calls", [1, 30, 300, 1_000])
def test_a_writer_killed_while_it_writes_leaves_the_old_report(tmp_path: Path, calls: int) -> None:
    (tmp_path / "r.xlsx").write_bytes(b"the old one")
    assert killed_writer(tmp_path / "r.xlsx", calls) == -signal.SIGKILL
    assert (tmp_path / "r.xlsx").read_bytes() == b"the old one"


def test_a_writer_killed_before_the_rename_leaves_the_old_report(tmp_path: Path) -> None:
    (tmp_path / "r.xlsx").write_bytes(b"the old one")
    assert killed_writer(tmp_path / "r.xlsx", before="die()") == -signal.SIGKILL
    assert (tmp_path / "r.xlsx").read_bytes() == b"the old one"


def test_a_writer_killed_after_the_rename_leaves_the_new_report(tmp_path: Path) -> None:
    (tmp_path / "r.xlsx").write_bytes(b"the old one")
    assert killed_writer(tmp_path / "r.xlsx", after="die()") == -signal.SIGKILL
    assert read_report(tmp_path / "r.xlsx")["Rows"].max_row == 1 + len(Status)
