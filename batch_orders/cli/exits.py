"""Exit codes: the one table that turns results and faults into them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum

from batch_orders.core.results import BatchResult, Status
from batch_orders.errors import (
    BatchOrdersError,
    ConfigurationError,
    InboxBusy,
    InboxError,
    LedgerConflict,
    LedgerError,
    LookUpError,
    ReportError,
    SandboxError,
    SheetError,
    SubmitterBusy,
)


class Exit(IntEnum):
    DONE = 0
    """Every row's order is placed, now or before."""
    ATTENTION = 1
    """It went to the end, and something needs a person."""
    USAGE = 2
    """Wrong usage or configuration. Nothing was sent."""
    UNREADABLE = 3
    """The sheet cannot be read, lacks a required column or holds no rows. Nothing was sent."""
    STOPPED = 4
    """It stopped before the end. What was not sent is said to be not submitted."""


EXITS: Mapping[type[BatchOrdersError], Exit] = {
    ConfigurationError: Exit.USAGE,
    InboxBusy: Exit.DONE,
    InboxError: Exit.STOPPED,
    LedgerError: Exit.USAGE,
    LedgerConflict: Exit.STOPPED,
    LookUpError: Exit.STOPPED,
    ReportError: Exit.USAGE,
    SandboxError: Exit.USAGE,
    SheetError: Exit.UNREADABLE,
    SubmitterBusy: Exit.STOPPED,
}
"""Faults that end a command before anything is sent."""


def exit_for(error: BatchOrdersError) -> Exit:
    """The code of its class, or of the nearest one above it: rooms have finer classes of their own."""
    return next(EXITS[kind] for kind in type(error).__mro__ if kind in EXITS)


NEEDS_A_PERSON = frozenset({Status.INVALID, Status.REJECTED, Status.UNCONFIRMED})


def exit_of(result: BatchResult) -> Exit:
    if result.stopped:
        # A dry run goes to its end; what a limit would leave over needs a person's eye.
        return Exit.ATTENTION if result.dry_run else Exit.STOPPED
    if result.rows_invalid or any(order.status in NEEDS_A_PERSON for order in result.orders):
        return Exit.ATTENTION
    if not result.dry_run and any(order.status is Status.NOT_SUBMITTED for order in result.orders):
        # Its domain was claimed by another run between plan and send.
        return Exit.ATTENTION
    return Exit.DONE
