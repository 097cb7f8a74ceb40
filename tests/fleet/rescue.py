"""`python -m tests.fleet.rescue`: how long a killed worker's batch waits for another, with 1,000 batches waiting."""

from __future__ import annotations

import signal
import sys
import tempfile
import time
from pathlib import Path

from batch_orders.ledger import Ledger
from batch_orders.queue import QueuedBatch, schema
from batch_orders.queue.waiting import enqueue
from tests.harness.command_line import Machine
from tests.harness.counting_vendor import CountingVendor
from tests.ledger.batches import store_batch
from tests.ledger.own_server import own_server
from tests.ledger.postgres_server import find_binaries
from tests.queue.fleet import Fleet

WAITING = 1_000
ACCOUNTS = {"acme": "key-acme", "bolt": "key-bolt"}
HOLDER = "SELECT worker_id FROM procrastinate_jobs WHERE status = 'doing' AND lock LIKE '%acme'"


def fill(fleet: Fleet) -> None:
    """Batches that wait behind the one that is held."""
    ledger = Ledger.open(fleet.ledger)
    schema.prepare(ledger)
    for number in range(WAITING):
        domain = f"waiting-{number}.com"
        batch = store_batch(ledger, domain, environment=fleet.base_url, account="acme", started=False)
        with ledger.transaction() as connection:
            enqueue(connection, [QueuedBatch(batch, fleet.base_url, "acme", batch, f"{domain}.csv")])
    ledger.close()


def time_rescue(fleet: Fleet, beats: str) -> float:
    """Seconds from the death of a worker until another one has its batch."""
    with fleet.machine.start("worker", "--beat-every", beats) as first:
        fleet.wait_for(lambda: bool(fleet.ask(HOLDER)))
        (held,) = fleet.ask(HOLDER)
        with fleet.machine.start("worker", "--beat-every", beats):
            fleet.wait_for(lambda: fleet.ask("SELECT count(*) AS them FROM queue_workers")[0].them == 2)
            first.send_signal(signal.SIGKILL)
            first.wait()
            died = time.monotonic()
            fleet.wait_for(lambda: any(line.worker_id != held.worker_id for line in fleet.ask(HOLDER)))
            return time.monotonic() - died


def main() -> int:
    binaries = find_binaries()
    if binaries is None:
        print("No PostgreSQL server was found (Debian: apt-get install postgresql).")
        return 2
    for beats in ("2", "10"):
        vendor = CountingVendor(listed=False)
        with own_server(binaries) as server, tempfile.TemporaryDirectory() as folder:
            machine = Machine.in_folder(Path(folder))
            fleet = Fleet(machine, server.new_database(), vendor.base_url, ACCOUNTS)
            fleet.settle_in()
            fleet.enqueue(fleet.sheet("hold-one.com"), account="acme")
            fill(fleet)
            print(f"a beat every {beats} s: rescued after {time_rescue(fleet, beats):.1f} s", flush=True)
        vendor.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
