"""Who did what: approvals, and what else people do about batches and orders. Only added to, never changed.

Every method raises LedgerError where the database fails.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, insert, select, true

from batch_orders.core.actions import UPLOAD_PAGE, Act, Action, Author
from batch_orders.core.wording import counted, say_costs
from batch_orders.ledger.database import Database
from batch_orders.ledger.lock import now
from batch_orders.ledger.schema import actions, approvals, batches
from batch_orders.ledger.upload_tables import upload_sheets, uploads
from batch_orders.ledger.values import AnyRow, read_approval

MOST = 1_000


class Actions:
    """One of the faces of a ledger."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, action: Action) -> None:
        """Store what somebody did to no line of the ledger. What changes one stores both: see `note_action`."""
        with self._database._changing() as connection:
            note_action(connection, action)

    def of_batches(self, ids: Collection[str]) -> tuple[Action, ...]:
        """What was done about these batches, the earliest first."""
        with self._database._reading() as connection:
            approved = find_approved(connection, approvals.c.batch.in_(ids))
            done = find_done(connection, actions.c.batch.in_(ids))
        return tuple(sorted((*approved, *done), key=lambda action: action.at))

    def of_person(self, name: str, accounts: Collection[str] | None = None) -> tuple[Action, ...]:
        """The latest that a person or a program did, of these accounts or of all, the latest first."""
        theirs = true() if accounts is None else batches.c.account.in_(accounts)
        done_there = true() if accounts is None else actions.c.account.in_(accounts)
        handed_there = true() if accounts is None else uploads.c.account.in_(accounts)
        with self._database._reading() as connection:
            approved = find_approved(connection, approvals.c.actor == name, theirs)
            done = find_done(connection, actions.c.actor == name, done_there)
            handed_in = find_handed_in(connection, uploads.c.actor == name, handed_there)
        found = sorted((*approved, *done, *handed_in), key=lambda action: action.at, reverse=True)
        return tuple(found[:MOST])


def note_action(connection: Connection, action: Action) -> None:
    """Store what somebody did, now, with the checksum of the plan that its batch was last approved by.

    It belongs into the transaction of the deed itself: otherwise a process that dies in between loses who did it.
    """
    connection.execute(
        insert(actions).values(
            at=now(),
            act=action.act.value,
            actor=action.author.actor,
            door=action.author.door,
            environment=action.environment,
            account=action.account,
            batch=action.batch,
            domain=action.domain,
            checksum=action.checksum or find_checksum(connection, action.batch),
            message=action.message,
        )
    )


def find_checksum(connection: Connection, batch: str) -> str:
    latest = select(approvals.c.checksum).where(approvals.c.batch == batch).order_by(approvals.c.id.desc())
    return str(connection.execute(latest.limit(1)).scalar() or "")


def find_approved(connection: Connection, *where: ColumnElement[bool]) -> list[Action]:
    """Every yes: the first one to a batch confirmed it, later ones carried it on."""
    first = (
        select(func.min(approvals.c.id).label("id"), approvals.c.batch).group_by(approvals.c.batch).subquery()
    )
    query = (
        select(approvals, batches.c.environment, batches.c.account, first.c.id.label("first"))
        .join(batches, batches.c.id == approvals.c.batch)
        .join(first, first.c.batch == approvals.c.batch)
        .where(*where)
        .order_by(approvals.c.id.desc())
        .limit(MOST)
    )
    return [read_approved(row) for row in connection.execute(query)]


def read_approved(row: AnyRow) -> Action:
    approval = read_approval(row)
    cost = f" for about {say_costs({approval.currency: approval.cost})}" if approval.cost is not None else ""
    return Action(
        Act.CONFIRMED if row.id == row.first else Act.CARRIED_ON,
        Author(approval.actor, approval.door),
        row.environment,
        row.account,
        row.batch,
        checksum=approval.checksum,
        message=f"{counted(approval.orders, 'order')}{cost}",
        at=row.at,
    )


def find_done(connection: Connection, *where: ColumnElement[bool]) -> list[Action]:
    query = select(actions).where(*where).order_by(actions.c.id.desc()).limit(MOST)
    return [
        Action(
            Act(row.act),
            Author(row.actor, row.door),
            row.environment,
            row.account,
            row.batch,
            row.domain,
            row.checksum,
            row.message,
            row.at,
        )
        for row in connection.execute(query)
    ]


def find_handed_in(connection: Connection, *where: ColumnElement[bool]) -> list[Action]:
    names: Any = func.min(upload_sheets.c.name).label("name")
    query = (
        select(uploads.c.created_at, uploads.c.actor, uploads.c.environment, uploads.c.account, names)
        .join(upload_sheets, upload_sheets.c.upload == uploads.c.id)
        .where(*where)
        .group_by(uploads.c.id)
        .order_by(uploads.c.created_at.desc())
        .limit(MOST)
    )
    return [
        Action(
            Act.HANDED_IN,
            Author(row.actor, UPLOAD_PAGE),
            row.environment,
            row.account,
            message=row.name,
            at=row.created_at,
        )
        for row in connection.execute(query)
    ]
