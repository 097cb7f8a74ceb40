"""How often somebody may try to sign in: counted by name and address, in memory.

Not in the ledger: then anybody who reaches the page could make it write, beside the orders that are being
bought, as often as they like. What is forgotten when the server starts anew is not in a guesser's hand.
"""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field

WINDOW = 900.0
"""Seconds for which an attempt counts."""
PER_NAME_AND_ADDRESS, PER_ADDRESS, PER_NAME = 5, 30, 100
MOST_KEPT = 10_000


@dataclass(slots=True)
class Throttle:
    """Attempts, each under several keys with a limit of its own."""

    clock: Callable[[], float] = time.monotonic
    attempts: OrderedDict[Hashable, deque[float]] = field(default_factory=OrderedDict)

    def try_now(self, limits: Iterable[tuple[Hashable, int]]) -> float:
        """0 and the attempt is counted, or the seconds until there may be one."""
        now, limits = self.clock(), tuple(limits)
        waits = [self.wait(key, most, now) for key, most in limits]
        if max(waits) <= 0:
            for key, _ in limits:
                self.attempts.setdefault(key, deque()).append(now)
                self.attempts.move_to_end(key)
            while len(self.attempts) > MOST_KEPT:
                self.attempts.popitem(last=False)
        return max(0.0, *waits)

    def wait(self, key: Hashable, most: int, now: float) -> float:
        made = self.attempts.get(key, deque())
        while made and made[0] <= now - WINDOW:
            made.popleft()
        return made[0] + WINDOW - now if len(made) >= most else 0.0

    def forgive(self, keys: Iterable[Hashable]) -> None:
        """An attempt was right after all: it does not count."""
        for key in keys:
            if made := self.attempts.get(key):
                made.pop()


def limits_of(name: str, address: str) -> tuple[tuple[Hashable, int], ...]:
    """What a try under this name from this address counts for. Names that do not exist are counted alike."""
    name = name.casefold()
    return (
        ((name, address), PER_NAME_AND_ADDRESS),
        (("address", address), PER_ADDRESS),
        (("name", name), PER_NAME),
    )
