"""A new ledger is made of the tables that the code uses, an older one went through every migration: they are alike."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, Engine, create_engine, event, inspect, text

from batch_orders.errors import LedgerError
from batch_orders.ledger import Ledger
from batch_orders.ledger.engine import begin_sqlite, current_revision, migrate, prepare_sqlite, read_place
from batch_orders.ledger.schema import REVISION
from tests.ledger.batches import opened_engine

POSTGRES_TELLS = (
    "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexname NOT LIKE '%pkey%'",
    "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint "
    "WHERE connamespace = 'public'::regnamespace AND contype <> 'p'",
    "SELECT stxname, pg_get_statisticsobjdef(oid) FROM pg_statistic_ext",
)
SQLITE_TELLS = ("SELECT name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL",)


def tell_all(connection: Connection) -> dict[str, object]:
    """Everything that makes two databases different, but the order of columns, which older tables keep."""
    seen = inspect(connection)
    tells = POSTGRES_TELLS if connection.dialect.name == "postgresql" else SQLITE_TELLS
    return {
        "revision": current_revision(connection),
        "columns": {
            table: sorted(
                (column["name"], str(column["type"]), column["nullable"], str(column["default"]))
                for column in seen.get_columns(table)
            )
            for table in seen.get_table_names()
        },
        "primary keys": {
            table: seen.get_pk_constraint(table)["constrained_columns"] for table in seen.get_table_names()
        },
        "checks": {
            table: sorted(" ".join(check["sqltext"].split()) for check in seen.get_check_constraints(table))
            for table in seen.get_table_names()
        },
        "keys of others": {
            table: sorted(
                (key["constrained_columns"], key["referred_table"], key["referred_columns"])
                for key in seen.get_foreign_keys(table)
            )
            for table in seen.get_table_names()
        },
        **{tell: sorted(map(tuple, connection.execute(text(tell)))) for tell in tells},
    }


def test_a_new_ledger_is_as_one_that_went_through_every_migration(ledger_url: str) -> None:
    with plain_engine(ledger_url) as engine, engine.connect() as connection:
        migrate(connection)
        migrated = tell_all(connection)
        connection.rollback()
    with opened_engine(ledger_url) as engine, engine.connect() as connection:
        assert current_revision(connection) == REVISION
        new = tell_all(connection)
    for part, told in migrated.items():
        assert new[part] == told, part


def test_a_table_of_another_program_is_not_taken_for_ours(ledger_url: str) -> None:
    with plain_engine(ledger_url) as engine, engine.begin() as connection:
        connection.execute(text("CREATE TABLE batches (id INTEGER)"))
    with pytest.raises(LedgerError, match="already exists"):
        Ledger.open(ledger_url)
    with plain_engine(ledger_url) as engine:
        assert inspect(engine).get_table_names() == ["batches"]


@contextmanager
def plain_engine(place: str) -> Iterator[Engine]:
    """The database as it is, without tables of ours."""
    engine = create_engine(read_place(place))
    # What SQLite changes in tables is taken back with the transaction only where it is begun plainly.
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", prepare_sqlite)
        event.listen(engine, "begin", begin_sqlite)
    try:
        yield engine
    finally:
        engine.dispose()
