"""Accept: a sheet of an approved preview becomes a batch in the ledger, under its id."""

from __future__ import annotations

from batch_orders.core.order_json import fingerprint
from batch_orders.core.plan import KEPT, Plan, PlannedOrder
from batch_orders.core.records import Approval
from batch_orders.core.results import BatchResult
from batch_orders.ledger import NewBatch, NewOrder, new_batch_id
from batch_orders.service.approval import prices_of
from batch_orders.service.context import Context
from batch_orders.service.preview import Preview
from batch_orders.service.result import settle_from_ledger
from batch_orders.validation.grouping import held_back_domains


def accept(preview: Preview, sheet: int, context: Context, approval: Approval, starts: bool = False) -> str:
    """Store one sheet of an approved preview as a batch: snapshot, planned orders, who approved what at what price.

    Returns its id. With `starts` the caller holds the lock and begins at once; otherwise the batch
    waits its turn. Only what the plan sends is approved; what a limit leaves over is stored beside it.
    """
    new = new_batch(preview, sheet, starts)
    context.ledger.accept(new, approval)
    return new.id


def new_batch(preview: Preview, sheet: int, starts: bool = False) -> NewBatch:
    """One sheet of a preview as the batch that it is to become, under an id of its own."""
    draft, planned = preview.drafts[sheet], preview.planned(sheet)
    source = preview.sheets[sheet].source
    kept = tuple(new_order(item) for item in planned if item.decision in KEPT)
    asked = {item.order.domain: fingerprint(item.order) for item in planned if item.decision not in KEPT}
    # Of rows that are held back it is not known what they ask for: it is not what was asked before.
    asked |= dict.fromkeys(held_back_domains(preview.sheets[sheet].grouping), "")
    return NewBatch(new_batch_id(draft.started), draft, source, starts, kept, asked)


def new_order(item: PlannedOrder) -> NewOrder:
    return NewOrder(item.order, item.cost.amount, item.cost.currency, approved=item.is_sent)


def keep_unsent(preview: Preview, sheet: int, context: Context, approval: Approval) -> BatchResult:
    """Record a batch in which nothing is to be sent."""
    batch = accept(preview, sheet, context, approval, starts=True)
    context.ledger.finish(batch, None)
    return settle_from_ledger(preview.drafts[sheet], batch, context.ledger, None)


def approve_batch(batch: str, plan: Plan, approval: Approval, context: Context) -> None:
    """Record that somebody approved what is left of a batch; what a limit left over before is approved with it."""
    context.ledger.approve(batch, approval, prices_of(plan))
