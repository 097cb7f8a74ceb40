"""The folders of an inbox: which they are, what is wrong with them, and who is at work in them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest
from filelock import FileLock

from batch_orders.errors import ConfigurationError
from batch_orders.inbox import Access, Arrivals, Folder, MissedError, claim, open_claim, open_inbox
from batch_orders.inbox.renaming import rename_new, rename_onto_reserved
from batch_orders.sandbox import Sandbox
from tests.harness.inbox import Inbox
from tests.harness.rights import give_up_writing_everywhere

pytestmark = pytest.mark.long

ACCESS = Access(Path())
INBOX = PurePosixPath(Folder.INBOX)


def test_a_folder_named_inbox_is_the_one_for_dropping(inbox: Inbox, sandbox: Sandbox) -> None:
    inbox.drop("one.csv")
    assert inbox.night(folder=inbox.root / "inbox").code == 0
    assert inbox.sheets("one.csv") == {"one.csv": "done"}
    assert len(sandbox.orders) == 1


def test_a_file_url_is_a_folder(inbox: Inbox) -> None:
    inbox.drop("one.csv")
    assert inbox.night(folder=f"file://{inbox.root}").code == 0
    assert inbox.sheets("one.csv") == {"one.csv": "done"}


def test_sheets_beside_the_folder_inbox_are_told(inbox: Inbox) -> None:
    inbox.drop("one.csv").rename(inbox.root / "one.csv")
    ended = inbox.night()
    assert ended.code == 1
    assert "one.csv is left out: it lies beside the folder inbox. Sheets belong into" in ended.told
    assert (inbox.root / "one.csv").exists()


WRONG = {
    "there is none": ("nowhere", "There is no inbox at"),
    "it is a file": ("home/ledger.db", "is a file"),
    "a store that cannot claim": ("s3://bucket/inbox", "s3:// cannot be an inbox"),
    "a password in the URL": ("sftp://me:secret@127.0.0.1/x", "no|not put a password"),
    "no path on the server": ("sftp://127.0.0.1", "sftp://user@host/path"),
}


@pytest.mark.parametrize(("place", "reason"), WRONG.values(), ids=WRONG)
def test_2_an_inbox_that_cannot_be_one(inbox: Inbox, place: str, reason: str) -> None:
    inbox.run("status")
    folder = place if "://" in place else inbox.root.parent / place
    ended = inbox.night(folder=folder)
    assert (ended.code, ended.said) == (2, [{"exit_code": 2, "sheets": []}])
    assert any(word in ended.told for word in reason.split("|"))
    assert "secret" not in ended.told


def test_2_a_folder_on_another_file_system(inbox: Inbox, tmp_path: Path) -> None:
    elsewhere = Path("/dev/shm")
    if not elsewhere.is_dir() or elsewhere.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is no second file system to write to")
    away = elsewhere / f"batch-orders-{os.getpid()}"
    away.mkdir()
    try:
        (inbox.root / "done").symlink_to(away)
        sheet = inbox.drop("one.csv")
        ended = inbox.night()
        assert ended.code == 2
        assert "one file system" in ended.told
        assert sheet.exists()
        assert list(away.iterdir()) == []
    finally:
        away.rmdir()


def test_2_the_folder_above_an_inbox_that_is_called_inbox(inbox: Inbox) -> None:
    outer = inbox.root / "inbox"
    (outer / "done").mkdir()
    ended = inbox.night(folder=outer)
    assert ended.code == 2
    assert "holds a folder of the name done" in ended.told


def test_2_an_inbox_that_cannot_be_written(inbox: Inbox) -> None:
    sheet = inbox.drop("one.csv")
    inbox.root.chmod(0o555)
    try:
        ended = inbox.night(before=give_up_writing_everywhere)
    finally:
        inbox.root.chmod(0o755)
    assert ended.code == 2
    assert "cannot be made: Permission denied" in ended.told
    assert sheet.exists()


def test_0_an_overlapping_start_skips_and_says_so(inbox: Inbox, sandbox: Sandbox) -> None:
    inbox.drop("one.csv")
    (inbox.root / "working").mkdir()
    with FileLock(inbox.root / "working" / ".batch-orders.lock"):
        ended = inbox.night()
    assert (ended.code, ended.said) == (0, [{"exit_code": 0, "sheets": []}])
    assert "Another process is at work on the inbox" in ended.told
    assert inbox.sheets("one.csv") == {"one.csv": "inbox"}
    assert sandbox.requests == ()


def test_what_lies_in_working_is_carried_on_before_all_else(inbox: Inbox, sandbox: Sandbox) -> None:
    inbox.drop("new.csv", age=50)
    old = inbox.drop("north/old.csv")
    (inbox.root / "working" / "north").mkdir(parents=True)
    old.rename(inbox.root / "working" / "north" / "old.csv")
    assert inbox.night().code == 0
    assert inbox.sheets("new.csv", "north/old.csv") == {"new.csv": "done", "north/old.csv": "done"}
    assert [taken.body["domains"][0]["domain_name"] for taken in sandbox.orders] == ["old.com", "new.com"]


def test_a_file_where_a_teams_folder_should_be_loses_nothing(inbox: Inbox) -> None:
    inbox.drop("north/one.csv")
    (inbox.root / "done").mkdir()
    (inbox.root / "done" / "north").write_text("no folder")
    ended = inbox.night()
    assert ended.code == 1
    assert "stays in working/" in ended.told
    assert inbox.files("working") == ["north/one.csv"]


def test_a_file_that_vanishes_before_it_is_claimed(inbox: Inbox) -> None:
    inbox.drop("one.csv")
    with open_inbox(str(inbox.root), ACCESS) as store:
        (found,) = store.look(INBOX).files
        (inbox.root / "inbox" / "one.csv").unlink()
        with pytest.raises(MissedError, match=r"^one\.csv was taken away") as missed:
            claim(store, found, ready_files=False)
    assert not missed.value.needs_a_person


def test_a_claim_never_overwrites_what_lies_in_working(inbox: Inbox) -> None:
    inbox.drop("one.csv")
    with open_inbox(str(inbox.root), ACCESS) as store:
        (found,) = store.look(INBOX).files
        other = inbox.root / "working" / "one.csv"
        other.write_text("another one")
        path = claim(store, found, ready_files=False)
        with open_claim(store, path) as claimed:
            assert claimed.file.name == "one (2).csv"
            assert not claimed.changed()
            with claimed.file.open("a") as stream:
                stream.write("more")
            assert claimed.changed()
    assert other.read_text() == "another one"


@pytest.mark.parametrize("rename", [rename_new, rename_onto_reserved])
def test_a_rename_never_replaces(rename: Callable[[Path, Path], None], tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_text("one")
    two.write_text("two")
    with pytest.raises(FileExistsError):
        rename(one, two)
    with pytest.raises(FileNotFoundError):
        rename(tmp_path / "none", tmp_path / "three")
    assert (one.read_text(), two.read_text()) == ("one", "two")
    rename(one, tmp_path / "three")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["three", "two"]


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_file_is_whole_once_it_has_not_changed_for_long_enough(inbox: Inbox) -> None:
    clock = Clock()
    arrivals = Arrivals(10, clock=clock)
    sheet = inbox.drop("one.csv")
    with open_inbox(str(inbox.root), ACCESS) as store:

        def whole() -> int:
            return len(arrivals.whole(store.look(INBOX).files))

        assert whole() == 0
        clock.now = 9.9
        assert whole() == 0
        with sheet.open("a") as stream:
            stream.write("more\n")
        clock.now = 10.0
        assert whole() == 0
        clock.now = 19.9
        assert whole() == 0
        clock.now = 20.0
        assert whole() == 1


def test_a_file_that_is_still_written_stays_and_is_told(inbox: Inbox) -> None:
    """Two looks lie a second apart, and in between it grows: the writer writes until the night has ended."""
    sheet = inbox.drop("one.csv")
    writer = subprocess.Popen(
        [sys.executable, "-c", f"while True: open({str(sheet)!r}, 'a').write('x,')"],
        stderr=subprocess.DEVNULL,
    )
    try:
        ended = inbox.night("--settle", "1")
    finally:
        writer.kill()
        writer.wait()
    assert ended.code == 1
    assert "one.csv is still being written" in ended.told
    assert inbox.sheets("one.csv") == {"one.csv": "inbox"}


def test_2_a_state_that_cannot_be_used_takes_nothing(inbox: Inbox) -> None:
    inbox.drop("one.csv")
    ended = inbox.night("--ledger", str(inbox.root))
    assert ended.code == 2
    assert inbox.sheets("one.csv") == {"one.csv": "inbox"}


def test_names_of_folders_cannot_be_used_for_a_team(tmp_path: Path) -> None:
    (tmp_path / "inbox" / "refused").mkdir(parents=True)
    with pytest.raises(ConfigurationError, match="refused"), open_inbox(str(tmp_path), ACCESS):
        raise AssertionError
