"""The ledger: the durable record of batches, orders, attempts and outcomes."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Engine, Row, case, exists, func, insert, select, update

from batch_orders.core.model import Order
from batch_orders.core.order_json import fingerprint, order_to_json
from batch_orders.core.records import LedgerOrder, PriorOrder, TrackedOrder
from batch_orders.core.results import BatchResult
from batch_orders.core.states import LIVE, State
from batch_orders.ledger.copying import copy_tables
from batch_orders.ledger.engine import ledger_faults, open_engine, reading
from batch_orders.ledger.lock import hold_environment, now, retire
from batch_orders.ledger.moves import Submitter
from batch_orders.ledger.schema import batches, events, orders
from batch_orders.ledger.snapshot import pack_papers, unpack_papers

__all__ = ["BatchLine", "HistoryLine", "Ledger", "Submitter", "new_batch_id"]

AT_ONCE = 500
"""Domains asked for in one query: below every database's limit on parameters."""


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One batch for `status`: when it began and ended, and its orders by state.

    `source` is the team's folder that its sheet came in, or "".
    """

    id: str
    environment: str
    sheet: str
    source: str
    begun: str
    ended: str
    stopped: str
    states: Mapping[State, int]


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One move of an order of a domain."""

    at: str
    environment: str
    batch: str
    before: str
    after: str
    order_id: str
    message: str
    who: str


def new_batch_id(when: datetime) -> str:
    """An id that sorts by time and that a person can type, such as 20261123-041500-3fa2b01c."""
    return f"{when:%Y%m%d-%H%M%S}-{secrets.token_hex(4)}"


class Ledger:
    """Opened by path or SQLAlchemy URL. Every method raises LedgerError where the database fails."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, place: str) -> Ledger:
        return cls(open_engine(place))

    def close(self) -> None:
        self._engine.dispose()

    def copy_to(self, place: str) -> dict[str, int]:
        """Copy all of it to an empty ledger at `place`, and retire this one. Returns the lines copied, by table.

        Raises SubmitterBusy where a run is submitting to any environment of it.
        """
        with self._faults(), reading(self._engine) as connection:
            environments = connection.execute(select(batches.c.environment).distinct()).scalars().all()
        successor = Ledger.open(place)
        with closing(successor), ExitStack() as held:
            for environment in environments:
                held.enter_context(self.submitting(environment))
            with ledger_faults(successor._engine.url):
                copied = copy_tables(self._engine, successor._engine)
            with self._faults(), self._engine.begin() as connection:
                retire(connection, successor.place)
        return copied

    @property
    def place(self) -> str:
        """Where the ledger is, without a password, for people to read."""
        url = self._engine.url
        return str(url.database) if url.get_backend_name() == "sqlite" else url.render_as_string()

    def known(self, environment: str, domains: Sequence[str]) -> Mapping[str, PriorOrder]:
        """What is known of each domain: its live order, or else its last rejected one."""
        found: dict[str, PriorOrder] = {}
        with self._faults(), reading(self._engine) as connection:
            for start in range(0, len(domains), AT_ONCE):
                query = (
                    select(orders)
                    .where(
                        orders.c.environment == environment,
                        orders.c.domain.in_(domains[start : start + AT_ONCE]),
                    )
                    .where(orders.c.state.in_([*LIVE, State.REJECTED]))
                    # A live order comes last, so that it is the one that stays.
                    .order_by(case((orders.c.state == State.REJECTED, 0), else_=1), orders.c.id)
                )
                for row in connection.execute(query):
                    found[row.domain] = read_known(row)
        return found

    def open_batch(self, draft: BatchResult, to_keep: Sequence[Order], source: str = "") -> None:
        """Store a batch, its papers and its plan, before anything is sent."""
        begun = now()
        batch = {
            "id": draft.batch,
            "environment": draft.environment,
            "sheet": draft.sheet.name,
            "sheet_sha256": draft.sheet.sha256,
            "source": source,
            "begun": begun,
            "stopped": "",
            "papers": pack_papers(draft),
        }
        planned = [
            {
                "batch": draft.batch,
                "place": place,
                "environment": draft.environment,
                "domain": order.domain,
                "content": order_to_json(order),
                "fingerprint": fingerprint(order),
                "state": State.PLANNED,
                "order_id": "",
                "message": "",
                "attempts": 0,
                "changed": begun,
                "looked_for": "",
                "vendor_status": "",
            }
            for place, order in enumerate(to_keep)
        ]
        with self._faults(), self._engine.begin() as connection:
            connection.execute(insert(batches), batch)
            if planned:
                connection.execute(insert(orders), planned)

    def close_batch(self, batch: str, stopped: str = "") -> None:
        with self._faults(), self._engine.begin() as connection:
            connection.execute(
                update(batches).where(batches.c.id == batch).values(ended=now(), stopped=stopped)
            )

    def entries(self, batch: str) -> tuple[LedgerOrder, ...]:
        """The orders that a batch set out to send, in its order."""
        query = select(orders).where(orders.c.batch == batch).order_by(orders.c.place)
        with self._faults(), reading(self._engine) as connection:
            return tuple(read_entry(row) for row in connection.execute(query))

    def papers(self, batch: str) -> BatchResult | None:
        """The report of a batch as it stood before anything was sent, or None where there is no such batch."""
        with self._faults(), reading(self._engine) as connection:
            packed = connection.execute(select(batches.c.papers).where(batches.c.id == batch)).scalar()
        return unpack_papers(packed) if packed is not None else None

    def resumable(self, batch: str = "", besides: str = "") -> tuple[str, str] | None:
        """The id and environment of `batch`; without one, of the latest batch that still plans orders.

        Batches of the environment `besides` are passed over. None where there is no such batch.
        """
        query = select(batches.c.id, batches.c.environment)
        if batch:
            query = query.where(batches.c.id == batch)
        else:
            unfinished = orders.c.state.in_([State.PLANNED, State.SUBMITTING])
            left = select(orders.c.batch).where(unfinished, ~has_successor())
            query = query.where(batches.c.id.in_(left), batches.c.environment != besides).order_by(
                batches.c.begun.desc()
            )
        with self._faults(), reading(self._engine) as connection:
            row = connection.execute(query.limit(1)).first()
        return (row.id, row.environment) if row else None

    def superseded(self, batch: str) -> frozenset[str]:
        """The domains of a batch that a later batch ordered anew: its own order is out of date."""
        query = select(orders.c.domain).where(orders.c.batch == batch, has_successor())
        with self._faults(), reading(self._engine) as connection:
            return frozenset(connection.execute(query).scalars())

    def unsettled(self, environment: str = "") -> tuple[LedgerOrder, ...]:
        """Orders of which nothing is proven yet, in one environment or in all of them."""
        query = (
            select(orders)
            .where(orders.c.state.in_([State.UNCONFIRMED, State.SUBMITTING]))
            .order_by(orders.c.id)
        )
        if environment:
            query = query.where(orders.c.environment == environment)
        with self._faults(), reading(self._engine) as connection:
            return tuple(read_entry(row) for row in connection.execute(query))

    def orders_of(self, domain: str) -> tuple[LedgerOrder, ...]:
        """Every order of a domain, in every environment, oldest first."""
        query = select(orders).where(orders.c.domain == domain).order_by(orders.c.id)
        with self._faults(), reading(self._engine) as connection:
            return tuple(read_entry(row) for row in connection.execute(query))

    def environments(self, domain: str) -> tuple[str, ...]:
        """Where a domain has an order that is unconfirmed or was cut off."""
        query = select(orders.c.environment).where(
            orders.c.domain == domain, orders.c.state.in_([State.UNCONFIRMED, State.SUBMITTING])
        )
        with self._faults(), reading(self._engine) as connection:
            return tuple(connection.execute(query.distinct()).scalars())

    def trackable(self, environment: str) -> tuple[TrackedOrder, ...]:
        """Placed orders that have an id, and what the vendor last said of them."""
        query = (
            select(orders.c.id, orders.c.domain, orders.c.order_id, orders.c.vendor_status)
            .where(
                orders.c.environment == environment, orders.c.state == State.PLACED, orders.c.order_id != ""
            )
            .order_by(orders.c.id)
        )
        with self._faults(), reading(self._engine) as connection:
            return tuple(TrackedOrder(*row) for row in connection.execute(query))

    def note_vendor_status(self, order: int, vendor_status: str) -> None:
        with self._faults(), self._engine.begin() as connection:
            connection.execute(update(orders).where(orders.c.id == order).values(vendor_status=vendor_status))

    @contextmanager
    def submitting(self, environment: str) -> Iterator[Submitter]:
        """Be the one submitter of an environment. Raises SubmitterBusy where another one is."""
        with self._faults(), hold_environment(self._engine, environment) as connection:
            yield Submitter(connection, environment)

    def batch_lines(self, most: int = 50) -> tuple[BatchLine, ...]:
        """The latest batches, newest first."""
        newest = select(batches).order_by(batches.c.begun.desc()).limit(most)
        counts = select(orders.c.batch, orders.c.state, func.count().label("counted")).group_by(
            orders.c.batch, orders.c.state
        )
        with self._faults(), reading(self._engine) as connection:
            states: dict[str, dict[State, int]] = {}
            for row in connection.execute(counts):
                states.setdefault(row.batch, {})[State(row.state)] = row.counted
            return tuple(read_batch(row, states.get(row.id, {})) for row in connection.execute(newest))

    def handed_in(self, environment: str, sha256: str) -> BatchLine | None:
        """The latest batch that was made of the same bytes, without its orders, or None."""
        query = (
            select(batches)
            .where(batches.c.environment == environment, batches.c.sheet_sha256 == sha256)
            .order_by(batches.c.begun.desc())
        )
        with self._faults(), reading(self._engine) as connection:
            row = connection.execute(query.limit(1)).first()
        return read_batch(row, {}) if row else None

    def history(self, domain: str) -> tuple[HistoryLine, ...]:
        """All that ever happened to orders of a domain, in every environment, oldest first."""
        planned = select(orders, batches.c.begun).join(batches, batches.c.id == orders.c.batch)
        moved = select(events, orders.c.environment, orders.c.batch, orders.c.order_id).join(
            orders, orders.c.id == events.c.order
        )
        with self._faults(), reading(self._engine) as connection:
            lines = [
                HistoryLine(row.begun, row.environment, row.batch, "", State.PLANNED, "", "", "")
                for row in connection.execute(planned.where(orders.c.domain == domain))
            ]
            lines += [
                HistoryLine(
                    row.at,
                    row.environment,
                    row.batch,
                    row.before,
                    row.after,
                    row.order_id if row.after == State.PLACED else "",
                    row.message,
                    row.who,
                )
                for row in connection.execute(moved.where(orders.c.domain == domain).order_by(events.c.id))
            ]
        return tuple(sorted(lines, key=lambda line: line.at))

    @contextmanager
    def _faults(self) -> Iterator[None]:
        with ledger_faults(self._engine.url):
            yield


def read_batch(row: Row[tuple[object, ...]], states: Mapping[State, int]) -> BatchLine:
    return BatchLine(
        id=row.id,
        environment=row.environment,
        sheet=row.sheet,
        source=row.source,
        begun=row.begun,
        ended=row.ended or "",
        stopped=row.stopped,
        states=states,
    )


def has_successor() -> ColumnElement[bool]:
    """Whether a later order of the same environment and domain exists."""
    later = orders.alias("later")
    same = (later.c.environment == orders.c.environment) & (later.c.domain == orders.c.domain)
    return exists(select(later.c.id).where(same, later.c.id > orders.c.id))


def read_known(row: Row[tuple[object, ...]]) -> PriorOrder:
    return PriorOrder(
        state=State(row.state),
        fingerprint=row.fingerprint,
        content=row.content,
        order_id=row.order_id,
        message=row.message,
        changed=row.changed,
        batch=row.batch,
        vendor_status=row.vendor_status,
    )


def read_entry(row: Row[tuple[object, ...]]) -> LedgerOrder:
    return LedgerOrder(
        id=row.id,
        batch=row.batch,
        environment=row.environment,
        place=row.place,
        domain=row.domain,
        content=row.content,
        state=State(row.state),
        order_id=row.order_id,
        message=row.message,
        attempts=row.attempts,
        changed=row.changed,
        looked_for=row.looked_for,
        vendor_status=row.vendor_status,
    )
