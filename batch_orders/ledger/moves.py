"""Moves of orders, each by a guarded UPDATE that must hit exactly one row, with its event in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, Update, insert
from sqlalchemy.exc import IntegrityError

from batch_orders.core.states import MOVES, State
from batch_orders.errors import LedgerConflict
from batch_orders.ledger.claims import MOVE
from batch_orders.ledger.lock import now
from batch_orders.ledger.schema import events

APPEND = insert(events)


def move(
    connection: Connection,
    order: int,
    before: State,
    after: State,
    message: str = "",
    actor: str = "",
    **changes: object,
) -> None:
    """Move one order, or raise LedgerConflict where it is not in `before` or may not be in `after`."""
    at = now()
    said = {"message": message, "changed_at": at, **changes}
    if not change_state(connection, MOVE, order, before, after, said):
        raise LedgerConflict(f"The order is no longer {before}: somebody else has moved it.")
    connection.execute(
        APPEND,
        {"order_id": order, "at": at, "before": before, "after": after, "message": message, "actor": actor},
    )


def change_state(
    connection: Connection,
    guarded: Update,
    order: int,
    before: State,
    after: State,
    said: Mapping[str, object],
) -> bool:
    """Carry out the UPDATE of a move. Returns whether it hit the one row."""
    if (before, after) not in MOVES:
        raise LedgerConflict(f"An order cannot go from {before} to {after}.")
    try:
        moved = connection.execute(guarded, {"moved": order, "before": before, "state": after, **said})
    except IntegrityError:
        raise LedgerConflict("Another order for this domain has been sent in the meantime.") from None
    return moved.rowcount == 1
