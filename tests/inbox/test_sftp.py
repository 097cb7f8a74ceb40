"""An inbox on a server, against a real SFTP server on loopback."""

from __future__ import annotations

import errno
import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from filelock import FileLock

from batch_orders.inbox.sftp import server_faults
from batch_orders.sandbox import Sandbox
from tests.harness.command_line import KEY, Before, Machine
from tests.harness.inbox import Inbox, Night
from tests.harness.sftp_server import SftpServer
from tests.inbox.points import dying_at
from tests.inbox.test_watching import wait_for
from tests.sheets import row

pytestmark = pytest.mark.long


@dataclass
class RemoteInbox:
    """The inbox, reached through the server only."""

    here: Inbox
    server: SftpServer

    @property
    def url(self) -> str:
        return f"sftp://me@127.0.0.1:{self.server.port}/"

    def words(self, *words: str) -> tuple[str, ...]:
        keys = self.server.keys
        return (
            *("--sftp-key-file", str(keys / "client"), "--sftp-known-hosts", str(keys / "known_hosts")),
            *words,
        )

    def night(self, *words: str, folder: str = "drop", before: Before = None) -> Night:
        return self.here.night(*self.words(*words), folder=self.url + folder, before=before)


@pytest.fixture
def remote(inbox: Inbox, tmp_path: Path) -> Iterator[RemoteInbox]:
    remote = RemoteInbox(inbox, SftpServer(tmp_path, tmp_path / "keys"))
    yield remote
    remote.server.stop()


def test_a_night_on_a_server(remote: RemoteInbox, sandbox: Sandbox) -> None:
    remote.here.drop("one.csv", age=3)
    remote.here.drop("north/two.csv", row("two.com"), row("bad"), age=2)
    (remote.here.root / "inbox" / "broken.xlsx").write_bytes(b"PK\x03\x04" + b"\0" * 200)
    ended = remote.night()
    assert ended.code == 3, ended.told
    assert remote.here.sheets("one.csv", "north/two.csv", "broken.xlsx") == {
        "one.csv": "done",
        "north/two.csv": "attention",
        "broken.xlsx": "refused",
    }
    kinds = {name.rpartition(" – ")[2] for name in remote.here.files("attention")}
    assert {"north/two.csv", "to correct.xlsx", "result.csv"} < kinds
    assert len(sandbox.orders) == 2
    assert ended.said[0]["sheets"][0]["report"].startswith(f"{remote.url}drop/done/one ")


def test_names_that_collide_on_a_server_never_overwrite(remote: RemoteInbox) -> None:
    contents = set()
    for number in range(2):
        contents.add(remote.here.drop("june.csv", row(f"shop-{number}.com")).read_bytes())
        assert remote.night(folder="drop/inbox").code == 0
    sheets = ("june.csv", "june (2).csv")
    assert {(remote.here.root / "done" / name).read_bytes() for name in sheets} == contents


@pytest.mark.kills
@pytest.mark.parametrize("place", ["claiming a file", "sending an order", "putting the sheet away"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_kill_on_a_server(remote: RemoteInbox, sandbox: Sandbox, place: str, when: str) -> None:
    remote.here.drop("one.csv", row("one.com"), row("two.com"))
    assert remote.night(before=dying_at(place, when)).code == -signal.SIGKILL
    assert remote.night().code in (0, 1)
    names = [taken.body["domains"][0]["domain_name"] for taken in sandbox.orders]
    assert len(names) == len(set(names))
    (folder,) = {name.partition("/")[0] for name in remote.here.all_files() if name.endswith("/one.csv")}
    assert folder in ("done", "attention")


def test_what_another_machine_has_claimed_is_left_to_it(remote: RemoteInbox, sandbox: Sandbox) -> None:
    theirs = remote.here.root / "working" / "mill-1234" / "one.csv"
    theirs.parent.mkdir(parents=True)
    remote.here.drop("one.csv").rename(theirs)
    ended = remote.night()
    assert ended.code == 0
    assert "The machine mill-1234 has claimed files" in ended.told
    assert theirs.exists()
    assert sandbox.requests == ()


def test_two_machines_at_once_take_each_file_once(
    remote: RemoteInbox, sandbox: Sandbox, tmp_path: Path
) -> None:
    names = [f"sheet-{number}.csv" for number in range(6)]
    for name in names:
        remote.here.drop(name)
    other = Machine.in_folder(tmp_path / "another machine", SMARTLEAD_API_KEY=KEY)
    words = remote.here.words(*remote.words("--wait"), folder=f"{remote.url}drop")
    assert remote.here.nights(words, remote.here.machine, other) == [0, 0]
    assert set(remote.here.sheets(*names).values()) == {"done"}
    assert len(sandbox.requests) == len(names)


def test_a_name_that_is_no_utf_8_is_left_out_and_told(remote: RemoteInbox, sandbox: Sandbox) -> None:
    remote.here.drop("north/june.csv")
    remote.here.drop("south/may.csv")
    names = (b"south/K\xf6ln.csv", b"south/B\xfcros/\xe4.csv", b"south/.K\xf6ln.csv.part")
    stays = [remote.here.drop(os.fsdecode(name), row("other.com")) for name in names]
    ended = remote.night()
    assert ended.code == 1, ended.told
    assert remote.here.sheets("north/june.csv", "south/may.csv") == {
        "north/june.csv": "done",
        "south/may.csv": "done",
    }
    assert len(sandbox.orders) == 2
    told = [line for line in ended.told.splitlines() if "no UTF-8" in line]
    assert [line.split(" is left out")[0] for line in told] == [
        r"inbox/south/B\xfcros",
        r"inbox/south/K\xf6ln.csv",
    ]
    assert all(each.exists() for each in stays)


def test_what_a_server_refuses_is_told_with_its_words(remote: RemoteInbox) -> None:
    remote.here.drop("north/june.csv")
    done = remote.here.root / "done" / "north"
    done.parent.mkdir()
    done.write_text("A file where a folder should be.")
    ended = remote.night()
    assert ended.code == 1, ended.told
    assert "could not be moved to done/ and stays in working/: the server refused (" in ended.told
    assert "None" not in ended.told


def test_a_full_disk_here_is_no_lost_connection() -> None:
    with pytest.raises(OSError, match="No space"), server_faults("sftp://me@host/drop"):
        raise OSError(errno.ENOSPC, "No space left on device", "closed deals.csv")


def test_a_start_beside_another_one_of_this_machine_skips(remote: RemoteInbox) -> None:
    assert remote.night().code == 0
    remote.here.drop("one.csv")
    (lock,) = remote.here.machine.home.rglob("inbox-*.lock")
    with FileLock(lock):
        ended = remote.night()
    assert (ended.code, remote.here.sheets("one.csv")) == (0, {"one.csv": "inbox"})
    assert "Another process of this machine" in ended.told


def test_a_server_that_is_not_known_is_refused(remote: RemoteInbox) -> None:
    (remote.server.keys / "known_hosts").write_text("")
    ended = remote.night()
    assert ended.code == 2
    assert "is not known by the key that it shows" in ended.told


def test_a_key_that_is_not_let_in_is_refused(remote: RemoteInbox, tmp_path: Path) -> None:
    other = SftpServer(tmp_path, tmp_path / "other-keys")
    (remote.server.keys / "client").write_bytes((other.keys / "client").read_bytes())
    other.stop()
    ended = remote.night()
    assert ended.code == 2
    assert "does not let this user in" in ended.told


def test_a_server_that_replaces_in_a_rename_is_refused(inbox: Inbox, tmp_path: Path) -> None:
    server = SftpServer(tmp_path, tmp_path / "keys", replacing=True)
    sheet = inbox.drop("one.csv")
    ended = RemoteInbox(inbox, server).night()
    server.stop()
    assert ended.code == 2
    assert "replaces files that are renamed onto" in ended.told
    assert sheet.exists()


def test_a_folder_that_is_not_there_and_a_server_that_is_not(remote: RemoteInbox) -> None:
    ended = remote.night(folder="nowhere")
    assert (ended.code, "There is no folder at" in ended.told) == (2, True)
    remote.server.stop()
    ended = remote.night()
    assert (ended.code, "cannot be reached" in ended.told) == (2, True)


def test_a_connection_that_is_lost_ends_the_night_and_loses_nothing(
    remote: RemoteInbox, sandbox: Sandbox, tmp_path: Path
) -> None:
    remote.here.drop("one.csv", row("one.com"), row("slow-two.com"), age=2)
    remote.here.drop("two.csv", row("three.com"), age=1)
    process = remote.here.start(*remote.words(), folder=f"{remote.url}drop")
    wait_for(lambda: len(sandbox.orders) == 2)
    remote.server.stop()
    ended = remote.here.wait(process)
    assert ended.code == 4, ended.told
    assert "The connection to" in ended.told
    remote.server = SftpServer(tmp_path, tmp_path / "keys")
    assert remote.night().code == 0
    assert remote.here.sheets("one.csv", "two.csv") == {"one.csv": "done", "two.csv": "done"}
    assert len(sandbox.orders) == 3
