"""`resume`: all that is handed back comes from the ledger alone, and history is not rewritten."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from batch_orders.sandbox import Sandbox, start_sandbox
from tests.harness.command_line import Machine
from tests.harness.workbooks import read_workbook
from tests.sheets import row


def batches(machine: Machine) -> list[tuple[str | None, ...]]:
    (ledger,) = machine.home.rglob("ledger.db")
    with closing(sqlite3.connect(ledger)) as connection:
        return connection.execute(
            "SELECT id, finished_at, stop_reason, stop_sentence FROM batches"
        ).fetchall()


@pytest.fixture
def interrupted(buyer: Machine) -> Machine:
    """A machine on which a batch was stopped by a limit, and whose sheet is gone."""
    buyer.order(row("one.com"), row("two.com"), row("bad name"), words=("--max-orders", "1"))
    (buyer.here / "june.csv").unlink()
    for path in (buyer.here / "reports").iterdir():
        path.unlink()
    return buyer


def test_report_corrections_and_result_csv_come_back_without_the_sheet(
    interrupted: Machine, sandbox: Sandbox
) -> None:
    ended = interrupted.run("resume", "--yes", "--json", "--rate", "none")
    assert (ended.code, ended.orders) == (1, {"placed": 2, "invalid": 1})
    assert len(sandbox.orders) == 2
    files = {path.name: path for path in (interrupted.here / "reports").iterdir()}
    assert sorted(files) == ["june – report.xlsx", "june – result.csv", "june – to correct.xlsx"]
    corrections = read_workbook(files["june – to correct.xlsx"]).worksheets[0]
    assert [cell.value for cell in corrections["D"]] == ["Domain", "bad name"]
    statuses = [line.split(",")[5] for line in files["june – result.csv"].read_text().splitlines()]
    assert statuses == ["Status", "placed", "placed", "invalid"]


def test_a_batch_that_is_carried_on_keeps_when_and_why_it_first_ended(interrupted: Machine) -> None:
    (before,) = batches(interrupted)
    assert before[1] and before[2] == "limit"
    assert interrupted.run("resume", "--yes").code == 1
    assert batches(interrupted) == [before]
    status = interrupted.run("status").output
    assert "2 placed" in status


def test_a_look_up_that_failed_is_not_recorded_as_one(buyer: Machine) -> None:
    def looked_up() -> list[str]:
        (ledger,) = buyer.home.rglob("ledger.db")
        with closing(sqlite3.connect(ledger)) as connection:
            query = "SELECT last_checked_at FROM orders WHERE domain LIKE 'drop%'"
            return [moment for (moment,) in connection.execute(query)]

    with start_sandbox() as vendor:
        port = int(vendor.base_url.rpartition(":")[2])
        buyer.environment["BATCH_ORDERS_BASE_URL"] = vendor.base_url
        buyer.order(row("drop-after-unlisted-a.com"), row("two.com"), words=("--max-orders", "1"))
    before = looked_up()
    with start_sandbox(port, broken={"get-domain-list": 500}):
        assert buyer.run("resume", "--yes", "--rate", "none").code == 1
    assert looked_up() == before != [""]
