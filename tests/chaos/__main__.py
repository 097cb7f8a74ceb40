"""`python -m tests.chaos --kills 1000`: kill the program again and again, and tell what came of it."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import cycle, product
from pathlib import Path
from threading import Lock

from tests.chaos.points import AFTER, BEFORE, PLACES, Point
from tests.chaos.story import Story
from tests.harness.counting_vendor import CountingVendor
from tests.ledger.postgres_server import PostgresServer, find_binaries, share_server

ORDERS = 30
KILLS_PER_STORY = 12
SHARE_AT_POINTS = 0.25
"""Of the kills of a story, how many fall at a named point rather than at any moment."""
POINTS = [Point(place, when, nth) for place, when, nth in product(PLACES, (BEFORE, AFTER), (1, 2, 5))]


@dataclass(slots=True)
class Tally:
    """What all stories together have seen."""

    wanted: int
    counts: Counter[str] = field(default_factory=Counter)
    guard: Lock = field(default_factory=Lock)

    def add(self, story: Story, database: str, at_points: int) -> None:
        states = Counter(state for _, state in story.read_states())
        bought = sum(count for domain, count in story.server.seen().items() if domain in story.domains)
        with self.guard:
            self.counts.update(
                {
                    "stories": 1,
                    "kills": story.kills,
                    f"kills on {database}": story.kills,
                    "kills at a named point": at_points,
                    "orders in sheets": len(story.domains),
                    "orders that the vendor took": bought,
                    "placed in the ledger": states["placed"],
                    "unconfirmed in the ledger": states["unconfirmed"],
                }
            )
            print(
                f"{self.counts['kills']:5} of {self.wanted} kills, {self.counts['stories']} stories",
                flush=True,
            )

    @property
    def is_full(self) -> bool:
        return self.counts["kills"] >= self.wanted


def tell_stories(tally: Tally, seed: int, postgres: PostgresServer | None) -> None:
    """One story after the other, on both databases in turn, with and without a list of what was bought."""
    dice = random.Random(seed)
    servers = [CountingVendor(listed=False), CountingVendor(listed=True)]
    databases = ["SQLite", "PostgreSQL"] if postgres else ["SQLite"]
    try:
        for server, database in cycle(product(servers, databases)):
            if tally.is_full:
                return
            with tempfile.TemporaryDirectory(prefix="batch-orders-chaos-") as folder:
                ledger = f"{folder}/ledger.db"
                if postgres and database == "PostgreSQL":
                    ledger = postgres.new_database()
                story = Story(Path(folder), ledger, server, ORDERS, f"shop-{dice.randbytes(4).hex()}")
                at_points = play(story, dice)
                tally.add(story, database, at_points)
    finally:
        for server in servers:
            server.stop()


def play(story: Story, dice: random.Random) -> int:
    """Kill, finish and check one story. Returns how many of its kills fell at a named point."""
    at_points = 0
    for _ in range(KILLS_PER_STORY):
        before = story.kills
        if dice.random() < SHARE_AT_POINTS:
            story.run(dice.choice(POINTS))
            at_points += story.kills - before
        else:
            story.kill_at_random(dice, story.kills + 1)
    story.run_to_the_end()
    story.check()
    return at_points


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=None, help="repeats the dice, not the timing")
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.randrange(2**32)
    print(f"seed {seed}", flush=True)
    begun = time.monotonic()
    tally = Tally(options.kills)
    with tempfile.TemporaryDirectory(prefix="batch-orders-chaos-") as shared:
        binaries = find_binaries()
        postgres = share_server(Path(shared), binaries) if binaries else None
        with ThreadPoolExecutor(options.workers) as workers:
            told = [
                workers.submit(tell_stories, tally, seed + number, postgres)
                for number in range(options.workers)
            ]
        if postgres:
            postgres.let_go()
    for story in told:
        story.result()
    print(f"\n| | |\n|---|---|\n| seconds | {time.monotonic() - begun:.0f} |")
    for name, count in tally.counts.items():
        print(f"| {name} | {count:,} |")
    print("| bought twice | 0 |\n| bought and lost | 0 |\n| reports torn | 0 |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
