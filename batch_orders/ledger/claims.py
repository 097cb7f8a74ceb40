"""Claims: the committed intent to send an order, whose it is, and until when the attempt may be under way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Connection,
    Float,
    Update,
    bindparam,
    exists,
    func,
    insert,
    literal,
    literal_column,
    select,
    update,
)

from batch_orders.core.states import State
from batch_orders.errors import LedgerConflict, LedgerError, SubmitterBusy
from batch_orders.ledger.lock import NOT_HELD, AccountLock, now, refuse_retired, write_time
from batch_orders.ledger.queries import wanted_otherwise
from batch_orders.ledger.schema import events, orders, retirement

LONGEST_CLAIM = 330.0
"""Seconds: what passes between claim and sending at most, and the usual deadline of a call."""

# Put together once: that takes SQLAlchemy longer than carrying them out takes the database.
MOVE = update(orders).where(orders.c.id == bindparam("moved"), orders.c.state == bindparam("before"))
APPENDED = ("order_id", "at", "before", "after", "message", "actor")
# Nothing is claimed once this ledger is being copied. Asked in the statement after the claim's own, which sees
# what was committed while that one waited.
APPEND_CLAIM = (
    insert(events)
    .from_select(
        APPENDED,
        select(*(bindparam(f"new_{name}", type_=events.c[name].type) for name in APPENDED)).where(
            ~exists(select(retirement.c.token))
        ),
    )
    .returning(events.c.id)
)
LAST_CLAIM = (
    select(events.c.at, events.c.actor)
    .where(events.c.order_id == bindparam("claimed"), events.c.after == literal(State.SUBMITTING.value))
    .order_by(events.c.id.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Claim:
    """One attempt of one order: who claimed it, and when. No two are alike."""

    order: int
    at: str
    actor: str


def server_time(seconds: ColumnElement[float]) -> ColumnElement[str]:
    """A moment so many seconds ahead by PostgreSQL's clock, written as `write_time` does."""
    moment = func.clock_timestamp() + func.make_interval(0, 0, 0, 0, 0, 0, seconds)
    return func.to_char(
        func.timezone("UTC", moment), literal_column("""'YYYY-MM-DD"T"HH24:MI:SS.MS"+00:00"'""")
    )


def read_clock(connection: Connection) -> str:
    """Now, by the one clock that all who use the ledger share: its server's, or this machine's."""
    if connection.dialect.name != "postgresql":
        return now()
    return str(connection.execute(select(server_time(literal(0.0)))).scalar_one())


def claim_statement(lock: AccountLock) -> Update:
    """The guarded UPDATE of a claim. The session that carries it out must itself hold the lock.

    What a later sheet wants otherwise is not claimed. One statement asks all of it: each takes a way to the server.
    """
    claim = MOVE.where(lock.proof, ~wanted_otherwise()).values(attempts=orders.c.attempts + 1)
    if lock.engine.dialect.name == "postgresql":
        claim = claim.values(claim_ends_at=server_time(bindparam("lasting", type_=Float)))
    return claim


def claim_end(connection: Connection, lasting: float) -> dict[str, object]:
    """What `claim_statement` is to be told of the end of the claim, in `lasting` seconds."""
    if connection.dialect.name == "postgresql":
        return {"lasting": lasting}
    return {"claim_ends_at": write_time(datetime.now(UTC) + timedelta(seconds=lasting))}


def append_claim(connection: Connection, claim: Claim) -> int:
    """Returns the number of the event. Raises LedgerError where this ledger is being copied, or was."""
    said = (claim.order, claim.at, State.PLANNED, State.SUBMITTING, "", claim.actor)
    event: int | None = connection.execute(
        APPEND_CLAIM, {f"new_{name}": value for name, value in zip(APPENDED, said, strict=True)}
    ).scalar()
    if event is None:
        refuse_retired(connection)
        raise LedgerError("The ledger did not take down that an order is to be sent, so it was not sent.")
    return event


def refuse_unlocked(connection: Connection, lock: AccountLock) -> None:
    """Raises LedgerError where the session that carries statements out does not hold the lock."""
    if not connection.execute(select(lock.proof)).scalar():
        raise LedgerError(NOT_HELD)


def refuse_out_of_date(connection: Connection, order: int) -> None:
    """Raises LedgerConflict where a later sheet wants something else of an order's domain."""
    if connection.execute(select(orders.c.id).where(orders.c.id == order, wanted_otherwise())).first():
        raise LedgerConflict("A later sheet has asked for this domain in the meantime.")


def is_latest(connection: Connection, claim: Claim) -> bool:
    """Whether nobody has claimed the order again since."""
    latest = connection.execute(LAST_CLAIM, {"claimed": claim.order}).first()
    return latest is not None and (latest.at, latest.actor) == (claim.at, claim.actor)


def refuse_underway(connection: Connection, order: int, domain: str) -> None:
    """Raises SubmitterBusy while a process that was paused in the middle of its attempt could still send the order."""
    ends = connection.execute(select(orders.c.claim_ends_at).where(orders.c.id == order)).scalar_one()
    if ends > read_clock(connection):
        until = datetime.fromisoformat(ends).strftime("%Y-%m-%d %H:%M:%S")
        raise SubmitterBusy(
            f"The attempt to order {domain} may still be under way: nobody has heard how it ended, and its process "
            f"could send it until {until} UTC. Nothing was recorded. Look again after that, and then say so."
        )
