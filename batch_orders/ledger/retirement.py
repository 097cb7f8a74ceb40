"""Retirement: a ledger that was copied is not used any more, for two ledgers of one account would buy twice.

It is written in two steps, because two databases cannot commit together. First the successor notes that
a copy is under way, and cannot be used until it has come. Then the retirement of the old ledger is
pending, and while it stands nothing is claimed. What was copied commits together with the change of the
successor's note to `copied`; after that the retirement is final. Where a copy was cut off, that note
decides: if it says `copied`, the retirement becomes final; if not, it is changed to `taken back`, which
keeps the copy from ever coming, and the retirement is taken back. So one of the two can always be used.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

from sqlalchemy import Connection, Engine, delete, insert, select, text, update

from batch_orders.errors import SubmitterBusy
from batch_orders.ledger.lock import COPIED, now, this_process, try_lock
from batch_orders.ledger.schema import arrivals, retirement
from batch_orders.ledger.values import AnyRow

COPYING = "(copying)"
"""No environment has this name: its lock is held as long as the ledger is being copied."""


class Arrival(StrEnum):
    """How a copy into a ledger ended, if it has."""

    UNDER_WAY = "under way"
    COPIED = COPIED
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


def begin_arrival(connection: Connection, token: str, source: str, arrival: Arrival) -> None:
    connection.execute(insert(arrivals).values(token=token, source=source, at=now(), outcome=arrival))


def decide_arrival(connection: Connection, token: str, arrival: Arrival) -> bool:
    """Note how a copy has ended. Returns False where that is decided already."""
    open_still = (arrivals.c.token == token) & (arrivals.c.outcome == Arrival.UNDER_WAY)
    decided = connection.execute(update(arrivals).where(open_still).values(outcome=arrival, at=now()))
    return decided.rowcount == 1


def settle_arrival(successor: Engine, token: str, source: str) -> Arrival:
    """How a copy has ended in its successor. If it had not, it never will."""
    with successor.begin() as connection:
        if decide_arrival(connection, token, Arrival.TAKEN_BACK):
            return Arrival.TAKEN_BACK
        known = connection.execute(select(arrivals.c.outcome).where(arrivals.c.token == token)).scalar()
        if known is None:
            # Another database lies in its place by now.
            begin_arrival(connection, token, source, Arrival.TAKEN_BACK)
        return Arrival(known or Arrival.TAKEN_BACK)
