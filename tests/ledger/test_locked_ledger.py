"""A SQLite ledger that another program keeps locked while an order is in flight: the vendor's answer is not lost."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest
from openpyxl import load_workbook

from batch_orders.core.outcomes import Outcome
from batch_orders.ledger import engine
from batch_orders.sandbox import Sandbox, start_sandbox
from batch_orders.service import submission
from tests.harness.command_line import Ended, Machine, read_states, read_words, run_words
from tests.harness.hurried import wait_for_no_ledger
from tests.harness.starts import PATIENCE
from tests.sheets import row

IN_FLIGHT, NEXT = "slow-coralpeak.com", "reefmail.com"
"""The vendor takes its time over the first."""


def wait_briefly() -> None:
    engine.BUSY_SECONDS = 0
    wait_for_no_ledger()


def free_before_the_end() -> None:
    """Locked while the outcome is to be recorded, and free again when the batch is to end."""
    wait_briefly()
    recorded_late = submission.Submission.record_late

    def record_late(self: submission.Submission, outcome: Outcome) -> bool:
        late = recorded_late(self, outcome)
        Path("given up").touch()
        while not Path("free").exists():
            time.sleep(0.01)
        return late

    submission.Submission.record_late = record_late  # type: ignore[method-assign]


@contextmanager
def locked(ledger: Path) -> Iterator[None]:
    """From the moment that an order is in flight."""
    wait_until(lambda: "submitting" in states(ledger))
    with closing(sqlite3.connect(ledger, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield


def states(ledger: Path) -> list[str]:
    with suppress(sqlite3.OperationalError):  # it is about to be made
        return list(read_states(ledger).values())
    return []


@pytest.mark.parametrize("freed", [False, True])
def test_the_order_id_of_a_yes_that_cannot_be_recorded_is_told(
    buyer: Machine, tmp_path: Path, freed: bool
) -> None:
    """In the report and in the log, also where the ledger can be read and written again when the run ends."""
    ledger = tmp_path / "ledger.db"
    with start_sandbox() as sandbox:
        words = run_words(
            buyer.hand_in(row(IN_FLIGHT), row(NEXT)), sandbox.base_url, ledger, "--log-format", "json"
        )
        before = free_before_the_end if freed else wait_briefly
        with buyer.start(*words, before=before) as running:
            with locked(ledger):
                if freed:
                    wait_until((buyer.here / "given up").exists)
                else:
                    running.wait(PATIENCE)
            (buyer.here / "free").touch()
            ended = Ended(running.wait(), *running.communicate())
        assert_told(buyer, ended, sandbox)
        assert read_states(ledger) == {IN_FLIGHT: "submitting", NEXT: "planned"}

        again = buyer.run(*words)
        assert (again.code, again.orders) == (0, {"placed": 1, "already placed": 1})
        assert [order.domains[0] for order in sandbox.orders] == [IN_FLIGHT, NEXT]


def assert_told(buyer: Machine, ended: Ended, sandbox: Sandbox) -> None:
    (order,) = sandbox.orders
    assert ended.code == 4, ended.errors
    assert ended.orders == {"placed": 1, "not submitted": 1}
    told = f"What became of {IN_FLIGHT} could not be recorded in the ledger. Smart Senders placed it under order id"
    assert f"{told} {order.order_id}." in ended.errors
    report = buyer.report_of(ended)
    assert read_words(report) == {IN_FLIGHT: "placed", NEXT: "not submitted"}
    assert f"{told} {order.order_id}." in read_text(report)


def read_text(report: Path) -> str:
    with closing(load_workbook(report, read_only=True)) as book:
        return " ".join(str(value) for sheet in book for line in sheet.values for value in line if value)


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)
