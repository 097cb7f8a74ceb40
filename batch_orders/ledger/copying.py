"""Copy a whole ledger to another place, such as from SQLite to PostgreSQL."""

from __future__ import annotations

from sqlalchemy import Engine, func, insert, select, text

from batch_orders.errors import LedgerError
from batch_orders.ledger.engine import reading
from batch_orders.ledger.schema import batches, events, orders

COPIED = (batches, orders, events)
AT_ONCE = 1_000


def copy_tables(source: Engine, target: Engine) -> dict[str, int]:
    """Copy every batch, order and event in one transaction. Returns how many lines of each.

    Raises LedgerError where the target holds anything: two histories cannot be merged.
    """
    copied = {}
    with reading(source) as old, target.begin() as new:
        for table in COPIED:
            if new.execute(select(func.count()).select_from(table)).scalar():
                raise LedgerError("The ledger to copy to is not empty. Name a new one.")
        for table in COPIED:
            lines = old.execution_options(yield_per=AT_ONCE).execute(
                select(table).order_by(*table.primary_key)
            )
            copied[table.name] = 0
            for part in lines.mappings().partitions(AT_ONCE):
                new.execute(insert(table), [dict(line) for line in part])
                copied[table.name] += len(part)
        if target.dialect.name == "postgresql":
            for table in (orders, events):
                sequence = f"pg_get_serial_sequence('{table.name}', 'id')"
                new.execute(text(f"SELECT setval({sequence}, max(id)) FROM {table.name}"))  # noqa: S608
    return copied
