"""`python -m tests.chaos.page --kills 100`: kill the upload page and its children at random points."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from batch_orders.sandbox import start_sandbox
from tests.chaos.page_story import PageStory
from tests.chaos.points import AFTER, BEFORE, CHILD_PLACES, PAGE_PLACES, Point
from tests.harness.command_line import KEY, Machine

ORDERS = 6
STRIKES_PER_STORY = 8
COMMIT = "a commit"
SENDING = ("recovering", "claiming an order", "sending an order", "recording an outcome", "closing the batch")
SERVER = (*PAGE_PLACES, *(COMMIT,) * len(PAGE_PLACES))
CHILD = (*CHILD_PLACES, *SENDING, *(COMMIT,) * len((*CHILD_PLACES, *SENDING)))
"""Every second one is at a commit, whatever is committed."""


def tell_story(folder: Path, dice: random.Random, counts: Counter[str]) -> None:
    with start_sandbox() as sandbox:
        place = {"SMARTLEAD_API_KEY": KEY, "BATCH_ORDERS_BASE_URL": sandbox.base_url}
        story = PageStory(Machine.in_folder(folder, **place), sandbox, ORDERS)
        for _ in range(STRIKES_PER_STORY):
            child = dice.random() < 0.5
            where = dice.choice(CHILD if child else SERVER)
            nth = dice.randint(1, 15) if where == COMMIT else dice.randint(1, 2)
            struck = story.strike(Point(where, dice.choice((BEFORE, AFTER)), nth), child=child)
            if not struck and story.is_over():
                break
            counts["kills"] += struck
            counts["kills of children" if child else "kills of the process that listens"] += struck
        story.finish()
        story.check()
        counts.update(["sheets"], orders=ORDERS, bought=len(sandbox.orders))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.page", description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=None, help="repeats the dice, not the timing")
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.randrange(2**32)
    print(f"seed {seed}", flush=True)
    dice, counts, begun = random.Random(seed), Counter[str](), time.monotonic()
    while counts["kills"] < options.kills:
        with tempfile.TemporaryDirectory(prefix="batch-orders-chaos-") as folder:
            tell_story(Path(folder), dice, counts)
        print(f"{counts['kills']:5} of {options.kills} kills, {counts['sheets']} sheets", flush=True)
    print(f"\n| | |\n|---|---|\n| seconds | {time.monotonic() - begun:.0f} |")
    for name, count in counts.items():
        print(f"| {name} | {count:,} |")
    for never in ("bought twice", "bought and lost", "two batches of one sheet", "claimed and not so"):
        print(f"| {never} | 0 |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
