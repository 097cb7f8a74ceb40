"""A sheet is handed in again, as it was or changed: nothing is bought twice."""

from __future__ import annotations

from pathlib import Path

from batch_orders.sandbox import Sandbox
from tests.harness.command_line import Machine
from tests.harness.workbooks import read_workbook
from tests.sheets import row


def test_a_second_run_finds_everything_already_placed(buyer: Machine, sandbox: Sandbox) -> None:
    first = buyer.order(row(), row("two.com", "b"), row("two.com", "a"))
    again = buyer.order(row("two.com", "a"), row(), row("two.com", "b"))
    assert (again.code, again.orders) == (0, {"already placed": 2})
    assert again.said["sheets"][0]["batch"] != first.said["sheets"][0]["batch"]
    assert len(sandbox.requests) == 2


def test_a_sheet_that_changed_after_it_was_placed_is_invalid_and_not_sent(
    buyer: Machine, sandbox: Sandbox
) -> None:
    buyer.order(row())
    again = buyer.order(row(), row(mailbox="john"))
    assert (again.code, again.orders) == (1, {"invalid": 1})
    problems = read_workbook(buyer.here / again.said["sheets"][0]["report"])["Problems"]
    assert "mailboxes added: john@acmemail.com" in str(problems["G2"].value)
    assert len(sandbox.requests) == 1


def test_an_unconfirmed_order_stays_and_is_not_sent_again(buyer: Machine, sandbox: Sandbox) -> None:
    lost = row("drop-after-unlisted-a.com")
    assert buyer.order(lost).orders == {"unconfirmed": 1}
    again = buyer.order(lost, row("new.com"))
    assert (again.code, again.orders) == (1, {"unconfirmed": 1, "placed": 1})
    assert len(sandbox.requests) == 2


def test_a_rejected_order_is_sent_again(buyer: Machine, sandbox: Sandbox) -> None:
    assert buyer.order(row("rejected-a.com")).orders == {"rejected": 1}
    again = buyer.order(row("rejected-a.com", vendor="2"))
    assert (again.code, again.orders) == (1, {"rejected": 1})
    assert [body["vendor_id"] for body in sandbox.requests] == [1, 2]


def test_orders_of_two_places_never_meet(buyer: Machine, sandbox: Sandbox) -> None:
    assert buyer.order(row(), words=("--sandbox",)).orders == {"placed": 1}
    assert buyer.order(row()).orders == {"placed": 1}
    assert len(sandbox.requests) == 1


def test_the_ledger_does_not_move_with_the_working_directory(buyer: Machine, sandbox: Sandbox) -> None:
    buyer.order(row())
    elsewhere = buyer.home / "elsewhere"
    elsewhere.mkdir()
    moved = Machine(buyer.home, elsewhere, buyer.environment)
    assert moved.order(row()).orders == {"already placed": 1}
    assert (buyer.home / "data" / "batch-orders" / "ledger.db").is_file()


def test_a_rehearsal_has_a_ledger_of_its_own_that_is_thrown_away(buyer: Machine) -> None:
    ledger = buyer.home / "settings.db"
    buyer.environment["BATCH_ORDERS_LEDGER"] = str(ledger)
    for _ in range(2):
        assert buyer.order(row(), words=("--sandbox",)).orders == {"placed": 1}
    assert not ledger.exists()
    assert not list(Path(buyer.environment["TMPDIR"]).glob("batch-orders-*"))


def test_a_rehearsal_uses_a_ledger_that_is_named(buyer: Machine) -> None:
    words = ("--sandbox", "--ledger", str(buyer.here / "rehearsal.db"))
    assert buyer.order(row(), words=words).orders == {"placed": 1}
    assert buyer.order(row(), words=words).orders == {"already placed": 1}
