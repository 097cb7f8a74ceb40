"""Batches for tests of the ledger, and what stands in its tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count

from sqlalchemy import Connection, Engine, select

from batch_orders.core.model import Order
from batch_orders.core.records import Approval
from batch_orders.core.results import Draft, OrderResult, Status
from batch_orders.core.states import State
from batch_orders.ledger import Ledger, NewBatch, NewOrder
from batch_orders.ledger.engine import open_engine
from batch_orders.ledger.moves import move
from batch_orders.ledger.schema import orders
from tests.sheets import row, sheet_of

LIVE = "https://smart-senders.example"
OTHER = "sandbox"
MOMENT = datetime(2026, 11, 23, 4, 15, tzinfo=UTC)

NUMBERS = count(1)


def make_order(domain: str, mailbox: str = "jane") -> Order:
    return Order(domain, (f"{mailbox}@{domain}",), 1, "acmemail.org", {"name": "Jane Doe"}, rows=(0,))


APPROVAL = Approval("jane", "command line", MOMENT, "0123456789ab", 1, Decimal("22.50"), "USD")


def make_draft(domains: Sequence[str], environment: str = LIVE, account: str = "") -> Draft:
    """A sheet's result before anything is sent, one row per domain."""
    return Draft(
        sheet=sheet_of(*(row(domain) for domain in domains)),
        environment=environment,
        account=account,
        started=MOMENT,
        orders=tuple(
            OrderResult(domain, Status.NOT_SUBMITTED, (place,)) for place, domain in enumerate(domains)
        ),
        problems=(),
        problem_count=0,
        rows_invalid=0,
        row_problems={},
    )


def store_batch(
    ledger: Ledger,
    *domains: str,
    environment: str = LIVE,
    account: str = "",
    started: bool = True,
    draft: Draft | None = None,
    source: str = "",
    batch: str = "",
) -> str:
    """Store a batch that plans an order for each domain, and return its id."""
    new = NewBatch(
        id=batch or f"batch-{next(NUMBERS)}",
        draft=draft or make_draft(domains, environment, account),
        source=source,
        started=started,
        orders=tuple(NewOrder(make_order(domain), Decimal("22.50"), "USD") for domain in domains),
    )
    ledger.accept(new, APPROVAL)
    return new.id


def plan_orders(ledger: Ledger, *domains: str, environment: str = LIVE, account: str = "") -> list[int]:
    """Store a batch and return the ids of its orders, all of them planned."""
    batch = store_batch(ledger, *domains, environment=environment, account=account)
    return [order.id for order in ledger.orders(batch)]


@contextmanager
def opened_engine(place: str) -> Iterator[Engine]:
    engine = open_engine(place)
    try:
        yield engine
    finally:
        engine.dispose()


def state_of(connection: Connection, order: int) -> State:
    return State(connection.execute(select(orders.c.state).where(orders.c.id == order)).scalar_one())


WAYS: dict[State, tuple[State, ...]] = {
    State.PLANNED: (),
    State.SUBMITTING: (State.SUBMITTING,),
    State.PLACED: (State.SUBMITTING, State.PLACED),
    State.REJECTED: (State.SUBMITTING, State.REJECTED),
    State.UNCONFIRMED: (State.SUBMITTING, State.UNCONFIRMED),
    State.GONE: (State.SUBMITTING, State.PLACED, State.GONE),
}
"""The moves that bring a planned order into a state."""


def bring_to(connection: Connection, order: int, state: State) -> None:
    before = State.PLANNED
    for after in WAYS[state]:
        move(connection, order, before, after)
        before = after


def lose_connection(postgres_url: str) -> None:
    """End the connection that holds the lock, as a restart of the server or of a router does."""
    with opened_engine(postgres_url) as engine, engine.begin() as connection:
        ended = connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        assert ended.scalars().all() == [True]
