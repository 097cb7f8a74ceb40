"""One submitter per environment: a lock that a crash releases and a slow run never loses.

SQLite: a lock on a file beside the ledger, which the operating system gives back when the
process ends. PostgreSQL: an advisory lock that belongs to the very connection on which orders
are claimed, so that a lost connection cannot claim.
"""

from __future__ import annotations

import hashlib
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from getpass import getuser
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, delete, func, insert, select
from sqlalchemy.exc import InvalidRequestError, SQLAlchemyError

from batch_orders.errors import LedgerError, SubmitterBusy
from batch_orders.ledger.schema import submitters

RETIRED = "(retired)"
"""No environment has this name: its line among the submitters says where a ledger was copied to."""


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def this_process() -> str:
    """Who is at work, for people to read: user, machine and process."""
    try:
        user = getuser()
    except (OSError, KeyError):
        user = str(os.getuid()) if hasattr(os, "getuid") else "?"
    return f"{user}@{socket.gethostname()} (process {os.getpid()})"


@contextmanager
def hold_environment(engine: Engine, environment: str) -> Iterator[Connection]:
    """Hold the environment's lock and give the connection to submit on.

    Raises SubmitterBusy, which says who holds it since when, where another run has it.
    """
    with engine.connect() as connection, take_lock(engine, connection, environment):
        with connection.begin():
            refuse_retired(connection)
            connection.execute(delete(submitters).where(submitters.c.environment == environment))
            connection.execute(
                insert(submitters).values(environment=environment, who=this_process(), since=now())
            )
        yield connection
        # A courtesy to readers: what was submitted counts, also where this can no longer be written.
        with suppress(SQLAlchemyError), connection.begin():
            mine = (submitters.c.environment == environment) & (submitters.c.who == this_process())
            connection.execute(delete(submitters).where(mine))


def retire(connection: Connection, successor: str) -> None:
    """Let no run submit with this ledger any more: two ledgers for one account would buy twice."""
    connection.execute(insert(submitters).values(environment=RETIRED, who=successor, since=now()))


def refuse_retired(connection: Connection) -> None:
    moved = connection.execute(select(submitters).where(submitters.c.environment == RETIRED)).first()
    if moved:
        raise LedgerError(
            f"This ledger was copied to {moved.who} on {moved.since} and is not used any more. Name the new one "
            "with --ledger."
        )


@contextmanager
def take_lock(engine: Engine, connection: Connection, environment: str) -> Iterator[None]:
    digest = hashlib.sha256(environment.encode()).digest()
    if engine.dialect.name == "postgresql":
        key = int.from_bytes(digest[:8], "big", signed=True)
        with advisory_lock(connection, key, environment):
            yield
        return
    # No soft lock where the file system has no real one: a crash would not release it.
    lock = FileLock(lock_path(engine, digest), timeout=0, fallback_to_soft=False)
    try:
        lock.acquire()
    except Timeout:
        raise SubmitterBusy(who_holds(connection, environment)) from None
    except OSError as error:
        raise LedgerError(f"The lock beside the ledger cannot be taken: {error.strerror}.") from None
    try:
        yield
    finally:
        lock.release()


def lock_path(engine: Engine, digest: bytes) -> Path:
    # Two paths to one ledger, by a symbolic link, must share one lock.
    ledger = Path(str(engine.url.database)).resolve()
    return ledger.with_name(f"{ledger.name}.{digest.hex()[:12]}.lock")


@contextmanager
def advisory_lock(connection: Connection, key: int, environment: str) -> Iterator[None]:
    with connection.begin():
        taken = connection.execute(select(func.pg_try_advisory_lock(key))).scalar()
    if not taken:
        raise SubmitterBusy(who_holds(connection, environment))
    try:
        yield
    finally:
        give_back(connection, key)


def give_back(connection: Connection, key: int) -> None:
    """Unlock at once, and close the connection for good: that unlocks too, but a moment later.

    A connection that was lost has given the lock back already.
    """
    with suppress(SQLAlchemyError):
        if not connection.invalidated:
            with connection.begin():
                connection.execute(select(func.pg_advisory_unlock(key)))
    with suppress(InvalidRequestError):
        connection.detach()


def who_holds(connection: Connection, environment: str) -> str:
    query = select(submitters).where(submitters.c.environment == environment)
    holder = None
    for pause in (0.0, 0.1, 0.2, 0.4):
        # The holder writes its name just after it took the lock.
        time.sleep(pause)
        with connection.begin():
            holder = connection.execute(query).first()
        if holder:
            break
    known = f"{holder.who} since {holder.since}" if holder else "another run"
    return f"Orders for {environment} are being submitted by {known}. Try again when it is done."
