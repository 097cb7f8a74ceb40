"""Checks of files and folders: who can read them, whether they can be written, what they lie on."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from batch_orders.diagnostics import Check, Health
from batch_orders.errors import InboxBusy
from batch_orders.inbox import Folder
from batch_orders.inbox.folders import open_folders

MOUNTS = Path("/proc/self/mountinfo")
NETWORK = frozenset(
    {"9p", "afs", "ceph", "cifs", "glusterfs", "lustre", "ncpfs", "nfs", "nfs4", "smb3", "smbfs"}
)
NETWORK_BEGINNINGS = ("fuse.sshfs", "fuse.s3fs", "fuse.rclone", "fuse.gcsfuse", "fuse.glusterfs", "fuse.ceph")
LEAST_SPACE = 100 << 20
"""Bytes. A report of 100,000 rows takes about ten."""
ESCAPED = {r"\040": " ", r"\011": "\t", r"\012": "\n", r"\134": "\\"}
"""How proc(5) writes what would break a line of mountinfo."""


def check_secret_file(what: str, path: Path) -> Check:
    """Whether others on this machine can read a file that holds secrets."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        return Check(what, Health.WRONG, f"{path} cannot be read: {error.strerror}. Check the path.")
    if os.name == "posix" and mode & (stat.S_IRGRP | stat.S_IROTH):
        return Check(
            what,
            Health.WRONG,
            f"Others on this machine can read {path}, which holds secrets. chmod 600 {path}",
        )
    return Check(what, Health.WELL, f"{path} can be read.")


def check_reports_folder(folder: Path) -> Iterator[Check]:
    """Whether reports can be written to a folder, or where it is missing, whether it can be made."""
    what = "Reports"
    place = nearest_folder(folder)
    try:
        with tempfile.TemporaryFile(dir=place):
            pass
    except OSError as error:
        said = f"{place} cannot be written: {error.strerror}. Name another folder for reports."
        yield Check(what, Health.WRONG, said, "reports-dir")
        return
    made = "" if place == folder.absolute() else " It is made by the first run."
    yield Check(what, Health.WELL, f"{folder.absolute()} can be written.{made}")
    yield from check_space(what, place)


def nearest_folder(path: Path) -> Path:
    """`path`, or the first of its parents that exists."""
    return next(place for place in (path.absolute(), *path.absolute().parents) if os.path.lexists(place))


def check_space(what: str, folder: Path) -> Iterator[Check]:
    """Nothing where there is room."""
    free = shutil.disk_usage(folder).free
    if free < LEAST_SPACE:
        yield Check(
            what, Health.WRONG, f"Only {free >> 20:,} MB are free on the disk of {folder}. Make room."
        )


def check_inbox(place: str) -> Iterator[Check]:
    """Whether an inbox can be used: its folders there, writable and on one file system.

    Raises ConfigurationError where it cannot.
    """
    what = "Inbox"
    if "://" in place:
        said = f"{place.partition('://')[0]}:// is a server. batch-orders inbox says at its start what is wrong there."
        yield Check(what, Health.UNKNOWN, said)
        return
    try:
        with open_folders(Path(place)) as folders:
            yield Check(what, Health.WELL, f"The folders in {folders.root} can be used.")
            for left_out in folders.look(PurePosixPath(Folder.INBOX)).left_out:
                yield Check(what, Health.WRONG, str(left_out))
    except InboxBusy as busy:
        yield Check(what, Health.WELL, str(busy))


def find_file_system(path: Path, mounts: str) -> str:
    """The type of the file system that `path` lies on, by the text of proc(5) mountinfo; "" if untold."""
    best, found = -1, ""
    for line in mounts.splitlines():
        here, _, there = line.partition(" - ")
        fields, kind = here.split(), there.split()
        if len(fields) < 5 or not kind:
            continue
        point = Path(unescape(fields[4]))
        # Of two mounts at one point, the later one is the one that is seen.
        if path.is_relative_to(point) and len(point.parts) >= best:
            best, found = len(point.parts), kind[0]
    return found


def unescape(text: str) -> str:
    for written, meant in ESCAPED.items():
        text = text.replace(written, meant)
    return text


def is_network(file_system: str) -> bool:
    return file_system in NETWORK or file_system.startswith(NETWORK_BEGINNINGS)


def file_system_of(path: Path) -> str:
    """The type of the file system that a path lies on; "" where this system does not tell."""
    try:
        return find_file_system(nearest_folder(path).resolve(), MOUNTS.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return ""
