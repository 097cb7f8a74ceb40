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

from batch_orders.core.rights import OWN_FILE, OWN_FOLDER
from batch_orders.errors import ConfigurationError, InboxBusy, InboxError
from batch_orders.inbox.names import Named, is_clutter, judge_name, safe_path
from batch_orders.inbox.renaming import rename_new
from batch_orders.inbox.sharing import share_file, share_folder
from batch_orders.inbox.store import Contents, Folder, Found, LeftOut, Mark
from batch_orders.inbox.writers import has_writer

LOCK = ".batch-orders.lock"
PROBE = ".batch-orders-probe-"
RESULTS = ".batch-orders-results-"


class Folders:
    """The folders below `root`. Only whoever holds their lock moves files in them."""

    working = PurePosixPath(Folder.WORKING)

    remarks = ()

    def __init__(self, root: Path, beside: bool, steady: bool) -> None:
        """`beside` says that nothing but the five folders belongs into `root`, `steady` that a file that is
        renamed keeps its number on the disk, which on some network file systems it does not."""
        self.root = root
        self.beside = beside
        self.steady = steady
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
                    yield Found(path, self._mark_of(info), info.st_mtime)
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
        return self._mark_of((self.root / path).lstat())

    def _mark_of(self, info: os.stat_result) -> Mark:
        return info.st_size, info.st_mtime_ns, info.st_ino if self.steady else 0

    def is_file(self, path: PurePosixPath) -> bool:
        return stat.S_ISREG((self.root / path).lstat().st_mode)

    def has_writer(self, path: PurePosixPath) -> bool:
        return has_writer(self.root / path)

    def move(self, source: PurePosixPath, target: PurePosixPath) -> None:
        self._rename(self.root / source, target)

    def _rename(self, source: Path, target: PurePosixPath) -> None:
        place = self.root / target
        for folder in [*reversed(target.parents)][1:]:
            self._make_folder(folder)
        rename_new(source, place)

    def _make_folder(self, folder: PurePosixPath) -> None:
        """Who may look into the team's folder in inbox/ may look into this one; into working/ nobody else."""
        place = self.root / folder
        if place.is_dir():
            return
        try:
            place.mkdir(mode=OWN_FOLDER, exist_ok=True)
        except FileExistsError:
            raise NotADirectoryError(errno.ENOTDIR, f"{place} is no folder") from None
        if folder.parts[0] != Folder.WORKING:
            share_folder(place, self.root.joinpath(Folder.INBOX, *folder.parts[1:]))

    def fetch(self, path: PurePosixPath, workspace: Path) -> Path:
        return self.root / path

    @contextmanager
    def workspace(self) -> Iterator[Path]:
        # In working/, so that a result gets to its folder by a rename, whole and at once.
        with tempfile.TemporaryDirectory(
            prefix=RESULTS, dir=self.root / self.working, ignore_cleanup_errors=True
        ) as folder:
            yield Path(folder)

    def hand_over(self, result: Path, target: PurePosixPath, like: PurePosixPath) -> None:
        with suppress(OSError):  # the sheet may have been taken away, and its results are nobody else's then
            share_file(result, (self.root / like).lstat())
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


@contextmanager
def open_folders(place: Path) -> Iterator[Folders]:
    """The inbox at `place`, under its lock.

    A folder of the name inbox is the one that files are dropped into, and the other four lie
    beside it; any other folder holds all five. Those that are missing are made, `place` never.
    Raises ConfigurationError where they cannot be used, InboxBusy where another process works.
    """
    root = find_root(place)
    for folder in Folder:
        make_folder(root, folder)
    refuse_nesting(root)
    place_of_lock = root / Folder.WORKING / LOCK
    # Whoever can open the file can hold its lock, and no night would begin.
    lock = FileLock(place_of_lock, timeout=0, mode=OWN_FILE, fallback_to_soft=False)
    try:
        lock.acquire()
        with suppress(OSError):
            place_of_lock.chmod(OWN_FILE)
    except Timeout:
        raise InboxBusy(f"Another process is at work on the inbox {root}.") from None
    except OSError as error:
        raise ConfigurationError(f"The inbox {root} cannot be locked: {error.strerror}.") from None
    try:
        clean_up(root)
        steady = prove_renames(root)
        yield Folders(root, place.name != Folder.INBOX, steady)
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


def make_folder(root: Path, folder: Folder) -> None:
    place = root / folder
    try:
        if folder is Folder.INBOX or place.is_dir():
            place.mkdir(exist_ok=True)
            return
        place.mkdir(mode=OWN_FOLDER)
        if folder is not Folder.WORKING:
            share_folder(place, root / Folder.INBOX)
    except OSError as error:
        raise ConfigurationError(
            f"The folder {place} cannot be made: {error.strerror}. "
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


def prove_renames(root: Path) -> bool:
    """Find out before anything is taken that files can go from each folder to the others.

    Whether a file keeps its number on the disk meanwhile.
    """
    name = f"{PROBE}{secrets.token_hex(4)}"
    here = root / Folder.INBOX / name
    try:
        here.touch()
        number = here.lstat().st_ino
        for folder in (*Folder, Folder.INBOX):
            there = root / folder / name
            here.rename(there)
            here = there
        return here.lstat().st_ino == number
    except OSError as error:
        raise ConfigurationError(
            f"Files cannot be moved from {here.parent} to the other folders of the inbox: {error.strerror}. "
            "All five must be writable and lie on one file system."
        ) from None
    finally:
        with suppress(OSError):
            here.unlink()
