"""Exit codes: the one table that turns endings and faults into them."""

from __future__ import annotations

from collections.abc import Mapping

from batch_orders.core.exit_codes import EXIT_OF, Exit
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

__all__ = ["EXITS", "EXIT_OF", "Exit", "exit_for"]

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
