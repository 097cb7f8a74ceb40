"""A sheet of an inbox is left to workers, and followed until it is over, so that its results lie beside it as ever."""

from __future__ import annotations

from dataclasses import replace

from batch_orders.core.records import Approval
from batch_orders.core.results import BatchResult
from batch_orders.core.stops import Stop, StopReason
from batch_orders.queue.state import Standing, find_standing
from batch_orders.service.accept import keep_unsent, new_batch
from batch_orders.service.context import Context
from batch_orders.service.enqueue import put_into_queue
from batch_orders.service.preview import Preview
from batch_orders.service.result import result_of
from batch_orders.service.submission import INTERRUPTED

LOOK_AGAIN = 1.0
"""Seconds between two looks at whether a batch is over."""


def enqueue_and_follow(seen: Preview, approval: Approval, context: Context) -> BatchResult:
    """Put the one sheet of a preview into the queue, and wait for its end. Raises as `put_into_queue` does."""
    if not any(item.is_sent for item in seen.planned(0)):
        return keep_unsent(seen, 0, context, approval)
    new = new_batch(seen, 0)
    put_into_queue(context.ledger, [(new, approval)])
    return follow(new.id, context)


def find_queued(sha256: str, context: Context) -> str:
    """The batch of the same bytes that an earlier start put into the queue, "" where none is there."""
    record = context.ledger.handed_in(context.place, context.account, sha256)
    return record.id if record and find_standing(context.ledger, record.id) else ""


def follow(batch: str, context: Context) -> BatchResult:
    """Until a batch is over, its account is paused, or somebody asks to end. Its workers go on in any case."""
    while (standing := find_standing(context.ledger, batch)) and not standing.paused:
        if context.limiter.stopping():
            return replace(result_of(batch, context.ledger), stop=INTERRUPTED)
        context.limiter.wait(LOOK_AGAIN)
    result = result_of(batch, context.ledger)
    return replace(result, stop=tell_paused(standing)) if standing else result


def tell_paused(standing: Standing) -> Stop:
    return Stop(StopReason.VENDOR, f"The account is paused: {standing.why} The sheet stays in the queue.")
