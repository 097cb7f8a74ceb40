"""Why something ended before its end, and how it ended, as values that code can compare."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class StopReason(StrEnum):
    """Why a batch was not carried to its end."""

    INTERRUPTED = "interrupted"
    """A person or the system asked the process to end."""
    LIMIT = "limit"
    """What one call may spend did not suffice for all orders. A later call can send the others."""
    OUT_OF_REACH = "out-of-reach"
    """Each order that is left is over a limit by itself: no call with these limits can send it."""
    DECLINED = "declined"
    """Somebody looked at the plan and said no."""
    PLAN_CHANGED = "plan-changed"
    """The plan is not the one that was approved."""
    BUSY = "busy"
    """Another run holds the lock of the account."""
    VENDOR = "vendor"
    """The vendor takes no orders of this account: it refused the key, cannot be paid, or is not where it was."""
    VENDOR_WAITS = "vendor-waits"
    """The vendor asks to wait for longer than a run does; `until` says for how long."""
    NEVER_SENT = "never-sent"
    """The vendor could not be reached, proven: its name or its server did not answer."""
    FAILURES = "failures"
    """Too many answers in a row proved nothing."""
    LEDGER = "ledger"
    """The ledger could not be read or written."""
    CONFIGURATION = "configuration"
    """The account cannot be ordered for as it is set up, such as without its key, or with another one's."""
    SUPERSEDED = "superseded"
    """Later sheets ordered anew what is left of it."""
    EARLIER_SHEET = "earlier-sheet"
    """A sheet before it in the same call was stopped."""
    OTHER = "other"
    """What an earlier version stored without a reason of its own."""


ONE_SHEET_ONLY = frozenset({StopReason.LIMIT, StopReason.OUT_OF_REACH, StopReason.SUPERSEDED})
"""What stops one sheet and no other: the next one may fit."""


@dataclass(frozen=True, slots=True)
class Stop:
    """`sentence` is for people; code looks at `reason` alone, and at `until`: when a limit frees, if that is known."""

    reason: StopReason
    sentence: str
    until: datetime | None = None


class Ending(StrEnum):
    """How a sheet or a whole call ended, the worst last."""

    DONE = "done"
    """Every row's order is placed, now or before."""
    ATTENTION = "attention"
    """It went to the end, and something needs a person."""
    WAITING = "waiting"
    """Only a limit left orders over, and a later call can send them."""
    REFUSED = "refused"
    """The sheet cannot be read, lacks a required column or holds no rows."""
    STOPPED = "stopped"
    """It stopped before the end."""


SEVERITY = tuple(Ending)


def worst(endings: Iterable[Ending]) -> Ending:
    """The ending of a call that did all of these; DONE where it did nothing."""
    return max(endings, key=SEVERITY.index, default=Ending.DONE)
