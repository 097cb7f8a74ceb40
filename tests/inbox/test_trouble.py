"""What can go wrong with one file or with the disk: a sentence, nothing lost, nothing sent twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest
from rich.console import Console

from batch_orders.cli.inbox_sheet import handle_sheet
from batch_orders.cli.run import Run
from batch_orders.errors import LedgerError, SheetError
from batch_orders.inbox import Access, Claimed, Folder, Handled, Store, claim, open_claim, open_inbox, settle
from batch_orders.sandbox import Sandbox
from tests.harness.inbox import Inbox
from tests.harness.rights import limit_files
from tests.inbox.test_folders import INBOX
from tests.sheets import row


@dataclass
class OneRun:
    """Stands in for a run: `reads` happens in place of reading a sheet."""

    reads: Callable[[Path], Any]
    console: Console = field(default_factory=lambda: Console(quiet=True))

    def read(self, path: Path) -> Any:
        return self.reads(path)

    def submit(self, *_: Any) -> Any:
        raise AssertionError("Something was sent.")


def handle(inbox: Inbox, reads: Callable[[Path], Any]) -> Handled:
    """What becomes of one sheet if reading it does this."""
    inbox.drop("one.csv")
    with open_inbox(str(inbox.root), Access(Path())) as store:
        (found,) = store.files(INBOX)
        with open_claim(store, claim(store, found, ready_files=False)) as claimed:
            handled = handle_sheet(cast(Run, OneRun(reads)), claimed).handled
            settle(claimed, handled)
    return handled


def grow(path: Path) -> None:
    with path.open("a") as stream:
        stream.write("more\n")


def grow_and_break(path: Path) -> None:
    grow(path)
    raise SheetError("one.csv: half a line.")


@pytest.mark.parametrize("reads", [grow, grow_and_break])
def test_a_file_that_grows_while_it_is_read_is_put_back(inbox: Inbox, reads: Callable[[Path], Any]) -> None:
    assert handle(inbox, reads).exit_code == 1
    assert inbox.sheets("one.csv") == {"one.csv": "inbox"}


def refuse_everything(_: Path) -> None:
    raise LedgerError("The ledger cannot be written.")


def test_what_the_next_sheet_would_meet_as_well_ends_the_night(inbox: Inbox) -> None:
    handled = handle(inbox, refuse_everything)
    assert (handled.exit_code, handled.stopped) == (4, "The ledger cannot be written.")
    assert inbox.sheets("one.csv") == {"one.csv": "inbox"}


def break_down(_: Path) -> None:
    raise RuntimeError("canary of a contact")


def test_an_unforeseen_fault_is_one_sheets_own(inbox: Inbox) -> None:
    assert handle(inbox, break_down) == Handled(4)
    assert inbox.sheets("one.csv") == {"one.csv": "attention"}


def settled(store: Store, name: str, handled: Handled, meanwhile: Callable[[Claimed], object]) -> Any:
    (found,) = [each for each in store.files(INBOX) if each.path.name == name]
    with open_claim(store, claim(store, found, ready_files=False)) as claimed:
        meanwhile(claimed)
        return settle(claimed, handled)


def test_a_file_that_changed_after_it_was_read_needs_a_person(inbox: Inbox) -> None:
    inbox.drop("one.csv")
    with open_inbox(str(inbox.root), Access(Path())) as store:
        ended = settled(store, "one.csv", Handled(0), lambda claimed: grow(claimed.file))
    assert ended.exit_code == 1
    assert "was changed" in ended.remarks[0]
    assert inbox.sheets("one.csv") == {"one.csv": "attention"}


def test_a_file_that_vanishes_while_it_is_handled_keeps_its_results(inbox: Inbox) -> None:
    inbox.drop("one.csv")

    def vanish(claimed: Claimed) -> None:
        claimed.file.unlink()
        (claimed.desk / "report.xlsx").touch()

    with open_inbox(str(inbox.root), Access(Path())) as store:
        desk: list[Path] = []
        handled = Handled(0)
        (found,) = store.files(INBOX)
        with open_claim(store, claim(store, found, ready_files=False)) as claimed:
            vanish(claimed)
            desk.append(claimed.desk)
            handled = Handled(0, (claimed.desk / "report.xlsx",))
            ended = settle(claimed, handled)
    assert (ended.exit_code, ended.place) == (1, None)
    assert inbox.files(Folder.ATTENTION) == ["report.xlsx"]
    assert not desk[0].exists()


@pytest.mark.long
@pytest.mark.parametrize("size", [0, 40_000, 70_000, 100_000])
def test_on_a_full_disk_nothing_is_lost_and_nothing_sent_twice(
    inbox: Inbox, sandbox: Sandbox, size: int
) -> None:
    """No file may grow beyond some bytes: not the ledger, not a report, not what the reader hands over."""
    inbox.drop("zero.csv")
    assert inbox.night().code == 0
    names = {"one.csv", "two.csv"}
    for name in names:
        inbox.drop(name, *(row(f"{name[:3]}-{number}.com") for number in range(2)))
    ended = inbox.machine.run(*inbox.words(), before=partial(limit_files, size))
    assert "unforeseen" not in ended.errors
    assert ended.said["exit_code"] == ended.code
    if ended.code == 0:
        assert set(inbox.sheets(*names).values()) == {"done"}
    for name in (name for name, folder in inbox.sheets(*names).items() if folder in ("attention", "refused")):
        next(inbox.root.glob(f"*/{name}")).rename(inbox.root / "inbox" / name)
    again = inbox.night()
    assert again.code == 0, again.told
    assert inbox.sheets(*names) == dict.fromkeys(names, "done")
    bought = [taken.body["domains"][0]["domain_name"] for taken in sandbox.orders]
    assert sorted(bought) == ["one-0.com", "one-1.com", "two-0.com", "two-1.com", "zero.com"]
