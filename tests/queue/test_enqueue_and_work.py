"""A sheet is put into the queue, and a worker carries it out."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from tests.harness.command_line import KEY, Machine, pasted
from tests.harness.counting_vendor import CountingVendor
from tests.queue.fleet import Fleet
from tests.sheets import row


def test_what_is_enqueued_is_bought_once_by_a_worker_and_reported_anywhere(
    fleet: Fleet, vendor: CountingVendor
) -> None:
    said = fleet.enqueue(fleet.sheet("one.com", "two.com"))
    assert said.code == 0
    assert vendor.seen() == {}
    assert fleet.work_until_empty().code == 0
    assert vendor.seen() == {"one.com": 1, "two.com": 1}
    assert fleet.jobs() == [("succeeded", "done")]
    (batch,) = fleet.ask("SELECT id, finished_at FROM batches")
    assert batch.finished_at
    assert fleet.machine.run("report", batch.id).code == 0
    assert len(fleet.machine.reports()) == 1


def test_programs_and_people_are_told_what_waits_and_how_to_get_at_it(
    fleet: Fleet, vendor: CountingVendor
) -> None:
    fleet.machine.hand_in(row("one.com"), row("bad name"), row("two.com"), name="our june.csv")
    ended = fleet.enqueue(Path("our june.csv"))
    (waiting,) = ended.said["sheets"]
    (batch,) = fleet.ask("SELECT id FROM batches")
    assert waiting["batch"] == batch.id
    assert waiting["rows"] == {"total": 3, "valid": 2, "invalid": 1}
    assert (waiting["orders"]["not submitted"], waiting["orders"]["invalid"]) == (2, 1)
    # Rows that were held back need somebody; that the others wait does not.
    assert ended.code == 1
    assert pasted(ended) == [["report", batch.id], ["worker"], ["status", "--queue"]]
    again = fleet.enqueue(Path("our june.csv"))
    assert all(words[0] not in ("run", "enqueue") for words in pasted(again))
    with fleet.worker():
        fleet.wait_for(lambda: fleet.jobs() == [("succeeded", "done")])
        named = pasted(fleet.enqueue(fleet.sheet("three.com")))
        assert [words[0] for words in named] == ["status", "report"]
        for words in named:
            assert fleet.machine.run(*words).code == 0


def test_to_follow_ends_with_the_report(fleet: Fleet, vendor: CountingVendor) -> None:
    with fleet.worker():
        followed = fleet.enqueue(fleet.sheet("one.com", "reject-two.com"), words=("--follow",))
    assert followed.code == 1
    assert followed.orders == {"placed": 1, "rejected": 1}
    assert fleet.machine.report_of(followed).exists()


def test_who_stops_to_follow_is_told_that_it_stays_in_the_queue(fleet: Fleet, vendor: CountingVendor) -> None:
    fleet.enqueue(fleet.sheet("before.com"))
    sheet = fleet.sheet("one.com")
    with fleet.machine.start("enqueue", sheet, "--yes", "--json", "--follow") as following:
        fleet.wait_for(lambda: len(fleet.jobs()) == 2)
        following.send_signal(signal.SIGINT)
        output, errors = following.communicate()
        assert following.wait(60) == 4
    assert "stays there" in errors
    assert "Nothing was sent" not in errors
    (told,) = json.loads(output)["sheets"]
    (batch,) = fleet.ask("SELECT id FROM batches WHERE sheet = 'one.com.csv'")
    assert told["batch"] == batch.id
    assert told["orders"]["not submitted"] == 1
    assert fleet.work_until_empty().code == 0
    assert vendor.seen() == {"before.com": 1, "one.com": 1}


def test_the_same_sheet_waits_once(fleet: Fleet, vendor: CountingVendor) -> None:
    sheet = fleet.sheet("one.com")
    assert fleet.enqueue(sheet).code == 0
    assert fleet.enqueue(sheet).code == 1
    assert len(fleet.jobs()) == 1
    fleet.work_until_empty()
    assert vendor.seen() == {"one.com": 1}


def test_a_sqlite_ledger_is_refused_with_the_reason(machine: Machine, vendor: CountingVendor) -> None:
    machine.environment["SMARTLEAD_API_KEY"] = KEY
    for words in (["worker"], ["enqueue", str(machine.hand_in()), "--yes"]):
        refused = machine.run(*words, "--base-url", vendor.base_url)
        assert refused.code == 2
        assert "SQLite" in refused.errors
        assert "copy-ledger" in refused.errors


def test_without_the_extra_it_is_said_what_to_install(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    from batch_orders.errors import ConfigurationError
    from batch_orders.queue import requirements

    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ConfigurationError, match=r"pip install 'batch-orders\[queue\]'"):
        requirements.refuse_without_engine()


def test_a_worker_takes_only_batches_of_accounts_that_it_is_told(
    machine: Machine, postgres_url: str, vendor: CountingVendor
) -> None:
    fleet = Fleet(machine, postgres_url, vendor.base_url, {"acme": "key-acme", "bolt": "key-bolt"})
    fleet.settle_in()
    fleet.enqueue(fleet.sheet("acme-one.com"), account="acme")
    fleet.enqueue(fleet.sheet("bolt-one.com"), account="bolt")
    assert fleet.work_until_empty("--only", "bolt").code == 0
    assert vendor.keys() == {"bolt-one.com": "key-bolt"}
    assert fleet.work_until_empty("--only", "nobody").code == 2
    assert fleet.work_until_empty().code == 0
    assert vendor.keys() == {"bolt-one.com": "key-bolt", "acme-one.com": "key-acme"}


def test_batches_of_an_account_are_carried_out_in_order(fleet: Fleet) -> None:
    for number in range(4):
        fleet.enqueue(fleet.sheet(f"shop-{number}.com", f"more-{number}.com"))
    with fleet.worker(), fleet.worker():
        fleet.wait_for(lambda: fleet.jobs() == [("succeeded", "done")] * 4)
    bought = fleet.ask(
        "SELECT orders.domain FROM events JOIN orders ON orders.id = events.order_id "
        "WHERE events.after = 'placed' ORDER BY events.id"
    )
    assert [line.domain for line in bought] == [
        domain for number in range(4) for domain in (f"shop-{number}.com", f"more-{number}.com")
    ]


def test_nothing_of_it_is_stored_where_the_job_cannot_be(fleet: Fleet, tmp_path: Path) -> None:
    fleet.enqueue(fleet.sheet("one.com"))
    fleet.ask("ALTER TABLE queue_batches ADD CONSTRAINT refuses CHECK (name <> 'two.com.csv')")
    assert fleet.enqueue(fleet.sheet("two.com")).code != 0
    assert [line.sheet for line in fleet.ask("SELECT sheet FROM batches")] == ["one.com.csv"]
    assert [line.domain for line in fleet.ask("SELECT domain FROM orders")] == ["one.com"]
