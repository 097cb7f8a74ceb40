"""Exit codes: the one table that turns endings and faults into them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum

from batch_orders.core.stops import Ending
from batch_orders.errors import (
    BatchOrdersError,
    ColumnsError,
    ConfigurationError,
    InboxBusy,
    InboxError,
    LedgerConflict,
    LedgerError,
    LookUpError,
    MachineError,
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


EXIT_OF: Mapping[Ending, Exit] = {
    Ending.DONE: Exit.DONE,
    Ending.ATTENTION: Exit.ATTENTION,
    Ending.WAITING: Exit.STOPPED,
    Ending.REFUSED: Exit.UNREADABLE,
    Ending.STOPPED: Exit.STOPPED,
}

EXITS: Mapping[type[BatchOrdersError], Exit] = {
    ConfigurationError: Exit.USAGE,
    InboxBusy: Exit.DONE,
    InboxError: Exit.STOPPED,
    LedgerError: Exit.USAGE,
    LedgerConflict: Exit.STOPPED,
    LookUpError: Exit.STOPPED,
    MachineError: Exit.STOPPED,
    ReportError: Exit.USAGE,
    SandboxError: Exit.USAGE,
    SheetError: Exit.UNREADABLE,
    ColumnsError: Exit.UNREADABLE,
    SubmitterBusy: Exit.STOPPED,
}
"""Faults that end a command before anything is sent."""


def exit_for(error: BatchOrdersError) -> Exit:
    """The code of its class, or of the nearest one above it: rooms have finer classes of their own."""
    return next(EXITS[kind] for kind in type(error).__mro__ if kind in EXITS)
