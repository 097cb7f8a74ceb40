"""The time in which a request may begin, by clocks that go on while the process or the machine does not."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass


def read_steady_clock() -> float:
    """Seconds of a clock that nobody sets and that counts the time in which the machine sleeps."""
    if sys.platform == "win32":
        return time.monotonic()
    # Where there is no CLOCK_BOOTTIME, which is on Darwin, CLOCK_MONOTONIC counts sleep itself.
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


@dataclass(frozen=True, slots=True)
class Window:
    """Open until a moment of both clocks.

    The steady clock misses the time in which a virtual machine was stopped; the wall clock of such a
    machine is set right some time after it goes on.
    """

    steady: float
    wall: float

    @classmethod
    def opened(cls, seconds: float) -> Window:
        return cls(read_steady_clock() + seconds, time.time() + seconds)

    def is_open(self) -> bool:
        return read_steady_clock() <= self.steady and time.time() <= self.wall
