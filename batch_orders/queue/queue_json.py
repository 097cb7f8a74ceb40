"""What programs are told of the queue: by `status --queue --json` and by the page alike. Pure."""

from __future__ import annotations

from typing import Any

from batch_orders.core.accounts import show_account
from batch_orders.queue.state import AccountState, QueueState


def describe_queue(state: QueueState) -> dict[str, Any]:
    """The queue for programs. Times are ISO 8601 in UTC, durations in seconds."""
    return {
        "accounts": [describe_account(each) for each in state.accounts],
        "workers": [
            {
                "worker": each.name,
                "since": each.since.isoformat(timespec="milliseconds"),
                "last_beat_seconds": round(each.beat, 3),
                "accounts_at_once": each.accounts_at_once,
            }
            for each in state.workers
        ],
    }


def describe_account(each: AccountState) -> dict[str, Any]:
    running, paused = each.running, each.paused
    return {
        "environment": each.environment,
        "account": show_account(each.account),
        "waiting": each.waiting,
        "oldest_wait_seconds": round(each.oldest_wait, 3) if each.waiting else None,
        "again_at": each.again_at.isoformat(timespec="milliseconds") if each.again_at else None,
        "why": each.why,
        "running": running
        and {
            "batch": running.batch,
            "sheet": running.sheet,
            "worker": running.worker,
            "since": running.since.isoformat(timespec="milliseconds"),
            "sent": running.sent,
            "orders": running.orders,
        },
        "paused": paused
        and {
            "reason": paused.reason,
            "sentence": paused.sentence,
            "since": paused.since.isoformat(timespec="milliseconds"),
        },
    }
