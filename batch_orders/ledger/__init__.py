"""The ledger: the durable record of batches, orders, attempts and outcomes."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, Engine, func, select, update

from batch_orders.core.money import Spent
from batch_orders.core.origins import PlacedSince
from batch_orders.core.records import (
    AccountRecord,
    Approval,
    BatchRecord,
    LedgerOrder,
    OrderEvent,
    PriorOrder,
    SentOrder,
    TrackedOrder,
)
from batch_orders.core.results import Draft
from batch_orders.core.states import UNPROVEN, State
from batch_orders.core.stops import Stop
from batch_orders.ledger import accepting, queries
from batch_orders.ledger import accounts as keys
from batch_orders.ledger.accepting import Beside, NewBatch, NewOrder, Price
from batch_orders.ledger.actions import Actions
from batch_orders.ledger.column_choices import ColumnChoices
from batch_orders.ledger.copying import Copying, refuse_same_database, refuse_same_file, settle_cut_off
from batch_orders.ledger.engine import ledger_faults, open_engine, read_place, reading
from batch_orders.ledger.lock import hold_account, this_process, write_time
from batch_orders.ledger.origins import find_placed_since
from batch_orders.ledger.schema import approvals, batches, events, orders, origins
from batch_orders.ledger.sent import find_sent
from batch_orders.ledger.sessions import Sessions
from batch_orders.ledger.snapshot import unpack_draft
from batch_orders.ledger.submitter import Submitter
from batch_orders.ledger.uploads import Uploads
from batch_orders.ledger.values import read_approval

__all__ = ["Beside", "Ledger", "NewBatch", "NewOrder", "Submitter", "new_batch_id", "this_process"]


def new_batch_id(when: datetime) -> str:
    """An id that sorts by time and that a person can type, such as 20261123-041500-3fa2b01c."""
    return f"{when:%Y%m%d-%H%M%S}-{secrets.token_hex(4)}"


class Ledger:
    """Opened by path or SQLAlchemy URL. Every method raises LedgerError where the database fails."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, place: str, connections: int | None = None) -> Ledger:
        """Raises SubmitterBusy where its tables must be changed first and a run is submitting with it.

        `connections`: on a server, at most so many at a time beside one of each lock that is held; what needs one more
        waits for it.
        """
        return cls(open_engine(place, connections))

    def close(self) -> None:
        self._engine.dispose()

    @property
    def place(self) -> str:
        """Where the ledger is, without a password, for people to read."""
        url = self._engine.url
        return str(url.database) if url.get_backend_name() == "sqlite" else url.render_as_string()

    @property
    def on_server(self) -> bool:
        """Whether it lies on PostgreSQL, which several machines can share."""
        return self._engine.dialect.name == "postgresql"

    @property
    def uploads(self) -> Uploads:
        """What is handed in through the page."""
        return Uploads(self)

    @property
    def column_choices(self) -> ColumnChoices:
        """Which column is which, as somebody chose."""
        return ColumnChoices(self)

    @property
    def sessions(self) -> Sessions:
        """Who is signed in on the page."""
        return Sessions(self)

    @property
    def actions(self) -> Actions:
        """Who did what."""
        return Actions(self)

    # A batch's life.

    def accept(self, new: NewBatch, approval: Approval | None) -> None:
        """Store a batch with its snapshot, its approval and its planned orders, before anything is sent.

        All of it or nothing. `approval` is None only where nothing is to be sent.
        """
        with self._changing() as connection:
            accepting.store_batch(connection, new, approval)

    def accept_all(self, news: Sequence[tuple[NewBatch, Approval]], beside: Beside) -> None:
        """Store several batches, and what `beside` stores, all of it in one transaction or nothing."""
        with self._changing() as connection:
            for new, approval in news:
                accepting.store_batch(connection, new, approval)
            beside(connection)

    def approve(self, batch: str, approval: Approval, prices: Mapping[str, Price]) -> None:
        """Store a further approval, of the planned orders named in `prices`, with domain → (price, currency).

        Raises LedgerConflict, and stores nothing, where one of them is not planned any more.
        """
        with self._changing() as connection:
            accepting.approve_orders(connection, batch, approval, prices)

    def start(self, batch: str, actor: str) -> None:
        """Note that a batch is being submitted: one that waited starts, any other is carried on.

        A batch that was accepted as started, and of which nothing was tried yet, is left as it is.
        """
        with self._changing() as connection:
            accepting.start_batch(connection, batch, actor)

    def finish(self, batch: str, stop: Stop | None = None) -> None:
        """Note that a batch ended, or that its latest resumption did. A first end is never overwritten."""
        with self._changing() as connection:
            accepting.finish_batch(connection, batch, stop)

    def prune_snapshots(self, before: datetime, *, dry: bool = False) -> int:
        """Take the snapshots out of batches that were over before; what was bought stays. Returns how many.

        `dry` counts only.
        """
        if dry:
            with self._reading() as connection:
                return accepting.count_prunable(connection, before)
        with self._changing() as connection:
            return accepting.prune_batches(connection, before)

    # What is known of batches.

    def batch(self, batch: str) -> BatchRecord | None:
        with self._reading() as connection:
            return next(iter(queries.find_batches(connection, 1, batches.c.id == batch)), None)

    def batches(
        self, most: int = 50, accounts: Collection[str] | None = None, after: int = 0
    ) -> tuple[BatchRecord, ...]:
        """The latest batches, newest first, of these accounts or of all, after the first `after` of them."""
        where = [] if accounts is None else [batches.c.account.in_(accounts)]
        with self._reading() as connection:
            return queries.find_batches(connection, most, *where, after=after)

    def count_batches(self, accounts: Collection[str] | None = None) -> int:
        """How many batches there are, of these accounts or of all."""
        where = [] if accounts is None else [batches.c.account.in_(accounts)]
        with self._reading() as connection:
            return connection.execute(select(func.count()).select_from(batches).where(*where)).scalar_one()

    def last_event(self) -> int:
        """The number of the latest move of an order, 0 where there is none. It only grows."""
        with self._reading() as connection:
            return int(connection.execute(select(func.max(events.c.id))).scalar() or 0)

    def is_unused(self, besides: str = "") -> bool:
        """Whether no batch was ever accepted; those of the environment `besides` do not count."""
        found = select(batches.c.id).where(batches.c.environment != besides).limit(1)
        with self._reading() as connection:
            return connection.execute(found).first() is None

    def handed_in(self, environment: str, account: str, sha256: str) -> BatchRecord | None:
        """The latest batch that was made of the same bytes, or None."""
        here = (batches.c.environment == environment) & (batches.c.account == account)
        with self._reading() as connection:
            found = queries.find_batches(connection, 1, here, batches.c.sheet_sha256 == sha256)
        return next(iter(found), None)

    def resumable(self, besides: str = "", account: str | None = None) -> BatchRecord | None:
        """The latest batch, of one account or of all, that still plans orders. One that waits is not offered.

        Batches of the environment `besides` are passed over. None where there is no such batch.
        """
        offered = queries.resumable_batches(besides, account)
        with self._reading() as connection:
            return next(iter(queries.find_batches(connection, 1, offered)), None)

    def superseded(self, batch: str) -> Mapping[str, str]:
        """The domains of a batch that only a sheet orders now, with the batch that asked for each last.

        "" where none did, and a person said that it was not bought. A batch that waits has none.
        """
        with self._reading() as connection:
            return queries.find_superseded(connection, batch)

    def orders(self, batch: str) -> tuple[LedgerOrder, ...]:
        """The orders that a batch set out to send, in its order."""
        with self._reading() as connection:
            return queries.find_orders(connection, queries.orders_of_batch(batch))

    def sent(
        self, since: datetime, until: datetime | None = None, account: str | None = None
    ) -> tuple[SentOrder, ...]:
        """The orders that were last sent from `since` on and before `until`, in that order; of all accounts or one."""
        end = write_time(until) if until else ""
        with self._reading() as connection:
            return tuple(find_sent(connection, write_time(since), end, account))

    def approvals(self, batch: str) -> tuple[Approval, ...]:
        """Every approval of a batch, the first one first."""
        query = select(approvals).where(approvals.c.batch == batch).order_by(approvals.c.id)
        with self._reading() as connection:
            return tuple(map(read_approval, connection.execute(query)))

    def draft(self, batch: str, *, cells: bool = True) -> Draft | None:
        """The result of a batch as it stood before anything was sent.

        Without `cells`, its worksheets have none, and pandas is not needed. None where there is no
        such batch, and where its snapshot was pruned: `batch` tells them apart.
        """
        with self._reading() as connection:
            query = select(batches.c.snapshot, batches.c.environment).where(batches.c.id == batch)
            stored = connection.execute(query).first()
        if stored is None or stored.snapshot is None:
            return None
        # A snapshot of an earlier version may name the environment by another spelling.
        return replace(unpack_draft(stored.snapshot, cells), environment=stored.environment)

    # What is known of orders.

    def known(self, environment: str, domains: Sequence[str], besides: str = "") -> Mapping[str, PriorOrder]:
        """What is known of each domain: its live order, or one that waits, or else its last one that is over.

        An order that waits in the batch `besides` does not count.
        """
        with self._reading() as connection:
            return queries.find_known(connection, environment, domains, besides)

    def has_origins(self) -> bool:
        """Whether any corrections workbook was ever accepted."""
        with self._reading() as connection:
            return connection.execute(select(origins.c.id).limit(1)).first() is not None

    def placed_since(
        self, environment: str, account: str, marks: Collection[str]
    ) -> Mapping[str, PlacedSince]:
        """By mark, the order that was placed of a row's correction. See core.origins."""
        with self._reading() as connection:
            return find_placed_since(connection, environment, account, marks)

    def unsettled(self, environment: str = "", account: str | None = None) -> tuple[LedgerOrder, ...]:
        """Orders of which nothing is proven yet, in one environment or all, of one account or all."""
        with self._reading() as connection:
            return queries.find_orders(connection, queries.unproven_orders(environment, account))

    def orders_of(self, domain: str) -> tuple[LedgerOrder, ...]:
        """Every order of a domain, in every environment, oldest first."""
        with self._reading() as connection:
            return queries.find_orders(connection, queries.orders_of_domain(domain))

    def failed(self) -> tuple[LedgerOrder, ...]:
        """Orders that were placed, and of which the vendor said since that they failed."""
        with self._reading() as connection:
            return queries.find_orders(connection, queries.failed_orders())

    def places(self, domain: str, states: Sequence[State] = UNPROVEN) -> tuple[tuple[str, str], ...]:
        """The environments and accounts where a domain has an order in one of these states."""
        with self._reading() as connection:
            return queries.find_places(connection, domain, states)

    def history(self, domain: str) -> tuple[OrderEvent, ...]:
        """All that ever happened to orders of a domain, in every environment, oldest first."""
        with self._reading() as connection:
            return queries.find_history(connection, domain)

    def trackable(self, environment: str, account: str = "") -> tuple[TrackedOrder, ...]:
        """Placed orders that can be asked for or have failed, and what the vendor last said of them.

        What the vendor has completed is left out.
        """
        with self._reading() as connection:
            return queries.find_trackable(connection, environment, account)

    def note_vendor_status(self, order: int, vendor_status: str) -> None:
        with self._changing() as connection:
            connection.execute(update(orders).where(orders.c.id == order).values(vendor_status=vendor_status))

    def spent_since(self, environment: str, account: str, since: datetime) -> Spent:
        """What an account has spent, as budgets count it: what is placed, under way or unconfirmed.

        An order whose price was never known counts, and costs nothing.
        """
        with self._reading() as connection:
            return queries.find_spent(connection, environment, account, write_time(since))

    def recent_calls(self, environment: str, account: str, seconds: float) -> tuple[float, ...]:
        """How many seconds ago each order of an account was answered, of those in the last `seconds`."""
        with self._reading() as connection:
            return queries.find_recent_calls(connection, environment, account, seconds)

    # Accounts and their keys. A key is given as it is; what is kept of it is a salted mark.

    def accounts(self, environment: str) -> tuple[AccountRecord, ...]:
        """The accounts that were used with a key at an environment."""
        with self._reading() as connection:
            return keys.find_accounts(connection, environment)

    def refuse_other_key(self, environment: str, account: str, key: str) -> None:
        """Raises ConfigurationError where the account has another key, or the key is another account's."""
        with self._reading() as connection:
            keys.refuse_other_key(connection, environment, account, key)

    def note_key(self, environment: str, account: str, key: str) -> None:
        """Keep the key's mark at its first use. Raises as `refuse_other_key` does."""
        with self._changing() as connection:
            keys.note_key(connection, environment, account, key)

    def change_key(self, environment: str, account: str, key: str) -> tuple[str, ...]:
        """Let this key, and no other, open the account. Returns the accounts that it opened before."""
        with self._changing() as connection:
            return keys.change_key(connection, environment, account, key)

    # The lock, and the ledger as a whole.

    def submitters(self) -> Mapping[tuple[str, str], tuple[str, str]]:
        """By environment and account: who submits, and since when. He may have died since: only the lock tells."""
        with self._reading() as connection:
            return queries.find_submitters(connection)

    def submitter(self, environment: str, account: str = "") -> tuple[str, str] | None:
        """Who submits for one account, as `submitters` says it."""
        return self.submitters().get((environment, account))

    @contextmanager
    def submitting(self, environment: str, account: str = "") -> Iterator[Submitter]:
        """Be the one submitter of an account. Raises SubmitterBusy where another one is."""
        with self._faults():
            settle_cut_off(self._engine, self.place)
            with hold_account(self._engine, environment, account) as lock:
                yield Submitter(lock)

    def copy_to(self, place: str) -> dict[str, int]:
        """Copy all of it to an empty ledger at `place`, and retire this one. Returns the lines copied, by table.

        Finishes a copy to `place` that was cut off, or takes it back and copies anew. Raises SubmitterBusy
        where a run is submitting with it, ConfigurationError where `place` is this ledger.
        """
        refuse_same_file(self._engine.url, read_place(place))
        successor = Ledger.open(place)
        with closing(successor), self._faults():
            refuse_same_database(self._engine, successor._engine)
            return Copying(self._engine, successor._engine, (self.place, successor.place)).copy()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One transaction, for rooms that keep something beside the ledger's own tables. See batch_orders.queue."""
        with self._changing() as connection:
            yield connection

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._faults(), reading(self._engine) as connection:
            yield connection

    @contextmanager
    def _changing(self) -> Iterator[Connection]:
        """One transaction."""
        with self._faults(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def _faults(self) -> Iterator[None]:
        with ledger_faults(self._engine.url):
            yield
