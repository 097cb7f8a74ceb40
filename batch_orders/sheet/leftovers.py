"""The folder through which a child hands a sheet over, and what killed processes left of such folders."""

from __future__ import annotations

import os
import secrets
import shutil
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

if sys.platform != "win32":
    import fcntl

PREFIX = "batch-orders-reading-"
"""How these folders begin once they are locked."""
UNLOCKED = "batch-orders-new-"
LOCK = "lock"

AGE = 24 * 60 * 60
"""Seconds, where no lock tells: many times what any reading may take, so that nobody's work is touched."""


class TransferFolder:
    """A folder that is locked for as long as this process lives and uses it. Raises OSError where none can be made."""

    def __init__(self) -> None:
        made = Path(tempfile.mkdtemp(prefix=UNLOCKED))
        (made / LOCK).touch()
        self._lock = hold(made / LOCK)
        # Only now has it a name that others look at.
        self.name = str(made.rename(made.with_name(f"{PREFIX}{secrets.token_hex(8)}")))

    def cleanup(self) -> None:
        shutil.rmtree(self.name, ignore_errors=True)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def hold(lock: Path) -> int | None:
    """A handle that holds the lock, which the system gives back however the process ends; None where there is none."""
    if sys.platform == "win32":
        return None
    handle = os.open(lock, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        return None
    return handle


def remove_leftovers() -> None:
    """Remove folders that no process uses. What cannot be removed, because it is another user's, stays."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError):
            if not folder.is_symlink() and is_left_over(folder):
                shutil.rmtree(folder, ignore_errors=True)


def is_left_over(folder: Path) -> bool:
    """Whether nobody holds its lock. One without a lock, as a former version made it, must be old."""
    if sys.platform == "win32" or not (folder / LOCK).is_file():
        return time.time() - folder.stat().st_mtime > AGE
    handle = hold(folder / LOCK)
    if handle is None:
        return False
    os.close(handle)
    return True
