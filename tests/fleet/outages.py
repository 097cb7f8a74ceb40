"""`python -m tests.fleet.outages`: the database is away for 30 seconds; a machine is cut off from it in mid-order."""

from __future__ import annotations

import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from batch_orders.core.results import SENT, Status
from batch_orders.ledger import Ledger
from batch_orders.service.result import result_of
from tests.fleet.elsewhere import go_away
from tests.harness.command_line import Machine
from tests.harness.counting_vendor import CountingVendor
from tests.harness.network import HERE, THERE, Network, network
from tests.ledger.own_server import LOOPBACK, OwnServer, own_server
from tests.ledger.postgres_server import USER, find_binaries
from tests.queue.fleet import Fleet

AWAY = 30.0
LATEST_FREE = 60.0
ACCOUNTS = {name: f"key-of-{name}" for name in ("acme", "bolt", "cork", "dorn")}
SENDING = "SELECT 1 FROM orders WHERE state = 'submitting'"
SESSIONS = "SELECT 1 FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE locktype = 'advisory' AND client_addr = :at"


@contextmanager
def made_fleet(hurried: bool, host: str = LOOPBACK) -> Iterator[tuple[Fleet, OwnServer, CountingVendor]]:
    binaries = find_binaries()
    assert binaries, "No PostgreSQL server was found (Debian: apt-get install postgresql)."
    careless = ("synchronous_commit=off", "wal_writer_delay=10s")
    vendor = CountingVendor(listed=False)
    with own_server(binaries, *careless, host=host) as server, tempfile.TemporaryDirectory() as folder:
        machine, ledger = Machine.in_folder(Path(folder)), server.new_database()
        fleet = Fleet(machine, ledger, vendor.base_url, ACCOUNTS, hurried=hurried)
        fleet.settle_in()
        try:
            yield fleet, server, vendor
        finally:
            vendor.stop()


def lose_database(seconds: float) -> None:
    """The server crashes with an order of every account under way, and stays away. Its answers come meanwhile.

    Raises AssertionError where a worker ends, anything is sent twice or not, or a report tells what was not so.
    """
    with made_fleet(seconds < AWAY) as (fleet, server, vendor):
        for account in ACCOUNTS:
            fleet.enqueue(
                fleet.sheet(f"hold-{account}.com", f"{account}-2.com", f"reject-{account}.com"),
                account=account,
            )
        with (
            fleet.worker("--accounts-at-once", "2") as first,
            fleet.worker("--accounts-at-once", "2") as second,
        ):
            fleet.wait_for(lambda: len(vendor.seen()) == len(ACCOUNTS))
            server.crash()
            vendor.release()
            late = fleet.sheet("late.com")
            refused = fleet.enqueue(late, account="acme")
            time.sleep(seconds)
            workers = (first, second)
            assert [worker.poll() for worker in workers] == [None, None], "A worker ended."
            server.start()
            assert refused.code not in (0, 1), refused.output
            assert fleet.enqueue(late, account="acme").code == 0
            fleet.wait_for(lambda: fleet.jobs() == [("succeeded", "done")] * 5)
            check_reports(fleet, vendor)
            # Away once more, with nothing in hand.
            server.crash_and_start()
            fleet.enqueue(fleet.sheet("four.com"), account="bolt")
            fleet.wait_for(lambda: fleet.jobs() == [("succeeded", "done")] * 6)
            assert [worker.poll() for worker in workers] == [None, None], "A worker ended."
            for worker in workers:
                worker.send_signal(signal.SIGTERM)
                assert worker.wait(60) == 0
        check_once(fleet, vendor)


def check_once(fleet: Fleet, vendor: CountingVendor) -> None:
    lines = fleet.ask("SELECT domain, state FROM orders WHERE domain NOT LIKE 'reject-%'")
    assert {line.state for line in lines} == {"placed"}, lines
    assert vendor.seen() == {line.domain: 1 for line in lines}
    assert vendor.overlaps() == []


def check_reports(fleet: Fleet, vendor: CountingVendor) -> None:
    """No report calls an order unconfirmed that the vendor did not take, or tells of more than was sent."""
    seen = vendor.seen()
    ledger = Ledger.open(fleet.ledger)
    try:
        for line in fleet.ask("SELECT id FROM batches"):
            orders = result_of(line.id, ledger).orders
            unconfirmed = {order.domain for order in orders if order.status is Status.UNCONFIRMED}
            assert unconfirmed <= set(seen), unconfirmed - set(seen)
            assert all(order.status in SENT for order in orders)
    finally:
        ledger.close()


def cut_off(away: Network, hurried: bool) -> tuple[float, float]:
    """A worker is cut off from the database while its order is under way: the vendor can still be reached.

    Seconds from the cut until its lock is free, and until another worker has carried its batches on. Raises
    AssertionError where anything is sent twice or not, or what the first one heard is lost when it is back.
    """
    with made_fleet(hurried, HERE) as (fleet, server, vendor):
        port = urlsplit(vendor.base_url).port
        assert port
        fleet.enqueue(fleet.sheet("hold-one.com", "two.com"), account="acme")
        fleet.enqueue(fleet.sheet("three.com"), account="acme")
        there = f"postgresql://{USER}@{HERE}:{server.port}{urlsplit(fleet.ledger).path}"
        words = ("worker", "--beat-every", "0.5" if hurried else "10", "--ledger", there)
        with (
            away.bridged(port),
            fleet.machine.start(*words, before=partial(go_away, away, hurried)) as first,
        ):
            fleet.wait_for(lambda: bool(vendor.seen()))
            away.pull()
            cut = time.monotonic()
            vendor.release()
            with fleet.worker() if hurried else fleet.worker("--beat-every", "10") as second:
                fleet.wait_for(lambda: not fleet.ask(SESSIONS, at=THERE))
                free = time.monotonic() - cut
                fleet.wait_for(lambda: fleet.jobs() == [("succeeded", "done")] * 2)
                done = time.monotonic() - cut
                assert fleet.ask("SELECT state FROM orders WHERE domain = 'hold-one.com'") == [
                    ("unconfirmed",)
                ]
                away.plug_in()
                # What the first one heard of its order meanwhile is not lost.
                fleet.wait_for(lambda: not fleet.ask("SELECT 1 FROM orders WHERE state <> 'placed'"))
                assert first.poll() is second.poll() is None, "A worker ended."
        check_once(fleet, vendor)
    return free, done


def main() -> int:
    lose_database(AWAY)
    print(
        f"the database was away for {AWAY:.0f} s: nothing twice, lost or unconfirmed; no worker ended",
        flush=True,
    )
    with network() as away:
        if away is None:
            print("No network namespace can be made here: that takes the rights of root.")
            return 1
        free, done = cut_off(away, hurried=False)
    print(
        f"cut off: the lock was free after {free:.1f} s, its batches were done elsewhere after {done:.1f} s"
    )
    return 0 if free < LATEST_FREE else 1


if __name__ == "__main__":
    sys.exit(main())
