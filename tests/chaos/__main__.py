"""`python -m tests.chaos --kills 1000`: kill the program again and again, and tell what came of it."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import cycle, product
from pathlib import Path
from threading import Lock

from tests.chaos.points import AFTER, BEFORE, PLACES, Point
from tests.chaos.story import Story
from tests.harness.counting_vendor import CountingVendor
from tests.ledger.own_server import OwnServer, own_server
from tests.ledger.postgres_server import find_binaries

ORDERS = 30
BLOWS_PER_STORY = 15
SHARES = (9, 3, 1, 1, 1)
"""Of the blows, how many are kills at any moment, kills at a named point, pauses, ended connections, and crashes."""
PAUSES = ("claiming an order", "sending an order", "looking at the clock", "recording an outcome")
CARELESS = (
    "synchronous_commit=off",
    "wal_writer_delay=10s",
    "wal_writer_flush_after=1GB",
    "max_connections=200",
)
"""A PostgreSQL server that loses what was committed last when it crashes, unless a session demands otherwise."""
POINTS = [Point(place, when, nth) for place, when, nth in product(PLACES, (BEFORE, AFTER), (1, 2, 5))]


@dataclass(slots=True)
class Tally:
    """What all stories together have seen."""

    wanted: int
    counts: Counter[str] = field(default_factory=Counter)
    guard: Lock = field(default_factory=Lock)

    def add(self, story: Story, kind: Kind, blows: Counter[str]) -> None:
        states = Counter(state for _, state in story.read_states())
        bought = sum(count for domain, count in story.server.seen().items() if domain in story.domains)
        with self.guard:
            self.counts.update(
                {
                    "sheets": 1,
                    "kills": story.kills,
                    f"kills on {kind.database}": story.kills,
                    "orders in sheets": len(story.domains),
                    "orders that the vendor took": bought,
                    "placed in the ledger": states["placed"],
                    "unconfirmed in the ledger": states["unconfirmed"],
                    **blows,
                }
            )
            print(
                f"{self.counts['kills']:5} of {self.wanted} kills, {self.counts['sheets']} sheets", flush=True
            )

    @property
    def is_full(self) -> bool:
        return self.counts["kills"] >= self.wanted


@dataclass(frozen=True, slots=True)
class Kind:
    """What a story is told with."""

    listed: bool
    database: str
    accounts: tuple[str, ...]


def tell_stories(tally: Tally, seed: int, binaries: Path | None) -> None:
    """One story after the other, of every kind in turn. Each worker has servers of its own."""
    dice = random.Random(seed)
    databases = ["SQLite", "PostgreSQL"] if binaries else ["SQLite"]
    kinds = [Kind(*kind) for kind in product((False, True), databases, (("",), ("acme", "bolt")))]
    vendors = {listed: CountingVendor(listed=listed) for listed in (False, True)}
    with ExitStack() as running:
        for vendor in vendors.values():
            running.callback(vendor.stop)
        server = running.enter_context(own_server(binaries, *CARELESS)) if binaries else None
        for kind in cycle(kinds):
            if tally.is_full:
                return
            with tempfile.TemporaryDirectory(prefix="batch-orders-chaos-") as folder:
                on_server = server if kind.database == "PostgreSQL" else None
                ledger = on_server.new_database() if on_server else f"{folder}/ledger.db"
                stories = [
                    Story(
                        Path(folder, account or "only"),
                        ledger,
                        vendors[kind.listed],
                        ORDERS // len(kind.accounts),
                        f"shop-{dice.randbytes(4).hex()}",
                        account,
                    )
                    for account in kind.accounts
                ]
                blows = play(stories, dice, on_server)
                for story in stories:
                    tally.add(story, kind, blows)
                    blows = Counter()


def play(stories: Sequence[Story], dice: random.Random, server: OwnServer | None) -> Counter[str]:
    """Strike at one story or the other, finish and check them all. Returns how often each blow fell."""
    blows: Counter[str] = Counter()
    for _ in range(BLOWS_PER_STORY):
        strike(dice.choice(stories), dice, server, blows)
    for story in stories:
        story.run_to_the_end()
    for story in stories:
        story.check()
    return blows


def strike(story: Story, dice: random.Random, server: OwnServer | None, blows: Counter[str]) -> None:
    before = story.kills
    match dice.choices(("any moment", "point", "pause", "sessions", "crash"), SHARES)[0]:
        case "point":
            story.run(dice.choice(POINTS))
            blows["kills at a named point"] += story.kills - before
        case "pause":
            point = Point(dice.choice(PAUSES), dice.choice((BEFORE, AFTER)), dice.choice((1, 2, 5)))
            blows["paused and woken"] += story.pause(point, too_long=dice.random() < 0.5)
        case "sessions" if server:
            story.lose(dice.uniform(0.02, story.life), story.end_sessions)
            blows["connections ended"] += 1
        case "crash" if server:
            story.lose(dice.uniform(0.02, story.life), server.crash_and_start)
            blows["crashes of PostgreSQL"] += 1
        case _:
            story.kill_at_random(dice, story.kills + 1)


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
    binaries = find_binaries()
    with ThreadPoolExecutor(options.workers) as workers:
        told = [
            workers.submit(tell_stories, tally, seed + number, binaries) for number in range(options.workers)
        ]
    for story in told:
        story.result()
    print(f"\n| | |\n|---|---|\n| seconds | {time.monotonic() - begun:.0f} |")
    for name, count in tally.counts.items():
        print(f"| {name} | {count:,} |")
    for never in ("bought twice", "bought and lost", "bought under another account", "reports torn"):
        print(f"| {never} | 0 |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
