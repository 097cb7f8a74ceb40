"""Moving a ledger to another place, such as from SQLite to PostgreSQL."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from batch_orders.core.outcomes import Placed
from batch_orders.core.states import State
from batch_orders.errors import LedgerError, SubmitterBusy
from batch_orders.ledger import Ledger
from tests.ledger.batches import LIVE, plan_orders


def test_everything_is_copied_and_the_old_ledger_submits_no_more(tmp_path: Path, ledger_url: str) -> None:
    with closing(Ledger.open(str(tmp_path / "old.db"))) as old, closing(Ledger.open(ledger_url)) as new:
        plan_orders(old, "one.com", "two.com")
        assert old.copy_to(ledger_url)["orders"] == 2
        assert new.batches() == old.batches()
        assert new.history("one.com") == old.history("one.com")
        with pytest.raises(LedgerError, match="was copied to"), old.submitting(LIVE):
            pass


def test_the_copy_goes_on_counting_where_the_old_ledger_stopped(tmp_path: Path, ledger_url: str) -> None:
    with closing(Ledger.open(str(tmp_path / "old.db"))) as old:
        plan_orders(old, "one.com")
        old.copy_to(ledger_url)
    with closing(Ledger.open(ledger_url)) as new:
        (order,) = plan_orders(new, "two.com")
        with new.submitting(LIVE) as submitter:
            submitter.claim(order)
            submitter.record(order, Placed("1"))
        assert new.known(LIVE, ["two.com"])["two.com"].state is State.PLACED


def test_two_histories_are_not_merged(tmp_path: Path, ledger_url: str) -> None:
    with closing(Ledger.open(str(tmp_path / "old.db"))) as old, closing(Ledger.open(ledger_url)) as new:
        plan_orders(old, "one.com")
        plan_orders(new, "two.com")
        with pytest.raises(LedgerError, match="not empty"):
            old.copy_to(ledger_url)
        with old.submitting(LIVE):
            pass


def test_a_ledger_in_use_is_not_copied(tmp_path: Path) -> None:
    with closing(Ledger.open(str(tmp_path / "old.db"))) as old:
        plan_orders(old, "one.com")
        with old.submitting(LIVE), pytest.raises(SubmitterBusy):
            old.copy_to(str(tmp_path / "new.db"))
