"""An inbox on this machine."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import stat
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath

from filelock import FileLock, Timeout

from batch_orders.errors import ConfigurationError, InboxBusy, InboxError
from batch_orders.inbox.names import Named, is_clutter, judge_name, safe_path
from batch_orders.inbox.renaming import rename_new
from batch_orders.inbox.store import Contents, Folder, Found, LeftOut, Mark

LOCK = ".batch-orders.lock"
PROBE = ".batch-orders-probe-"
RESULTS = ".batch-orders-results-"


class Folders:
    """The folders below `root`. Only whoever holds their lock moves files in them."""

    working = PurePosixPath(Folder.WORKING)

    remarks = ()

    def __init__(self, root: Path, beside: bool) -> None:
        """`beside` says that nothing but the five folders belongs into `root`."""
        self.root = root
        self.beside = beside
        self.device = (root / self.working).stat().st_dev
        self.place = str(root)

    def local(self, path: PurePosixPath) -> Path:
        return self.root / path

    def look(self, folder: PurePosixPath) -> Contents:
        left_out: list[LeftOut] = []
        try:
            found = tuple(self._walk(read_folder(self.root / folder), folder, left_out))
            if self.beside and folder == PurePosixPath(Folder.INBOX):
                left_out += misplaced((each.name for each in read_folder(self.root)), self.place)
            return Contents(found, tuple(left_out))
        except OSError as error:
            raise InboxError(f"The folder {error.filename} cannot be read: {error.strerror}.") from None

    def _walk(
        self, entries: list[os.DirEntry[str]], folder: PurePosixPath, left_out: list[LeftOut]
    ) -> Iterator[Found]:
        """One team's folder, or one file, that cannot be used is left out and holds nobody else up."""
        for entry in entries:
            path = folder / entry.name
            try:
                info = entry.stat(follow_symlinks=False)
                if stat.S_ISREG(info.st_mode):
                    yield Found(path, mark_of(info), info.st_mtime)
                elif why := self._why_not(entry.name, info):
                    left_out.append(LeftOut(safe_path(path), why))
                elif stat.S_ISDIR(info.st_mode) and not entry.name.startswith("."):
                    yield from self._walk(read_folder(Path(entry.path)), path, left_out)
            except FileNotFoundError:
                continue
            except OSError as error:
                left_out.append(LeftOut(safe_path(path), f"it cannot be read ({error.strerror})."))

    def _why_not(self, name: str, info: os.stat_result) -> str:
        """Why something that is no file is not looked at, "" where it is, or where nobody needs to know."""
        if is_clutter(name) or name.startswith("."):
            return ""
        if stat.S_ISLNK(info.st_mode):
            return "it is a symbolic link. Put the sheet or the folder itself there."
        if not stat.S_ISDIR(info.st_mode):
            return "it is neither a file nor a folder."
        if info.st_dev != self.device:
            return (
                f"it lies on another file system than {self.root / self.working}, so that no file can be claimed "
                "there. Put them on one."
            )
        return ""

    def mark(self, path: PurePosixPath) -> Mark:
        return mark_of((self.root / path).lstat())

    def move(self, source: PurePosixPath, target: PurePosixPath) -> None:
        self._rename(self.root / source, target)

    def _rename(self, source: Path, target: PurePosixPath) -> None:
        place = self.root / target
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
        except FileExistsError:
            raise NotADirectoryError(errno.ENOTDIR, f"{place.parent} is no folder") from None
        rename_new(source, place)

    def fetch(self, path: PurePosixPath, workspace: Path) -> Path:
        return self.root / path

    @contextmanager
    def workspace(self) -> Iterator[Path]:
        # In working/, so that a result gets to its folder by a rename, whole and at once.
        with tempfile.TemporaryDirectory(
            prefix=RESULTS, dir=self.root / self.working, ignore_cleanup_errors=True
        ) as folder:
            yield Path(folder)

    def hand_over(self, result: Path, target: PurePosixPath) -> None:
        self._rename(result, target)

    def remove(self, path: PurePosixPath) -> None:
        (self.root / path).unlink()


def read_folder(folder: Path) -> list[os.DirEntry[str]]:
    """Its entries; none where somebody has just taken it away."""
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except FileNotFoundError:
        return []


def misplaced(names: Iterable[str], place: str) -> list[LeftOut]:
    """Sheets beside the folders are looked at by nobody, and their owners would wait."""
    why = f"it lies beside the folder inbox. Sheets belong into {place}/{Folder.INBOX}."
    sheets = sorted(name for name in names if judge_name(name) is Named.SHEET)
    return [LeftOut(safe_path(PurePosixPath(name)), why) for name in sheets]


def mark_of(info: os.stat_result) -> Mark:
    return info.st_size, info.st_mtime_ns


@contextmanager
def open_folders(place: Path) -> Iterator[Folders]:
    """The inbox at `place`, under its lock.

    A folder of the name inbox is the one that files are dropped into, and the other four lie
    beside it; any other folder holds all five. Those that are missing are made, `place` never.
    Raises ConfigurationError where they cannot be used, InboxBusy where another process works.
    """
    root = find_root(place)
    for folder in Folder:
        make_folder(root / folder)
    refuse_nesting(root)
    lock = FileLock(root / Folder.WORKING / LOCK, timeout=0, fallback_to_soft=False)
    try:
        lock.acquire()
    except Timeout:
        raise InboxBusy(f"Another process is at work on the inbox {root}.") from None
    except OSError as error:
        raise ConfigurationError(f"The inbox {root} cannot be locked: {error.strerror}.") from None
    try:
        clean_up(root)
        prove_renames(root)
        yield Folders(root, beside=place.name != Folder.INBOX)
    finally:
        lock.release()


def find_root(place: Path) -> Path:
    """The folder that holds the five folders."""
    try:
        found = place.resolve(strict=True)
        if not found.is_dir():
            raise ConfigurationError(f"The inbox {place} is a file. Name a folder.")
    except OSError as error:
        raise ConfigurationError(
            f"There is no inbox at {place}: {error.strerror}. Make the folder, or name another one."
        ) from None
    return found.parent if found.name == Folder.INBOX else found


def make_folder(folder: Path) -> None:
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise ConfigurationError(
            f"The folder {folder} cannot be made: {error.strerror}. "
            "An inbox needs the folders inbox, working, done, attention and refused beside each other."
        ) from None


def refuse_nesting(root: Path) -> None:
    """A team may not be called as the folders are: most likely the wrong folder was named."""
    inbox = root / Folder.INBOX
    nested = [folder for folder in Folder if (inbox / folder).is_dir()]
    if nested:
        raise ConfigurationError(
            f"{inbox} holds a folder of the name {nested[0]}. If {inbox} is what holds all folders of an "
            f"inbox, name {inbox / Folder.INBOX} in its place. If {nested[0]} is a team, rename it."
        )


def clean_up(root: Path) -> None:
    """What a killed process left of its results: the sheets themselves are still there."""
    for left in (root / Folder.WORKING).glob(f"{RESULTS}*"):
        shutil.rmtree(left, ignore_errors=True)
    for folder in Folder:
        for left in (root / folder).glob(f"{PROBE}*"):
            with suppress(OSError):
                left.unlink()


def prove_renames(root: Path) -> None:
    """Find out before anything is taken that files can go from each folder to the others."""
    name = f"{PROBE}{secrets.token_hex(4)}"
    here = root / Folder.INBOX / name
    try:
        here.touch()
        for folder in (*Folder, Folder.INBOX):
            there = root / folder / name
            here.rename(there)
            here = there
    except OSError as error:
        raise ConfigurationError(
            f"Files cannot be moved from {here.parent} to the other folders of the inbox: {error.strerror}. "
            "All five must be writable and lie on one file system."
        ) from None
    finally:
        with suppress(OSError):
            here.unlink()
