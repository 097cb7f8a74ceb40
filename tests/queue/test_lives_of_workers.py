"""Workers that are killed, asked to end, cut off from their database: nothing is bought twice, and nothing stays."""

from __future__ import annotations

import signal
from pathlib import Path

from sqlalchemy import text

from tests.harness.command_line import Machine, Running
from tests.harness.counting_vendor import CountingVendor
from tests.ledger.batches import opened_engine
from tests.queue.fleet import Fleet

BEAT = "SELECT max(last_heartbeat) AS at FROM procrastinate_workers WHERE id = :worker"
WAITS_FOR_LOCK = (
    "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
)
HOLDER = "SELECT worker_id FROM procrastinate_jobs WHERE status = 'doing'"


def wait_for_beats(fleet: Fleet, worker: int, beats: int) -> None:
    """Until a worker was heard of so many times more."""
    fleet.wait_for_changes(BEAT, beats, worker=worker)


def begin_held_order(fleet: Fleet, vendor: CountingVendor) -> None:
    fleet.enqueue(fleet.sheet("hold-one.com", "two.com"))
    fleet.enqueue(fleet.sheet("three.com"))


def wait_until_sent(fleet: Fleet, vendor: CountingVendor, domain: str = "hold-one.com") -> None:
    fleet.wait_for(lambda: domain in vendor.seen())


def test_a_killed_workers_batch_is_carried_on_by_another(fleet: Fleet, vendor: CountingVendor) -> None:
    begin_held_order(fleet, vendor)
    with fleet.worker() as first:
        wait_until_sent(fleet, vendor)
        first.send_signal(signal.SIGKILL)
        first.wait()
    vendor.release()
    with fleet.worker():
        fleet.wait_for(lambda: fleet.jobs() == [("succeeded", "done")] * 2)
    assert vendor.seen() == {"hold-one.com": 1, "two.com": 1, "three.com": 1}
    states = dict(map(tuple, fleet.ask("SELECT domain, state FROM orders")))
    assert states == {"hold-one.com": "unconfirmed", "two.com": "placed", "three.com": "placed"}


def test_a_worker_that_is_asked_to_end_finishes_its_order_beats_on_and_gives_the_batch_back(
    fleet: Fleet, vendor: CountingVendor
) -> None:
    begin_held_order(fleet, vendor)
    with fleet.worker() as first:
        wait_until_sent(fleet, vendor)
        (held,) = fleet.ask(HOLDER)
        first.send_signal(signal.SIGTERM)
        with fleet.worker():
            # Long enough for the other one to take it for dead, if it were.
            wait_for_beats(fleet, held.worker_id, 8)
            assert fleet.ask(HOLDER) == [held]
            vendor.release()
            assert first.wait(60) == 0
            fleet.wait_for(lambda: fleet.jobs() == [("succeeded", "done")] * 2)
    assert vendor.seen() == {"hold-one.com": 1, "two.com": 1, "three.com": 1}
    assert {line.state for line in fleet.ask("SELECT state FROM orders")} == {"placed"}
    bought = "SELECT domain FROM orders JOIN events ON order_id = orders.id WHERE after = 'placed' ORDER BY events.id"
    assert [line.domain for line in fleet.ask(bought)] == ["hold-one.com", "two.com", "three.com"]


def test_a_second_signal_leaves_at_once(fleet: Fleet, vendor: CountingVendor) -> None:
    begin_held_order(fleet, vendor)
    with fleet.worker() as first:
        wait_until_sent(fleet, vendor)
        first.send_signal(signal.SIGTERM)
        fleet.wait_for(lambda: has_heard(first))
        first.send_signal(signal.SIGTERM)
        assert first.wait(60) == 4


def test_a_worker_that_is_asked_to_end_while_it_starts_ends_as_well_as_one_that_works(
    fleet: Fleet, vendor: CountingVendor
) -> None:
    begin_held_order(fleet, vendor)
    with opened_engine(fleet.ledger) as engine, engine.begin() as connection:
        connection.execute(text("LOCK TABLE queue_revision"))
        with fleet.worker() as starting:
            fleet.wait_for(lambda: bool(fleet.ask(WAITS_FOR_LOCK)))
            starting.send_signal(signal.SIGTERM)
            assert starting.wait(60) == 0
    assert vendor.seen() == {}


def has_heard(process: Running) -> bool:
    """Whether a process has no signal any more that is yet to be delivered."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    pending = [line.split()[1] for line in status.splitlines() if line.startswith(("SigPnd", "ShdPnd"))]
    return not any(int(mask, 16) for mask in pending)


def test_the_rate_of_an_account_holds_over_its_batches_and_workers(
    machine: Machine, postgres_url: str, vendor: CountingVendor
) -> None:
    fleet = Fleet(machine, postgres_url, vendor.base_url, rate="3/1s")
    fleet.settle_in()
    for number in range(4):
        fleet.enqueue(fleet.sheet(f"shop-{number}.com", f"reject-{number}.com"))
    with fleet.worker(), fleet.worker():
        fleet.wait_for(lambda: [status for status, _ in fleet.jobs()] == ["succeeded"] * 4)
    arrived = vendor.moments()
    assert len(arrived) == 8
    assert all(later - first >= 1.0 for first, later in zip(arrived, arrived[3:], strict=False))


def test_workers_open_few_connections(fleet: Fleet, vendor: CountingVendor) -> None:
    begin_held_order(fleet, vendor)
    query = (
        "SELECT count(*) AS open FROM pg_stat_activity WHERE datname = current_database() "
        "AND backend_type = 'client backend'"
    )
    with fleet.worker():
        wait_until_sent(fleet, vendor)
        # Three of the worker, one of the batch that runs, and this one.
        assert fleet.ask(query)[0].open <= 5
        vendor.release()
        fleet.wait_for(lambda: fleet.jobs() == [("succeeded", "done")] * 2)
