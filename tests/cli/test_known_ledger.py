"""A new ledger, or one from a backup, would buy again what was bought: neither is used without a word."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from batch_orders.ledger.marks import Marks
from batch_orders.sandbox import Sandbox
from tests.harness.command_line import Ended, Machine
from tests.harness.inbox import Inbox
from tests.inbox.conftest import inbox as inbox
from tests.sheets import row


def bought(sandbox: Sandbox) -> list[str]:
    return [taken.body["domains"][0]["domain_name"] for taken in sandbox.orders]


def ledger_of(machine: Machine) -> Path:
    return Path(machine.environment["BATCH_ORDERS_LEDGER"])


def order(machine: Machine, domain: str, *words: str, **variables: str) -> Ended:
    machine.environment.update(variables)
    return machine.order(row(domain), words=words)


@pytest.fixture
def unnamed(buyer: Machine) -> Machine:
    """A machine that was never used, and says nothing of its ledger."""
    forget(buyer)
    buyer.environment["BATCH_ORDERS_LEDGER"] = ""
    return buyer


@pytest.fixture
def named(buyer: Machine) -> Machine:
    """A machine that was never used, and names a ledger in a folder that exists."""
    forget(buyer)
    (buyer.home / "kept").mkdir()
    buyer.environment["BATCH_ORDERS_LEDGER"] = str(buyer.home / "kept" / "ledger.db")
    return buyer


def forget(machine: Machine) -> None:
    shutil.rmtree(machine.state)
    shutil.rmtree(machine.home / "data", ignore_errors=True)


def test_the_default_place_needs_the_word_once(unnamed: Machine, sandbox: Sandbox) -> None:
    ended = order(unnamed, "one.com")
    assert (ended.code, ended.said["sheets"], bought(sandbox)) == (2, [], [])
    assert "is new and knows nothing of what was bought before" in ended.errors
    assert "say so once with --new-ledger" in ended.errors
    assert unnamed.run("status").code == 0
    assert order(unnamed, "one.com").code == 2
    assert order(unnamed, "one.com", "--new-ledger").code == 0
    assert order(unnamed, "two.com").code == 0
    assert bought(sandbox) == ["one.com", "two.com"]


def test_the_word_counts_also_where_nothing_was_to_be_ordered(inbox: Inbox) -> None:
    forget(inbox.machine)
    words = [word for word in inbox.words() if word not in ("--ledger", inbox.ledger)]
    assert inbox.machine.run(*words).code == 2
    assert inbox.machine.run(*words, "--new-ledger").code == 0
    inbox.drop("june.csv")
    assert inbox.machine.run(*words).code == 0


def test_another_home_has_another_default_ledger(unnamed: Machine, sandbox: Sandbox, tmp_path: Path) -> None:
    assert order(unnamed, "one.com", "--new-ledger").code == 0
    other = tmp_path / "root"
    other.mkdir()
    ended = order(unnamed, "one.com", HOME=str(other), XDG_DATA_HOME="")
    assert ended.code == 2
    assert bought(sandbox) == ["one.com"]


def test_a_named_one_in_a_folder_that_exists_is_made_and_said(named: Machine, sandbox: Sandbox) -> None:
    ended = order(named, "one.com")
    assert ended.code == 0
    assert f"A new ledger is used: {ledger_of(named)}." in ended.errors
    assert "new ledger" not in order(named, "two.com").errors
    assert len(sandbox.orders) == 2


def test_a_missing_folder_needs_the_word(named: Machine, sandbox: Sandbox, tmp_path: Path) -> None:
    ledger = tmp_path / "volume" / "batch" / "ledger.db"
    named.environment["BATCH_ORDERS_LEDGER"] = str(ledger)
    for words in (["status"], ["run", named.hand_in(row("one.com")), "--dry-run"]):
        assert named.run(*words).code == 2
    ended = order(named, "one.com")
    assert ended.code == 2
    assert "is a disk not mounted?" in ended.errors
    assert not (tmp_path / "volume").exists()
    assert order(named, "one.com", "--new-ledger").code == 0
    assert bought(sandbox) == ["one.com"]
    assert stat.S_IMODE(ledger.parent.stat().st_mode) == 0o700


def unmount(ledger: Path) -> None:
    """The folder is there, and is empty."""
    shutil.rmtree(ledger.parent)
    ledger.parent.mkdir()


def lose(ledger: Path) -> None:
    """The file alone is gone."""
    for path in ledger.parent.glob("ledger.db*"):
        if path.suffix != ".mark":
            path.unlink()


@pytest.mark.parametrize("vanish", [unmount, lose])
def test_a_mark_without_its_ledger_needs_the_word(
    named: Machine, sandbox: Sandbox, vanish: Callable[[Path], None]
) -> None:
    assert order(named, "one.com").code == 0
    vanish(ledger_of(named))
    for _ in range(2):
        ended = order(named, "one.com")
        assert ended.code == 2
        assert "orders were sent with a ledger that lay there" in ended.errors
    assert bought(sandbox) == ["one.com"]
    assert order(named, "two.com", "--new-ledger").code == 0
    assert order(named, "three.com").code == 0


def test_a_rehearsal_needs_no_word_and_counts_as_no_use(unnamed: Machine) -> None:
    rehearsal = ("run", unnamed.hand_in(row("one.com")), "--sandbox", "--yes")
    unnamed.environment.pop("BATCH_ORDERS_BASE_URL")
    assert unnamed.run(*rehearsal).code == 0
    assert unnamed.run("run", unnamed.hand_in(row("one.com")), "--yes").code == 2


def back_up(ledger: Path, backup: Path) -> None:
    with closing(sqlite3.connect(ledger)) as source, closing(sqlite3.connect(backup)) as target:
        source.backup(target)


def restore(ledger: Path, backup: Path) -> None:
    for path in ledger.parent.glob("ledger.db-*"):
        path.unlink()
    shutil.copy(backup, ledger)


@pytest.mark.parametrize("kept", ["both marks", "the one beside it", "the one of the user"])
def test_a_ledger_from_a_backup_sends_nothing_until_that_is_said_to_be_known(
    named: Machine, sandbox: Sandbox, tmp_path: Path, kept: str
) -> None:
    ledger, backup = ledger_of(named), tmp_path / "backup.db"
    assert order(named, "monday.com").code == 0
    back_up(ledger, backup)
    assert order(named, "tuesday.com").code == 0
    restore(ledger, backup)
    if kept == "the one beside it":
        shutil.rmtree(named.state)
    if kept == "the one of the user":
        ledger.with_name("ledger.db.mark").unlink()
    ended = order(named, "tuesday.com")
    assert (ended.code, bought(sandbox)) == (2, ["monday.com", "tuesday.com"])
    assert "is older than what was sent with it" in ended.errors
    assert ended.errors.index("batch-orders reconcile") < ended.errors.index("--restored-ledger")
    assert named.run("reconcile").code == 0
    assert order(named, "wednesday.com", "--restored-ledger").code == 0
    assert order(named, "thursday.com").code == 0


def test_a_ledger_of_before_there_were_marks_is_taken_as_it_is(named: Machine) -> None:
    assert order(named, "one.com").code == 0
    shutil.rmtree(named.state)
    ledger_of(named).with_name("ledger.db.mark").unlink()
    assert order(named, "two.com").code == 0


def test_a_night_with_a_new_ledger_is_refused_before_anything_is_taken(inbox: Inbox) -> None:
    sheet = inbox.drop("june.csv")
    ledger = inbox.root.parent / "nowhere" / "ledger.db"
    ended = inbox.night("--ledger", str(ledger))
    assert ended.code == 2
    assert sheet.exists()


def test_marks_that_cannot_be_read_or_written_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    marks = Marks((tmp_path / "file" / "below", tmp_path / "broken", tmp_path / "good"))
    assert marks.read() is None
    marks.write(7)
    (tmp_path / "broken").write_text("{}")
    assert marks.read() == 7
    assert json.loads((tmp_path / "good").read_text()) == {"event": 7}


def allow_everything() -> None:
    os.umask(0)


def test_what_holds_contact_details_is_its_owners_alone_whatever_the_umask(unnamed: Machine) -> None:
    sheet = unnamed.hand_in(row("one.com"), row("bad"))
    ended = unnamed.run("run", sheet, "--yes", "--new-ledger", before=allow_everything)
    assert ended.code == 1
    kept = unnamed.home / "data" / "batch-orders"
    made = [
        *kept.iterdir(),
        *(unnamed.here / "reports").iterdir(),
        *unnamed.state.rglob("*.mark"),
    ]
    assert len(made) >= 6
    assert {path.name: oct(stat.S_IMODE(path.stat().st_mode)) for path in made} == {
        path.name: "0o600" for path in made
    }
    for folder in (kept, unnamed.here / "reports"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
