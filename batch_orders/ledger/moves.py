"""What the one submitter of an environment does to its orders: claim and record.

Each move is a guarded UPDATE that must hit exactly one row, with its event appended in the same
transaction.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from batch_orders.core.outcomes import NotTaken, Outcome, Placed, Rejected, Unconfirmed
from batch_orders.core.states import MOVES, State
from batch_orders.errors import LedgerConflict, LedgerError
from batch_orders.ledger.engine import ledger_faults
from batch_orders.ledger.lock import now, this_process
from batch_orders.ledger.schema import events, orders

FOUND = "Found in the vendor's list of domains."
DIED = "The run that was sending this order ended before it recorded an answer."

# Put together once: that takes SQLAlchemy longer than carrying them out takes the database.
MOVE = update(orders).where(orders.c.id == bindparam("moved"), orders.c.state == bindparam("before"))
CLAIM = MOVE.values(attempts=orders.c.attempts + 1)
APPEND = insert(events)


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
    guarded = CLAIM if after is State.SUBMITTING else MOVE
    at = now()
    said = {"state": after, "message": message, "changed": at, **changes}
    try:
        moved = connection.execute(guarded, {"moved": order, "before": before, **said})
    except IntegrityError:
        raise LedgerConflict("Another order for this domain has been sent in the meantime.") from None
    if moved.rowcount != 1:
        raise LedgerConflict(f"The order is no longer {before}: somebody else has moved it.")
    connection.execute(
        APPEND,
        {"order": order, "at": at, "before": before, "after": after, "message": message, "who": who},
    )


def find_unconfirmed(connection: Connection, environment: str) -> dict[str, int]:
    """The unconfirmed orders of an environment: domain → order."""
    query = select(orders.c.domain, orders.c.id).where(
        orders.c.environment == environment, orders.c.state == State.UNCONFIRMED
    )
    return {row.domain: row.id for row in connection.execute(query)}


def note_looked_for(connection: Connection, environment: str) -> None:
    unconfirmed = (orders.c.environment == environment) & (orders.c.state == State.UNCONFIRMED)
    connection.execute(update(orders).where(unconfirmed).values(looked_for=now()))


class Submitter:
    """The holder of an environment's lock. Every method raises LedgerError where the database fails."""

    def __init__(self, connection: Connection, environment: str) -> None:
        self._connection = connection
        self._environment = environment
        self._who = this_process()

    def recover(self) -> int:
        """Turn what a dead run left in `submitting` into `unconfirmed`. Returns how many."""
        left = select(orders.c.id).where(
            orders.c.environment == self._environment, orders.c.state == State.SUBMITTING
        )
        with self._change():
            found = self._connection.execute(left).scalars().all()
            for order in found:
                move(self._connection, order, State.SUBMITTING, State.UNCONFIRMED, DIED, self._who)
        return len(found)

    def unconfirmed(self) -> tuple[str, ...]:
        """The domains of unconfirmed orders."""
        with self._change():
            return tuple(find_unconfirmed(self._connection, self._environment))

    def reconcile(self, listed: Mapping[str, str]) -> tuple[str, ...]:
        """Place unconfirmed orders whose domain the vendor lists. Returns the domains found.

        `listed` maps a domain to its order id. The others stay as they are, with the time at
        which they were last looked for: not being listed proves nothing.
        """
        with self._change():
            unconfirmed = find_unconfirmed(self._connection, self._environment)
            found = tuple(domain for domain in unconfirmed if domain in listed)
            for domain in found:
                move(
                    self._connection,
                    unconfirmed[domain],
                    State.UNCONFIRMED,
                    State.PLACED,
                    FOUND,
                    self._who,
                    order_id=listed[domain],
                )
            note_looked_for(self._connection, self._environment)
        return found

    def resolve(self, domain: str, decision: Placed | NotTaken) -> None:
        """Record a person's decision about an unconfirmed order.

        Placed: it was bought. NotTaken: it was not, and may be sent again. Raises LedgerConflict
        where no order of that domain is unconfirmed.
        """
        with self._change():
            order = find_unconfirmed(self._connection, self._environment).get(domain)
            if order is None:
                raise LedgerConflict(f"No order for {domain} at {self._environment} is unconfirmed.")
            match decision:
                case Placed(order_id, message):
                    move(
                        self._connection,
                        order,
                        State.UNCONFIRMED,
                        State.PLACED,
                        message,
                        self._who,
                        order_id=order_id,
                    )
                case NotTaken(message):
                    move(self._connection, order, State.UNCONFIRMED, State.PLANNED, message, self._who)

    def claim(self, order: int) -> None:
        """Commit the intent to send. Raises LedgerConflict where the order may not be sent."""
        with self._change():
            move(self._connection, order, State.PLANNED, State.SUBMITTING, who=self._who)

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
        with self._change():
            move(self._connection, order, State.SUBMITTING, after, message, self._who, **changes)

    @contextmanager
    def _change(self) -> Iterator[None]:
        """One transaction on the connection that took the lock.

        A lost connection is not opened anew, as SQLAlchemy would do: another run may hold the lock by now.
        """
        if self._connection.invalidated:
            raise LedgerError("The connection to the ledger was lost, and the lock with it. Run again.")
        with ledger_faults(self._connection.engine.url), self._connection.begin():
            yield
