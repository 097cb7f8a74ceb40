"""Sessions of the page: who is signed in, with an idle and an absolute end. Only digests are kept.

Every method raises LedgerError where the database fails.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, insert, or_, select, update

from batch_orders.ledger.database import Database
from batch_orders.ledger.lock import write_time
from batch_orders.ledger.upload_tables import sessions

IDLE = timedelta(hours=12)
ABSOLUTE = timedelta(days=7)
SEEN_AGAIN = timedelta(minutes=1)
"""A session that was seen so short a time ago is not noted anew."""


@dataclass(frozen=True, slots=True)
class Session:
    """Who is signed in, and the mark of the password that they signed in with."""

    actor: str
    mark: str = field(default="", repr=False)


class Sessions:
    """One of the faces of a ledger."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, actor: str, mark: str = "") -> str:
        """Returns what the cookie is to hold. `mark` is one of the password. Sessions that are over are taken out."""
        secret = secrets.token_urlsafe(32)
        now = datetime.now(UTC)
        over = or_(
            sessions.c.created_at < write_time(now - ABSOLUTE), sessions.c.seen_at < write_time(now - IDLE)
        )
        with self._database._changing() as connection:
            connection.execute(delete(sessions).where(over))
            connection.execute(
                insert(sessions).values(
                    digest=digest(secret),
                    actor=actor,
                    created_at=write_time(now),
                    seen_at=write_time(now),
                    mark=mark,
                )
            )
        return secret

    def find(self, secret: str) -> Session | None:
        """Who is signed in with this cookie, None where nobody is, or no longer."""
        now = datetime.now(UTC)
        query = select(sessions).where(sessions.c.digest == digest(secret))
        with self._database._reading() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        created, seen = datetime.fromisoformat(row.created_at), datetime.fromisoformat(row.seen_at)
        if now - created > ABSOLUTE or now - seen > IDLE:
            return None
        if now - seen > SEEN_AGAIN:
            with self._database._changing() as connection:
                connection.execute(
                    update(sessions).where(sessions.c.digest == row.digest).values(seen_at=write_time(now))
                )
        return Session(row.actor, row.mark)

    def end(self, secret: str) -> None:
        with self._database._changing() as connection:
            connection.execute(delete(sessions).where(sessions.c.digest == digest(secret)))


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
