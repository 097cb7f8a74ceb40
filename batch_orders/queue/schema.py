"""The queue's tables: the engine's and ours, with a revision of ours.

The engine notes no version of its schema. We note the last of its migrations that a database has, and the number
of our own. Only `worker` and `enqueue` make or change them, so that nobody else needs the engine.
"""

from __future__ import annotations

from importlib import resources
from typing import Any

from sqlalchemy import Connection, text

from batch_orders.errors import LedgerError
from batch_orders.ledger import Ledger

LOCK = 7_203_011_882
"""Of those who change the tables, one at a time."""
OWN = (
    """
    CREATE TABLE queue_workers (
        worker bigint PRIMARY KEY REFERENCES procrastinate_workers ON DELETE CASCADE,
        name text NOT NULL,
        accounts_at_once integer NOT NULL,
        started_at timestamptz NOT NULL DEFAULT now()
    );
    CREATE TABLE queue_batches (
        job bigint PRIMARY KEY REFERENCES procrastinate_jobs ON DELETE CASCADE,
        batch varchar(40) NOT NULL,
        environment text NOT NULL,
        account text NOT NULL,
        name text NOT NULL,
        queued_at timestamptz NOT NULL DEFAULT now(),
        begun_at timestamptz,
        ended_at timestamptz,
        -- Tries and rescues in a row in which no order moved, and how many had moved at the last of them.
        tries integer NOT NULL DEFAULT 0,
        rescues integer NOT NULL DEFAULT 0,
        moved integer NOT NULL DEFAULT 0,
        -- How it ended or why it waits: '' while nothing is to be said.
        outcome text NOT NULL DEFAULT '',
        sentence text NOT NULL DEFAULT ''
    );
    CREATE INDEX queue_batches_by_batch ON queue_batches (batch);
    CREATE INDEX queue_batches_ended ON queue_batches (ended_at) WHERE ended_at IS NOT NULL;
    CREATE TABLE queue_pauses (
        environment text NOT NULL,
        account text NOT NULL,
        reason text NOT NULL,
        sentence text NOT NULL,
        since timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (environment, account)
    );
    -- To find the first of an account, the engine has no index: with a thousand that wait, it reads a million lines.
    CREATE INDEX queue_jobs_by_lock ON procrastinate_jobs (lock, priority DESC, id)
        WHERE status IN ('todo', 'doing');
    """,
    """
    -- Since when a message about the batch is owed to people, and why the batch stopped: whoever settled it may die
    -- before the message has left.
    ALTER TABLE queue_batches ADD COLUMN owed_at timestamptz, ADD COLUMN reason text NOT NULL DEFAULT '';
    CREATE INDEX queue_batches_owed ON queue_batches (owed_at) WHERE owed_at IS NOT NULL;
    """,
)
"""Our own steps, oldest first. A new one is added at the end; none is ever changed."""


def prepare(ledger: Ledger) -> None:
    """Make the queue's tables, or bring them to this version. Many may start at once: one does it, the others wait.

    Raises LedgerError where they are of a newer version, or another program's.
    """
    while True:
        with ledger.transaction() as connection:
            connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
            noted = read_revision(connection)
            if noted == expected():
                return
            # Each step is committed by itself: PostgreSQL uses a new value of an enum only after that.
            take_step(connection, noted)


def expected() -> tuple[str, int]:
    """The last migration of the engine, and the number of our own steps."""
    return engine_migrations()[-1], len(OWN)


def engine_migrations() -> list[str]:
    """The names of the engine's migrations, oldest first."""
    folder = resources.files("procrastinate.sql") / "migrations"
    return sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))


def read_revision(connection: Connection) -> tuple[str, int] | None:
    """What the database has, or None where it has no queue."""
    if connection.execute(text("SELECT to_regclass('queue_revision')")).scalar() is None:
        return None
    row = connection.execute(text("SELECT engine, own FROM queue_revision")).one()
    return row.engine, row.own


def take_step(connection: Connection, noted: tuple[str, int] | None) -> None:
    if noted is None:
        make_anew(connection)
        return
    engine, own = noted
    migrations = engine_migrations()
    if engine > migrations[-1] or own > len(OWN):
        raise LedgerError(
            "The queue was made by a newer version of batch-orders. Install that version here as well."
        )
    if following := [name for name in migrations if name > engine]:
        script(connection, read_engine("migrations", following[0]))
        note(connection, following[0], own)
    else:
        script(connection, OWN[own])
        note(connection, engine, own + 1)


def make_anew(connection: Connection) -> None:
    if connection.execute(text("SELECT to_regclass('procrastinate_jobs')")).scalar() is not None:
        raise LedgerError(
            "The ledger's database holds a queue of another program (procrastinate_jobs). Give the ledger a database "
            "of its own."
        )
    script(connection, read_engine("schema.sql"))
    for step in OWN:
        script(connection, step)
    script(connection, "CREATE TABLE queue_revision (engine text NOT NULL, own integer NOT NULL)")
    connection.execute(
        text("INSERT INTO queue_revision VALUES (:engine, :own)"),
        {"engine": engine_migrations()[-1], "own": len(OWN)},
    )


def note(connection: Connection, engine: str, own: int) -> None:
    connection.execute(
        text("UPDATE queue_revision SET engine = :engine, own = :own"), {"engine": engine, "own": own}
    )


def read_engine(*names: str) -> str:
    return resources.files("procrastinate.sql").joinpath(*names).read_text(encoding="utf-8")


def script(connection: Connection, sql: str) -> None:
    """Several statements, whose signs of percent are no parameters."""
    driver: Any = connection.connection.driver_connection
    driver.execute(sql)


def is_prepared(connection: Connection) -> bool:
    """Whether the database has a queue. Needs no engine."""
    if connection.dialect.name != "postgresql":
        return False
    return connection.execute(text("SELECT to_regclass('queue_revision')")).scalar() is not None
