"""What the one submitter of an account does to its orders: claim and record.

Each move is a guarded UPDATE that must hit exactly one row, with its event appended in the same
transaction.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection, Update, insert, select, update
from sqlalchemy.exc import IntegrityError

from batch_orders.core.listing import ListedDomain, Matched, tell_other
from batch_orders.core.order_json import order_from_json
from batch_orders.core.outcomes import NotTaken, Outcome, Placed, Rejected, Unconfirmed
from batch_orders.core.states import MOVES, UNPROVEN, State
from batch_orders.errors import LedgerConflict, LedgerError
from batch_orders.ledger.claims import (
    LONGEST_CLAIM,
    MOVE,
    Claim,
    append_claim,
    claim_end,
    claim_statement,
    is_latest,
    refuse_out_of_date,
    refuse_underway,
    refuse_unlocked,
)
from batch_orders.ledger.engine import ledger_faults
from batch_orders.ledger.lock import AccountLock, now, this_process
from batch_orders.ledger.schema import batches, events, in_state, orders, unproven

FOUND = "Found in the vendor's list of domains."
FOUND_INACTIVE = "Found in the vendor's list of domains, as not active."
DIED = "The run that was sending this order ended before it recorded an answer."

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


def read_outcome(outcome: Outcome) -> tuple[State, str]:
    """The state that an outcome leads to, and the vendor's order id."""
    match outcome:
        case Placed(order_id):
            return State.PLACED, order_id
        case Rejected():
            return State.REJECTED, ""
        case NotTaken():
            return State.PLANNED, ""
        case Unconfirmed():
            return State.UNCONFIRMED, ""


class Submitter:
    """The holder of an account's lock. Every method raises LedgerError where the database fails."""

    def __init__(self, lock: AccountLock) -> None:
        self._lock = lock
        self._environment = lock.environment
        self._mine = (orders.c.environment == lock.environment) & (orders.c.account == lock.account)
        self._actor = this_process()
        self._claim_statement = claim_statement(lock)
        self._latest: Claim | None = None

    @property
    def _connection(self) -> Connection:
        return self._lock.connection

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
        LedgerConflict where no order of that domain is unconfirmed, SubmitterBusy where it is said not to
        be bought and a process that was paused could still send it.
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
                    refuse_underway(self._connection, order, domain)
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

    def claim(self, order: int, lasting: float = LONGEST_CLAIM) -> int:
        """Commit the intent to send. In `lasting` seconds the attempt is over, whatever comes between.

        Returns how far the ledger has come with it: the number of the move. Raises LedgerConflict where the order may
        not be sent.
        """
        claim = self._latest = Claim(order, now(), self._actor)
        with self._change():
            ends = claim_end(self._connection, lasting)
            said = {"message": "", "changed_at": claim.at, "submitted_at": claim.at, **ends}
            if not change_state(
                self._connection, self._claim_statement, order, State.PLANNED, State.SUBMITTING, said
            ):
                refuse_out_of_date(self._connection, order)
                refuse_unlocked(self._connection, self._lock)
                raise LedgerConflict("The order is no longer planned: somebody else has moved it.")
            return append_claim(self._connection, claim)

    def record(self, order: int, outcome: Outcome) -> None:
        """Commit what the attempt proved. It is over then."""
        with self._change():
            self._record(order, State.SUBMITTING, outcome)

    def record_late(self, outcome: Outcome) -> bool:
        """Record what the latest claim proved, after the ledger was lost, under the lock taken anew.

        Returns False where somebody has claimed or settled the order since. Raises SubmitterBusy
        where another run holds the lock.
        """
        with ledger_faults(self._lock.engine.url):
            self._lock.take_anew()
        if self._latest is None:
            return False
        order = self._latest.order
        with self._change():
            if not is_latest(self._connection, self._latest):
                return False
            before = State(
                self._connection.execute(select(orders.c.state).where(orders.c.id == order)).scalar_one()
            )
            after, _ = read_outcome(outcome)
            if before is State.PLANNED and after is State.PLACED:
                # Somebody has said that it was not bought, and the vendor has said that it was.
                move(self._connection, order, before, State.SUBMITTING, actor=self._actor, not_bought_at="")
                before = State.SUBMITTING
            if before is after or before not in UNPROVEN:
                return before is after
            self._record(order, before, outcome)
        return True

    def _record(self, order: int, before: State, outcome: Outcome) -> None:
        after, vendor_order_id = read_outcome(outcome)
        changes = {"vendor_order_id": vendor_order_id, "claim_ends_at": ""}
        move(self._connection, order, before, after, outcome.message, self._actor, **changes)

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
        if not self._lock.is_held or self._connection.invalidated:
            raise LedgerError("The connection to the ledger was lost, and the lock with it. Run again.")
        with ledger_faults(self._connection.engine.url), self._connection.begin():
            yield
