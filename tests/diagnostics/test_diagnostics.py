"""What the check-up makes of what it finds."""

from __future__ import annotations

import shutil
import socket
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from batch_orders.diagnostics import Check, Health, examine, files
from batch_orders.diagnostics.files import (
    check_inbox,
    check_reports_folder,
    check_secret_file,
    find_file_system,
    is_network,
)
from batch_orders.diagnostics.ledger import check_ledger
from batch_orders.diagnostics.vendor import check_clock, judge_clock
from batch_orders.errors import ConfigurationError
from batch_orders.inbox import Access, open_inbox
from batch_orders.ledger import Ledger
from batch_orders.ledger.schema import REVISION
from batch_orders.smart_senders import Environment
from tests.harness.listener import Listener

MOUNTS = r"""22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:40 / /srv rw - nfs4 server:/export rw
31 22 0:41 / /srv/disk\040one rw - xfs /dev/sdb1 rw
32 31 0:42 / /srv/disk\040one rw - fuse.sshfs ops@host: rw
33 22 0:43 / /srvother rw - btrfs /dev/sdc rw
broken line
"""


@pytest.mark.parametrize(
    ("path", "file_system"),
    [
        ("/var/lib/ledger.db", "ext4"),
        ("/srv/ledger.db", "nfs4"),
        ("/srv/disk one/x/ledger.db", "fuse.sshfs"),
        ("/srvother/ledger.db", "btrfs"),
    ],
)
def test_the_file_system_that_a_path_lies_on(path: str, file_system: str) -> None:
    assert find_file_system(Path(path), MOUNTS) == file_system


def test_which_file_systems_are_on_the_network() -> None:
    assert all(map(is_network, ("nfs", "nfs4", "cifs", "fuse.sshfs")))
    assert not any(map(is_network, ("ext4", "btrfs", "overlay", "tmpfs", "fuse.ntfs", "")))


NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("apart", "health", "said"),
    [
        (timedelta(0), Health.WELL, "agrees"),
        (timedelta(minutes=4), Health.WELL, "agrees"),
        (timedelta(minutes=-7), Health.WRONG, "7 minutes ahead of"),
        (timedelta(minutes=90), Health.WRONG, "90 minutes behind"),
    ],
)
def test_the_clock(apart: timedelta, health: Health, said: str) -> None:
    check = judge_clock(format_datetime(NOW + apart, usegmt=True), NOW)
    assert check.health is health
    assert said in check.said


@pytest.mark.parametrize("date", ["", "yesterday"])
def test_a_clock_that_cannot_be_compared(date: str) -> None:
    assert judge_clock(date, NOW).health is Health.UNKNOWN


def test_the_clock_is_compared_with_a_servers(listener: Listener) -> None:
    (check,) = check_clock(Environment.at(listener.base))
    assert check.health is Health.WELL
    listener.date = "Mon, 23 Nov 2020 02:30:00 GMT"
    (check,) = check_clock(Environment.at(listener.base))
    assert check.health is Health.WRONG
    assert listener.paths == ["/", "/"]


def test_a_file_with_secrets_that_others_can_read(tmp_path: Path) -> None:
    secret = tmp_path / "key"
    secret.write_text("canary")
    secret.chmod(0o644)
    check = check_secret_file("API key", secret)
    assert (check.health, f"chmod 600 {secret}" in check.said) == (Health.WRONG, True)
    secret.chmod(0o600)
    assert check_secret_file("API key", secret).health is Health.WELL
    assert check_secret_file("API key", tmp_path / "missing").health is Health.WRONG


def test_a_reports_folder_is_proven_and_not_made(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "reports"
    (check,) = check_reports_folder(folder)
    assert (check.health, "made by the first run" in check.said) == (Health.WELL, True)
    assert not (tmp_path / "a").exists()
    (tmp_path / "a").write_text("a file")
    (check,) = check_reports_folder(folder)
    assert check.health is Health.WRONG


def test_a_disk_that_is_nearly_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    full = shutil.disk_usage(tmp_path)._replace(free=5 << 20)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: full)
    *_, check = check_reports_folder(tmp_path)
    assert (check.health, "Only 5 MB" in check.said) == (Health.WRONG, True)


def test_an_inbox(tmp_path: Path) -> None:
    (check,) = check_inbox(str(tmp_path))
    assert check.health is Health.WELL
    with open_inbox(str(tmp_path), Access(tmp_path / "state")):
        (check,) = check_inbox(str(tmp_path))
    assert (check.health, "Another process is at work" in check.said) == (Health.WELL, True)
    (tmp_path / "lost.csv").write_text("x")
    *_, check = check_inbox(str(tmp_path))
    assert (check.health, "lost.csv" in check.said) == (Health.WRONG, True)


def test_an_inbox_that_is_missing_or_a_server(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="There is no inbox"):
        list(check_inbox(str(tmp_path / "missing")))
    (check,) = check_inbox("sftp://host/inbox")
    assert check.health is Health.UNKNOWN


def test_a_fault_is_a_check(tmp_path: Path) -> None:
    (check,) = examine("Inbox", lambda: check_inbox(str(tmp_path / "missing")))
    assert (check.what, check.health) == ("Inbox", Health.WRONG)


def verdicts(checks: list[Check]) -> list[Health]:
    return [check.health for check in checks]


def test_a_ledger_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    path = tmp_path / "new" / "ledger.db"
    checks = list(check_ledger(str(path)))
    assert verdicts(checks) == [Health.UNKNOWN]
    assert "--new-ledger" in checks[0].said
    assert not path.parent.exists()


def test_a_ledger_that_is_there(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    Ledger.open(str(path)).close()
    (check,) = check_ledger(str(path))
    assert (check.health, f"opens and can be written, version {REVISION}" in check.said) == (
        Health.WELL,
        True,
    )


def test_a_ledger_by_a_relative_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    first, second = check_ledger("ledger.db")
    assert (first.health, second.health) == (Health.WRONG, Health.UNKNOWN)
    assert str(tmp_path / "ledger.db") in first.said


def test_a_ledger_on_the_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text("22 1 8:1 / / rw - nfs4 server:/ rw\n")
    monkeypatch.setattr(files, "MOUNTS", mounts)
    check, _ = check_ledger(str(tmp_path / "ledger.db"))
    assert (check.health, "network file system (nfs4)" in check.said) == (Health.WRONG, True)
    monkeypatch.setattr(files, "MOUNTS", tmp_path / "missing")
    check, _ = check_ledger(str(tmp_path / "ledger.db"))
    assert check.health is Health.UNKNOWN


def test_a_ledger_that_is_none(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    path.write_text("These are only notes. " * 100)
    *_, check = examine("Ledger", lambda: check_ledger(str(path)))
    assert (check.health, "cannot be used" in check.said) == (Health.WRONG, True)


def test_an_empty_ledger_stays_empty(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    path.touch()
    assert verdicts(list(check_ledger(str(path)))) == [Health.WELL]
    assert path.stat().st_size == 0


def test_an_older_ledger_is_not_brought_up(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    Ledger.open(str(path)).close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0000'")
    (check,) = check_ledger(str(path))
    assert (check.health, "of version 0000" in check.said) == (Health.WELL, True)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    *_, check = examine("Ledger", lambda: check_ledger(str(path)))
    assert (check.health, "newer version" in check.said) == (Health.WRONG, True)


def test_a_database_that_nobody_serves() -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    place = f"postgresql://ops:canary@127.0.0.1:{port}/orders"
    *_, check = examine("Ledger", lambda: check_ledger(place))
    assert check.health is Health.WRONG
    assert "canary" not in check.said
