"""Who may see what is put into an inbox: those who see the sheet, whatever the umask of the job."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from batch_orders.core.rights import OWN_FILE, OWN_FOLDER

NO_EXECUTION = 0o666


def share_file(path: Path, like: os.stat_result) -> None:
    """Give a result the group and the mode of its sheet."""
    give_away(path, like)
    path.chmod(OWN_FILE | (stat.S_IMODE(like.st_mode) & NO_EXECUTION))


def share_folder(path: Path, counterpart: Path) -> None:
    """Give a folder the group and the mode of the one in inbox/ that it stands for."""
    with suppress(OSError):
        like = counterpart.stat()
        give_away(path, like)
        path.chmod(OWN_FOLDER | stat.S_IMODE(like.st_mode))


def give_away(path: Path, like: os.stat_result) -> None:
    """The group or, where only that helps and the job may do it, the owner as well."""
    if not hasattr(os, "chown"):
        return
    with suppress(OSError):
        os.chown(path, -1, like.st_gid)
    if not like.st_mode & stat.S_IRGRP:
        with suppress(OSError):
            os.chown(path, like.st_uid, -1)
