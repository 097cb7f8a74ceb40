"""`python -m tests.model --depth 4`: walk the small worlds deeper than the test suite does."""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from tests.model.walk import Walk
from tests.model.world import open_world
from tests.model.worlds import worlds


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.model", description=__doc__)
    parser.add_argument("--depth", type=int, default=3)
    parser.add_argument("--world", choices=sorted(worlds()), action="append", help="only this one")
    options = parser.parse_args()
    print("| world | runs deep | states | executions | seconds |\n|---|---|---|---|---|", flush=True)
    for name, rules in worlds().items():
        if options.world and name not in options.world:
            continue
        begun = time.monotonic()
        with (
            tempfile.TemporaryDirectory(prefix="batch-orders-model-") as folder,
            open_world(Path(folder), rules) as world,
        ):
            walk = Walk(world, options.depth)
            walk.go()
        took = time.monotonic() - begun
        print(f"| {name} | {options.depth} | {walk.nodes:,} | {walk.executions:,} | {took:.0f} |", flush=True)


if __name__ == "__main__":
    main()
