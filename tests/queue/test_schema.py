"""The queue's tables: made anew, and brought up from an older engine, they are the same."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from batch_orders.errors import LedgerError
from batch_orders.ledger import Ledger
from batch_orders.queue import schema
from tests.ledger.postgres_server import PostgresServer

CATALOG = """
    SELECT 'column', table_name || '.' || column_name, data_type || coalesce(column_default, '') || is_nullable
    FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT 'function', proname, prosrc FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT 'trigger', tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT 'constraint', conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT 'enum', typname, string_agg(enumlabel, ' ' ORDER BY enumlabel)
    FROM pg_enum JOIN pg_type ON pg_type.oid = enumtypid GROUP BY typname
"""
OLDER = "03.02.00_50_post_batch_defer_jobs.sql"


def read_catalog(ledger: Ledger) -> set[tuple[str, ...]]:
    with ledger.transaction() as connection:
        return {tuple(map(str, line)) for line in connection.execute(text(CATALOG))}


def make_older(ledger: Ledger) -> None:
    """As an earlier version of the engine, of ours without a step, left it."""
    for name in schema.engine_migrations():
        if name <= OLDER:
            with ledger.transaction() as connection:
                schema.script(connection, schema.read_engine("migrations", name))
    with ledger.transaction() as connection:
        schema.script(connection, "CREATE TABLE queue_revision (engine text NOT NULL, own integer NOT NULL)")
        connection.execute(text("INSERT INTO queue_revision VALUES (:engine, 0)"), {"engine": OLDER})


@pytest.fixture
def ledgers(postgres_server: PostgresServer) -> list[Ledger]:
    return [Ledger.open(postgres_server.new_database()) for _ in range(2)]


def test_a_fresh_and_a_migrated_queue_are_the_same(ledgers: list[Ledger]) -> None:
    fresh, migrated = ledgers
    make_older(migrated)
    for ledger in ledgers:
        schema.prepare(ledger)
        schema.prepare(ledger)
    differing = read_catalog(fresh) ^ read_catalog(migrated)
    for ledger in ledgers:
        ledger.close()
    assert not differing


def test_a_newer_queue_and_a_strangers_are_refused(ledgers: list[Ledger]) -> None:
    newer, strangers = ledgers
    schema.prepare(newer)
    with newer.transaction() as connection:
        connection.execute(text("UPDATE queue_revision SET own = own + 1"))
    with strangers.transaction() as connection:
        schema.script(connection, schema.read_engine("schema.sql"))
    with pytest.raises(LedgerError, match="newer version"):
        schema.prepare(newer)
    with pytest.raises(LedgerError, match="another program"):
        schema.prepare(strangers)
    for ledger in ledgers:
        ledger.close()
