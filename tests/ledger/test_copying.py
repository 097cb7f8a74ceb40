"""Moving a ledger to another place, such as from SQLite to PostgreSQL."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from batch_orders.core.outcomes import Placed
from batch_orders.core.states import State
from batch_orders.core.stops import Stop, StopReason
from batch_orders.errors import ConfigurationError, LedgerError, SubmitterBusy
from batch_orders.ledger import Ledger
from tests.ledger.batches import APPROVAL, LIVE, plan_orders, store_batch


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


def test_a_ledger_is_not_copied_onto_itself(tmp_path: Path) -> None:
    """By its own name, another spelling, a URI, a link of either kind, or through a linked folder."""
    here = tmp_path / "old.db"
    (tmp_path / "folder").mkdir()
    (tmp_path / "linked").symlink_to(tmp_path)
    with closing(Ledger.open(str(here))) as old:
        plan_orders(old, "one.com")
        (tmp_path / "soft.db").symlink_to(here)
        (tmp_path / "hard.db").hardlink_to(here)
        for place in (
            str(here),
            f"sqlite:///{here}",
            f"sqlite:///file:{here}?uri=true",
            str(tmp_path / "folder" / ".." / "old.db"),
            str(tmp_path / "linked" / "old.db"),
            str(tmp_path / "soft.db"),
            str(tmp_path / "hard.db"),
        ):
            with pytest.raises(ConfigurationError, match="very ledger"):
                old.copy_to(place)
        with old.submitting(LIVE) as submitter:
            submitter.claim(old.orders(old.batches()[0].id)[0].id)


def test_a_database_is_not_copied_onto_itself(postgres_url: str) -> None:
    with closing(Ledger.open(postgres_url)) as old:
        plan_orders(old, "one.com")
        for place in (postgres_url, f"{postgres_url}&application_name=another", renamed(postgres_url)):
            with pytest.raises(ConfigurationError, match="very ledger"):
                old.copy_to(place)
        with old.submitting(LIVE):
            pass


def renamed(postgres_url: str) -> str:
    """Another name for the same socket, and a driver named outright."""
    address, _, folder = postgres_url.partition("?host=")
    return f"{address.replace('postgresql:', 'postgresql+psycopg:')}?host={folder}/."


def test_approvals_and_resumptions_are_copied(tmp_path: Path, ledger_url: str) -> None:
    with closing(Ledger.open(str(tmp_path / "old.db"))) as old, closing(Ledger.open(ledger_url)) as new:
        batch = store_batch(old, "one.com", account="acme")
        old.finish(batch, Stop(StopReason.INTERRUPTED, "Interrupted."))
        old.start(batch, "john")
        old.finish(batch)
        with old.submitting(LIVE, "acme"), pytest.raises(SubmitterBusy):
            old.copy_to(ledger_url)
        old.copy_to(ledger_url)
        assert new.batches() == old.batches()
        assert new.approvals(batch) == old.approvals(batch) == (APPROVAL,)
        assert new.orders(batch) == old.orders(batch)
        new.approve(batch, APPROVAL, {"one.com": (None, "")})
        new.start(batch, "john")
