"""Messages to people about what was settled: owed from the settling on, until they have left.

Whoever settles a batch tells people of it. If it dies before, another worker does: twice at worst, never not at all.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, text

from batch_orders.core.retries import BatchDecision, Next
from batch_orders.core.stops import Stop, StopReason
from batch_orders.queue.moves import Settled

OWED_FOR = 120.0
"""Seconds after which a message that has not left is sent by another worker: far longer than one takes."""


def take_owed(connection: Connection) -> list[Settled]:
    """The batches of which people should have been told long ago. Whoever takes one tells of it, and nobody else."""
    query = text(
        "UPDATE queue_batches SET owed_at = now() WHERE owed_at < now() - make_interval(secs => :long) RETURNING *"
    )
    return [read_settled(row) for row in connection.execute(query, {"long": OWED_FOR})]


def read_settled(row: Any) -> Settled:
    stop = Stop(StopReason(row.reason), row.sentence) if row.reason else None
    return Settled(row.job, row.batch, row.environment, row.account, BatchDecision(Next(row.outcome)), stop)


def note_told(connection: Connection, job: int) -> None:
    """No message about a batch is owed any more."""
    connection.execute(text("UPDATE queue_batches SET owed_at = NULL WHERE job = :job"), {"job": job})
