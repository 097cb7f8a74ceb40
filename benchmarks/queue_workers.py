"""Time workers against `run`, and three workers against one, on a vendor that answers 20 ms late.

The vendor is the sandbox in a process of its own, which notes when each order was placed: no start-up counts. Of three
workers the time counts in which all of them are at work. The ledger is on a PostgreSQL server of the benchmark's own,
which writes to a real disk where TMPDIR names a folder on one. The sheets are put in once; every round works on a copy.
It takes about two minutes on a quiet machine.

    python benchmarks/queue_workers.py [ORDERS]
"""

import csv
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psycopg
import requests
from order_sheets import HEADERS, good_row
from run_orders import API, KEY, LATENCY

from tests.ledger.own_server import OwnServer, free_port, own_server
from tests.ledger.postgres_server import find_binaries

LEAST_OF_RUN, LEAST_OF_THREE = 0.87, 2.7
ROUNDS = 3
ACCOUNTS = ("acme", "bolt", "cork")
ONE_AT_A_TIME = ("worker", "--accounts-at-once", "1", "--until-empty")


@dataclass(frozen=True, slots=True)
class Bench:
    """`queued` is a ledger in which a sheet of each account waits. No round changes it."""

    server: OwnServer
    folder: Path
    port: int
    queued: str

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @contextmanager
    def vendor(self) -> Iterator[None]:
        """A new one at the same place, which has sold nothing yet."""
        words = ["--port", str(self.port), "--latency", str(LATENCY)]
        command = [sys.executable, "-m", "batch_orders.sandbox", *words]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as sandbox:
            assert sandbox.stdout
            sandbox.stdout.readline()
            try:
                yield
            finally:
                sandbox.terminate()

    def copy_queued(self) -> str:
        copy = self.server.new_database()
        with psycopg.connect(self.server.url, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name_of(copy)}")
            connection.execute(f"CREATE DATABASE {name_of(copy)} TEMPLATE {name_of(self.queued)}")
        return copy

    def call(self, ledger: str, *words: str) -> subprocess.Popen[bytes]:
        settings = [f'ledger = "{ledger}"', f'base-url = "{self.base_url}"', 'rate = "none"']
        for account in ACCOUNTS:
            settings += [f"[accounts.{account}]", f'api-key-env = "KEY_OF_{account.upper()}"']
        (self.folder / "batch-orders.toml").write_text("\n".join(settings))
        keys = {f"KEY_OF_{account.upper()}": f"{KEY}-{account}" for account in ACCOUNTS}
        return subprocess.Popen(
            [sys.executable, "-m", "batch_orders", *words],
            env={**os.environ, **keys, "XDG_STATE_HOME": str(self.folder / "state")},
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def time_run(self) -> float:
        with self.vendor():
            words = ("run", f"{ACCOUNTS[0]}.csv", "--account", ACCOUNTS[0], "--yes")
            finish(self.call(self.server.new_database(), *words))
            return self.orders_a_second(ACCOUNTS[:1])

    def time_one(self) -> float:
        with self.vendor():
            finish(self.call(self.copy_queued(), *ONE_AT_A_TIME, "--only", ACCOUNTS[0]))
            return self.orders_a_second(ACCOUNTS[:1])

    def time_three(self) -> float:
        with self.vendor():
            ledger = self.copy_queued()
            for process in [self.call(ledger, *ONE_AT_A_TIME) for _ in ACCOUNTS]:
                finish(process)
            return self.orders_a_second(ACCOUNTS)

    def orders_a_second(self, accounts: Sequence[str]) -> float:
        """By the vendor's clock, while orders of all of these accounts came."""
        times = [self.placed(account) for account in accounts]
        first, last = max(min(each) for each in times), min(max(each) for each in times)
        within = sum(first < moment <= last for each in times for moment in each)
        return within / (last - first).total_seconds()

    def placed(self, account: str) -> list[datetime]:
        words = {"api_key": f"{KEY}-{account}"}
        listed = requests.get(f"{self.base_url}{API}get-domain-list", params=words, timeout=60).json()
        return [datetime.fromisoformat(domain["created_at"]) for domain in listed]


def name_of(ledger: str) -> str:
    return ledger.split("@/")[1].split("?")[0]


def finish(process: subprocess.Popen[bytes]) -> None:
    if process.wait():
        raise SystemExit(f"{process.args!r} ended with {process.returncode}.")


def write_sheets(folder: Path, orders: int) -> None:
    for number, account in enumerate(ACCOUNTS):
        rows = [good_row(3 * orders * number + row) for row in range(3 * orders)]
        with (folder / f"{account}.csv").open("w", newline="") as file:
            csv.writer(file).writerows([HEADERS, *rows])


def prepare(server: OwnServer, folder: Path, orders: int) -> Bench:
    """Put one sheet of each account in."""
    write_sheets(folder, orders)
    bench = Bench(server, folder, free_port(), server.new_database())
    with bench.vendor():
        for account in ACCOUNTS:
            finish(bench.call(bench.queued, "enqueue", f"{account}.csv", "--account", account, "--yes"))
    return bench


def compare(orders: int, folder: Path) -> None:
    binaries = find_binaries()
    if binaries is None:
        raise SystemExit("No PostgreSQL server was found (Debian: apt-get install postgresql).")
    found: dict[str, list[float]] = {"run": [], "one worker": [], "three workers": []}
    begun = time.monotonic()
    with ExitStack() as running:
        bench = prepare(running.enter_context(own_server(binaries)), folder, orders)
        for number in range(ROUNDS):
            found["run"].append(bench.time_run())
            found["one worker"].append(bench.time_one())
            found["three workers"].append(bench.time_three())
            speeds = ", ".join(f"{side} {each[-1]:.1f}" for side, each in found.items())
            print(
                f"round {number + 1}, {time.monotonic() - begun:.0f} s: {speeds} orders a second", flush=True
            )
    run, one, three = (statistics.median(each) for each in found.values())
    print(f"one worker against run: {one / run:.2f} (aim: at least {LEAST_OF_RUN})")
    print(f"three workers against one: {three / one:.2f} (aim: at least {LEAST_OF_THREE})")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        compare(int(sys.argv[1]) if len(sys.argv) > 1 else 200, Path(name))
