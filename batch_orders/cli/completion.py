"""Completion of commands, options and files in a shell. click brings it; here is how a person turns it on."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

PROGRAM = "batch-orders"
VARIABLE = "_BATCH_ORDERS_COMPLETE"
"""The name under which click looks for a shell that asks it what comes next."""


def completion_script(command: click.Command, shell: str) -> str:
    """What a shell evaluates at its start. `shell` is one that click knows: bash, zsh or fish."""
    known = get_completion_class(shell)
    if known is None:
        raise LookupError(f"click knows no shell {shell}")
    # Its source() runs bash to learn its version, and says so on standard error where bash is old or missing.
    completion = known(command, {}, PROGRAM, VARIABLE)
    return completion.source_template % completion.source_vars()
