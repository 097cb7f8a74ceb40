"""Sheets that somebody still writes to, or puts something else in the place of, and who sees the results."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from batch_orders.inbox import Access, MissedError, claim, open_claim, open_inbox, put_away
from batch_orders.inbox.store import Folder
from batch_orders.inbox.writers import has_writer
from batch_orders.sandbox import Sandbox
from tests.harness.inbox import Inbox
from tests.harness.listener import Listener
from tests.inbox.test_folders import INBOX
from tests.inbox.test_left_out import bought, told
from tests.inbox.test_sftp import RemoteInbox
from tests.inbox.test_sftp import remote as remote
from tests.sheets import row, write_csv

linux = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system does not tell who writes")
HALF = "Domain,Mailbox,Vendor,Forwarding domain,Contact\none.com,jane,1,example.org,Jo Doe\n"
REST = "two.com,jane,1,example.org,Jo Doe\n"


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Somebody holds the file open and writes nothing."""
    code = f"f = open({str(path)!r}, 'a'); print(flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout
        writer.stdout.readline()
        try:
            yield
        finally:
            writer.communicate("\n")


@linux
def test_only_whoever_can_write_counts(tmp_path: Path) -> None:
    file, link = tmp_path / "june.csv", tmp_path / "link.csv"
    file.write_text(HALF)
    link.symlink_to(file)
    with writing(file):
        assert has_writer(file)
        assert not has_writer(link)
    with file.open():
        assert not has_writer(file)
    assert not has_writer(tmp_path / "none.csv")


@linux
@pytest.mark.parametrize("words", [(), ("--ready-files",)])
def test_a_stalled_upload_stays_and_is_told(
    inbox: Inbox, sandbox: Sandbox, listener: Listener, words: tuple[str, ...]
) -> None:
    sheet = inbox.drop("june.csv")
    sheet.with_name("june.csv.ready").touch()
    inbox.machine.environment["BATCH_ORDERS_NOTIFY"] = listener.target()
    with writing(sheet):
        assert inbox.night(*words).code == 1
    assert "inbox/june.csv is still being written, and stays." in listener.messages[0]["message"]
    assert bought(sandbox) == []
    sheet.with_name("june.csv.ready").touch()
    inbox.night(*words)
    assert bought(sandbox) == ["june.com"]


@linux
def test_a_writer_who_comes_after_the_claim_is_seen_before_anything_is_sent(inbox: Inbox) -> None:
    inbox.drop("one.csv")
    with open_inbox(str(inbox.root), Access(Path())) as store:
        (found,) = store.look(INBOX).files
        with open_claim(store, claim(store, found, ready_files=False)) as claimed:
            assert not claimed.is_unfinished()
            with writing(claimed.file):
                assert not claimed.changed()
                assert claimed.is_unfinished()


def check_that_the_rest_is_noticed(here: Inbox, night: tuple[int, str], done: Path) -> None:
    code, message = night
    assert code == 1
    assert "done/north/june.csv was changed after its orders were placed" in message
    assert "It is attention/north/june.csv now" in message
    assert not done.exists()
    assert (here.root / "attention/north/june.csv").read_text() == HALF + REST


def test_what_is_written_to_a_finished_sheet_is_told_the_next_night(inbox: Inbox, listener: Listener) -> None:
    inbox.drop("north/june.csv").write_text(HALF)
    assert inbox.night().code == 0
    assert inbox.night().code == 0
    done = inbox.root / "done/north/june.csv"
    with done.open("a") as stream:
        stream.write(REST)
    night, message = told(inbox, listener)
    check_that_the_rest_is_noticed(inbox, (night.code, message), done)
    assert inbox.night().code == 0


def test_a_finished_sheet_on_a_server_is_looked_at_as_well(remote: RemoteInbox, listener: Listener) -> None:
    here = remote.here
    here.drop("north/june.csv").write_text(HALF)
    assert remote.night().code == 0
    done = here.root / "done/north/june.csv"
    with done.open("a") as stream:
        stream.write(REST)
    here.machine.environment["BATCH_ORDERS_NOTIFY"] = listener.target()
    night = remote.night()
    check_that_the_rest_is_noticed(here, (night.code, listener.messages[0]["message"]), done)


def test_a_finished_sheet_that_is_taken_away_is_nobodys_matter(inbox: Inbox) -> None:
    inbox.drop("june.csv")
    assert inbox.night().code == 0
    (inbox.root / "done/june.csv").unlink()
    assert inbox.night().code == 0


def test_a_link_in_the_place_of_a_sheet_is_refused_unread(inbox: Inbox) -> None:
    secret = write_csv(inbox.root.parent / "secret.csv", row("secret.com"))
    sheet = inbox.drop("north/june.csv")
    with open_inbox(str(inbox.root), Access(Path())) as store:
        (found,) = store.look(INBOX).files
        sheet.unlink()
        sheet.symlink_to(secret)
        with pytest.raises(
            MissedError, match=r"It is refused/north/june\.csv now, and nothing of it was read"
        ):
            claim(store, found, ready_files=False)
    assert (inbox.root / "refused/north/june.csv").is_symlink()
    assert secret.exists()


def test_another_file_in_the_place_of_a_sheet_waits_for_the_next_look(inbox: Inbox) -> None:
    sheet = inbox.drop("june.csv")
    with open_inbox(str(inbox.root), Access(Path())) as store:
        (found,) = store.look(INBOX).files
        other = write_csv(sheet.with_name("other"), row("june.com"))
        os.utime(other, ns=(sheet.stat().st_atime_ns, sheet.stat().st_mtime_ns))
        other.replace(sheet)
        with pytest.raises(MissedError, match="It stays for the next start"):
            claim(store, found, ready_files=False)
    assert sheet.exists()


def test_results_are_shared_as_their_sheet_is_whatever_the_umask(inbox: Inbox) -> None:
    team = 12345 if os.geteuid() == 0 else os.getegid()
    sheet = inbox.drop("north/june.csv", row("one.com"), row("bad"))
    sheet.chmod(0o640)
    sheet.parent.chmod(0o2750)
    for path in (sheet, sheet.parent):
        os.chown(path, -1, team)
    assert inbox.night(before=allow_nothing).code == 1
    attention = inbox.root / "attention/north"
    results = [path for path in attention.iterdir() if path.name != "june.csv"]
    assert len(results) == 3
    for path in results:
        assert (stat.S_IMODE(path.stat().st_mode), path.stat().st_gid) == (0o640, team)
    assert (attention.stat().st_mode & 0o777, attention.stat().st_gid) == (0o750, team)


def allow_nothing() -> None:
    os.umask(0o077)


def allow_everything() -> None:
    os.umask(0o000)


def test_nobody_else_can_hold_the_lock_or_see_what_is_being_handled(inbox: Inbox) -> None:
    inbox.drop("june.csv")
    assert inbox.night(before=allow_everything).code == 0
    working = inbox.root / "working"
    assert stat.S_IMODE(working.stat().st_mode) == 0o700
    (lock,) = working.glob("*.lock")
    assert stat.S_IMODE(lock.stat().st_mode) == 0o600


def test_results_of_a_sheet_that_vanished_are_its_owners_alone(inbox: Inbox) -> None:
    inbox.drop("one.csv")
    with open_inbox(str(inbox.root), Access(Path())) as store:
        (found,) = store.look(INBOX).files
        with open_claim(store, claim(store, found, ready_files=False)) as claimed:
            claimed.file.unlink()
            report = claimed.workspace / "report.xlsx"
            report.touch(mode=0o600)
            put = put_away(claimed, Folder.DONE, [report])
    assert stat.S_IMODE((inbox.root / put.results[report]).stat().st_mode) == 0o600
