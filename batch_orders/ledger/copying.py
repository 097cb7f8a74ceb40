"""Copy a whole ledger to another place, such as from SQLite to PostgreSQL."""

from __future__ import annotations

import secrets
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from sqlalchemy import URL, Connection, Engine, Table, func, insert, select, text, union

from batch_orders.errors import ConfigurationError, LedgerError, SubmitterBusy
from batch_orders.ledger.engine import ledger_faults, open_engine, read_place, reading
from batch_orders.ledger.lock import hold_account, refuse_retired
from batch_orders.ledger.retirement import (
    Arrival,
    begin_arrival,
    begin_retirement,
    decide_arrival,
    end_retirement,
    find_pending,
    hold_copying,
    settle_arrival,
)
from batch_orders.ledger.schema import (
    accounts,
    actions,
    approvals,
    batches,
    events,
    held_back,
    orders,
    origins,
    requests,
    resumptions,
    submitters,
)

COPIED = (accounts, batches, approvals, orders, events, resumptions, requests, origins, held_back, actions)
COUNTED = (approvals, orders, events, resumptions, requests, actions)
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


@dataclass(frozen=True, slots=True)
class Copying:
    """A ledger that is to be copied, and the one that is to succeed it. `where` names the two for people."""

    source: Engine
    target: Engine
    where: tuple[str, str]

    def copy(self) -> dict[str, int]:
        """Copy all, and retire the source. Returns how many lines of each table the target has got.

        Finishes a copy to the same place that was cut off. Raises SubmitterBusy where a run is submitting.
        """
        accounts = self.find_accounts()
        with hold_copying(self.source), ExitStack() as held:
            if self.finish_pending():
                return count_lines(self.target)
            with reading(self.source) as connection:
                refuse_retired(connection)
            refuse_waiting(self.source)
            for environment, account in accounts:
                held.enter_context(hold_account(self.source, environment, account))
            token = secrets.token_hex(16)
            self.announce(token)
            with self.source.begin() as connection:
                begin_retirement(connection, token, self.where[1])
            try:
                refuse_waiting(self.source)
                if self.find_accounts() - accounts:
                    raise SubmitterBusy("A run has just begun with this ledger. Try again when it is done.")
                copied = copy_tables(self.source, self.target, token)
            finally:
                self.settle(token)
        return copied

    def announce(self, token: str) -> None:
        """Note in the target that a copy is under way. It cannot be used until the copy has come.

        Raises LedgerError where it holds anything: two histories cannot be merged.
        """
        with ledger_faults(self.target.url), self.target.begin() as connection:
            refuse_used(connection)
            begin_arrival(connection, token, self.where[0], Arrival.UNDER_WAY)

    def find_accounts(self) -> set[tuple[str, str]]:
        """All that have anything in the source, or submit with it."""
        tables = (batches, orders, submitters)
        pairs = union(*(select(table.c.environment, table.c.account) for table in tables))
        with reading(self.source) as connection:
            return {(row.environment, row.account) for row in connection.execute(pairs)}

    def finish_pending(self) -> bool:
        """Settle a copy that was cut off. Returns whether it has come to this target."""
        with reading(self.source) as connection:
            pending = find_pending(connection)
        if pending is None:
            return False
        if pending.successor != self.where[1]:
            raise LedgerError(
                f"A copy of this ledger to {pending.successor} was cut off. Copy it there again first, which ends it."
            )
        return self.settle(pending.token) is Arrival.COPIED

    def settle(self, token: str) -> Arrival:
        """Make the retirement final, or take it back, as the target has the copy or not."""
        with ledger_faults(self.target.url):
            arrival = settle_arrival(self.target, token, self.where[0])
        with self.source.begin() as connection:
            end_retirement(connection, token, arrival)
        return arrival


def refuse_waiting(source: Engine) -> None:
    """Raises LedgerError while batches wait in the queue: workers would look for them in the old place."""
    if source.dialect.name != "postgresql":
        return
    with reading(source) as connection:
        if connection.execute(text("SELECT to_regclass('queue_batches')")).scalar() is None:
            return
        waiting = text("SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')")
        count = connection.execute(waiting).scalar_one()
    if count:
        raise LedgerError(
            f"{count:,} batches wait in the queue of this ledger. Let workers carry them out first, with "
            "batch-orders worker --until-empty, or take them out with batch-orders cancel. Nothing was changed."
        )


def settle_cut_off(source: Engine, source_place: str) -> None:
    """Where a copy was cut off and its successor can be looked at, find out which of the two is in use.

    Otherwise the retirement stays pending, and nothing is claimed until the ledger is copied there again.
    """
    with reading(source) as connection:
        pending = find_pending(connection)
    if pending is None:
        return
    with suppress(LedgerError, ConfigurationError, SubmitterBusy), hold_copying(source):
        place = read_place(pending.successor)
        if place.get_backend_name() == "sqlite" and not file_at(place).exists():
            # A disk that is not there must not be taken for a copy that never came.
            return
        target = open_engine(pending.successor)
        try:
            Copying(source, target, (source_place, pending.successor)).settle(pending.token)
        finally:
            target.dispose()


def count_lines(target: Engine) -> dict[str, int]:
    with reading(target) as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in COPIED
        }


def refuse_used(target: Connection) -> None:
    if target.dialect.name == "postgresql":
        # Nobody begins to use it in the middle.
        target.execute(text("LOCK TABLE batches, orders IN SHARE ROW EXCLUSIVE MODE"))
    for table in COPIED:
        if target.execute(select(func.count()).select_from(table)).scalar():
            raise LedgerError("The ledger to copy to is not empty. Name a new one.")


def copy_tables(source: Engine, target: Engine, token: str) -> dict[str, int]:
    """Copy every batch, order and event in one transaction, with the note that says so.

    Returns how many lines of each table.
    """
    with reading(source) as old, ledger_faults(target.url), target.begin() as new:
        if source.dialect.name == "postgresql":
            # One picture of all tables, as SQLite gives it by itself.
            old.execution_options(isolation_level="REPEATABLE READ")
        refuse_used(new)
        copied = {table.name: copy_table(old, new, table) for table in COPIED}
        if target.dialect.name == "postgresql":
            for table in COUNTED:
                sequence = f"pg_get_serial_sequence('{table.name}', 'id')"
                new.execute(text(f"SELECT setval({sequence}, max(id)) FROM {table.name}"))  # noqa: S608
        # The last of all: whoever has taken the copy back by now keeps it from being committed.
        if not decide_arrival(new, token, Arrival.COPIED):
            raise LedgerError("The copy was taken back in the meantime. Copy the ledger again.")
    return copied


def copy_table(old: Connection, new: Connection, table: Table) -> int:
    copied = 0
    lines = old.execution_options(yield_per=AT_ONCE).execute(select(table).order_by(*table.primary_key))
    for part in lines.mappings().partitions(AT_ONCE):
        new.execute(insert(table), [dict(line) for line in part])
        copied += len(part)
    return copied
