"""The rate of calls: one limiter for an account, over all sheets of a call."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from batch_orders.core.rate import Rate

SLICE = 0.1
"""Seconds between two looks at whether to stop: a wait must not outlast a Ctrl-C."""


USUAL_RATE = Rate(10, 2.0)


def never() -> bool:
    return False


@dataclass(slots=True)
class RateLimiter:
    """Lets calls through at no higher rate than `rate`; None is no limit. Not for several threads at once.

    `stopping` says whether a person asked the work to end, which cuts every wait short.
    """

    rate: Rate | None = USUAL_RATE
    stopping: Callable[[], bool] = never
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _calls: deque[float] = field(default_factory=deque)

    def wait(self, seconds: float) -> None:
        """Wait, but not longer than until somebody asks to stop."""
        until = self.clock() + seconds
        while (left := until - self.clock()) > 0 and not self.stopping():
            self.sleep(min(left, SLICE))

    def keep(self) -> None:
        """Wait until one more call keeps to the rate, and count it."""
        if self.rate is None:
            return
        if len(self._calls) == self.rate.calls:
            self.wait(self._calls.popleft() + self.rate.seconds - self.clock())
        self._calls.append(self.clock())

    def note_end(self) -> None:
        """The last call has ended. Its window begins here: on its way it may have taken any time to arrive."""
        if self._calls:
            self._calls[-1] = self.clock()

    def carry_over(self, ages: Iterable[float]) -> None:
        """Count calls that other processes made before the first one here, so many seconds ago each."""
        if self.rate is None or self._calls:
            return
        now = self.clock()
        moments = sorted(now - max(age, 0.0) for age in ages)
        self._calls.extend(moments[-self.rate.calls :])
