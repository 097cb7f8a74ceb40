"""The check-up: is everything as a run needs it? It spends nothing, and every word of it says what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from batch_orders.errors import BatchOrdersError

__all__ = ["Check", "Health", "examine"]


class Health(StrEnum):
    WELL = "ok"
    UNKNOWN = "unknown"
    WRONG = "to mend"


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at, what was found and, where that is wrong, how to mend it.

    `setting` is the name of the setting that would mend it, or "".
    """

    what: str
    health: Health
    said: str
    setting: str = ""


def examine(what: str, look: Callable[[], Iterable[Check]]) -> Iterator[Check]:
    """The checks of `look`, of which a fault is the last."""
    try:
        yield from look()
    except BatchOrdersError as error:
        yield Check(what, Health.WRONG, str(error), error.setting)
