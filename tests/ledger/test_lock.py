"""One submitter per environment: held by one process, given back by any end of it."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from batch_orders.core.outcomes import Placed
from batch_orders.core.states import State
from batch_orders.errors import LedgerConflict, LedgerError, SubmitterBusy
from batch_orders.ledger import Ledger, Submitter
from tests.ledger.batches import LIVE, OTHER, lose_connection, plan_orders

pytestmark = pytest.mark.long

HOLDER = """
import sys
from batch_orders.ledger import Ledger
with Ledger.open(sys.argv[1]).submitting(sys.argv[2]) as submitter:
    if len(sys.argv) > 3:
        submitter.claim(int(sys.argv[3]))
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def another_holder(ledger_url: str, *words: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds an environment's lock until its standard input ends."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, ledger_url, *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with holder:
        assert holder.stdout and holder.stdout.readline() == "held\n"
        try:
            yield holder
        finally:
            holder.kill()


def test_a_second_submitter_is_told_who_is_at_it_since_when(ledger: Ledger, ledger_url: str) -> None:
    with (
        another_holder(ledger_url, LIVE) as holder,
        pytest.raises(SubmitterBusy) as caught,
        ledger.submitting(LIVE),
    ):
        pass
    told = rf"{re.escape(LIVE)} are being submitted by .+@.+ \(process {holder.pid}\) since \d{{4}}-\d\d-\d\dT\d\d:\d\d"
    assert re.search(told, str(caught.value))


def test_another_environment_is_free(ledger: Ledger, ledger_url: str) -> None:
    with another_holder(ledger_url, LIVE), ledger.submitting(OTHER) as submitter:
        assert submitter.recover() == 0


def test_the_lock_is_free_after_its_holder(ledger: Ledger) -> None:
    for _ in range(3):
        with ledger.submitting(LIVE):
            pass
    with pytest.raises(ZeroDivisionError), ledger.submitting(LIVE):
        1 / 0  # noqa: B018
    with ledger.submitting(LIVE):
        pass


def test_one_process_cannot_hold_it_twice(ledger: Ledger, ledger_url: str) -> None:
    second = Ledger.open(ledger_url)
    with ledger.submitting(LIVE):
        for other in (ledger, second):
            with pytest.raises(SubmitterBusy), other.submitting(LIVE):
                pass
    with second.submitting(LIVE):
        pass
    second.close()


def test_kill_9_gives_the_lock_back_and_leaves_the_truth(ledger: Ledger, ledger_url: str) -> None:
    (order,) = plan_orders(ledger, "shop.com")
    with another_holder(ledger_url, LIVE, str(order)) as holder:
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        with retried(ledger) as submitter:
            assert ledger.known(LIVE, ["shop.com"])["shop.com"].state is State.SUBMITTING
            submitter.recover()
            with pytest.raises(LedgerConflict):
                submitter.claim(order)
    assert ledger.known(LIVE, ["shop.com"])["shop.com"].state is State.UNCONFIRMED


@contextmanager
def retried(ledger: Ledger) -> Iterator[Submitter]:
    """PostgreSQL hears of a dead client a moment later: its socket is closed by the kernel."""
    for _ in range(200):
        try:
            with ledger.submitting(LIVE) as submitter:
                yield submitter
                return
        except SubmitterBusy:
            time.sleep(0.01)
    pytest.fail("The lock was not given back.")


def test_a_holder_that_is_stopped_keeps_the_lock(ledger: Ledger, ledger_url: str) -> None:
    """Slow is not dead: no lease runs out while a run lives."""
    with another_holder(ledger_url, LIVE) as holder:
        holder.send_signal(signal.SIGSTOP)
        with pytest.raises(SubmitterBusy), ledger.submitting(LIVE):
            pass
        holder.send_signal(signal.SIGCONT)


def test_two_paths_to_one_ledger_share_one_lock(sqlite_path: Path) -> None:
    Ledger.open(str(sqlite_path)).close()
    (sqlite_path.parent / "elsewhere").mkdir()
    link = sqlite_path.parent / "elsewhere" / "linked.db"
    link.symlink_to(sqlite_path)
    here, there = Ledger.open(str(sqlite_path)), Ledger.open(str(link))
    with here.submitting(LIVE), pytest.raises(SubmitterBusy), there.submitting(LIVE):
        pass
    here.close()
    there.close()


def test_a_lock_file_that_cannot_be_made_is_told(sqlite_path: Path) -> None:
    ledger = Ledger.open(str(sqlite_path))
    with ledger.submitting(LIVE):
        (lock,) = sqlite_path.parent.glob("*.lock")
    lock.unlink()
    lock.mkdir()
    with pytest.raises(LedgerError, match="lock"), ledger.submitting(LIVE):
        pass
    ledger.close()


def test_the_claims_run_on_the_connection_that_holds_the_lock(postgres_url: str) -> None:
    ledger = Ledger.open(postgres_url)
    with ledger.submitting(LIVE) as submitter:
        held = (
            "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        connection = submitter._connection
        assert connection.exec_driver_sql(held).scalars().all() == [
            connection.exec_driver_sql("SELECT pg_backend_pid()").scalar()
        ]
        connection.rollback()
    ledger.close()


def wait_until_free(ledger: Ledger) -> None:
    """The server gives a lost connection's lock back when its process has ended, a moment later."""
    for _ in range(1_000):
        with suppress(SubmitterBusy), ledger.submitting(LIVE):
            return
        time.sleep(0.02)


def test_a_lost_connection_cannot_claim(postgres_url: str) -> None:
    ledger, other = Ledger.open(postgres_url), Ledger.open(postgres_url)
    first, second = plan_orders(ledger, "shop.com", "store.com")
    with ledger.submitting(LIVE) as submitter:
        submitter.claim(first)
        lose_connection(postgres_url)
        wait_until_free(other)
        with other.submitting(LIVE) as successor:
            successor.recover()
            # It must not come back on a new connection either, which would not hold the lock.
            for _ in range(3):
                with pytest.raises(LedgerError):
                    submitter.claim(second)
            with pytest.raises(LedgerError):
                submitter.record(first, Placed("7"))
            successor.claim(second)
    known = ledger.known(LIVE, ["shop.com", "store.com"])
    assert known["shop.com"].state is State.UNCONFIRMED
    assert known["store.com"].state is State.SUBMITTING
    ledger.close()
    other.close()


def test_a_run_that_lost_its_connection_leaves_the_next_holder_alone(postgres_url: str) -> None:
    ledger, other = Ledger.open(postgres_url), Ledger.open(postgres_url)
    lost = ledger.submitting(LIVE)
    submitter = lost.__enter__()
    lose_connection(postgres_url)
    with pytest.raises(LedgerError):
        submitter.recover()
    with another_holder(postgres_url, LIVE) as holder:
        lost.__exit__(None, None, None)
        with pytest.raises(SubmitterBusy, match=rf"process {holder.pid}\)"), other.submitting(LIVE):
            pass
    ledger.close()
    other.close()
