"""A rename that never replaces a file."""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from contextlib import suppress
from pathlib import Path

AT_FDCWD, RENAME_NOREPLACE = -100, 1
"""Of renameat2(2) on Linux."""

NOT_OFFERED = frozenset({errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP})
"""What a file system answers that knows no such rename, NFS for one."""


def rename_new(source: Path, target: Path) -> None:
    """Rename a file, at once, to a name that is free.

    Raises FileExistsError where it is not, FileNotFoundError where the source is gone, OSError.
    """
    if sys.platform == "win32":
        source.rename(target)
    elif not rename_exclusively(source, target):
        rename_onto_reserved(source, target)


def rename_exclusively(source: Path, target: Path) -> bool:
    """Whether the system has a call for it, and the file has its new name."""
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    if rename(AT_FDCWD, os.fsencode(source), AT_FDCWD, os.fsencode(target), RENAME_NOREPLACE) == 0:
        return True
    fault = ctypes.get_errno()
    if fault in NOT_OFFERED:
        return False
    raise OSError(fault, os.strerror(fault), str(source), None, str(target))


def rename_onto_reserved(source: Path, target: Path) -> None:
    """The name is taken by an empty file of our own, which the rename replaces at once."""
    source.lstat()
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    try:
        source.rename(target)
    except OSError:
        with suppress(OSError):
            target.unlink()
        raise
