"""Time workers against `run`, and three workers against one, on a vendor that answers 20 ms late.

The vendor is the sandbox in a process of its own, which notes when each order was placed: no start-up counts. The
ledger is on a PostgreSQL server of the benchmark's own, which writes to a real disk where TMPDIR names a folder on one.

    python benchmarks/queue_workers.py [ORDERS]
"""

import csv
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

import requests
from order_sheets import HEADERS, good_row
from run_orders import API, KEY, serve

from tests.ledger.own_server import OwnServer, own_server
from tests.ledger.postgres_server import find_binaries

LEAST_OF_RUN, LEAST_OF_THREE = 0.87, 2.7
ROUNDS = 3
ACCOUNTS = ("acme", "bolt", "cork")


def write_sheets(folder: Path, orders: int) -> None:
    for number, account in enumerate(ACCOUNTS):
        rows = [good_row(3 * orders * number + row) for row in range(3 * orders)]
        with (folder / f"{account}.csv").open("w", newline="") as file:
            csv.writer(file).writerows([HEADERS, *rows])


def command(folder: Path, ledger: str, base_url: str, *words: str) -> tuple[list[str], dict[str, str]]:
    settings = [f'ledger = "{ledger}"', f'base-url = "{base_url}"', 'rate = "none"']
    for account in ACCOUNTS:
        settings += [f"[accounts.{account}]", f'api-key-env = "KEY_OF_{account.upper()}"']
    (folder / "batch-orders.toml").write_text("\n".join(settings))
    keys = {f"KEY_OF_{account.upper()}": f"{KEY}-{account}" for account in ACCOUNTS}
    return [sys.executable, "-m", "batch_orders", *words], {**os.environ, **keys}


def call(folder: Path, ledger: str, base_url: str, *words: str) -> subprocess.Popen[bytes]:
    line, environment = command(folder, ledger, base_url, *words)
    return subprocess.Popen(
        line, env=environment, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def finish(process: subprocess.Popen[bytes]) -> None:
    if process.wait():
        raise SystemExit(f"{process.args!r} ended with {process.returncode}.")


def orders_a_second(base_url: str, accounts: Sequence[str]) -> float:
    """By the server's clock, from the first order of any account to the last."""
    times: list[datetime] = []
    for account in accounts:
        words = {"api_key": f"{KEY}-{account}"}
        listed = requests.get(f"{base_url}{API}get-domain-list", params=words, timeout=60).json()
        times += [datetime.fromisoformat(domain["created_at"]) for domain in listed]
    return (len(times) - 1) / (max(times) - min(times)).total_seconds()


def time_run(server: OwnServer, folder: Path) -> float:
    with serve() as base_url:
        words = ("run", f"{ACCOUNTS[0]}.csv", "--account", ACCOUNTS[0], "--yes")
        finish(call(folder, server.new_database(), base_url, *words))
        return orders_a_second(base_url, ACCOUNTS[:1])


def time_workers(server: OwnServer, folder: Path, accounts: Sequence[str], workers: int) -> float:
    ledger = server.new_database()
    with serve() as base_url:
        for account in accounts:
            finish(call(folder, ledger, base_url, "enqueue", f"{account}.csv", "--account", account, "--yes"))
        one = ("worker", "--accounts-at-once", "1", "--until-empty")
        for process in [call(folder, ledger, base_url, *one) for _ in range(workers)]:
            finish(process)
        return orders_a_second(base_url, accounts)


def compare(orders: int, folder: Path) -> None:
    binaries = find_binaries()
    if binaries is None:
        raise SystemExit("No PostgreSQL server was found (Debian: apt-get install postgresql).")
    write_sheets(folder, orders)
    found: dict[str, list[float]] = {"run": [], "one worker": [], "one on three": [], "three on three": []}
    with ExitStack() as running:
        server = running.enter_context(own_server(binaries))
        for _ in range(ROUNDS):
            found["run"].append(time_run(server, folder))
            found["one worker"].append(time_workers(server, folder, ACCOUNTS[:1], 1))
            found["one on three"].append(time_workers(server, folder, ACCOUNTS, 1))
            found["three on three"].append(time_workers(server, folder, ACCOUNTS, 3))
    medians = {side: statistics.median(each) for side, each in found.items()}
    for side, speed in medians.items():
        print(f"{side:>15}: {speed:6.1f} orders a second")
    print(
        f"one worker against run: {medians['one worker'] / medians['run']:.2f} (aim: at least {LEAST_OF_RUN})"
    )
    three = medians["three on three"] / medians["one on three"]
    print(f"three workers against one: {three:.2f} (aim: at least {LEAST_OF_THREE})")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        compare(int(sys.argv[1]) if len(sys.argv) > 1 else 300, Path(name))
