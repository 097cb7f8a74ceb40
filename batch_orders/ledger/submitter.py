"""What the one submitter of an environment does to its orders: claim and record.

Each move is a guarded UPDATE that must hit exactly one row, with its event appended in the same
transaction.
"""

from __future__ import annotations

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from batch_orders.errors import LedgerConflict
from batch_orders.ledger.lock import now, this_process
from batch_orders.ledger.schema import events, orders
from batch_orders.model import NotTaken, Outcome, Placed, Rejected, Unconfirmed
from batch_orders.states import MOVES, State

DIED = "The run that was sending this order ended before it recorded an answer."


def move(
    connection: Connection,
    order: int,
    before: State,
    after: State,
    message: str = "",
    who: str = "",
    **changes: object,
) -> None:
    """Move one order, or raise LedgerConflict where it is not in `before` or may not be in `after`."""
    if (before, after) not in MOVES:
        raise LedgerConflict(f"An order cannot go from {before} to {after}.")
    guarded = update(orders).where(orders.c.id == order, orders.c.state == before)
    at = now()
    try:
        moved = connection.execute(guarded.values(state=after, message=message, changed=at, **changes))
    except IntegrityError:
        raise LedgerConflict("Another order for this domain has been sent in the meantime.") from None
    if moved.rowcount != 1:
        raise LedgerConflict(f"The order is no longer {before}: somebody else has moved it.")
    connection.execute(
        insert(events).values(order=order, at=at, before=before, after=after, message=message, who=who)
    )


class Submitter:
    """The holder of an environment's lock."""

    def __init__(self, connection: Connection, environment: str) -> None:
        self._connection = connection
        self._environment = environment
        self._who = this_process()

    def recover(self) -> int:
        """Turn what a dead run left in `submitting` into `unconfirmed`. Returns how many."""
        left = select(orders.c.id).where(
            orders.c.environment == self._environment, orders.c.state == State.SUBMITTING
        )
        with self._connection.begin():
            found = self._connection.execute(left).scalars().all()
            for order in found:
                move(self._connection, order, State.SUBMITTING, State.UNCONFIRMED, DIED, self._who)
        return len(found)

    def claim(self, order: int) -> None:
        """Commit the intent to send. Raises LedgerConflict where the order may not be sent."""
        with self._connection.begin():
            move(
                self._connection,
                order,
                State.PLANNED,
                State.SUBMITTING,
                who=self._who,
                attempts=orders.c.attempts + 1,
            )

    def record(self, order: int, outcome: Outcome) -> None:
        """Commit what the attempt proved."""
        match outcome:
            case Placed(order_id, message):
                after, changes = State.PLACED, {"order_id": order_id}
            case Rejected(message):
                after, changes = State.REJECTED, {}
            case NotTaken(message):
                after, changes = State.PLANNED, {}
            case Unconfirmed(message):
                after, changes = State.UNCONFIRMED, {}
        with self._connection.begin():
            move(self._connection, order, State.SUBMITTING, after, message, self._who, **changes)
