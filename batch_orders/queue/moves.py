"""What becomes of batches in the queue: begun, settled, rescued, cancelled; accounts paused; workers that beat.

Every function is called in a transaction of its own, and needs no engine: its moves are functions of the database.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, text

from batch_orders.core.retries import ENDS, TOLD, BatchDecision, Next, decide_next
from batch_orders.core.stops import Stop, StopReason
from batch_orders.queue.names import queue_of

RESCUE_LOCK = 7_203_011_883
MOST_RESCUES = 5
"""Of a batch, in a row: its work had begun each time, its worker died, and none of its orders had moved."""
SUSPECTS_APART = 10.0
"""Seconds between batches that may have been a worker's death twice and more, so that each is begun alone."""
MISSED_BEATS = 3
"""A worker that has missed so many beats is taken for dead."""
KEPT = "7 days"
"""How long it stays known what became of a batch in the queue. The ledger knows for ever."""
GAVE_UP = (
    f"{MOST_RESCUES} workers in a row ended while they were at work on this batch, and none of its orders moved. It "
    "is not tried again by itself."
)
STATUS_OF: dict[Next, str] = {Next.FAILED: "failed", Next.CANCELLED: "aborted"}
"""What the engine calls it, of ends that are no success."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What was decided of a batch, and why it stopped (None: it went to its end). A message may be owed about it."""

    job: int
    batch: str
    environment: str
    account: str
    decision: BatchDecision
    stop: Stop | None


def introduce(connection: Connection, worker: int, name: str, at_once: int) -> None:
    """Note who a worker is. `name` is for people: user, machine and process."""
    connection.execute(
        text("INSERT INTO queue_workers (worker, name, accounts_at_once) VALUES (:worker, :name, :at_once)"),
        {"worker": worker, "name": name, "at_once": at_once},
    )


def beat(connection: Connection, worker: int) -> bool:
    """False where the worker was taken for dead."""
    here = text("UPDATE procrastinate_workers SET last_heartbeat = now() WHERE id = :worker")
    return connection.execute(here, {"worker": worker}).rowcount == 1


def is_paused(connection: Connection, job: int) -> bool:
    """Whether the account of a batch is paused."""
    paused = text(
        "SELECT EXISTS (SELECT 1 FROM queue_pauses AS pause JOIN queue_batches AS noted USING (environment, account) "
        "WHERE noted.job = :job)"
    )
    return bool(connection.execute(paused, {"job": job}).scalar_one())


def begin(connection: Connection, job: int) -> None:
    """Note that the work on a batch itself begins: from here on a worker's death may be its doing."""
    connection.execute(text("UPDATE queue_batches SET begun_at = now() WHERE job = :job"), {"job": job})


def settle(connection: Connection, job: int, worker: int, stop: Stop | None) -> Settled | None:
    """Say how it went with a batch that a worker had in hand. None: it is in another's hand by now."""
    query = text(
        "SELECT job.id, job.abort_requested, noted.* FROM procrastinate_jobs AS job "
        "JOIN queue_batches AS noted ON noted.job = job.id "
        "WHERE job.id = :job AND job.worker_id = :worker AND job.status = 'doing' FOR UPDATE OF job"
    )
    row = connection.execute(query, {"job": job, "worker": worker}).first()
    if row is None:
        return None
    moved = count_moved(connection, row.batch)
    tries = row.tries if moved == row.moved else 0
    decision = decide_next(stop, tries, datetime.now(UTC))
    if row.abort_requested and decision.next not in ENDS:
        decision = BatchDecision(Next.CANCELLED)
    move(connection, row, decision, stop, tries=tries + 1, rescues=0, moved=moved)
    return Settled(row.id, row.batch, row.environment, row.account, decision, stop)


def rescue(connection: Connection, dead_after: float) -> list[Settled]:
    """Put back the batches of workers that are not heard of any more. Returns those of which nothing more is tried.

    One rescuer at a time. A server that was away has heard of nobody: then it counts from its start.
    """
    given = {"dead_after": dead_after}
    if not connection.execute(text(f"SELECT pg_try_advisory_xact_lock({RESCUE_LOCK})")).scalar():
        return []
    query = text(
        "SELECT job.id, job.abort_requested, noted.* FROM procrastinate_jobs AS job "
        "JOIN queue_batches AS noted ON noted.job = job.id "
        "LEFT JOIN procrastinate_workers AS worker ON worker.id = job.worker_id "
        "WHERE job.status = 'doing' AND (worker.id IS NULL "
        "OR greatest(worker.last_heartbeat, pg_postmaster_start_time()) < now() - make_interval(secs => :dead_after)) "
        "ORDER BY job.id FOR UPDATE OF job SKIP LOCKED"
    )
    settled = rescue_all(connection, connection.execute(query, given).all())
    dead = text(
        "DELETE FROM procrastinate_workers "
        "WHERE greatest(last_heartbeat, pg_postmaster_start_time()) < now() - make_interval(secs => :dead_after)"
    )
    connection.execute(dead, given)
    old = (
        "DELETE FROM procrastinate_jobs WHERE id IN "
        "(SELECT job FROM queue_batches WHERE ended_at < now() - CAST(:kept AS interval) LIMIT 1000)"
    )
    connection.execute(text(old), {"kept": KEPT})
    return [each for each in settled if each.decision.next is Next.FAILED]


def rescue_all(connection: Connection, rows: Iterable[Any]) -> list[Settled]:
    settled: list[Settled] = []
    suspects = 0
    for row in rows:
        moved = count_moved(connection, row.batch)
        rescues = count_rescues(row, moved)
        decision = decide_rescue(row.abort_requested, rescues, suspects)
        suspects += rescues > 1
        stop = Stop(StopReason.OTHER, GAVE_UP) if decision.next is Next.FAILED else None
        move(connection, row, decision, stop, tries=row.tries, rescues=rescues, moved=moved)
        settled.append(Settled(row.id, row.batch, row.environment, row.account, decision, stop))
    return settled


def count_rescues(row: Any, moved: int) -> int:
    """How many rescues in a row tell against a batch. One whose work had not begun was nobody's death."""
    if moved != row.moved:
        return 0
    return int(row.rescues) + (row.begun_at is not None)


def decide_rescue(cancelled: bool, rescues: int, suspects: int) -> BatchDecision:
    """What becomes of a batch, with so many `suspects` before it that died in the same hands.

    Each is begun alone: those that were only there when another killed their worker get their orders forward.
    """
    if cancelled:
        return BatchDecision(Next.CANCELLED)
    if rescues >= MOST_RESCUES:
        return BatchDecision(Next.FAILED)
    return BatchDecision(Next.AGAIN, SUSPECTS_APART * suspects if rescues > 1 else 0.0)


def count_moved(connection: Connection, batch: str) -> int:
    """The orders of a batch that are not as they were when it was put in, one that is being sent among them."""
    query = text("SELECT count(*) FROM orders WHERE batch = :batch AND state <> 'planned'")
    return int(connection.execute(query, {"batch": batch}).scalar_one())


def move(
    connection: Connection,
    row: Any,
    decision: BatchDecision,
    stop: Stop | None,
    *,
    tries: int,
    rescues: int,
    moved: int,
) -> None:
    """Carry out a decision about a batch that is in a worker's hand, or was in a dead one's."""
    ends = decision.next in ENDS
    if ends:
        finish = text(
            "SELECT procrastinate_finish_job_v1(:job, CAST(:status AS procrastinate_job_status), false)"
        )
        connection.execute(finish, {"job": row.id, "status": STATUS_OF.get(decision.next, "succeeded")})
    else:
        again = text(
            "SELECT procrastinate_retry_job_v2(:job, now() + make_interval(secs => :after), NULL, NULL, NULL)"
        )
        connection.execute(again, {"job": row.id, "after": decision.after})
    if decision.next is Next.PAUSE:
        pause(connection, row.environment, row.account, stop)
    noted = text(
        "UPDATE queue_batches SET tries = :tries, rescues = :rescues, moved = :moved, outcome = :outcome, "
        "reason = :reason, sentence = :sentence, owed_at = CASE WHEN :told THEN now() END, "
        "ended_at = CASE WHEN :ends THEN now() END, "
        "begun_at = CASE WHEN :ends THEN begun_at END WHERE job = :job"
    )
    given = {"job": row.id, "tries": tries, "rescues": rescues, "moved": moved, "ends": ends}
    given |= {"outcome": decision.next.value, "told": decision.next in TOLD, **words_of(stop)}
    connection.execute(noted, given)


def words_of(stop: Stop | None) -> dict[str, str]:
    return {"reason": stop.reason.value if stop else "", "sentence": stop.sentence if stop else ""}


def pause(connection: Connection, environment: str, account: str, stop: Stop | None) -> None:
    connection.execute(
        text(
            "INSERT INTO queue_pauses (environment, account, reason, sentence) "
            "VALUES (:environment, :account, :reason, :sentence) ON CONFLICT DO NOTHING"
        ),
        {"environment": environment, "account": account, **words_of(stop)},
    )


def go_on(connection: Connection, environment: str, account: str) -> bool:
    """End the pause of an account. False where it has none."""
    gone = text("DELETE FROM queue_pauses WHERE environment = :environment AND account = :account")
    return bool(connection.execute(gone, {"environment": environment, "account": account}).rowcount)


def paused_queues(connection: Connection) -> Collection[str]:
    """The queues of accounts that are paused."""
    rows = connection.execute(text("SELECT environment, account FROM queue_pauses"))
    return {queue_of(row.environment, row.account) for row in rows}


def has_work(connection: Connection, queues: Collection[str]) -> bool:
    """Whether in these queues a batch runs, or could be begun within a minute."""
    query = text(
        "SELECT EXISTS (SELECT 1 FROM procrastinate_jobs AS job WHERE job.queue_name = ANY(:queues) AND (job.status = "
        "'doing' OR job.status = 'todo' AND coalesce(job.scheduled_at, now()) <= now() + interval '1 minute' AND NOT "
        "EXISTS (SELECT 1 FROM procrastinate_jobs AS before WHERE before.lock = job.lock AND before.id < job.id "
        "AND before.status = 'todo')))"
    )
    return bool(connection.execute(query, {"queues": list(queues)}).scalar())


@dataclass(frozen=True, slots=True)
class Cancelled:
    """A batch that somebody took out of the queue, or that a worker has in hand and stops (`running`)."""

    batch: str
    environment: str
    account: str
    running: bool


def cancel(connection: Connection, sheet: str, sha256: str) -> Iterator[Cancelled]:
    """Take out of the queue what waits of a sheet, and ask who has it in hand to stop.

    `sheet` is a batch or a sheet's name, `sha256` of its bytes, "" where there are none.
    """
    query = text(
        "SELECT job.id, job.status, noted.batch, noted.environment, noted.account FROM procrastinate_jobs AS job "
        "JOIN queue_batches AS noted ON noted.job = job.id "
        "JOIN batches ON batches.id = noted.batch WHERE job.status IN ('todo', 'doing') AND "
        "(noted.batch = :sheet OR batches.sheet_sha256 = :sha256 OR (:sha256 = '' AND noted.name = :sheet)) "
        "ORDER BY job.id FOR UPDATE OF job"
    )
    for row in connection.execute(query, {"sheet": sheet, "sha256": sha256}).all():
        running = row.status == "doing"
        stopped = text("SELECT procrastinate_cancel_job_v1(:job, :running, false)")
        connection.execute(stopped, {"job": row.id, "running": running})
        if not running:
            ended = text("UPDATE queue_batches SET outcome = :outcome, ended_at = now() WHERE job = :job")
            connection.execute(ended, {"job": row.id, "outcome": Next.CANCELLED.value})
        yield Cancelled(row.batch, row.environment, row.account, running)
