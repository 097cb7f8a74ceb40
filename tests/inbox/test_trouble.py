"""What can go wrong with one file or with the disk: a sentence, nothing lost, nothing sent twice."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from batch_orders.core.stops import Ending
from batch_orders.errors import LedgerError, SheetError
from batch_orders.inbox import Access, Claimed, Folder, claim, open_claim, open_inbox, put_away
from batch_orders.sandbox import Sandbox
from batch_orders.service.budget import Budget
from batch_orders.service.context import Context
from batch_orders.service.inbox_accounts import Waiting
from batch_orders.service.inbox_run import InboxRun
from batch_orders.service.inbox_sheet import Handled, InboxEvents, handle_sheet
from batch_orders.service.limiter import RateLimiter
from tests.harness.hurried import wait_for_no_ledger
from tests.harness.inbox import Inbox
from tests.harness.rights import limit_files
from tests.inbox.test_folders import INBOX
from tests.sheets import row


def handle(inbox: Inbox, check: Callable[[Path], Any]) -> Handled:
    """What becomes of one sheet if reading it does this. Nothing can be sent: there is no context."""
    inbox.drop("one.csv")
    with open_inbox(str(inbox.root), Access(Path())) as store:
        (found,) = store.look(INBOX).files
        with open_claim(store, claim(store, found, ready_files=False)) as claimed:
            handled = handle_sheet(claimed, cast(Context, None), Budget(), InboxEvents(), check)
            put_away(claimed, handled.folder, ())
    return handled


def grow(path: Path) -> None:
    with path.open("a") as stream:
        stream.write("more\n")


def grow_and_break(path: Path) -> None:
    grow(path)
    raise SheetError("one.csv: half a line.")


@pytest.mark.parametrize("reads", [grow, grow_and_break])
def test_a_file_that_grows_while_it_is_read_is_put_back(inbox: Inbox, reads: Callable[[Path], Any]) -> None:
    assert handle(inbox, reads).outcome.ending is Ending.ATTENTION
    assert inbox.sheets("one.csv") == {"one.csv": "inbox"}


def test_a_file_that_was_put_back_is_not_held_as_one_that_waits_for_a_limit(inbox: Inbox) -> None:
    inbox.drop("one.csv")
    context = cast(Context, SimpleNamespace(limiter=RateLimiter()))
    with open_inbox(str(inbox.root), Access(Path())) as store:
        run = InboxRun(store, context, Budget(), InboxEvents(), cast(Any, grow))
        outcome = run.work(Waiting((), store.look(INBOX).files))
    assert inbox.sheets("one.csv") == {"one.csv": "inbox"}
    assert outcome.held == ()


def refuse_everything(_: Path) -> None:
    raise LedgerError("The ledger cannot be written.")


def test_what_the_next_sheet_would_meet_as_well_ends_the_night(inbox: Inbox) -> None:
    outcome = handle(inbox, refuse_everything).outcome
    assert outcome.ending is Ending.STOPPED
    assert outcome.stop is not None
    assert outcome.stop.sentence == "The ledger cannot be written."
    assert inbox.sheets("one.csv") == {"one.csv": "inbox"}


def break_down(_: Path) -> None:
    raise RuntimeError("canary of a contact")


def test_an_unforeseen_fault_is_one_sheets_own(inbox: Inbox) -> None:
    outcome = handle(inbox, break_down).outcome
    assert (outcome.ending, outcome.stop) == (Ending.STOPPED, None)
    assert "canary" not in outcome.fault
    assert inbox.sheets("one.csv") == {"one.csv": "attention"}


def test_a_file_that_changed_after_it_was_read_needs_a_person(inbox: Inbox) -> None:
    inbox.drop("one.csv")
    with open_inbox(str(inbox.root), Access(Path())) as store:
        (found,) = store.look(INBOX).files
        with open_claim(store, claim(store, found, ready_files=False)) as claimed:
            grow(claimed.file)
            put = put_away(claimed, Folder.DONE, ())
    assert "was changed" in put.remarks[0]
    assert inbox.sheets("one.csv") == {"one.csv": "attention"}


def test_a_file_that_vanishes_while_it_is_handled_keeps_its_results(inbox: Inbox) -> None:
    inbox.drop("one.csv")

    def vanish(claimed: Claimed) -> None:
        claimed.file.unlink()
        (claimed.workspace / "report.xlsx").touch()

    with open_inbox(str(inbox.root), Access(Path())) as store:
        (found,) = store.look(INBOX).files
        with open_claim(store, claim(store, found, ready_files=False)) as claimed:
            vanish(claimed)
            put = put_away(claimed, Folder.DONE, [claimed.workspace / "report.xlsx"])
    assert (put.place, len(put.remarks)) == (None, 1)
    assert inbox.files(Folder.ATTENTION) == ["report.xlsx"]
    assert not claimed.workspace.exists()


def fill_disk(size: int) -> None:
    wait_for_no_ledger()
    limit_files(size)


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
    ended = inbox.machine.run(*inbox.words(), before=partial(fill_disk, size))
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
