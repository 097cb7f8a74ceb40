"""What the one submitter of an account does to its orders: claim and record.

Each move is a guarded UPDATE that must hit exactly one row, with its event appended in the same
transaction.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from batch_orders.core.listing import ListedDomain, Matched, tell_other
from batch_orders.core.order_json import order_from_json
from batch_orders.core.outcomes import NotTaken, Outcome, Placed, Rejected, Unconfirmed
from batch_orders.core.states import MOVES, State
from batch_orders.errors import LedgerConflict, LedgerError
from batch_orders.ledger.engine import ledger_faults
from batch_orders.ledger.lock import now, this_process
from batch_orders.ledger.queries import wanted_otherwise
from batch_orders.ledger.schema import batches, events, in_state, orders, unproven

FOUND = "Found in the vendor's list of domains."
FOUND_INACTIVE = "Found in the vendor's list of domains, as not active."
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
    actor: str = "",
    **changes: object,
) -> None:
    """Move one order, or raise LedgerConflict where it is not in `before` or may not be in `after`."""
    if (before, after) not in MOVES:
        raise LedgerConflict(f"An order cannot go from {before} to {after}.")
    guarded = CLAIM if after is State.SUBMITTING else MOVE
    at = now()
    said = {"state": after, "message": message, "changed_at": at, **changes}
    if after is State.SUBMITTING:
        said["submitted_at"] = at
    try:
        moved = connection.execute(guarded, {"moved": order, "before": before, **said})
    except IntegrityError:
        raise LedgerConflict("Another order for this domain has been sent in the meantime.") from None
    if moved.rowcount != 1:
        raise LedgerConflict(f"The order is no longer {before}: somebody else has moved it.")
    connection.execute(
        APPEND,
        {"order_id": order, "at": at, "before": before, "after": after, "message": message, "actor": actor},
    )


class Submitter:
    """The holder of an account's lock. Every method raises LedgerError where the database fails."""

    def __init__(self, connection: Connection, environment: str, account: str = "") -> None:
        self._connection = connection
        self._environment = environment
        self._mine = (orders.c.environment == environment) & (orders.c.account == account)
        self._actor = this_process()

    def recover(self) -> int:
        """Turn what a dead run left in `submitting` into `unconfirmed`. Returns how many."""
        left = select(orders.c.id).where(self._mine, unproven, in_state(State.SUBMITTING))
        with self._change():
            found = self._connection.execute(left).scalars().all()
            for order in found:
                move(self._connection, order, State.SUBMITTING, State.UNCONFIRMED, DIED, self._actor)
        return len(found)

    def unconfirmed(self) -> tuple[str, ...]:
        """The domains of unconfirmed orders."""
        with self._change():
            return tuple(self._find_unconfirmed())

    def reconcile(self, listed: Mapping[str, ListedDomain]) -> Matched:
        """Place unconfirmed orders whose domain the vendor lists, unless the list tells of another purchase.

        `listed` must have been read from the vendor, whole: the others stay as they are, for not being
        listed proves nothing, with this moment as the time at which they were last checked. A look-up that
        failed is no look-up, and is not recorded.
        """
        found: list[str] = []
        others: dict[str, str] = {}
        with self._change():
            for domain, order in self._find_unconfirmed().items():
                if domain not in listed:
                    continue
                entry = listed[domain]
                if other := tell_other(entry, *self._find_attempt(order)):
                    others[domain] = other
                    continue
                said = FOUND_INACTIVE if entry.is_active is False else FOUND
                before, after = State.UNCONFIRMED, State.PLACED
                changes = {"vendor_order_id": entry.order_id}
                move(self._connection, order, before, after, said, self._actor, **changes)
                found.append(domain)
            checked = update(orders).where(self._mine, unproven, in_state(State.UNCONFIRMED))
            self._connection.execute(checked.values(last_checked_at=now()))
        return Matched(tuple(found), others)

    def resolve(self, domain: str, decision: Placed | NotTaken, actor: str = "") -> None:
        """Record a person's decision about an unconfirmed order. `actor` is who decided.

        Placed: it was bought. NotTaken: it was not, and a sheet that is handed in again may order it; the
        order itself is never sent again, for a later sheet may have asked for something else. Raises
        LedgerConflict where no order of that domain is unconfirmed.
        """
        who = actor or self._actor
        with self._change():
            order = self._find_unconfirmed().get(domain)
            if order is None:
                raise LedgerConflict(f"No order for {domain} at {self._environment} is unconfirmed.")
            match decision:
                case Placed(order_id, message):
                    after, changes = State.PLACED, {"vendor_order_id": order_id}
                case NotTaken(message):
                    after = State.PLANNED
                    changes = {"environment": self._environment_of_batch(order), "not_bought_at": now()}
            move(self._connection, order, State.UNCONFIRMED, after, message, who, **changes)

    def free(self, domain: str, message: str, actor: str = "") -> None:
        """Record a person's word that a placed order is gone, so that the domain may be ordered again.

        Raises LedgerConflict where no order of that domain is placed.
        """
        placed = select(orders.c.id).where(self._mine, in_state(State.PLACED), orders.c.domain == domain)
        with self._change():
            order = self._connection.execute(placed).scalar()
            if order is None:
                raise LedgerConflict(f"No order for {domain} at {self._environment} is placed.")
            move(self._connection, order, State.PLACED, State.GONE, message, actor or self._actor)

    def claim(self, order: int) -> None:
        """Commit the intent to send. Raises LedgerConflict where the order may not be sent."""
        out_of_date = select(orders.c.id).where(orders.c.id == order, wanted_otherwise())
        with self._change():
            if self._connection.execute(out_of_date).first():
                raise LedgerConflict("A later sheet has asked for this domain in the meantime.")
            move(self._connection, order, State.PLANNED, State.SUBMITTING, actor=self._actor)

    def record(self, order: int, outcome: Outcome) -> None:
        """Commit what the attempt proved."""
        match outcome:
            case Placed(order_id, message):
                after, changes = State.PLACED, {"vendor_order_id": order_id}
            case Rejected(message):
                after, changes = State.REJECTED, {}
            case NotTaken(message):
                after, changes = State.PLANNED, {}
            case Unconfirmed(message):
                after, changes = State.UNCONFIRMED, {}
        with self._change():
            move(self._connection, order, State.SUBMITTING, after, message, self._actor, **changes)

    def _find_unconfirmed(self) -> dict[str, int]:
        """The unconfirmed orders: domain → order."""
        query = select(orders.c.domain, orders.c.id).where(self._mine, unproven, in_state(State.UNCONFIRMED))
        return {row.domain: row.id for row in self._connection.execute(query)}

    def _find_attempt(self, order: int) -> tuple[int, datetime]:
        """Which vendor an order was last sent for, and when."""
        query = select(orders.c.content, orders.c.submitted_at).where(orders.c.id == order)
        row = self._connection.execute(query).one()
        return order_from_json(row.content).vendor, datetime.fromisoformat(row.submitted_at)

    def _environment_of_batch(self, order: int) -> str:
        """Where an order is sent from when it is sent again, also if it stayed under an earlier spelling of it."""
        query = select(batches.c.environment).join(orders, orders.c.batch == batches.c.id)
        environment: str = self._connection.execute(query.where(orders.c.id == order)).scalar_one()
        return environment

    @contextmanager
    def _change(self) -> Iterator[None]:
        """One transaction on the connection that took the lock.

        A lost connection is not opened anew, as SQLAlchemy would do: another run may hold the lock by now.
        """
        if self._connection.invalidated:
            raise LedgerError("The connection to the ledger was lost, and the lock with it. Run again.")
        with ledger_faults(self._connection.engine.url), self._connection.begin():
            yield
