"""Why a batch stopped before its end: a short reason for programs, a sentence for people."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class StopReason(StrEnum):
    INTERRUPTED = "interrupted"
    LIMIT = "limit"
    DECLINED = "declined"
    PLAN_CHANGED = "plan-changed"
    BUSY = "busy"
    VENDOR = "vendor"
    FAILURES = "failures"
    LEDGER = "ledger"
    EARLIER_SHEET = "earlier-sheet"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Stop:
    """Decisions are made by `reason`; `sentence` is only shown."""

    reason: StopReason
    sentence: str
