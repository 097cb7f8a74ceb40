"""Enqueue: what was approved is stored and put into the queue, all in one commit. Any worker carries it out."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from batch_orders.core.records import Approval
from batch_orders.errors import SheetError
from batch_orders.ledger import Beside, Ledger, NewBatch
from batch_orders.queue import QueuedBatch
from batch_orders.queue.places import LARGEST_SHEET
from batch_orders.queue.waiting import enqueue


def put_into_queue(ledger: Ledger, news: Sequence[tuple[NewBatch, Approval]]) -> None:
    """Store these batches and put them into the queue in their order, or nothing of it.

    Raises SheetError for a sheet that is too large, ConfigurationError where one waits already.
    """
    ledger.accept_all(news, queueing([new for new, _ in news]))


def queueing(news: Sequence[NewBatch]) -> Beside:
    """What puts batches into the queue in the transaction that stores them. Raises as `put_into_queue` does."""
    for new in news:
        if len(new.draft.sheet.data or b"") > LARGEST_SHEET:
            raise SheetError(
                f"{new.draft.sheet.name} is larger than {LARGEST_SHEET >> 20} MiB, more than the queue takes. Nothing "
                "of it was stored. Split it, or order it with batch-orders run."
            )
    queued = [queued_batch(new) for new in news]

    def beside(connection: Connection) -> None:
        enqueue(connection, queued)

    return beside


def queued_batch(new: NewBatch) -> QueuedBatch:
    draft = new.draft
    return QueuedBatch(new.id, draft.environment, draft.account, draft.sheet.sha256, draft.sheet.name)
