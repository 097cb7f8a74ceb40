"""`python -m tests.fleet --kills 500`: strike a fleet of workers and enqueuers, and tell what came of it."""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path

from tests.fleet.demands import check
from tests.fleet.story import Striking, Wanted
from tests.harness.counting_vendor import CountingVendor
from tests.ledger.own_server import own_server
from tests.ledger.postgres_server import find_binaries

CARELESS = (
    "synchronous_commit=off",
    "wal_writer_delay=10s",
    "wal_writer_flush_after=1GB",
    "max_connections=200",
)
"""A server that loses what was committed last when it crashes, unless a session demands otherwise."""

RESULT = Path(__file__).parents[2] / "reports" / "fleet.json"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fleet", description=__doc__)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--terms", type=int, default=100)
    parser.add_argument("--crashes", type=int, default=10)
    parser.add_argument("--accounts", type=int, default=20)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--minutes", type=float, default=600.0, help="strike no longer than that")
    parser.add_argument("--seed", type=int, default=None, help="repeats the dice, not the timing")
    parser.add_argument("--result", type=Path, default=RESULT, help="where the figures are written")
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.randrange(2**32)
    print(f"seed {seed}", flush=True)
    binaries = find_binaries()
    if binaries is None:
        print("No PostgreSQL server was found (Debian: apt-get install postgresql).")
        return 2
    wanted = Wanted(
        options.kills, options.terms, options.crashes, options.accounts, options.workers, options.minutes
    )
    said: dict[str, object] = {"seed": seed, "wanted": asdict(wanted), "fault": ""}
    begun = time.monotonic()

    def write(counts: Mapping[str, int]) -> None:
        said.update(counts=dict(counts), seconds=round(time.monotonic() - begun))
        save()

    def save() -> None:
        options.result.write_text(json.dumps(said, indent=2) + "\n")

    try:
        struck = strike_fleet(wanted, random.Random(seed), binaries, write)
    except BaseException as fault:
        said["fault"] = f"{type(fault).__name__}: {fault}"
        save()
        raise
    print(f"The figures are in {options.result}.")
    return 0 if struck.is_full() else 1


def strike_fleet(
    wanted: Wanted, dice: random.Random, binaries: Path, write: Callable[[Mapping[str, int]], object] = dict
) -> Striking:
    """Raises AssertionError where anything came of it that must not. `write` is given the figures in any case."""
    vendors = (CountingVendor(listed=False), CountingVendor(listed=False))
    with own_server(binaries, *CARELESS) as server, tempfile.TemporaryDirectory(prefix="fleet-") as folder:
        striking = Striking(Path(folder), server, vendors, wanted, dice)
        try:
            striking.play()
            write(striking.counts)
            striking.come_to_the_end()
            check(striking)
        finally:
            striking.close()
            for name, count in striking.counts.items():
                print(f"{count:8,} {name}", flush=True)
            write(striking.counts)
            for vendor in vendors:
                vendor.stop()
    return striking


if __name__ == "__main__":
    sys.exit(main())
