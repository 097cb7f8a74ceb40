"""Moving a ledger to another place, such as from SQLite to PostgreSQL."""

from __future__ import annotations

from contextlib import closing
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from batch_orders.core.outcomes import NotTaken, Placed
from batch_orders.core.states import State
from batch_orders.core.stops import Stop, StopReason
from batch_orders.errors import ConfigurationError, LedgerError, SubmitterBusy
from batch_orders.ledger import Ledger
from batch_orders.ledger.copying import copy_tables
from batch_orders.ledger.moves import move
from batch_orders.ledger.retirement import Arrival, begin_arrival, begin_retirement, hold_copying
from batch_orders.ledger.schema import arrivals
from tests.chaos.points import BEFORE, Point
from tests.harness.command_line import Machine
from tests.ledger.batches import APPROVAL, LIVE, OTHER, plan_orders, store_batch


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


def test_killed_at_any_commit_exactly_one_ledger_is_usable(machine: Machine) -> None:
    """The nth start dies before its nth commit. What is left is in use, and copying again ends it."""
    for nth in count(1):
        old_place, new_place = machine.here / f"old-{nth}.db", f"{machine.here}/new-{nth}.db"
        with closing(Ledger.open(str(old_place))) as old:
            (order,) = plan_orders(old, "one.com")
        words = ("copy-ledger", "--ledger", old_place, new_place)
        with machine.start(*words, before=Point("a commit", BEFORE, nth).arm) as copying:
            copying.communicate()
        with closing(Ledger.open(str(old_place))) as old, closing(Ledger.open(new_place)) as new:
            assert is_usable(old, order) is not has(new)
            assert is_usable(new, order) is has(new)
            # Before anything was announced, the new one is any ledger that holds nothing.
            assert can_begin(new) in ((has(new),) if was_announced(new) else (True,))
        again = machine.run(*words)
        if copying.returncode == 0:
            break
        assert again.code == 0 or "was copied to" in again.errors
        with closing(Ledger.open(str(old_place))) as old, closing(Ledger.open(new_place)) as new:
            assert (is_usable(old, order), is_usable(new, order)) == (False, True)
            assert len(new.batches()) == 1
    assert nth > 5


def has(ledger: Ledger) -> bool:
    return bool(ledger.batches())


def was_announced(ledger: Ledger) -> bool:
    with ledger._engine.connect() as connection:
        return connection.execute(select(arrivals)).first() is not None


def can_begin(ledger: Ledger) -> bool:
    try:
        is_usable_at(ledger, "new")
    except LedgerError:
        return False
    return True


def is_usable(ledger: Ledger, order: int) -> bool:
    """Whether an order that was planned in the old ledger could be sent with this one. It is not."""
    try:
        with ledger.submitting(LIVE) as submitter:
            submitter.claim(order)
            submitter.record(order, NotTaken("busy", again=True))
    except LedgerError:
        return False
    return True


def test_a_copy_that_goes_on_after_it_was_taken_back_is_not_committed(
    tmp_path: Path, ledger_url: str
) -> None:
    """Its process was paused in the middle, and the old ledger went on being used."""
    with closing(Ledger.open(str(tmp_path / "old.db"))) as old, closing(Ledger.open(ledger_url)) as new:
        (order,) = plan_orders(old, "one.com")
        with new._engine.begin() as connection:
            begin_arrival(connection, "token", old.place, Arrival.UNDER_WAY)
        with old._engine.begin() as connection:
            begin_retirement(connection, "token", new.place)
        assert is_usable(old, order)
        with pytest.raises(LedgerError, match="taken back"):
            copy_tables(old._engine, new._engine, "token")
        assert new.batches() == ()
        # People may name the new ledger already: it must not be taken for an empty one.
        for using in (lambda: is_usable_at(new, LIVE), lambda: plan_orders(new, "two.com")):
            with pytest.raises(LedgerError, match="was to be copied to this one"):
                using()
        old.copy_to(ledger_url)
        assert (is_usable(old, order), is_usable(new, order)) == (False, True)


def test_nothing_is_stored_or_claimed_while_a_ledger_is_being_copied(tmp_path: Path, ledger_url: str) -> None:
    """Also by a run of an environment that nobody has ordered at before, and that was at work already."""
    with closing(Ledger.open(ledger_url)) as old:
        (order,) = plan_orders(old, "one.com", environment=OTHER)
        with old.submitting(OTHER) as submitter, old._engine.connect() as copier, hold_copying(old._engine):
            with copier.begin():
                begin_retirement(copier, "token", "elsewhere.db")
            with pytest.raises(LedgerError, match=r"being copied to elsewhere\.db"):
                submitter.claim(order)
            for refused in (lambda: plan_orders(old, "two.com"), lambda: is_usable_at(old, "new")):
                with pytest.raises(LedgerError, match="being copied"):
                    refused()
            assert [kept.state for kept in old.orders_of("one.com")] == [State.PLANNED]


def is_usable_at(ledger: Ledger, environment: str) -> None:
    with ledger.submitting(environment):
        pass


def test_a_claim_that_is_being_committed_is_copied(postgres_url: str, tmp_path: Path) -> None:
    """The retirement waits for it; a claim that comes later waits for the retirement, and is refused."""
    with closing(Ledger.open(postgres_url)) as old:
        first, second = plan_orders(old, "one.com", "two.com", environment=OTHER)
        with (
            old._engine.connect() as claiming,
            old._engine.connect() as copier,
            old._engine.connect() as late,
        ):
            copier.exec_driver_sql("SET lock_timeout = '200ms'")
            copier.commit()
            with claiming.begin():
                move(claiming, first, State.PLANNED, State.SUBMITTING)
                with pytest.raises(OperationalError), copier.begin():
                    begin_retirement(copier, "token", "elsewhere.db")
            with copier.begin():
                begin_retirement(copier, "token", "elsewhere.db")
                late.exec_driver_sql("SET lock_timeout = '200ms'")
                late.commit()
                with pytest.raises(OperationalError), late.begin():
                    move(late, second, State.PLANNED, State.SUBMITTING)


def test_a_cut_off_copy_is_ended_where_it_was_begun(tmp_path: Path) -> None:
    with closing(Ledger.open(str(tmp_path / "old.db"))) as old:
        plan_orders(old, "one.com")
        with old._engine.begin() as connection:
            begin_retirement(connection, "token", str(tmp_path / "missing" / "new.db"))
        with pytest.raises(LedgerError, match=r"new\.db was cut off"):
            old.copy_to(str(tmp_path / "third.db"))
        # What cannot be looked at may have the copy: nothing is claimed.
        with pytest.raises(LedgerError, match="being copied"), old.submitting(LIVE):
            pass
        assert old.copy_to(str(tmp_path / "missing" / "new.db"))["orders"] == 1


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
