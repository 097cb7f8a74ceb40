"""Where a process that is started anew finds modules. Imports nothing that takes time: such starts are in a hurry."""

from __future__ import annotations

import sys
from pathlib import Path

import batch_orders


def module_path() -> list[str]:
    """The value of its `sys.path`: where this process finds them, as absolute paths."""
    here = str(Path(batch_orders.__file__).resolve().parents[1])
    return [here, *(str(Path(entry).absolute()) for entry in sys.path if entry)]
