"""Enqueue: what was approved is stored and put into the queue, all in one commit. Any worker carries it out."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from batch_orders.core.actions import Act, Action, Author
from batch_orders.core.records import Approval, BatchRecord
from batch_orders.core.stops import Stop, StopReason
from batch_orders.errors import SheetError
from batch_orders.ledger import Beside, Ledger, NewBatch
from batch_orders.ledger.accepting import finish_batch
from batch_orders.ledger.actions import note_action
from batch_orders.queue import QueuedBatch, has_engine, moves
from batch_orders.queue.names import LARGEST_SHEET
from batch_orders.queue.state import has_workers, opened
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


def can_enqueue(ledger: Ledger) -> bool:
    """Whether what is approved here is left to workers: there are some, and this machine can put batches in."""
    return has_engine() and has_workers(ledger)


def queueing_again(record: BatchRecord) -> Beside:
    """What puts a batch into the queue that is to be carried on. Raises ConfigurationError where it waits there."""
    queued = QueuedBatch(record.id, record.environment, record.account, record.sheet_sha256, record.sheet)

    def beside(connection: Connection) -> None:
        enqueue(connection, [queued])

    return beside


def take_out(ledger: Ledger, sheet: str, sha256: str, author: Author) -> list[moves.Cancelled]:
    """Take what there is of a sheet out of the queue: a batch, a sheet's name, or by the digest of its bytes.

    One that a worker has in hand stops after the order in flight. What waited is recorded as ended, and who did it is
    kept, in the transaction that takes it out.
    """
    with opened(ledger) as connection:
        if connection is None:
            return []
        found = list(moves.cancel(connection, sheet, sha256))
        for each in found:
            if not each.running:
                stop = Stop(StopReason.DECLINED, f"It was taken out of the queue by {author.actor}.")
                finish_batch(connection, each.batch, stop)
            note_action(connection, Action(Act.STOPPED, author, each.environment, each.account, each.batch))
    return found


def queued_batch(new: NewBatch) -> QueuedBatch:
    draft = new.draft
    return QueuedBatch(new.id, draft.environment, draft.account, draft.sheet.sha256, draft.sheet.name)
