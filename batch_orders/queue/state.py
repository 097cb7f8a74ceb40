"""How the queue stands: what waits and runs of each account, which are paused, who works. Needs no engine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from batch_orders.core.actions import Act, Action, Author
from batch_orders.ledger import Ledger
from batch_orders.ledger.actions import note_action
from batch_orders.queue.moves import go_on
from batch_orders.queue.schema import is_prepared


@dataclass(frozen=True, slots=True)
class Running:
    """A batch in a worker's hand: `sent` of `orders` were sent."""

    batch: str
    sheet: str
    worker: str
    since: datetime
    sent: int
    orders: int


@dataclass(frozen=True, slots=True)
class Paused:
    reason: str
    sentence: str
    since: datetime


@dataclass(frozen=True, slots=True)
class AccountState:
    """`waiting` batches, of which the first waits for `oldest_wait` seconds and is tried again at `again_at`."""

    environment: str
    account: str
    waiting: int
    oldest_wait: float
    again_at: datetime | None
    running: Running | None
    paused: Paused | None
    why: str = ""
    """Why the first one that waits was given back, "" where it was not."""


LATEST_BEAT = 30.0
"""Seconds since which a worker must have been heard of, or it is told as not heard of."""


@dataclass(frozen=True, slots=True)
class WorkerState:
    """`beat` is how many seconds ago it was heard of."""

    name: str
    since: datetime
    beat: float
    accounts_at_once: int

    @property
    def is_heard(self) -> bool:
        return self.beat <= LATEST_BEAT


@dataclass(frozen=True, slots=True)
class QueueState:
    accounts: tuple[AccountState, ...] = ()
    workers: tuple[WorkerState, ...] = ()


JOBS = """
    SELECT noted.*, job.status, job.scheduled_at, batches.sheet, worker.name AS worker,
        extract(epoch FROM now() - noted.queued_at) AS waited
    FROM queue_batches AS noted
    JOIN procrastinate_jobs AS job ON job.id = noted.job
    JOIN batches ON batches.id = noted.batch
    LEFT JOIN queue_workers AS worker ON worker.worker = job.worker_id
    WHERE job.status IN ('todo', 'doing')
    ORDER BY job.id
"""
WORKERS = """
    SELECT noted.name, noted.started_at, noted.accounts_at_once,
        extract(epoch FROM now() - worker.last_heartbeat) AS beat
    FROM procrastinate_workers AS worker JOIN queue_workers AS noted ON noted.worker = worker.id
    ORDER BY noted.name
"""


@contextmanager
def opened(ledger: Ledger) -> Iterator[Connection | None]:
    """A transaction, or None where the ledger has no queue."""
    if not ledger.on_server:
        yield None
        return
    with ledger.transaction() as connection:
        yield connection if is_prepared(connection) else None


def read_queue(ledger: Ledger) -> QueueState:
    """Empty where the ledger has no queue."""
    with opened(ledger) as connection:
        if connection is None:
            return QueueState()
        jobs: dict[tuple[str, str], list[Any]] = {}
        for row in connection.execute(text(JOBS)):
            jobs.setdefault((row.environment, row.account), []).append(row)
        pauses = {
            (row.environment, row.account): Paused(row.reason, row.sentence, row.since)
            for row in connection.execute(text("SELECT * FROM queue_pauses"))
        }
        accounts = tuple(
            read_account_state(connection, key[0], key[1], jobs.get(key, []), pauses.get(key))
            for key in sorted(jobs.keys() | pauses.keys())
        )
        workers = tuple(
            WorkerState(row.name, row.started_at, max(0.0, float(row.beat)), row.accounts_at_once)
            for row in connection.execute(text(WORKERS))
        )
    return QueueState(accounts, workers)


def read_account_state(
    connection: Connection, environment: str, account: str, rows: list[Any], paused: Paused | None
) -> AccountState:
    waiting = [row for row in rows if row.status == "todo"]
    running = next((row for row in rows if row.status == "doing"), None)
    first = waiting[0] if waiting else None
    return AccountState(
        environment=environment,
        account=account,
        waiting=len(waiting),
        oldest_wait=max(0.0, float(first.waited)) if first else 0.0,
        again_at=first.scheduled_at if first else None,
        running=read_running(connection, running) if running else None,
        paused=paused,
        why=first.sentence if first else "",
    )


def read_running(connection: Connection, row: Any) -> Running:
    query = text(
        "SELECT count(*) AS orders, count(*) FILTER (WHERE state NOT IN ('planned', 'submitting')) AS sent "
        "FROM orders WHERE batch = :batch"
    )
    counts = connection.execute(query, {"batch": row.batch}).one()
    worker = row.worker or "a worker that is not heard of any more"
    return Running(row.batch, row.sheet, worker, row.begun_at or row.queued_at, counts.sent, counts.orders)


def is_over(ledger: Ledger, batch: str) -> bool:
    """Whether a batch has left the queue, or its account is paused: then nothing more comes of waiting."""
    query = text(
        "SELECT NOT EXISTS (SELECT 1 FROM queue_batches AS noted JOIN procrastinate_jobs AS job ON job.id = noted.job "
        "WHERE noted.batch = :batch AND job.status IN ('todo', 'doing') AND NOT EXISTS (SELECT 1 FROM queue_pauses AS "
        "pause WHERE pause.environment = noted.environment AND pause.account = noted.account))"
    )
    with opened(ledger) as connection:
        return connection is None or bool(connection.execute(query, {"batch": batch}).scalar())


@dataclass(frozen=True, slots=True)
class Standing:
    """How one batch stands in the queue. `worker` has it in hand, "" where it waits; `why` is why it waits."""

    worker: str
    why: str = ""
    paused: bool = False


def find_standing(ledger: Ledger, batch: str) -> Standing | None:
    """None where it is not in the queue."""
    query = text(
        "SELECT job.status, noted.sentence, coalesce(worker.name, 'a worker') AS worker, pause.sentence AS paused "
        "FROM queue_batches AS noted JOIN procrastinate_jobs AS job ON job.id = noted.job "
        "LEFT JOIN queue_workers AS worker ON worker.worker = job.worker_id "
        "LEFT JOIN queue_pauses AS pause ON pause.environment = noted.environment AND pause.account = noted.account "
        "WHERE noted.batch = :batch AND job.status IN ('todo', 'doing')"
    )
    with opened(ledger) as connection:
        row = connection.execute(query, {"batch": batch}).first() if connection else None
    if row is None:
        return None
    waits = row.status == "todo"
    return Standing("" if waits else row.worker, row.paused or row.sentence, row.paused is not None)


def let_go_on(ledger: Ledger, environment: str, account: str, author: Author) -> bool:
    """End the pause of an account, and keep who did. False where it has none."""
    with opened(ledger) as connection:
        gone = connection is not None and go_on(connection, environment, account)
        if connection is not None and gone:
            note_action(connection, Action(Act.LET_GO_ON, author, environment, account))
    return gone


def count_stalled(ledger: Ledger, within: float = LATEST_BEAT) -> int:
    """The batches in the hand of a worker that was not heard of for so many seconds."""
    query = text(
        "SELECT count(*) FROM procrastinate_jobs AS job "
        "LEFT JOIN procrastinate_workers AS worker ON worker.id = job.worker_id WHERE job.status = 'doing' "
        "AND (worker.id IS NULL OR worker.last_heartbeat < now() - make_interval(secs => :within))"
    )
    with opened(ledger) as connection:
        return int(connection.execute(query, {"within": within}).scalar_one()) if connection else 0


def has_workers(ledger: Ledger, within: float = 60.0) -> bool:
    """Whether a worker was heard of lately: then what is confirmed on the page waits for it."""
    query = text(
        "SELECT EXISTS (SELECT 1 FROM procrastinate_workers "
        "WHERE last_heartbeat > now() - make_interval(secs => :within))"
    )
    with opened(ledger) as connection:
        return connection is not None and bool(connection.execute(query, {"within": within}).scalar())
