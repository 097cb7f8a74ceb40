"""One submitter per environment and account: a lock that a crash releases and a slow run never loses.

SQLite: a lock on a file beside the ledger, which the operating system gives back when the
process ends. PostgreSQL: an advisory lock that belongs to the very connection on which orders
are claimed, so that a lost connection cannot claim.
"""

from __future__ import annotations

import os
import socket
import stat
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from getpass import getuser
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import ColumnElement, Connection, Engine, delete, insert, select, true
from sqlalchemy.exc import SQLAlchemyError

from batch_orders.core.rights import OWN_FILE
from batch_orders.errors import LedgerError, SubmitterBusy
from batch_orders.ledger.postgres import advisory_key, holds_lock, lock_digest, try_advisory_lock
from batch_orders.ledger.schema import arrivals, retirement, submitters

COPIED = "copied"
"""What a ledger notes of a copy that has come to it."""

NOT_HELD = (
    "The ledger's server did not keep the lock of this run, so nothing was sent. A pooler that shares its connections "
    "between transactions does that: name the server itself, or a pooler in session mode."
)


def now() -> str:
    return write_time(datetime.now(UTC))


def write_time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def this_process() -> str:
    """Who is at work, for people to read: user, machine and process."""
    try:
        user = getuser()
    except (OSError, KeyError):
        user = str(os.getuid()) if hasattr(os, "getuid") else "?"
    return f"{user}@{socket.gethostname()} (process {os.getpid()})"


class AccountLock:
    """The lock of an account of an environment, and the connection that orders are claimed on while it is held."""

    def __init__(self, engine: Engine, environment: str, account: str = "") -> None:
        self.engine = engine
        self.environment = environment
        self.account = account
        self.connection: Connection
        self.is_held = False
        self._held = ExitStack()
        self._here = (submitters.c.environment == environment) & (submitters.c.account == account)

    def take(self) -> None:
        """Raises SubmitterBusy, which says who holds it since when, where another run has it."""
        with ExitStack() as held:
            connection = held.enter_context(self.engine.connect())
            held.enter_context(take_lock(self.engine, connection, self.environment, self.account))
            with connection.begin():
                refuse_retired(connection)
                if not connection.execute(select(self.proof)).scalar():
                    raise LedgerError(NOT_HELD)
                self._note(connection)
            if self.engine.dialect.name == "postgresql":
                # It is closed when the lock is given back, and does not count among those that others wait for.
                connection.detach()
            self.connection, self._held = connection, held.pop_all()
        self.is_held = True

    @property
    def proof(self) -> ColumnElement[bool]:
        """Whether the session that carries a statement out holds the lock, to be demanded of what may cost money.

        The lock on a file is the process's own.
        """
        if self.engine.dialect.name != "postgresql":
            return true()
        return holds_lock(advisory_key(lock_digest(self.environment, self.account)))

    def take_anew(self) -> None:
        """Give it back, or what is left of it, and take it again, on a connection of its own."""
        self.give_back()
        self.take()

    def give_back(self) -> None:
        self.is_held = False
        # A courtesy to readers: what was submitted counts, also where this can no longer be written.
        mine = self._here & (submitters.c.actor == this_process())
        with self._held, suppress(SQLAlchemyError), self.connection.begin():
            self.connection.execute(delete(submitters).where(mine))

    def _note(self, connection: Connection) -> None:
        connection.execute(delete(submitters).where(self._here))
        connection.execute(
            insert(submitters).values(
                environment=self.environment, account=self.account, actor=this_process(), since=now()
            )
        )


@contextmanager
def hold_account(engine: Engine, environment: str, account: str = "") -> Iterator[AccountLock]:
    """Hold the lock of an account of an environment. Raises SubmitterBusy as `AccountLock.take` does."""
    lock = AccountLock(engine, environment, account)
    lock.take()
    try:
        yield lock
    finally:
        lock.give_back()


def refuse_retired(connection: Connection) -> None:
    """Raises LedgerError where this ledger was copied, or is being copied, or is to become a copy.

    See batch_orders.ledger.retirement.
    """
    arrived = connection.execute(select(arrivals.c.source, arrivals.c.outcome).order_by(arrivals.c.at)).all()
    if arrived and COPIED not in {row.outcome for row in arrived}:
        raise LedgerError(
            f"The ledger {arrived[-1].source} was to be copied to this one, and that has not come to its end. Copy it "
            "here again, or name another ledger.",
            setting="ledger",
        )
    moved = connection.execute(select(retirement)).first()
    if moved is None:
        return
    if moved.final_at:
        raise LedgerError(
            f"This ledger was copied to {moved.successor} on {moved.since} and is not used any more. "
            "Name the new one.",
            setting="ledger",
        )
    raise LedgerError(
        f"This ledger is being copied to {moved.successor} by {moved.actor}, since {moved.since}, and nothing is "
        "sent meanwhile. Try again when that is done. If it was cut off, copy the ledger there again: that ends it.",
        setting="ledger",
    )


@contextmanager
def try_lock(engine: Engine, connection: Connection, environment: str, account: str) -> Iterator[bool]:
    """Try to take a lock. Gives whether it was taken."""
    digest = lock_digest(environment, account)
    on_server = engine.dialect.name == "postgresql"
    trying = (
        try_advisory_lock(connection, advisory_key(digest)) if on_server else try_file_lock(engine, digest)
    )
    with trying as taken:
        yield taken


@contextmanager
def take_lock(engine: Engine, connection: Connection, environment: str, account: str) -> Iterator[None]:
    with try_lock(engine, connection, environment, account) as taken:
        if not taken:
            raise SubmitterBusy(who_holds(connection, environment, account))
        yield


@contextmanager
def try_file_lock(engine: Engine, digest: bytes) -> Iterator[bool]:
    """Try the lock on the file beside the ledger. Gives whether it was taken."""
    # No soft lock where the file system has no real one: a crash would not release it.
    path, mode = lock_path(engine, digest), lock_mode(engine)
    lock = FileLock(path, timeout=0, mode=mode, fallback_to_soft=False)
    try:
        lock.acquire()
        with suppress(OSError):  # of a former version, or another user's
            path.chmod(mode)
    except Timeout:
        yield False
        return
    except OSError as error:
        raise LedgerError(f"The lock beside the ledger cannot be taken: {error.strerror}.") from None
    try:
        yield True
    finally:
        lock.release()


def lock_mode(engine: Engine) -> int:
    """Who can open the file can hold its lock for ever: those alone who can write the ledger."""
    try:
        ledger = Path(str(engine.url.database)).stat().st_mode
    except OSError:
        ledger = 0
    return 0o660 if ledger & stat.S_IWGRP else OWN_FILE


def lock_path(engine: Engine, digest: bytes) -> Path:
    # Two paths to one ledger, by a symbolic link, must share one lock.
    ledger = Path(str(engine.url.database)).resolve()
    return ledger.with_name(f"{ledger.name}.{digest.hex()[:12]}.lock")


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
