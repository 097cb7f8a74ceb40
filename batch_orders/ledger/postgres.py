"""What a ledger on PostgreSQL demands of its sessions, and the lock that belongs to one connection."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Connection, func, literal_column, select
from sqlalchemy.exc import InvalidRequestError, SQLAlchemyError

SESSION = {
    # A commit that was answered survives a crash of the server, whatever the database or the user is set to.
    "synchronous_commit": "on",
    # A run that waits for a slow vendor keeps its lock.
    "idle_session_timeout": "0",
    # The server finds out within a minute that a machine has vanished, and gives its lock back:
    # 25 seconds where it is idle, 30 where it waits for what it sent to be received.
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "30000",
}
"""Settings of every session, where the server's version has them."""

CLIENT = {
    "connect_timeout": 15,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
"""The same for this end: a run finds out that the server has vanished."""


def prepare_session(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute(demands())
    cursor.close()
    # Settings that are not committed are taken back with the transaction.
    connection.commit()


def demands() -> str:
    """The statement by which a session demands its settings."""
    wanted = ", ".join(f"('{name}', '{value}')" for name, value in SESSION.items())
    return (
        f"SELECT set_config(wanted.name, wanted.value, false) FROM (VALUES {wanted}) AS wanted (name, value) "  # noqa: S608
        "JOIN pg_settings USING (name)"
    )


def lock_digest(environment: str, account: str) -> bytes:
    """Without an account it is what it was before there were any: an older version still running is kept out."""
    return hashlib.sha256(f"{environment}\0{account}".encode() if account else environment.encode()).digest()


def advisory_key(digest: bytes) -> int:
    return int.from_bytes(digest[:8], "big", signed=True)


def holds_lock(key: int) -> ColumnElement[bool]:
    """Whether the very server process that carries the statement out holds the lock.

    It may not, where a pooler gives the transactions of one connection to several server processes.
    """
    high, low = (key >> 32) & 0xFFFFFFFF, key & 0xFFFFFFFF
    return literal_column(
        "EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND pid = pg_backend_pid() "  # noqa: S608
        f"AND objsubid = 1 AND CAST(classid AS bigint) = {high} AND CAST(objid AS bigint) = {low} "
        "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))",
        Boolean,
    )


@contextmanager
def try_advisory_lock(connection: Connection, key: int) -> Iterator[bool]:
    """Try the lock of that key. Gives whether it was taken."""
    with connection.begin():
        taken = bool(connection.execute(select(func.pg_try_advisory_lock(key))).scalar())
    if not taken:
        yield False
        return
    try:
        yield True
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
