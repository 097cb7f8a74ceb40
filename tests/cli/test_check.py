"""`check` as a process: it needs no key, no network and no ledger."""

from __future__ import annotations

import pytest

from batch_orders.cli import check
from tests.harness.command_line import Machine
from tests.sheets import Row, row


def test_check_needs_nothing_and_writes_nothing(machine: Machine) -> None:
    ended = machine.run("check", machine.hand_in(row(), row("two.com", "john doe")), "--json")
    assert (ended.code, ended.orders) == (1, {"not submitted": 1, "invalid": 1})
    assert "john doe" in ended.errors
    assert ended.said["sheets"][0]["report"] is None
    assert [path.name for path in machine.here.iterdir()] == ["june.csv"]
    assert list(machine.home.iterdir()) == []


@pytest.mark.parametrize(
    ("rows", "code"),
    [([row()], 0), ([row(forwarding_domain="https://acmemail.org/")], 0), ([row("bad")], 1), ([], 3)],
)
def test_check_uses_the_same_codes(machine: Machine, rows: list[Row], code: int) -> None:
    assert machine.run("check", machine.hand_in(*rows)).code == code
    assert machine.run("check").code == 2


KEPT = 60


def keep_few_problems() -> None:
    vars(check)["KEPT_PROBLEMS"] = KEPT


@pytest.mark.parametrize(
    ("rows", "not_marked"), [(KEPT, ""), (KEPT + 1, "Not marked in it: 1 more problem.")]
)
def test_corrections_say_what_they_could_not_mark(machine: Machine, rows: int, not_marked: str) -> None:
    sheet = machine.hand_in(*[row("bad")] * rows)
    told = machine.run("check", sheet, "--corrections", "r.xlsx", before=keep_few_problems).output
    assert ("Not marked" in told) == bool(not_marked)
    assert not_marked in told


def test_corrections_replace_nothing_that_exists(machine: Machine) -> None:
    sheet = machine.hand_in(row("bad"))
    kept = machine.here / "kept.xlsx"
    kept.write_text("a person's own")
    ended = machine.run("check", sheet, "--corrections", "kept.xlsx")
    assert (ended.code, kept.read_text()) == (2, "a person's own")
    assert "kept.xlsx exists already" in ended.errors


def test_the_corrections_of_a_named_report_replace_neither_the_sheet_nor_each_other(buyer: Machine) -> None:
    words = ("--yes", "--report", "june.xlsx", "--rate", "none")
    assert buyer.run("run", buyer.hand_in(row("bad name")), *words).code == 1
    handed_in = (buyer.here / "june corrections.xlsx").read_bytes()
    assert buyer.run("run", "june corrections.xlsx", *words).code == 1
    assert (buyer.here / "june corrections.xlsx").read_bytes() == handed_in
    assert (buyer.here / "june corrections (2).xlsx").exists()
