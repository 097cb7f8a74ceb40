"""What programs are told of what the ledger knows: by --json and by the page alike. Pure."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from batch_orders.core.accounts import show_account
from batch_orders.core.money import Cost
from batch_orders.core.records import BatchRecord, LedgerOrder, OrderEvent
from batch_orders.core.result_json import describe_cost, describe_prices


def describe_batch(batch: BatchRecord) -> dict[str, Any]:
    """Times are ISO 8601 in UTC. `stop` says why it ended early when it was last carried on."""
    return {
        "batch": batch.id,
        "sheet": batch.sheet,
        "source": batch.source or None,
        "environment": batch.environment,
        "account": show_account(batch.account),
        "accepted_at": batch.accepted_at,
        "started_at": batch.started_at or None,
        "finished_at": batch.last_finished_at or None,
        "stop": batch.last_stop.sentence if batch.last_stop else None,
        "orders": {state.value: count for state, count in batch.states.items()},
        "prices": describe_prices(batch.prices),
    }


def describe_ledger_order(order: LedgerOrder) -> dict[str, Any]:
    """Without its content: contact details are in none. What there is none of is null."""
    return {
        "domain": order.domain,
        "state": order.state.value,
        "batch": order.batch,
        "environment": order.environment,
        "account": show_account(order.account),
        "order_id": order.vendor_order_id or None,
        "vendor_status": order.vendor_status or None,
        "price": describe_cost(Cost(order.price, order.currency)),
        "changed_at": order.changed_at,
        "last_checked_at": order.last_checked_at or None,
        "reason": order.message or None,
    }


def describe_event(event: OrderEvent) -> dict[str, Any]:
    told = {name: value or None for name, value in asdict(event).items()}
    return {**told, "account": show_account(event.account)}
