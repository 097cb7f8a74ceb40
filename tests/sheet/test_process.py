"""Reading happens in a child process: what it may use, what it leaves behind, how it ends."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

import batch_orders
from batch_orders.core.model import CsvForm
from batch_orders.errors import SheetError
from batch_orders.sheet import Reading, ReadOptions, begin_reading, read_sheet
from batch_orders.sheet.leftovers import PREFIX
from batch_orders.sheet.options import GIB, time_limit
from batch_orders.sheet.process import BOOTSTRAP
from tests.corpus import CORPUS, needs_corpus
from tests.sheet.made import HEADER, ROW, Make, Read, rows_of

pytestmark = pytest.mark.long

PROJECT = Path(batch_orders.__file__).parents[1]


@pytest.fixture(autouse=True)
def quick_reader() -> None:
    """The reader is started as the program starts it."""


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where temporary files of this test go."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert list(folder.iterdir()) == []


def csv_file(path: Path, rows: int = 1) -> Path:
    path.write_text("\n".join(",".join(line) for line in [HEADER, *[ROW] * rows]))
    return path


def test_a_sheet_is_read_and_nothing_is_left_behind(tmp_path: Path, temporary: Path) -> None:
    sheet = read_sheet(csv_file(tmp_path / "o.csv"))
    assert list(temporary.iterdir()) == []
    assert rows_of(sheet) == {2: list(ROW)}
    assert sheet.name == "o.csv"
    assert len(sheet.sha256) == 64


def test_the_files_own_bytes_are_kept_where_that_is_asked_for(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "o.csv")
    kept = read_sheet(path, keep_data=True)
    assert kept.data == path.read_bytes()
    assert kept.sha256 == hashlib.sha256(kept.data).hexdigest()
    assert read_sheet(path).data == b""


@pytest.mark.parametrize("change", ["appended", "removed"])
def test_a_file_that_is_changed_while_it_is_read_is_refused(tmp_path: Path, change: str) -> None:
    path = csv_file(tmp_path / "o.csv")
    with begin_reading(path, keep_data=True) as reading:
        reading.child.wait(60)
        if change == "removed":
            path.unlink()
        else:
            with path.open("a") as stream:
                stream.write("\n" + ",".join(ROW))
        with pytest.raises(SheetError, match=r"^o\.csv was changed while it was read\. Hand it in again\.$"):
            reading.sheet()


def test_how_a_csv_file_is_written_is_handed_over(tmp_path: Path) -> None:
    path = tmp_path / "o.csv"
    path.write_bytes("\n".join(["title", ";".join(HEADER), ";".join(ROW)]).encode("utf-16"))
    assert read_sheet(path).csv == CsvForm("utf-16-le", b"\xff\xfe", ";", 2, 5)


def test_what_a_killed_process_left_is_taken_away_after_a_day(tmp_path: Path, temporary: Path) -> None:
    old, recent = temporary / f"{PREFIX}old", temporary / f"{PREFIX}recent"
    for folder in (old, recent):
        folder.mkdir()
        (folder / "0.arrow").write_text("somebody's sheet")
    os.utime(old, (0, 0))
    read_sheet(csv_file(tmp_path / "o.csv"))
    assert list(temporary.iterdir()) == [recent]
    shutil.rmtree(recent)


def test_reading_goes_on_while_the_parent_does_something_else(tmp_path: Path, temporary: Path) -> None:
    with begin_reading(csv_file(tmp_path / "o.csv")) as reading:
        assert reading.child.wait(60) == 0
        assert rows_of(reading.sheet()) == {2: list(ROW)}


def test_a_reading_that_is_left_ends_its_child(tmp_path: Path, temporary: Path) -> None:
    with begin_reading(csv_file(tmp_path / "o.csv")) as reading:
        pass
    assert reading.child.poll() is not None


def test_progress_grows_to_the_number_of_rows(tmp_path: Path) -> None:
    told: list[int] = []
    sheet = read_sheet(csv_file(tmp_path / "o.csv", 400_000), progress=told.append)
    assert len(told) > 1
    assert all(earlier <= later for earlier, later in pairwise(told))
    assert told[-1] == len(sheet.worksheets[0].cells)


def test_progress_of_a_workbook_ends_at_its_rows(make: Make) -> None:
    told: list[int] = []
    read_sheet(make([HEADER, *[ROW] * 40_000]), progress=told.append)
    assert all(earlier <= later for earlier, later in pairwise(told))
    assert told[-1] in (40_000, 40_001)


@pytest.mark.parametrize("what", ["missing.csv", "."])
def test_a_path_without_a_file_is_refused_at_once(tmp_path: Path, what: str) -> None:
    with pytest.raises(SheetError, match="Check the path"):
        begin_reading(tmp_path / what)


def test_secrets_are_neither_in_the_childs_arguments_nor_in_its_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMARTLEAD_API_KEY", "canary-key")
    monkeypatch.setenv("BATCH_ORDERS_LEDGER", "canary-ledger")
    options = ReadOptions(password="canary-password")
    assert "canary" not in repr(options)
    with begin_reading(csv_file(tmp_path / "o.csv", 300_000), options) as reading:
        process = Path(f"/proc/{reading.child.pid}")
        seen = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
    assert b"batch_orders" in seen
    assert b"canary" not in seen


def test_too_much_memory_is_one_refused_sheet(tmp_path: Path, temporary: Path) -> None:
    options = ReadOptions(memory=GIB // 4)
    with pytest.raises(SheetError, match="memory"):
        read_sheet(csv_file(tmp_path / "o.csv", 1_000_000), options)
    assert read_sheet(csv_file(tmp_path / "small.csv"), options)


def test_too_much_time_is_one_refused_sheet(tmp_path: Path, temporary: Path) -> None:
    with pytest.raises(SheetError, match="longer than"):
        read_sheet(csv_file(tmp_path / "o.csv"), ReadOptions(seconds=0.01))


def test_time_grows_with_the_file_up_to_a_limit() -> None:
    assert time_limit(60, 0) == 60
    assert time_limit(60, 100 << 20) == 260
    assert time_limit(60, 10 << 30) == 600
    assert time_limit(900, 10 << 30) == 900


def test_a_child_that_is_killed_is_one_refused_sheet(tmp_path: Path, temporary: Path) -> None:
    with begin_reading(csv_file(tmp_path / "o.csv", 300_000)) as reading:
        reading.child.kill()
        with pytest.raises(SheetError, match="broke down"):
            reading.sheet()


def test_a_panic_in_the_reader_is_one_refused_sheet(tmp_path: Path, temporary: Path) -> None:
    class Panicking(Reading):
        def request(self) -> dict[str, object]:
            return super().request() | {"cpu_seconds": "not a number"}

    with pytest.raises(SheetError, match="broke down"):
        Panicking(csv_file(tmp_path / "o.csv"), ReadOptions()).sheet()


def test_the_child_does_not_import_pandas_nor_look_into_the_working_directory(tmp_path: Path) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('the working directory was looked into')")
    csv_file(tmp_path / "o.csv")
    code = (
        "import sys; from pathlib import Path; from batch_orders.sheet import begin_reading; "
        "reading = begin_reading(Path('o.csv')); assert 'pandas' not in sys.modules; "
        "print(len(reading.sheet().worksheets[0].cells))"
    )
    ended = subprocess.run(
        [sys.executable, "-P", "-c", code],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout.strip()) == (0, "1"), ended.stderr
    assert "-I" not in BOOTSTRAP


def test_an_interrupt_leaves_nothing_behind(tmp_path: Path) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    code = (
        "import signal, sys; from pathlib import Path; from batch_orders.sheet import read_sheet; "
        "signal.signal(signal.SIGINT, signal.default_int_handler); "
        "read_sheet(Path(sys.argv[1]), progress=lambda rows: print(rows, flush=True))"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code, str(csv_file(tmp_path / "o.csv", 600_000))],
        env=os.environ | {"PYTHONPATH": str(PROJECT), "TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert parent.stdout
    parent.stdout.readline()
    parent.send_signal(signal.SIGINT)
    parent.communicate(timeout=60)
    assert parent.returncode != 0
    assert list(folder.iterdir()) == []


def test_the_file_of_the_request_may_have_any_name(tmp_path: Path) -> None:
    name = os.fsdecode(b"b\xffd \xe2\x82\xac\n.csv")
    assert rows_of(read_sheet(csv_file(tmp_path / name))) == {2: list(ROW)}


@needs_corpus
@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("msoffcrypto/inputs/example_password.xlsx", "Password1234_"),
        ("python-calamine/password.xls", "1234"),
        ("calamine/pass_protected.xlsb", "1234"),
        ("exceldatareader/agile_AES256_SHA512_CBC_pwd_password.xlsx", "password"),
    ],
)
def test_a_password_opens_a_protected_workbook(read: Read, name: str, password: str) -> None:
    with pytest.raises(SheetError, match="is password-protected"):
        read(CORPUS / name)
    with pytest.raises(SheetError, match="does not open"):
        read(CORPUS / name, password="wrong")
    with pytest.raises(SheetError, match=r"required columns|empty"):
        read(CORPUS / name, password=password)


@needs_corpus
@pytest.mark.parametrize(
    "name", ["exceldatareader/protectedsheet-xxx.xls", "messytables-horror/encrypted_no_password.xls"]
)
def test_excels_default_password_is_tried_silently(read: Read, name: str) -> None:
    with pytest.raises(SheetError, match="required columns"):
        read(CORPUS / name)


def test_a_hanging_child_is_killed(tmp_path: Path, temporary: Path) -> None:
    class Hanging(Reading):
        def request(self) -> dict[str, object]:
            pipe = tmp_path / "pipe"
            os.mkfifo(pipe)
            return super().request() | {"path": str(pipe)}

    began = time.monotonic()
    with pytest.raises(SheetError, match="longer than 1 second"):
        Hanging(csv_file(tmp_path / "o.csv"), ReadOptions(seconds=1)).sheet()
    assert time.monotonic() - began < 60
