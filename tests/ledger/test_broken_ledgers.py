"""What is wrong with a ledger or its disk, as a whole run meets it: a clear sentence, and nothing is sent."""

from __future__ import annotations

import time
from collections import Counter
from functools import partial
from pathlib import Path

from sqlalchemy import text

from batch_orders.ledger import Ledger
from batch_orders.sandbox import Sandbox, start_sandbox
from tests.harness.command_line import Before, Ended, Machine, read_states, read_words, run_words
from tests.harness.hurried import wait_for_no_ledger
from tests.harness.rights import give_up_writing_everywhere, limit_files
from tests.ledger.batches import lose_connection, opened_engine
from tests.ledger.postgres_server import PASSWORD
from tests.sheets import row

ROOM = 600_000
"""Bytes: enough for a new ledger and a report, not for all the moves of many orders."""


def run_orders(buyer: Machine, ledger: Path | str, count: int = 2, before: Before = None) -> Ended:
    rows = [row(f"shop-{number}.com") for number in range(count)]
    return buyer.order(*rows, words=("--ledger", str(ledger)), before=before)


def assert_refused(ended: Ended, sandbox: Sandbox, *told: str) -> None:
    assert ended.code == 2
    assert ended.said["exit_code"] == 2
    sentence = " ".join(ended.errors.split())
    assert "Traceback" not in sentence
    assert "unforeseen" not in sentence
    for part in told:
        assert part in sentence
    assert sandbox.requests == ()


def test_a_ledger_from_a_newer_version(
    buyer: Machine, tmp_path: Path, sandbox: Sandbox, ledger_url: str
) -> None:
    with opened_engine(ledger_url) as engine, engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'zzzz'"))
    ended = run_orders(buyer, ledger_url)
    assert_refused(ended, sandbox, "newer version", "--ledger")
    assert PASSWORD not in ended.output + ended.errors


def test_a_corrupted_ledger(buyer: Machine, tmp_path: Path, sandbox: Sandbox) -> None:
    ledger = tmp_path / "ledger.db"
    ledger.write_bytes(b"no database at all " * 1000)
    assert_refused(run_orders(buyer, ledger), sandbox, "ledger.db cannot be used", "not a database")


def test_a_ledger_that_may_only_be_read(buyer: Machine, tmp_path: Path, sandbox: Sandbox) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    Ledger.open(str(folder / "ledger.db")).close()
    (folder / "ledger.db").chmod(0o444)
    folder.chmod(0o555)
    try:
        ended = run_orders(buyer, folder / "ledger.db", before=give_up_writing_everywhere)
    finally:
        folder.chmod(0o755)
    assert_refused(ended, sandbox, "ledger.db cannot be used")


def test_a_database_server_that_is_not_there(buyer: Machine, tmp_path: Path, sandbox: Sandbox) -> None:
    ended = run_orders(buyer, f"postgresql://jane:{PASSWORD}@127.0.0.1:1/ledger")
    assert_refused(ended, sandbox, "cannot be used")
    assert PASSWORD not in ended.output + ended.errors


def test_a_disk_that_is_full_from_the_start(buyer: Machine, tmp_path: Path, sandbox: Sandbox) -> None:
    ended = run_orders(buyer, tmp_path / "ledger.db", before=partial(limit_files, 8_192))
    assert ended.code in (2, 3)
    assert "Traceback" not in ended.errors
    assert sandbox.requests == ()


def run_out_of_room() -> None:
    limit_files(ROOM)
    wait_for_no_ledger()


def test_a_disk_that_fills_up_in_the_middle(buyer: Machine, tmp_path: Path, sandbox: Sandbox) -> None:
    """What was sent before is told right; the order in flight is unconfirmed at worst; nothing is sent twice."""
    count, ledger = 40, tmp_path / "ledger.db"
    ended = run_orders(buyer, ledger, count, before=run_out_of_room)
    assert ended.code == 4, ended.errors
    assert "Traceback" not in ended.errors
    sent = {order.domains[0] for order in sandbox.orders}
    assert 0 < len(sent) < count
    words = read_words(buyer.report_of(ended))
    told = {domain for domain, word in words.items() if word in ("placed", "unconfirmed")}
    assert told == sent
    assert Counter(words.values())["unconfirmed"] <= 1
    assert Counter(words.values())["not submitted"] == count - len(sent)

    again = run_orders(buyer, ledger, count)
    assert again.code == 0, again.errors
    assert max(Counter(order.domains[0] for order in sandbox.orders).values()) == 1
    assert Counter(read_states(ledger).values())["placed"] == count


def test_a_run_that_loses_its_database_connection_stops_and_tells_the_truth(
    buyer: Machine, postgres_url: str
) -> None:
    """The connection is opened anew to record what was heard of the order in flight, and nothing more is sent."""
    count = 40
    domains = [f"shop-{number}.com" for number in range(count)]
    with start_sandbox(latency=0.05) as sandbox:
        words = run_words(buyer.hand_in(*map(row, domains)), sandbox.base_url, postgres_url)
        with buyer.start(*words) as running:
            while running.poll() is None and len(sandbox.requests) < 3:
                time.sleep(0.01)
            lose_connection(postgres_url)
            ended = Ended(running.wait(), *running.communicate())
        assert ended.code == 4, ended.errors
        sent = {order.domains[0] for order in sandbox.orders}
        assert 3 <= len(sent) < count
        words_of = read_words(buyer.report_of(ended))
        assert {domain for domain, word in words_of.items() if word in ("placed", "unconfirmed")} == sent
        assert Counter(words_of.values())["unconfirmed"] == 0
        again = buyer.run(*words)
        assert again.code == 0, again.errors
        assert Counter(order.domains[0] for order in sandbox.orders) == Counter(domains)
