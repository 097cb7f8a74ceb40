"""Keeping every run away from a ledger whose tables are being changed, whatever version the run is of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from sqlalchemy import Connection, Engine, func, inspect, select, text

from batch_orders.errors import SubmitterBusy
from batch_orders.ledger.lock import name_orders, try_file_lock
from batch_orders.ledger.postgres import advisory_key, lock_digest

RETIRED = "(retired)"
"""No environment has this name: earlier versions noted under it where a ledger was copied to."""


@contextmanager
def hold_every_account(engine: Engine, connection: Connection) -> Iterator[None]:
    """Hold the locks of all that ever submitted with this ledger, until its tables were changed.

    `connection` is in the transaction that changes them. Raises SubmitterBusy while a run of this or of an
    older version is under way. One that begins meanwhile waits for the transaction, finds other tables than
    it knows, and sends nothing.
    """
    with ExitStack() as held:
        for environment, account in find_submitting(connection):
            digest = lock_digest(environment, account)
            if engine.dialect.name == "postgresql":
                key = advisory_key(digest)
                taken = bool(connection.execute(select(func.pg_try_advisory_xact_lock(key))).scalar())
            else:
                taken = held.enter_context(try_file_lock(engine, digest))
            if not taken:
                raise SubmitterBusy(
                    "The ledger is of an older version and has to be brought up to date first, and "
                    f"{name_orders(environment, account).lower()} are being submitted. Try again when that is done."
                )
        yield


def find_submitting(connection: Connection) -> set[tuple[str, str]]:
    """Every environment and account that has batches or submits, whatever version the tables are of."""
    found: set[tuple[str, str]] = set()
    for table in ("submitters", "batches"):
        if not inspect(connection).has_table(table):
            continue
        if connection.dialect.name == "postgresql":
            # Whoever is writing finishes first, and nobody begins: what is read now stays true.
            connection.execute(text(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE"))
        columns = {column["name"] for column in inspect(connection).get_columns(table)}
        account = "account" if "account" in columns else "''"
        lines = connection.execute(text(f"SELECT DISTINCT environment, {account} FROM {table}"))  # noqa: S608
        found |= {(environment, account) for environment, account in lines}
    return {(environment, account) for environment, account in found if environment != RETIRED}
