"""What the one submitter of an account does to its orders: claim, record, look up, and what a person found out.

Each is one transaction, with who did it where a person did.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection, select, update

from batch_orders.core.actions import Act, Action, Author
from batch_orders.core.listing import ListedDomain, Matched, tell_other
from batch_orders.core.order_json import order_from_json
from batch_orders.core.outcomes import NotTaken, Outcome, Placed, Rejected, Unconfirmed
from batch_orders.core.states import UNPROVEN, State
from batch_orders.core.wording import counted
from batch_orders.errors import LedgerConflict, LedgerError
from batch_orders.ledger.actions import note_action
from batch_orders.ledger.claims import (
    LONGEST_CLAIM,
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
from batch_orders.ledger.moves import change_state, move
from batch_orders.ledger.schema import batches, in_state, orders, unproven
from batch_orders.ledger.values import AnyRow

FOUND = "Found in the vendor's list of domains."
FOUND_INACTIVE = "Found in the vendor's list of domains, as not active."
DIED = "The run that was sending this order ended before it recorded an answer."


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

    def reconcile(self, listed: Mapping[str, ListedDomain], author: Author | None = None) -> Matched:
        """Place unconfirmed orders whose domain the vendor lists, unless the list tells of another purchase.

        `listed` must have been read from the vendor, whole: the others stay as they are, for not being
        listed proves nothing, with this moment as the time at which they were last checked. A look-up that
        failed is no look-up, and is not recorded. `author` is who asked for it, None where it belongs to a run.
        """
        found: list[str] = []
        others: dict[str, str] = {}
        with self._change():
            unconfirmed = self._find_unconfirmed()
            for domain, order in unconfirmed.items():
                if domain not in listed:
                    continue
                entry = listed[domain]
                if other := tell_other(entry, *self._find_attempt(order.id)):
                    others[domain] = other
                    continue
                said = FOUND_INACTIVE if entry.is_active is False else FOUND
                before, after = State.UNCONFIRMED, State.PLACED
                changes = {"vendor_order_id": entry.order_id}
                move(self._connection, order.id, before, after, said, self._actor, **changes)
                found.append(domain)
            checked = update(orders).where(self._mine, unproven, in_state(State.UNCONFIRMED))
            self._connection.execute(checked.values(last_checked_at=now()))
            if author:
                self._note_look_up(author, unconfirmed, found)
        return Matched(tuple(found), others)

    def resolve(self, domain: str, decision: Placed | NotTaken, author: Author | None = None) -> None:
        """Record a person's decision about an unconfirmed order, and who decided; None is this process.

        Placed: it was bought. NotTaken: it was not, and a sheet that is handed in again may order it; the
        order itself is never sent again, for a later sheet may have asked for something else. Raises
        LedgerConflict where no order of that domain is unconfirmed, SubmitterBusy where it is said not to
        be bought and a process that was paused could still send it.
        """
        author = author or Author(self._actor)
        with self._change():
            order = self._find_unconfirmed().get(domain)
            if order is None:
                raise LedgerConflict(f"No order for {domain} at {self._environment} is unconfirmed.")
            match decision:
                case Placed(order_id, message):
                    after, changes, what = State.PLACED, {"vendor_order_id": order_id}, "placed"
                case NotTaken(message):
                    refuse_underway(self._connection, order.id, domain)
                    after, what = State.PLANNED, "not bought"
                    changes = {"environment": self._environment_of_batch(order.id), "not_bought_at": now()}
            move(self._connection, order.id, State.UNCONFIRMED, after, message, author.actor, **changes)
            self._note_resolution(author, order.batch, domain, what)

    def free(self, domain: str, message: str, author: Author | None = None) -> None:
        """Record a person's word that a placed order is gone, so that the domain may be ordered again.

        Raises LedgerConflict where no order of that domain is placed.
        """
        author = author or Author(self._actor)
        placed = select(orders.c.id, orders.c.batch).where(self._mine, in_state(State.PLACED))
        with self._change():
            order = self._connection.execute(placed.where(orders.c.domain == domain)).first()
            if order is None:
                raise LedgerConflict(f"No order for {domain} at {self._environment} is placed.")
            move(self._connection, order.id, State.PLACED, State.GONE, message, author.actor)
            self._note_resolution(author, order.batch, domain, "gone")

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

    def _find_unconfirmed(self) -> dict[str, AnyRow]:
        """By domain, the id and the batch of each unconfirmed order."""
        query = select(orders.c.domain, orders.c.id, orders.c.batch)
        found = self._connection.execute(query.where(self._mine, unproven, in_state(State.UNCONFIRMED)))
        return {row.domain: row for row in found}

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

    def _note_resolution(self, author: Author, batch: str, domain: str, what: str) -> None:
        self._note(author, Act.RESOLVED, batch, f"{domain}: {what}", domain)

    def _note_look_up(self, author: Author, unconfirmed: Mapping[str, AnyRow], found: Sequence[str]) -> None:
        """Once for each batch that had orders to look for."""
        known = Counter(unconfirmed[domain].batch for domain in found)
        for batch, count in Counter(order.batch for order in unconfirmed.values()).items():
            said = f"{counted(count, 'order')}, {known[batch]:,} found with the vendor"
            self._note(author, Act.LOOKED_UP, batch, said)

    def _note(self, author: Author, act: Act, batch: str, message: str, domain: str = "") -> None:
        """Keep who did it, in the transaction that does it."""
        lock = self._lock
        note_action(
            self._connection,
            Action(act, author, lock.environment, lock.account, batch, domain, message=message),
        )

    @contextmanager
    def _change(self) -> Iterator[None]:
        """One transaction on the connection that took the lock.

        A lost connection is not opened anew, as SQLAlchemy would do: another run may hold the lock by now.
        """
        if not self._lock.is_held or self._connection.invalidated:
            raise LedgerError("The connection to the ledger was lost, and the lock with it. Run again.")
        with ledger_faults(self._connection.engine.url), self._connection.begin():
            yield
