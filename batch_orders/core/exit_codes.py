"""How a call ended, as a number: the exit code of a command, and what the page tells programs. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum

from batch_orders.core.stops import Ending


class Exit(IntEnum):
    DONE = 0
    """Every row's order is placed, now or before."""
    ATTENTION = 1
    """It went to the end, and something needs a person."""
    USAGE = 2
    """Wrong usage or configuration. Nothing was sent."""
    UNREADABLE = 3
    """The sheet cannot be read, lacks a required column or holds no rows. Nothing was sent."""
    STOPPED = 4
    """It stopped before the end. What was not sent is said to be not submitted."""


EXIT_OF: Mapping[Ending, Exit] = {
    Ending.DONE: Exit.DONE,
    Ending.ATTENTION: Exit.ATTENTION,
    Ending.WAITING: Exit.STOPPED,
    Ending.REFUSED: Exit.UNREADABLE,
    Ending.STOPPED: Exit.STOPPED,
}
