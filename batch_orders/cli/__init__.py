"""The command line: turns a person's words into calls of the core, and results into an exit code."""

from __future__ import annotations

import gc
import sys

from batch_orders.cli.output import steady_output
from batch_orders.cli.start_up import prepare_to_read, tune_process

__all__ = ["main"]


def main() -> None:
    """Run the command line and leave with its exit code. No fault ever shows a traceback."""
    words = sys.argv[1:]
    tune_process()
    steady_output()
    prepare_to_read(words)
    # Imported here, while the reader gets ready beside it: each takes a quarter of a second.
    from batch_orders.cli.program import run_command

    code = run_command(words)
    # Nothing is left to collect: to look through all of pandas once more takes a quarter of a second.
    gc.freeze()
    sys.exit(code)
