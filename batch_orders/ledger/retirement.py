"""Retirement: a ledger that was copied is not used any more, for two ledgers of one account would buy twice.

It is written in two steps, because two databases cannot commit together. It is pending from before
the first line is copied, and while it stands nothing is claimed. What was copied commits together with
a line of the successor that says so; after that the retirement is final. Where a copy was cut off,
that line decides: if it is there, the retirement becomes final; if not, a line is written that keeps
it from ever coming, and the retirement is taken back.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

from sqlalchemy import Connection, Engine, delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from batch_orders.errors import SubmitterBusy
from batch_orders.ledger.lock import now, this_process, try_lock
from batch_orders.ledger.schema import arrivals, retirement
from batch_orders.ledger.values import AnyRow

COPYING = "(copying)"
"""No environment has this name: its lock is held as long as the ledger is being copied."""


class Arrival(StrEnum):
    """How a copy into a ledger ended."""

    COPIED = "copied"
    TAKEN_BACK = "taken back"


@contextmanager
def hold_copying(engine: Engine) -> Iterator[None]:
    """Be the one process that copies this ledger. Raises SubmitterBusy where another one is."""
    with engine.connect() as connection, try_lock(engine, connection, COPYING, "") as taken:
        if not taken:
            raise SubmitterBusy(
                "The ledger is just being copied by another process. Try again when that is done."
            )
        yield


def find_pending(connection: Connection) -> AnyRow | None:
    """The retirement of a copy that is under way, or was cut off."""
    return connection.execute(select(retirement).where(retirement.c.final_at.is_(None))).first()


def begin_retirement(connection: Connection, token: str, successor: str) -> None:
    """From its commit on nothing is claimed; what was claimed before is committed, and will be copied."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE orders IN EXCLUSIVE MODE"))
    said = {"token": token, "successor": successor, "actor": this_process(), "since": now()}
    connection.execute(insert(retirement), said)


def end_retirement(connection: Connection, token: str, arrival: Arrival) -> None:
    """Make it final, or take it back."""
    here = retirement.c.token == token
    if arrival is Arrival.COPIED:
        connection.execute(update(retirement).where(here).values(final_at=now()))
    else:
        connection.execute(delete(retirement).where(here))


def note_arrival(connection: Connection, token: str, source: str, arrival: Arrival) -> None:
    """Raises IntegrityError where another end of this copy was noted before."""
    connection.execute(insert(arrivals).values(token=token, source=source, at=now(), outcome=arrival))


def settle_arrival(successor: Engine, token: str, source: str) -> Arrival:
    """How a copy that was cut off has ended in its successor. If it had not, it never will."""
    try:
        with successor.begin() as connection:
            note_arrival(connection, token, source, Arrival.TAKEN_BACK)
    except IntegrityError:
        with successor.connect() as connection:
            query = select(arrivals.c.outcome).where(arrivals.c.token == token)
            return Arrival(connection.execute(query).scalar_one())
    return Arrival.TAKEN_BACK
