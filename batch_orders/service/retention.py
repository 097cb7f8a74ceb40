"""Retention: which reports and finished files are old, and taking them away. Never the ledger.

Only what looks like ours is touched: in the folder of reports what has a report's name, in an
inbox's folders of finished files what an inbox takes for a sheet. Links are left alone.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from batch_orders.core.file_names import is_report
from batch_orders.errors import ConfigurationError
from batch_orders.inbox.names import Named, judge_name
from batch_orders.report.file import is_unfinished


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that may be taken away: when it last changed or came to its folder, and its bytes."""

    path: Path
    changed: datetime
    size: int


def is_ours(name: str) -> bool:
    """A report or what lies beside it, or what a killed process left of one."""
    return is_report(name) or is_unfinished(name)


def is_sheet(name: str) -> bool:
    """A sheet or a result that an inbox put away, whatever its owner named it."""
    return judge_name(name) is Named.SHEET


def find_reports(folder: Path, before: datetime) -> Iterator[Kept]:
    """Old reports and corrections in `folder` itself. Raises ConfigurationError where it cannot be read."""
    yield from find_old(read_folder(folder), is_ours, before)


def find_finished(folder: Path, before: datetime) -> Iterator[Kept]:
    """Old sheets and results in `folder` and in its teams' folders. Raises as `find_reports` does."""
    for place in read_folder(folder):
        if place.is_dir() and not place.is_symlink():
            yield from find_finished(place, before)
        else:
            yield from find_old((place,), is_sheet, before)


def read_folder(folder: Path) -> list[Path]:
    """What lies in it, by name; nothing where there is no such folder."""
    try:
        return sorted(folder.iterdir())
    except FileNotFoundError:
        return []
    except OSError as error:
        raise ConfigurationError(f"The folder {folder} cannot be read: {error.strerror}.") from None


def find_old(paths: Iterable[Path], ours: Callable[[str], bool], before: datetime) -> Iterator[Kept]:
    for path in paths:
        found = look(path) if ours(path.name) else None
        if found and found.changed < before:
            yield found


def look(path: Path) -> Kept | None:
    """A regular file, or None for what is none or has gone."""
    try:
        info = path.lstat()
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(info.st_mode):
        return None
    # A sheet keeps its owner's date when it is put away; the move itself shows in ctime (not on Windows).
    moved = info.st_mtime if os.name == "nt" else info.st_ctime
    return Kept(path, datetime.fromtimestamp(max(info.st_mtime, moved), UTC), info.st_size)


def remove(kept: Kept) -> str:
    """Take a file away, unless somebody has changed it since. Returns why it is still there, or ""."""
    try:
        now = look(kept.path)
        if now is None:
            return ""
        if now != kept:
            return f"{kept.path} has just been changed and stays."
        kept.path.unlink()
    except FileNotFoundError:
        return ""
    except OSError as error:
        return f"{kept.path} cannot be removed: {error.strerror}."
    return ""
