"""Copy a whole ledger to another place, such as from SQLite to PostgreSQL."""

from __future__ import annotations

import secrets
from pathlib import Path
from urllib.parse import unquote, urlsplit

from sqlalchemy import URL, Connection, Engine, Table, func, insert, select, text

from batch_orders.errors import ConfigurationError, LedgerError
from batch_orders.ledger.engine import reading
from batch_orders.ledger.schema import (
    accounts,
    approvals,
    batches,
    events,
    orders,
    origins,
    requests,
    resumptions,
)

COPIED = (accounts, batches, approvals, orders, events, resumptions, requests, origins)
COUNTED = (approvals, orders, events, resumptions, requests)
"""Tables whose ids the database counts up."""
AT_ONCE = 1_000


SAME = "The ledger to copy to is the very ledger that is to be copied. Nothing was changed. Name a new place."


def refuse_same_file(source: URL, target: URL) -> None:
    """Raises ConfigurationError where both are one SQLite file, however its place is written.

    To be asked before the target is opened: SQLite itself must not open one file by two hard links.
    """
    if {source.get_backend_name(), target.get_backend_name()} != {"sqlite"}:
        return
    here, there = file_at(source), file_at(target)
    if there.exists() and here.samefile(there):
        raise ConfigurationError(SAME)


def file_at(url: URL) -> Path:
    database = str(url.database)
    return Path(unquote(urlsplit(database).path) if database.startswith("file:") else database)


def refuse_same_database(source: Engine, target: Engine) -> None:
    """Raises ConfigurationError where both are one PostgreSQL database, by whatever address.

    An advisory lock is known in its whole database and nowhere else: no address need be compared.
    """
    if {source.dialect.name, target.dialect.name} != {"postgresql"}:
        return
    taken = select(func.pg_try_advisory_xact_lock(secrets.randbits(63)))
    with reading(source) as one, reading(target) as other:
        one.execute(taken)
        if not other.execute(taken).scalar():
            raise ConfigurationError(SAME)


def copy_tables(source: Engine, target: Engine) -> dict[str, int]:
    """Copy every batch, order and event in one transaction. Returns how many lines of each table.

    Raises LedgerError where the target holds anything: two histories cannot be merged.
    """
    with reading(source) as old, target.begin() as new:
        for table in COPIED:
            if new.execute(select(func.count()).select_from(table)).scalar():
                raise LedgerError("The ledger to copy to is not empty. Name a new one.")
        copied = {table.name: copy_table(old, new, table) for table in COPIED}
        if target.dialect.name == "postgresql":
            for table in COUNTED:
                sequence = f"pg_get_serial_sequence('{table.name}', 'id')"
                new.execute(text(f"SELECT setval({sequence}, max(id)) FROM {table.name}"))  # noqa: S608
    return copied


def copy_table(old: Connection, new: Connection, table: Table) -> int:
    copied = 0
    lines = old.execution_options(yield_per=AT_ONCE).execute(select(table).order_by(*table.primary_key))
    for part in lines.mappings().partitions(AT_ONCE):
        new.execute(insert(table), [dict(line) for line in part])
        copied += len(part)
    return copied
