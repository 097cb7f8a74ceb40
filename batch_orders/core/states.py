"""The states of an order and the one table of the moves between them.

The ledger makes each move as a guarded UPDATE; a move that is not in the table raises
before the database is asked. Nothing here knows why a move is made.
"""

from enum import StrEnum


class State(StrEnum):
    PLANNED = "planned"
    SUBMITTING = "submitting"
    PLACED = "placed"
    REJECTED = "rejected"
    UNCONFIRMED = "unconfirmed"
    GONE = "gone"


MOVES: frozenset[tuple[State, State]] = frozenset(
    {
        (State.PLANNED, State.SUBMITTING),
        (State.SUBMITTING, State.PLACED),
        (State.SUBMITTING, State.REJECTED),
        (State.SUBMITTING, State.UNCONFIRMED),
        # Proven never sent, or 429: the vendor did not take it.
        (State.SUBMITTING, State.PLANNED),
        # A look-up found it, or a person says so.
        (State.UNCONFIRMED, State.PLACED),
        # A person, or the process that heard the answer: it was not bought.
        (State.UNCONFIRMED, State.PLANNED),
        # Only the process that heard the answer.
        (State.UNCONFIRMED, State.REJECTED),
        # Only a person: the vendor does not have it any more, and the domain may be ordered again.
        (State.PLACED, State.GONE),
        # Handed in again: that is what a corrected sheet is for.
        (State.REJECTED, State.PLANNED),
    }
)

LIVE: frozenset[State] = frozenset({State.SUBMITTING, State.PLACED, State.UNCONFIRMED})
"""States in which money was or may have been spent: one order per environment and domain."""

UNPROVEN = (State.SUBMITTING, State.UNCONFIRMED)
"""States of which nothing is known but that the order may have been bought: being sent just now, or left so."""

FAILED = ("failed", "cancelled", "canceled")
"""What a vendor says, in lower case, of an order that it took and does not carry out."""

ENDED = frozenset({"completed", *FAILED})
"""What a vendor says, in lower case, of an order that will not change any more."""


def has_failed(vendor_status: str) -> bool:
    """Whether the vendor says of an order that was placed that it failed since."""
    return vendor_status.strip().lower() in FAILED
