"""The command line without the waits between two attempts, with every log at DEBUG."""

from __future__ import annotations

import logging

from batch_orders.service import limiter, submission


def do_not_wait(_limiter: limiter.RateLimiter, _seconds: float) -> None:
    """How long to wait is tested with a clock of its own; here it would only take time."""


def hurry() -> None:
    """For `before` of a start."""
    logging.basicConfig(level=logging.DEBUG)
    limiter.RateLimiter.wait = do_not_wait  # type: ignore[method-assign, assignment]


def look_often() -> None:
    """For `before` of a start: a worker looks for batches ten times a second, where it would do so once."""
    from batch_orders.worker import serving

    serving.LOOK_AGAIN = 0.1


def wait_for_no_ledger() -> None:
    """For `before` of a start: a ledger that is lost is not waited for, because it will not come back."""
    submission.LEDGER_PATIENCE = 0.0
