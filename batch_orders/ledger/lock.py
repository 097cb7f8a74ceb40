"""One submitter per environment: a lock that a crash releases and a slow run never loses.

SQLite: a lock on a file beside the ledger, which the operating system gives back when the
process ends. PostgreSQL: an advisory lock that belongs to the very connection on which orders
are claimed, so that a lost connection cannot claim.
"""

from __future__ import annotations

import hashlib
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from getpass import getuser
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, delete, insert, select, text

from batch_orders.errors import LedgerError, SubmitterBusy
from batch_orders.ledger.schema import submitters


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
def hold_environment(engine: Engine, environment: str, wait: float) -> Iterator[Connection]:
    """Hold the environment's lock and give the connection to submit on.

    Waits up to `wait` seconds for another holder to let go. Raises SubmitterBusy, which says who
    holds it since when.
    """
    with engine.connect() as connection, take_lock(engine, connection, environment, wait):
        with connection.begin():
            connection.execute(delete(submitters).where(submitters.c.environment == environment))
            connection.execute(
                insert(submitters).values(environment=environment, who=this_process(), since=now())
            )
        yield connection
        with connection.begin():
            connection.execute(delete(submitters).where(submitters.c.environment == environment))


@contextmanager
def take_lock(engine: Engine, connection: Connection, environment: str, wait: float) -> Iterator[None]:
    digest = hashlib.sha256(environment.encode()).digest()
    if engine.dialect.name == "postgresql":
        key = int.from_bytes(digest[:8], "big", signed=True)
        with advisory_lock(connection, key, wait, environment):
            yield
        return
    lock = FileLock(lock_path(engine, digest), timeout=wait)
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
    ledger = Path(str(engine.url.database))
    return ledger.with_name(f"{ledger.name}.{digest.hex()[:12]}.lock")


@contextmanager
def advisory_lock(connection: Connection, key: int, wait: float, environment: str) -> Iterator[None]:
    from sqlalchemy.exc import OperationalError

    with connection.begin():
        connection.execute(text(f"SET lock_timeout = {max(1, int(wait * 1000))}"))
    try:
        with connection.begin():
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": key})
    except OperationalError:
        raise SubmitterBusy(who_holds(connection, environment)) from None
    with connection.begin():
        connection.execute(text("SET lock_timeout = 0"))
    try:
        yield
    finally:
        # Closing is what gives the lock back, whatever state the connection is in.
        connection.detach()


def who_holds(connection: Connection, environment: str) -> str:
    with connection.begin():
        holder = connection.execute(select(submitters).where(submitters.c.environment == environment)).first()
    known = f"{holder.who} since {holder.since}" if holder else "another run"
    return f"Orders for {environment} are being submitted by {known}. Try again when it is done."
