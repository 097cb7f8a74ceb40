"""Checks of the ledger. It is read and locked, never changed; not even made where there is none."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import suppress
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
from batch_orders.ledger.postgres import try_advisory_lock
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
            said = f"There is none yet. The first run makes it, without a terminal with --new-ledger: {path}."
            yield Check(WHAT, Health.UNKNOWN, said)
            return
        yield from check_space(WHAT, path.parent)
    revision = find_revision(url)
    if not revision:
        yield Check(WHAT, Health.WELL, "It is empty. The first run makes its tables.")
    elif revision < REVISION:
        yield Check(WHAT, Health.WELL, f"It is of version {revision}. The next run brings it to {REVISION}.")
    else:
        yield from check_database(place)
        if url.get_backend_name() == "sqlite":
            yield from check_rights(Path(str(url.database)))


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


def check_rights(path: Path) -> Iterator[Check]:
    """Nothing where no stranger can read it: a group may share it on purpose."""
    with suppress(OSError):
        if os.name == "posix" and path.stat().st_mode & stat.S_IROTH:
            said = f"Others on this machine can read {path}, which holds contact details. chmod 600 {path}"
            yield Check(WHAT, Health.WRONG, said)


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
    """Whether what was committed is kept through a power cut, and a lock by the run that took it; nothing where so."""
    if engine.dialect.name == "sqlite":
        yield from check_file(engine)
    else:
        yield from check_server(engine)
        yield from check_sessions(engine)


def check_file(engine: Engine) -> Iterator[Check]:
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


def check_server(engine: Engine) -> Iterator[Check]:
    """What a session cannot demand, or did not get."""
    with reading(engine) as connection:
        for name in ("fsync", "full_page_writes", "synchronous_commit"):
            value = connection.execute(text(f"SHOW {name}")).scalar()
            if value == "off":
                yield Check(
                    WHAT,
                    Health.WRONG,
                    f"PostgreSQL runs with {name} = off: after a power cut it may not know what was bought, and it "
                    f"would be bought again. Set {name} = on in postgresql.conf and reload the server.",
                )


def check_sessions(engine: Engine) -> Iterator[Check]:
    """A lock that two connections get at once is held by neither of them, but by what stands between."""
    key = secrets.randbits(63)
    with (
        engine.connect() as one,
        engine.connect() as other,
        try_advisory_lock(one, key) as first,
        try_advisory_lock(other, key) as second,
    ):
        shared = first and second
    if shared:
        yield Check(
            WHAT,
            Health.WRONG,
            "Two connections got the same lock: a pooler in transaction mode stands before PostgreSQL, and no run "
            "submits through it. Name the server itself, or a pooler in session mode.",
        )
