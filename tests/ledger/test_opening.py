"""How a ledger is opened, made, brought up to date, and refused in a sentence."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import threading
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import event, inspect, text

from batch_orders.core.outcomes import NotTaken
from batch_orders.errors import BatchOrdersError, ConfigurationError, LedgerError
from batch_orders.ledger import Ledger
from batch_orders.ledger.engine import MIGRATIONS
from batch_orders.ledger.schema import REVISION
from tests.harness.rights import give_up_writing_everywhere
from tests.ledger.batches import LIVE, opened_engine, plan_orders, store_batch
from tests.ledger.postgres_server import PASSWORD

NOT_TAKEN = NotTaken("busy", again=True)


def test_the_newest_migration_is_the_one_that_the_code_expects() -> None:
    assert ScriptDirectory(str(MIGRATIONS)).get_heads() == [REVISION]


def test_a_ledger_that_is_up_to_date_is_left_alone(ledger_url: str) -> None:
    first = Ledger.open(ledger_url)
    plan_orders(first, "shop.com")
    first.close()
    second = Ledger.open(ledger_url)
    assert [line.sheet for line in second.batches()] == ["orders.xlsx"]
    second.close()


def test_many_may_make_a_ledger_at_the_same_moment(ledger_url: str) -> None:
    faults: list[BaseException] = []
    start = threading.Barrier(8)

    def make() -> None:
        start.wait()
        try:
            Ledger.open(ledger_url).close()
        except BatchOrdersError as error:
            faults.append(error)

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


def make_ledgers(folder: Path, start: Barrier) -> None:
    for number in range(80):
        start.wait(60)
        Ledger.open(str(folder / f"{number}.db")).close()


@pytest.mark.long
def test_two_processes_may_make_a_ledger_at_the_same_moment(tmp_path: Path) -> None:
    """Threads of one process hardly ever meet where SQLite does not wait by itself."""
    spawn = multiprocessing.get_context("spawn")
    start = spawn.Barrier(2)
    makers = [spawn.Process(target=make_ledgers, args=(tmp_path, start)) for _ in range(2)]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()
    assert [maker.exitcode for maker in makers] == [0, 0]


def test_a_ledger_from_a_newer_version_is_refused(ledger_url: str) -> None:
    with opened_engine(ledger_url) as engine, engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'zzzz'"))
    with pytest.raises(LedgerError, match="newer version"):
        Ledger.open(ledger_url)
    with pytest.raises(LedgerError, match="newer version"):
        Ledger.open(ledger_url)


def test_a_database_of_another_program_is_not_touched(ledger_url: str) -> None:
    with opened_engine(ledger_url) as engine:
        before = set(inspect(engine).get_table_names())
    Ledger.open(ledger_url).close()
    with opened_engine(ledger_url) as engine:
        assert set(inspect(engine).get_table_names()) == before


def test_sqlite_commits_are_durable_on_every_connection(sqlite_path: Path) -> None:
    ledger = Ledger.open(str(sqlite_path))
    with ledger.submitting(LIVE) as submitter:
        connection = submitter._connection
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        full = 2
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == full
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    ledger.close()


def test_postgres_commits_are_durable(postgres_url: str) -> None:
    ledger = Ledger.open(postgres_url)
    with ledger.submitting(LIVE) as submitter:
        assert submitter._connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"
    ledger.close()


def test_the_folder_of_a_ledger_is_made(tmp_path: Path) -> None:
    Ledger.open(str(tmp_path / "not" / "there" / "ledger.db")).close()
    assert (tmp_path / "not" / "there" / "ledger.db").exists()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LedgerError, match="folder"):
        Ledger.open(str(tmp_path / "file" / "ledger.db"))


@pytest.mark.parametrize(
    "place", ["mysql://host/ledger", "sqlite://", "sqlite:///:memory:", "nonsense://", "://"]
)
def test_a_place_that_can_hold_no_ledger_is_refused(place: str) -> None:
    with pytest.raises(ConfigurationError, match=r"ledger|database") as caught:
        Ledger.open(place)
    assert caught.value.setting == "ledger"


@pytest.mark.parametrize(
    "content", [b"Domain,Mailbox\nshop.com,jane\n", b"no database, but as long as one" * 999]
)
def test_a_file_that_is_no_ledger_is_told_and_kept(sqlite_path: Path, content: bytes) -> None:
    sqlite_path.write_bytes(content)
    with pytest.raises(LedgerError, match=r"ledger\.db cannot be used: .+\.") as caught:
        Ledger.open(str(sqlite_path))
    assert caught.value.setting == "ledger"
    assert sqlite_path.read_bytes() == content


def test_a_damaged_ledger_is_told(sqlite_path: Path) -> None:
    ledger = Ledger.open(str(sqlite_path))
    store_batch(ledger, *(f"shop-{number}.com" for number in range(200)))
    ledger.close()
    page = 4096
    content = bytearray(sqlite_path.read_bytes())
    content[page:] = os.urandom(len(content) - page)
    sqlite_path.write_bytes(content)
    with pytest.raises(LedgerError, match="cannot be used"):
        Ledger.open(str(sqlite_path)).batches()


def test_a_ledger_that_is_full_takes_neither_batch_nor_claim(sqlite_path: Path) -> None:
    ledger = Ledger.open(str(sqlite_path))
    (order,) = plan_orders(ledger, "shop.com")
    with ledger._engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")
    domains = [f"shop-{number}.com" for number in range(500)]
    with pytest.raises(LedgerError, match="full"):
        store_batch(ledger, *domains, batch="large")
    assert ledger.orders("large") == ()
    with ledger.submitting(LIVE) as submitter, pytest.raises(LedgerError, match="full"):
        for _ in range(1000):
            submitter.claim(order)
            submitter.record(order, NOT_TAKEN)
    ledger.close()


def test_no_message_shows_the_password_of_the_database(postgres_url: str) -> None:
    ledger = Ledger.open(postgres_url)
    assert PASSWORD not in ledger.place
    ledger.close()
    for place in (
        postgres_url.replace("ledger_", "missing_"),
        postgres_url.replace("batch_orders:", "nobody_known:"),
        f"postgresql://jane:{PASSWORD}@127.0.0.1:1/ledger?connect_timeout=5",
        f"postgresql://jane:{PASSWORD}@127.0.0.1:port/ledger",
        f"mysql://jane:{PASSWORD}@127.0.0.1/ledger",
    ):
        with pytest.raises(BatchOrdersError) as caught:
            Ledger.open(place)
        assert PASSWORD not in str(caught.value)
        assert "ledger" in str(caught.value).lower()
        assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_a_ledger_that_may_only_be_read_is_told(sqlite_path: Path) -> None:
    """In a process of its own, without the right of root to write everywhere."""
    Ledger.open(str(sqlite_path)).close()
    sqlite_path.chmod(0o444)
    sqlite_path.parent.chmod(0o555)
    program = (
        "import sys; from batch_orders.errors import LedgerError; from batch_orders.ledger import Ledger\n"
        "try:\n"
        "    with Ledger.open(sys.argv[1]).submitting('x') as submitter: print('opened')\n"
        "except LedgerError as error: print(error)\n"
    )
    try:
        ended = subprocess.run(
            [sys.executable, "-c", program, str(sqlite_path)],
            preexec_fn=give_up_writing_everywhere,
            capture_output=True,
            text=True,
            check=True,
        )
    finally:
        sqlite_path.parent.chmod(0o755)
    assert ended.stdout.startswith("The ledger ")
    assert "ledger.db cannot be used: " in ended.stdout


def test_what_is_asked_at_every_start_reads_no_old_orders(sqlite_path: Path) -> None:
    """SQLite uses a partial index only where a query has its very words."""
    ledger = Ledger.open(str(sqlite_path))
    (order,) = plan_orders(ledger, "shop.com")
    asked: list[tuple[str, Any]] = []

    @event.listens_for(ledger._engine, "before_cursor_execute")
    def note(_c: object, _cursor: object, words: str, values: object, *_: object) -> None:
        if words.startswith(("SELECT", "UPDATE")):
            asked.append((words, values))

    with ledger.submitting(LIVE) as submitter:
        submitter.recover()
        submitter.reconcile({})
        submitter.claim(order)
        submitter.record(order, NOT_TAKEN)
    ledger.unsettled(LIVE)
    ledger.unsettled(LIVE, "acme")
    ledger.known(LIVE, ["shop.com"])
    ledger.orders_of("shop.com")
    ledger.places("shop.com")
    ledger.history("shop.com")
    ledger.resumable()
    ledger.batches()
    ledger.superseded("batch")
    noted = tuple(asked)
    with ledger._engine.connect() as connection:
        plans = [
            (step.detail, words)
            for words, values in noted
            for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {words}", values)
        ]
    assert [plan for plan in plans if plan[0] in ("SCAN orders", "SCAN later", "SCAN events")] == []
    used = " ".join(detail for detail, _ in plans)
    assert all(
        name in used for name in ("orders_unproven", "orders_planned", "orders_by_domain", "batches_by_acc")
    )
    ledger.close()
