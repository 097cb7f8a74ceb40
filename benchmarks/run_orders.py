"""Time `run` against a bare requests.Session loop that posts the same bodies to the same kind of server.

The server is the sandbox in a process of its own, new for each side and round, which answers 20 ms
late. It notes when each order was placed; the time from the first to the last, divided by the orders
between, is the time per order. So neither side's start-up counts. The ledger is a new one in the
system's temporary folder: let TMPDIR name a folder on a real disk.

    python benchmarks/run_orders.py [ORDERS]
"""

import csv
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import requests
from order_sheets import HEADERS, good_row

AIM = 1.1
ROUNDS = 5
LATENCY = 0.02
KEY = "benchmark-key"
API = "/api/v1/smart-senders/"
POST = """
import json, sys
import requests
with requests.Session() as session:
    for body in json.load(open(sys.argv[2])):
        session.post(sys.argv[1], params={"api_key": sys.argv[3]}, json=body).raise_for_status()
"""


@contextmanager
def serve() -> Iterator[str]:
    """A new sandbox in a process of its own; gives its base URL."""
    command = [sys.executable, "-m", "batch_orders.sandbox", "--latency", str(LATENCY)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        try:
            yield server.stdout.readline().strip()
        finally:
            server.terminate()


def run_orders(base_url: str, folder: Path) -> None:
    command = [sys.executable, "-m", "batch_orders", "run", str(folder / "orders.csv"), "--yes"]
    places = ["--base-url", base_url, "--ledger", str(folder / "ledger.db"), "--reports-dir", str(folder)]
    for old in folder.glob("ledger.db*"):
        old.unlink()
    environment = {**os.environ, "SMARTLEAD_API_KEY": KEY}
    subprocess.run(
        [*command, *places, "--rate", "none"], env=environment, check=True, stdout=subprocess.DEVNULL
    )


def post_bodies(base_url: str, folder: Path) -> None:
    command = [sys.executable, "-c", POST, f"{base_url}{API}place-order", str(folder / "bodies.json"), KEY]
    subprocess.run(command, check=True)


def time_per_order(base_url: str, orders: int) -> float:
    """Seconds, by the server's clock."""
    listed = requests.get(f"{base_url}{API}get-domain-list", params={"api_key": KEY}, timeout=60).json()
    times = sorted(datetime.fromisoformat(domain["created_at"]) for domain in listed)
    if len(times) != orders:
        raise SystemExit(f"{len(times)} of {orders} orders were placed.")
    return (times[-1] - times[0]).total_seconds() / (orders - 1)


def keep_bodies(base_url: str, folder: Path) -> None:
    seen = requests.get(f"{base_url}/sandbox/seen", timeout=60).json()
    (folder / "bodies.json").write_text(json.dumps(seen["requests"]))


def compare(orders: int, folder: Path) -> None:
    with (folder / "orders.csv").open("w", newline="") as file:
        csv.writer(file).writerows([HEADERS, *map(good_row, range(3 * orders))])
    times: dict[str, list[float]] = {"bare": [], "run": []}
    for _ in range(ROUNDS):
        with serve() as base_url:
            run_orders(base_url, folder)
            times["run"].append(time_per_order(base_url, orders))
            keep_bodies(base_url, folder)
        with serve() as base_url:
            post_bodies(base_url, folder)
            times["bare"].append(time_per_order(base_url, orders))
    medians = {side: statistics.median(each) for side, each in times.items()}
    for side, seconds in medians.items():
        print(f"{side:>5}: {seconds * 1000:6.2f} ms an order")
    print(f"ratio: {medians['run'] / medians['bare']:.3f} (aim: at most {AIM})")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        compare(int(sys.argv[1]) if len(sys.argv) > 1 else 500, Path(name))
