"""Checks of the ledger. It is read and locked, never changed; not even made where there is none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import URL, Engine, create_engine, delete, text

from batch_orders.diagnostics import Check, Health
from batch_orders.diagnostics.files import check_space, file_system_of, is_network
from batch_orders.ledger.engine import (
    current_revision,
    ledger_faults,
    open_engine,
    pool_options,
    read_place,
    reading,
)
from batch_orders.ledger.schema import REVISION, submitters

WHAT = "Ledger"
FULL = 2
"""What SQLite answers for synchronous=FULL."""


def check_ledger(place: str) -> Iterator[Check]:
    """`place` as it was given. Raises ConfigurationError and LedgerError, as opening it does."""
    url = read_place(place)
    if url.get_backend_name() == "sqlite":
        path = Path(str(url.database))
        yield from check_place(place, path)
        if not path.exists():
            yield Check(WHAT, Health.WELL, f"There is none yet. The first run makes it: {path}.")
            return
        yield from check_space(WHAT, path.parent)
    revision = find_revision(url)
    if not revision:
        yield Check(WHAT, Health.WELL, "It is empty. The first run makes its tables.")
    elif revision < REVISION:
        yield Check(WHAT, Health.WELL, f"It is of version {revision}. The next run brings it to {REVISION}.")
    else:
        yield from check_database(place)


def check_place(place: str, path: Path) -> Iterator[Check]:
    if "://" not in place and not Path(place).expanduser().is_absolute():
        yield Check(
            WHAT,
            Health.WRONG,
            f"{place} is meant from the working directory: started elsewhere, a run makes another ledger and "
            f"buys again. Write the whole path: {path}.",
        )
    file_system = file_system_of(path)
    if is_network(file_system):
        yield Check(
            WHAT,
            Health.WRONG,
            f"{path} lies on a network file system ({file_system}), where SQLite's locks do not hold. "
            "Move it to a disk of this machine, or to PostgreSQL with batch-orders copy-ledger.",
        )
    elif not file_system:
        yield Check(
            WHAT, Health.UNKNOWN, f"Whether {path} lies on a network file system cannot be told here."
        )


def find_revision(url: URL) -> str:
    """The version of the tables as they are, "" where there are none."""
    with ledger_faults(url):
        engine = create_engine(url, hide_parameters=True, **pool_options(url))
        try:
            with reading(engine) as connection:
                return current_revision(connection)
        finally:
            engine.dispose()


def check_database(place: str) -> Iterator[Check]:
    engine = open_engine(place)
    try:
        with ledger_faults(engine.url):
            prove_writable(engine)
            yield from check_durable(engine)
    finally:
        engine.dispose()
    shown = engine.url.database if engine.dialect.name == "sqlite" else engine.url.render_as_string()
    yield Check(WHAT, Health.WELL, f"{shown} opens and can be written, version {REVISION}.")


def prove_writable(engine: Engine) -> None:
    """Begin a change that changes nothing, and take it back."""
    with engine.connect() as connection, connection.begin() as change:
        connection.execute(delete(submitters).where(submitters.c.environment == ""))
        change.rollback()


def check_durable(engine: Engine) -> Iterator[Check]:
    """Whether SQLite keeps what was committed through a power cut; nothing where it does."""
    if engine.dialect.name != "sqlite":
        return
    with reading(engine) as connection:
        journal = connection.execute(text("PRAGMA journal_mode")).scalar()
        synchronous = connection.execute(text("PRAGMA synchronous")).scalar()
    if journal != "wal" or synchronous != FULL:
        yield Check(
            WHAT,
            Health.WRONG,
            f"SQLite writes it with journal {journal} and synchronous {synchronous} in place of wal and {FULL}. "
            "Move it to a disk of this machine.",
        )
