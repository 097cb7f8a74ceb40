"""Open the database of a ledger: SQLite by path, or any SQLAlchemy URL, brought to this version.

SQLite runs in WAL with synchronous=FULL: an intent that was committed survives a power cut.
Transactions that write begin with BEGIN IMMEDIATE, so that they wait at their start and never
fail in their middle for another writer.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from batch_orders.core.rights import OWN_FILE, OWN_FOLDER
from batch_orders.errors import ConfigurationError, LedgerError
from batch_orders.ledger import indexes, upload_tables  # noqa: F401 - what stands in them belongs to the tables
from batch_orders.ledger.postgres import CLIENT, prepare_session
from batch_orders.ledger.schema import REVISION, metadata
from batch_orders.ledger.upgrading import hold_every_account

BUSY_SECONDS, BUSY_PAUSE = 30, 0.02
READING = "batch_orders_reading"
POOL = {"max_overflow": -1}
"""To copy a ledger takes a connection for the lock of each of its accounts."""
MIGRATIONS = Path(__file__).parent / "migrations"
POSTGRES_MIGRATION_LOCK = 7_203_011_881


def open_engine(place: str, connections: int | None = None) -> Engine:
    """The engine of the ledger at `place`, a path or a SQLAlchemy URL, with its tables made.

    `connections` is how many it opens at most beside those that hold locks; None is no limit. On SQLite they are
    files, and not counted.
    Raises ConfigurationError for a place that is none, LedgerError where it cannot be used.
    """
    url = read_place(place)
    if url.get_backend_name() == "sqlite" and url.database:
        make_folder(Path(url.database).parent)
        make_private(Path(url.database))
    with ledger_faults(url):
        engine = create_engine(url, hide_parameters=True, **pool_options(url, connections))
        if url.get_backend_name() == "sqlite":
            event.listen(engine, "connect", prepare_sqlite)
            event.listen(engine, "begin", begin_sqlite)
        else:
            event.listen(engine, "connect", prepare_session)
        try:
            bring_up_to_date(engine)
        except BaseException:
            engine.dispose()
            raise
    return engine


def read_place(place: str) -> URL:
    if "://" not in place:
        return URL.create("sqlite", database=str(Path(place).expanduser().absolute()))
    try:
        url = make_url(place)
    except (ArgumentError, ValueError):  # ValueError: a port that is no number
        raise ConfigurationError(
            "The ledger is neither a path nor a database URL.", setting="ledger"
        ) from None
    if url.drivername in ("postgresql", "postgres"):
        url = url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise ConfigurationError("A ledger can lie in SQLite or PostgreSQL.", setting="ledger")
    if url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:"):
        raise ConfigurationError(
            "A ledger in memory would forget what was bought. It needs a path.", setting="ledger"
        )
    return url


def pool_options(url: URL, connections: int | None = None) -> dict[str, Any]:
    if url.get_backend_name() == "sqlite":
        return {"connect_args": {"timeout": BUSY_SECONDS}, **POOL}
    # A connection that was lost while nobody used it is opened anew.
    size = {"pool_size": connections, "max_overflow": 0} if connections else POOL
    return {"connect_args": CLIENT, "pool_pre_ping": True, **size}


def make_folder(folder: Path) -> None:
    try:
        for each in (*reversed(folder.parents), folder):
            if not each.is_dir():
                each.mkdir(mode=OWN_FOLDER, exist_ok=True)
    except OSError as error:
        raise LedgerError(
            f"The ledger's folder {folder} cannot be made: {error.strerror}.", setting="ledger"
        ) from None


def make_private(ledger: Path) -> None:
    """A new one is for its owner alone, whatever the umask: it holds whole sheets. SQLite gives its files the same."""
    with suppress(OSError):  # it exists, or SQLite says what is wrong
        os.close(os.open(ledger, os.O_CREAT | os.O_EXCL | os.O_RDWR, OWN_FILE))


def prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # begin_sqlite begins
    cursor = connection.cursor()
    use_wal(cursor)
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def use_wal(cursor: sqlite3.Cursor) -> None:
    """The change to WAL is the one thing for which SQLite does not wait by itself when another start is at it."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(BUSY_PAUSE)
        else:
            return


def begin_sqlite(connection: Connection) -> None:
    reading = connection.get_execution_options().get(READING, False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def bring_up_to_date(engine: Engine) -> None:
    """Make or migrate the tables. Many may start at once: one does it, the others wait.

    Raises SubmitterBusy where a run submits with tables of an older version.
    """
    with reading(engine) as connection:
        if not is_older(current_revision(connection)):
            return
    # What is held is given back when the change was committed, and not before.
    with ExitStack() as held, engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({POSTGRES_MIGRATION_LOCK})"))
        revision = current_revision(connection)
        if not revision:
            make_tables(connection)
        elif is_older(revision):
            held.enter_context(hold_every_account(engine, connection))
            migrate(connection)


def make_tables(connection: Connection) -> None:
    """Of a new ledger. A test holds that it is no other than one that went through every migration."""
    # A table of another program with a name of ours is refused, never used.
    metadata.create_all(connection, checkfirst=False)
    connection.execute(
        text(
            "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, "
            "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
        )
    )
    connection.execute(text("INSERT INTO alembic_version VALUES (:revision)"), {"revision": REVISION})


def migrate(connection: Connection) -> None:
    # Imported here: nearly every ledger is new or up to date.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def is_older(revision: str) -> bool:
    """Whether tables of this revision must be changed first. Raises LedgerError where they are newer."""
    if revision > REVISION:
        raise LedgerError(
            "The ledger was written by a newer version of batch-orders. Install that version, or name "
            "another ledger.",
            setting="ledger",
        )
    return revision < REVISION


def current_revision(connection: Connection) -> str:
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    with engine.connect().execution_options(**{READING: True}) as connection:
        yield connection


@contextmanager
def ledger_faults(url: URL) -> Iterator[None]:
    """Turn the database's exceptions into one sentence that names the ledger and no order."""
    shown = url.database if url.get_backend_name() == "sqlite" else url.render_as_string(hide_password=True)
    try:
        yield
    except NoSuchModuleError:
        raise ConfigurationError("That kind of database is not known.", setting="ledger") from None
    except ModuleNotFoundError:
        raise ConfigurationError(
            "PostgreSQL needs its driver: pip install 'batch-orders[postgres]'."
        ) from None
    except SQLAlchemyError as error:
        reason = " ".join(str(getattr(error, "orig", None) or type(error).__name__).split())
        raise LedgerError(f"The ledger {shown} cannot be used: {reason}.", setting="ledger") from None
