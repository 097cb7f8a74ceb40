"""Put batches into the queue, in the very transaction that stores them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, func, select, text

from batch_orders.errors import ConfigurationError
from batch_orders.queue.names import TASK, QueuedBatch


def enqueue(connection: Connection, batches: Sequence[QueuedBatch]) -> None:
    """Have these batches carried out, in their order.

    Raises ConfigurationError, and the caller's transaction must not be committed, where the same sheet waits already.
    """
    from batch_orders.queue.engine import make_app

    app = make_app()
    driver: Any = connection.connection.driver_connection
    for queued in batches:
        refuse_queued(connection, queued)
        job = app.configure_task(
            TASK,
            queue=queued.queue,
            lock=queued.lock,
            queueing_lock=queued.queueing_lock,
            connection=driver,
        ).defer(batch=queued.batch)
        connection.execute(
            text(
                "INSERT INTO queue_batches (job, batch, environment, account, name) "
                "VALUES (:job, :batch, :environment, :account, :name)"
            ),
            {
                "job": job,
                "batch": queued.batch,
                "environment": queued.environment,
                "account": queued.account,
                "name": queued.name,
            },
        )


def refuse_queued(connection: Connection, queued: QueuedBatch) -> None:
    """The engine looks at what waits; what runs may wait again, and then there must not be two of it."""
    key = int.from_bytes(hashlib.sha256(queued.queueing_lock.encode()).digest()[:8], "big", signed=True)
    connection.execute(select(func.pg_advisory_xact_lock(key)))
    waits = text(
        "SELECT noted.batch FROM procrastinate_jobs AS job JOIN queue_batches AS noted ON noted.job = job.id "
        "WHERE job.lock = :lock AND job.queueing_lock = :sheet AND job.status IN ('todo', 'doing')"
    )
    found = connection.execute(waits, {"lock": queued.lock, "sheet": queued.queueing_lock}).first()
    if found:
        raise ConfigurationError(
            f"The very same sheet waits in the queue already, as batch {found.batch}. Nothing was stored. "
            f"See: batch-orders status --queue"
        )
