"""What one attempt to place an order proved. Frozen values; the rules are in smart_senders/."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Body = Mapping[str, Any]
"""The JSON body of one place-order call."""


@dataclass(frozen=True, slots=True)
class Placed:
    """The vendor said yes."""

    order_id: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Rejected:
    """The vendor said no to this order."""

    message: str


@dataclass(frozen=True, slots=True)
class NotTaken:
    """Proven: the vendor does not have this order. It was never sent, or turned away.

    `again` says that the same order may be sent again by itself, not before `wait` seconds.
    Otherwise the next order would fare no better, and the batch stops.
    """

    message: str
    again: bool
    wait: float = 0.0


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """Nothing is proven: the order may have been bought. `stop` ends the batch at once.

    `answered` says that the vendor spoke of this very order, though against itself. That is no sign that the
    next order would fare no better.
    """

    message: str
    stop: bool = False
    answered: bool = False


Outcome = Placed | Rejected | NotTaken | Unconfirmed
"""What one attempt proved. Source of each case: docs/smart-senders.md, section 4."""
