"""What a ledger on PostgreSQL demands of its server, and what is done where the server cannot keep it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from batch_orders.core.states import State
from batch_orders.diagnostics import Health
from batch_orders.diagnostics.ledger import check_ledger
from batch_orders.errors import LedgerConflict, LedgerError
from batch_orders.ledger import Ledger
from batch_orders.ledger.engine import read_place
from batch_orders.ledger.lock import AccountLock
from batch_orders.ledger.submitter import Submitter
from tests.ledger.batches import LIVE, opened_engine, plan_orders
from tests.ledger.own_server import OwnServer, own_server
from tests.ledger.pooler import Pooler
from tests.ledger.postgres_server import USER, PostgresServer, find_binaries

pytestmark = [pytest.mark.long, pytest.mark.postgres]


@pytest.fixture(scope="module")
def careless(postgres_server: PostgresServer) -> Iterator[OwnServer]:
    """A server that answers a commit before it has written it, and ends idle sessions."""
    binaries = find_binaries()
    assert binaries
    with own_server(
        binaries,
        "synchronous_commit=off",
        "wal_writer_delay=10s",
        "wal_writer_flush_after=1GB",
        "idle_session_timeout=600s",
    ) as server:
        yield server


def test_every_session_demands_what_the_promise_needs(careless: OwnServer) -> None:
    wanted = {
        "synchronous_commit": "on",
        "idle_session_timeout": "0",
        "tcp_keepalives_idle": "10",
        "tcp_keepalives_interval": "5",
        "tcp_keepalives_count": "3",
        "tcp_user_timeout": "30000",
    }
    with opened_engine(careless.url_over_tcp) as engine:
        engine.dispose()
        # Over TCP the server says what the operating system has set.
        for _ in range(2):
            with engine.connect() as connection:
                told = {name: connection.exec_driver_sql(f"SHOW {name}").scalar() for name in wanted}
                assert told == wanted
                connection.rollback()


def test_a_claim_survives_a_crash_of_a_server_that_loses_commits(careless: OwnServer) -> None:
    with closing(Ledger.open(careless.url)) as ledger:
        (order,) = plan_orders(ledger, "shop.com")
        with ledger.submitting(LIVE) as submitter:
            submitter.claim(order)
            with create_engine(read_place(careless.url)).begin() as lossy:
                lossy.execute(text("CREATE TABLE lost (it int)"))
            careless.crash()
        careless.start()
        assert ledger.known(LIVE, ["shop.com"])["shop.com"].state is State.SUBMITTING
        with opened_engine(careless.url) as engine, engine.connect() as connection:
            kept = connection.exec_driver_sql("SELECT to_regclass('lost')").scalar()
        assert kept is None, "the server kept even what it need not: the crash proves nothing"


def test_doctor_says_where_the_server_does_not_keep_what_it_wrote(careless: OwnServer) -> None:
    Ledger.open(careless.url).close()
    wrong = [check.said for check in check_ledger(careless.url) if check.health is Health.WRONG]
    assert len(wrong) == 1
    assert "fsync" in wrong[0]


@pytest.fixture
def pooler(postgres_server: PostgresServer, postgres_url: str, tmp_path: Path) -> Iterator[Pooler]:
    Ledger.open(postgres_url).close()
    database = str(read_place(postgres_url).database)
    running = Pooler(postgres_server.folder, tmp_path, USER, database)
    yield running
    running.close()


def test_doctor_finds_a_pooler_in_transaction_mode(pooler: Pooler, postgres_url: str) -> None:
    wrong = [check.said for check in check_ledger(pooler.url) if check.health is Health.WRONG]
    assert any("pooler" in said for said in wrong)
    assert not any("pooler" in check.said for check in check_ledger(postgres_url))


def test_nothing_is_claimed_by_a_session_that_does_not_hold_the_lock(postgres_url: str) -> None:
    """As behind a pooler whose sessions change from transaction to transaction."""
    with closing(Ledger.open(postgres_url)) as ledger, opened_engine(postgres_url) as engine:
        first, second = plan_orders(ledger, "shop.com", "store.com")
        lock = AccountLock(engine, LIVE)
        lock.take()
        submitter = Submitter(lock)
        submitter.claim(first)
        with pytest.raises(LedgerConflict):
            submitter.claim(first)
        held, lock.connection = lock.connection, engine.connect()
        with pytest.raises(LedgerError, match="pooler"):
            submitter.claim(second)
        lock.connection.close()
        lock.connection = held
        lock.give_back()
        assert [order.state for order in ledger.orders(ledger.batches()[0].id)] == [
            State.SUBMITTING,
            State.PLANNED,
        ]
