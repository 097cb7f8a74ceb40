"""One submitter per environment and account: a lock that a crash releases and a slow run never loses.

SQLite: a lock on a file beside the ledger, which the operating system gives back when the
process ends. PostgreSQL: an advisory lock that belongs to the very connection on which orders
are claimed, so that a lost connection cannot claim.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from getpass import getuser
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, delete, func, insert, inspect, select, text
from sqlalchemy.exc import InvalidRequestError, SQLAlchemyError

from batch_orders.errors import LedgerError, SubmitterBusy
from batch_orders.ledger.schema import retirement, submitters

RETIRED = "(retired)"
"""No environment has this name: earlier versions noted under it where a ledger was copied to."""


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
def hold_account(engine: Engine, environment: str, account: str = "") -> Iterator[Connection]:
    """Hold the lock of an account of an environment, and give the connection to submit on.

    Raises SubmitterBusy, which says who holds it since when, where another run has it.
    """
    here = (submitters.c.environment == environment) & (submitters.c.account == account)
    with engine.connect() as connection, take_lock(engine, connection, environment, account):
        with connection.begin():
            refuse_retired(connection)
            connection.execute(delete(submitters).where(here))
            connection.execute(
                insert(submitters).values(
                    environment=environment, account=account, actor=this_process(), since=now()
                )
            )
        yield connection
        # A courtesy to readers: what was submitted counts, also where this can no longer be written.
        with suppress(SQLAlchemyError), connection.begin():
            connection.execute(delete(submitters).where(here, submitters.c.actor == this_process()))


def retire(connection: Connection, successor: str) -> None:
    """Let no run submit with this ledger any more: two ledgers for one account would buy twice."""
    said = {"token": secrets.token_hex(16), "successor": successor, "actor": this_process()}
    connection.execute(insert(retirement).values(**said, since=now(), final_at=now()))


def refuse_retired(connection: Connection) -> None:
    moved = connection.execute(select(retirement)).first()
    if moved:
        raise LedgerError(
            f"This ledger was copied to {moved.successor} on {moved.since} and is not used any more. Name the new one.",
            setting="ledger",
        )


@contextmanager
def take_lock(engine: Engine, connection: Connection, environment: str, account: str) -> Iterator[None]:
    digest = lock_digest(environment, account)
    if engine.dialect.name == "postgresql":
        with advisory_lock(connection, advisory_key(digest), environment, account):
            yield
        return
    with try_file_lock(engine, digest) as taken:
        if not taken:
            raise SubmitterBusy(who_holds(connection, environment, account))
        yield


def lock_digest(environment: str, account: str) -> bytes:
    """Without an account it is what it was before there were any: an older version still running is kept out."""
    return hashlib.sha256(f"{environment}\0{account}".encode() if account else environment.encode()).digest()


def advisory_key(digest: bytes) -> int:
    return int.from_bytes(digest[:8], "big", signed=True)


@contextmanager
def try_file_lock(engine: Engine, digest: bytes) -> Iterator[bool]:
    """Try the lock on the file beside the ledger. Gives whether it was taken."""
    # No soft lock where the file system has no real one: a crash would not release it.
    lock = FileLock(lock_path(engine, digest), timeout=0, fallback_to_soft=False)
    try:
        lock.acquire()
    except Timeout:
        yield False
        return
    except OSError as error:
        raise LedgerError(f"The lock beside the ledger cannot be taken: {error.strerror}.") from None
    try:
        yield True
    finally:
        lock.release()


def lock_path(engine: Engine, digest: bytes) -> Path:
    # Two paths to one ledger, by a symbolic link, must share one lock.
    ledger = Path(str(engine.url.database)).resolve()
    return ledger.with_name(f"{ledger.name}.{digest.hex()[:12]}.lock")


@contextmanager
def advisory_lock(connection: Connection, key: int, environment: str, account: str) -> Iterator[None]:
    with connection.begin():
        taken = connection.execute(select(func.pg_try_advisory_lock(key))).scalar()
    if not taken:
        raise SubmitterBusy(who_holds(connection, environment, account))
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


def who_holds(connection: Connection, environment: str, account: str) -> str:
    query = select(submitters).where(submitters.c.environment == environment, submitters.c.account == account)
    holder = None
    for pause in (0.0, 0.1, 0.2, 0.4):
        # The holder writes its name just after it took the lock.
        time.sleep(pause)
        with connection.begin():
            holder = connection.execute(query).first()
        if holder:
            break
    known = f"{holder.actor} since {holder.since}" if holder else "another run"
    return f"{name_orders(environment, account)} are being submitted by {known}. Try again when it is done."


def name_orders(environment: str, account: str) -> str:
    return f"Orders for {environment}" + (f" under the account {account}" if account else "")


@contextmanager
def hold_every_account(engine: Engine, connection: Connection) -> Iterator[None]:
    """Hold the locks of all that ever submitted with this ledger, until its tables were changed.

    `connection` is in the transaction that changes them. Raises SubmitterBusy while a run of this or of an
    older version is under way. One that begins meanwhile waits for the transaction, finds other tables than
    it knows, and sends nothing.
    """
    with ExitStack() as held:
        for environment, account in find_submitting(connection):
            digest = lock_digest(environment, account)
            if engine.dialect.name == "postgresql":
                key = advisory_key(digest)
                taken = bool(connection.execute(select(func.pg_try_advisory_xact_lock(key))).scalar())
            else:
                taken = held.enter_context(try_file_lock(engine, digest))
            if not taken:
                raise SubmitterBusy(
                    "The ledger is of an older version and has to be brought up to date first, and "
                    f"{name_orders(environment, account).lower()} are being submitted. Try again when that is done."
                )
        yield


def find_submitting(connection: Connection) -> set[tuple[str, str]]:
    """Every environment and account that has batches or submits, whatever version the tables are of."""
    found: set[tuple[str, str]] = set()
    for table in ("submitters", "batches"):
        if not inspect(connection).has_table(table):
            continue
        if connection.dialect.name == "postgresql":
            # Whoever is writing finishes first, and nobody begins: what is read now stays true.
            connection.execute(text(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE"))
        columns = {column["name"] for column in inspect(connection).get_columns(table)}
        account = "account" if "account" in columns else "''"
        lines = connection.execute(text(f"SELECT DISTINCT environment, {account} FROM {table}"))  # noqa: S608
        found |= {(environment, account) for environment, account in lines}
    return {(environment, account) for environment, account in found if environment != RETIRED}
