"""What is wrong with a ledger or its disk, as a whole run meets it: a clear sentence, and nothing is sent."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text

from batch_orders.ledger import Ledger
from batch_orders.sandbox import Sandbox, start_sandbox
from tests.command_line import Ended, read_states, read_words, run_process, run_words, surroundings
from tests.ledger.batches import lose_connection, opened_engine
from tests.ledger.postgres_server import PASSWORD
from tests.rights import give_up_writing_everywhere, limit_files
from tests.sheets import row, write_csv

ROOM = 260_000
"""Bytes: enough for a new ledger and a report, not for all the moves of many orders."""


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with start_sandbox() as running:
        yield running


def run_orders(
    folder: Path, sandbox: Sandbox, ledger: Path | str, count: int = 2, **process: object
) -> Ended:
    sheet = write_csv(folder / "orders.csv", *(row(f"shop-{number}.com") for number in range(count)))
    return run_process(run_words(sheet, sandbox.base_url, ledger), folder, **process)  # type: ignore[arg-type]


def assert_refused(ended: Ended, sandbox: Sandbox, *told: str) -> None:
    assert ended.code == 2
    assert ended.said["exit_code"] == 2
    sentence = " ".join(ended.err.split())
    assert "Traceback" not in sentence
    assert "unforeseen" not in sentence
    for part in told:
        assert part in sentence
    assert sandbox.requests == ()


def test_a_ledger_from_a_newer_version(tmp_path: Path, sandbox: Sandbox, ledger_url: str) -> None:
    with opened_engine(ledger_url) as engine, engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'zzzz'"))
    ended = run_orders(tmp_path, sandbox, ledger_url)
    assert_refused(ended, sandbox, "newer version", "--ledger")
    assert PASSWORD not in ended.out + ended.err


def test_a_corrupted_ledger(tmp_path: Path, sandbox: Sandbox) -> None:
    ledger = tmp_path / "ledger.db"
    ledger.write_bytes(b"no database at all " * 1000)
    assert_refused(
        run_orders(tmp_path, sandbox, ledger), sandbox, "ledger.db cannot be used", "not a database"
    )


def test_a_ledger_that_may_only_be_read(tmp_path: Path, sandbox: Sandbox) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    Ledger.open(str(folder / "ledger.db")).close()
    (folder / "ledger.db").chmod(0o444)
    folder.chmod(0o555)
    try:
        ended = run_orders(tmp_path, sandbox, folder / "ledger.db", preexec_fn=give_up_writing_everywhere)
    finally:
        folder.chmod(0o755)
    assert_refused(ended, sandbox, "ledger.db cannot be used")


def test_a_database_server_that_is_not_there(tmp_path: Path, sandbox: Sandbox) -> None:
    ended = run_orders(tmp_path, sandbox, f"postgresql://jane:{PASSWORD}@127.0.0.1:1/ledger")
    assert_refused(ended, sandbox, "cannot be used")
    assert PASSWORD not in ended.out + ended.err


def test_a_disk_that_is_full_from_the_start(tmp_path: Path, sandbox: Sandbox) -> None:
    ended = run_orders(tmp_path, sandbox, tmp_path / "ledger.db", preexec_fn=partial(limit_files, 8_192))
    assert ended.code in (2, 3)
    assert "Traceback" not in ended.err
    assert sandbox.requests == ()


def test_a_disk_that_fills_up_in_the_middle(tmp_path: Path, sandbox: Sandbox) -> None:
    """What was sent before is told right; the order in flight is unconfirmed at worst; nothing is sent twice."""
    count, ledger = 40, tmp_path / "ledger.db"
    ended = run_orders(tmp_path, sandbox, ledger, count, preexec_fn=partial(limit_files, ROOM))
    assert ended.code == 4, ended.err
    assert "Traceback" not in ended.err
    sent = {order.domains[0] for order in sandbox.orders}
    assert 0 < len(sent) < count
    words = read_words(ended.report)
    told = {domain for domain, word in words.items() if word in ("placed", "unconfirmed")}
    assert told == sent
    assert Counter(words.values())["unconfirmed"] <= 1
    assert Counter(words.values())["not submitted"] == count - len(sent)

    again = run_orders(tmp_path, sandbox, ledger, count)
    assert again.code == 0, again.err
    assert max(Counter(order.domains[0] for order in sandbox.orders).values()) == 1
    assert Counter(read_states(ledger).values())["placed"] == count


def test_a_run_that_loses_its_database_connection_stops_and_tells_the_truth(
    tmp_path: Path, postgres_url: str
) -> None:
    count = 40
    domains = [f"shop-{number}.com" for number in range(count)]
    sheet = write_csv(tmp_path / "orders.csv", *map(row, domains))
    with start_sandbox(latency=0.05) as sandbox:
        words = run_words(sheet, sandbox.base_url, postgres_url)
        running = subprocess.Popen(
            [sys.executable, "-m", "batch_orders", *words],
            cwd=tmp_path,
            env=surroundings(tmp_path),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        while running.poll() is None and len(sandbox.requests) < 3:
            time.sleep(0.01)
        lose_connection(postgres_url)
        ended = Ended(running.wait(), *running.communicate())
        assert ended.code == 4, ended.err
        sent = {order.domains[0] for order in sandbox.orders}
        assert 3 <= len(sent) < count
        words_of = read_words(ended.report)
        assert {domain for domain, word in words_of.items() if word in ("placed", "unconfirmed")} == sent
        assert Counter(words_of.values())["unconfirmed"] <= 1
        again = run_process(words, tmp_path)
        assert again.code == 0, again.err
        assert Counter(order.domains[0] for order in sandbox.orders) == Counter(domains)
