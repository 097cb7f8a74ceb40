"""What a killed process left of the sheet it was reading: nobody else would take it away."""

from __future__ import annotations

import shutil
import tempfile
import time
from contextlib import suppress
from pathlib import Path

PREFIX = "batch-orders-reading-"
"""How the folders begin through which a child hands a sheet over."""

AGE = 24 * 60 * 60
"""Seconds. Many times what any reading may take, so that nobody's work is touched."""


def remove_leftovers() -> None:
    """Remove old folders of readings. What cannot be removed, because it is another user's, stays."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError):
            if not folder.is_symlink() and time.time() - folder.stat().st_mtime > AGE:
                shutil.rmtree(folder, ignore_errors=True)
