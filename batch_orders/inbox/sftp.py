"""An inbox on a server over SFTP.

A claim is a rename on the server, which succeeds for one worker only; its target is a folder of
this machine's own, working/MACHINE. So after a crash a machine tells its own claims from
those of others without any clock: what lies there, and is under no lock here, is carried on.
"""

from __future__ import annotations

import errno
import hashlib
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from stat import S_ISDIR, S_ISLNK, S_ISREG

import paramiko
from filelock import FileLock, Timeout

from batch_orders.core.rights import OWN_FILE
from batch_orders.errors import ConfigurationError, InboxBusy, InboxError
from batch_orders.inbox.connection import FAULTS, Files, connect, name_machine, read_address, why
from batch_orders.inbox.folders import misplaced
from batch_orders.inbox.names import is_clutter, safe_path
from batch_orders.inbox.sharing import NO_EXECUTION
from batch_orders.inbox.store import Access, Contents, Folder, Found, LeftOut, Mark

OWN = ".batch-orders-"
"""How our own passing files begin, such as a result that is still on its way."""

CLOSED = ("Socket is closed", "File is closed")
"""What paramiko says after the end of a connection, in an OSError without a number."""


class Server:
    """The folders of an inbox below `root` on a server."""

    def __init__(self, files: Files, root: PurePosixPath, place: str, machine: str) -> None:
        self._files = files
        self._root = root
        self.place = place
        self.working = PurePosixPath(Folder.WORKING, machine)
        self.remarks: tuple[str, ...] = ()
        self.beside = False

    def local(self, path: PurePosixPath) -> None:
        return None

    def look(self, folder: PurePosixPath) -> Contents:
        left_out: list[LeftOut] = []
        with server_faults(self.place):
            found = tuple(self._walk(self.entries(folder), folder, left_out))
            if self.beside and folder == PurePosixPath(Folder.INBOX):
                root = self.entries(PurePosixPath())
                left_out += misplaced((escape(PurePosixPath(each.filename)) for each in root), self.place)
            return Contents(found, tuple(left_out))

    def entries(self, folder: PurePosixPath) -> list[paramiko.SFTPAttributes]:
        """[] where somebody has just taken the folder away."""
        with suppress(FileNotFoundError):
            return self._files.listdir_attr(str(self._root / folder))
        return []

    def _walk(
        self, entries: list[paramiko.SFTPAttributes], folder: PurePosixPath, left_out: list[LeftOut]
    ) -> Iterator[Found]:
        """One team's folder, or one file, that cannot be used is left out and holds nobody else up."""
        for entry in entries:
            path, mode = folder / PurePosixPath(entry.filename).name, entry.st_mode or 0
            if reason := why_not(path, mode):
                left_out.append(LeftOut(safe_path(PurePosixPath(escape(path))), reason))
            elif S_ISDIR(mode) and not path.name.startswith("."):
                try:
                    inner = self.entries(path)
                except OSError as error:
                    if is_lost(error):
                        raise
                    left_out.append(LeftOut(safe_path(path), f"it cannot be read ({why(error)})."))
                    continue
                yield from self._walk(inner, path, left_out)
            elif S_ISREG(mode) and escape(path) == str(path):
                yield Found(path, mark_of(entry), float(entry.st_mtime or 0))

    def mark(self, path: PurePosixPath) -> Mark:
        with server_faults(self.place):
            return mark_of(self._files.lstat(str(self._root / path)))

    def is_file(self, path: PurePosixPath) -> bool:
        with server_faults(self.place):
            return S_ISREG(self._files.lstat(str(self._root / path)).st_mode or 0)

    def has_writer(self, path: PurePosixPath) -> bool:
        return False

    def move(self, source: PurePosixPath, target: PurePosixPath) -> None:
        with server_faults(self.place):
            self.make_folder(target.parent)
            try:
                # Not posix_rename, which replaces what it finds.
                self._files.rename(str(self._root / source), str(self._root / target))
            except OSError as error:
                if isinstance(error, FileNotFoundError) or is_lost(error):
                    raise
                # A server says no more than "failure" where the name is taken.
                if self.mode(target):
                    raise FileExistsError(errno.EEXIST, f"{target} exists") from None
                raise

    def mode(self, path: PurePosixPath) -> int:
        """What kind of thing lies there; 0 where nothing does."""
        with suppress(FileNotFoundError):
            return self._files.stat(str(self._root / path)).st_mode or 0
        return 0

    def make_folder(self, folder: PurePosixPath) -> None:
        """Make it, and the folders that it lies in. Another worker may be making the same ones."""
        for each in (*reversed(folder.parents), folder):
            if not S_ISDIR(self.mode(each)):
                try:
                    self._files.mkdir(str(self._root / each))
                except OSError:
                    if not S_ISDIR(self.mode(each)):
                        raise

    def fetch(self, path: PurePosixPath, workspace: Path) -> Path:
        local = workspace / path.name
        with server_faults(self.place):
            self._files.get(str(self._root / path), local)
        return local

    @contextmanager
    def workspace(self) -> Iterator[Path]:
        with tempfile.TemporaryDirectory(prefix="batch-orders-", ignore_cleanup_errors=True) as folder:
            yield Path(folder)

    def hand_over(self, result: Path, target: PurePosixPath, like: PurePosixPath) -> None:
        """Under a name of its own first, so that nobody ever sees half a result."""
        beside = self.working / f"{OWN}{secrets.token_hex(8)}"
        with server_faults(self.place):
            self.make_folder(self.working)
            self._files.put(result, str(self._root / beside))
            self.share(str(self._root / beside), str(self._root / like))
        try:
            self.move(beside, target)
        except OSError:
            with suppress(OSError):
                self.remove(beside)
            raise

    def share(self, path: str, like: str) -> None:
        """Give a result the group and the mode of its sheet, where the server lets us."""
        with suppress(OSError):
            sheet, result = self._files.lstat(like), self._files.lstat(path)
            self._files.chmod(path, OWN_FILE | ((sheet.st_mode or 0) & NO_EXECUTION))
            if sheet.st_gid is not None and result.st_uid is not None:
                self._files.chown(path, result.st_uid, sheet.st_gid)

    def touch(self, path: PurePosixPath) -> None:
        """Make an empty file."""
        with server_faults(self.place):
            self._files.open(str(self._root / path), "wx").close()

    def remove(self, path: PurePosixPath) -> None:
        with server_faults(self.place):
            self._files.remove(str(self._root / path))


def mark_of(entry: paramiko.SFTPAttributes) -> Mark:
    return entry.st_size or 0, entry.st_mtime or 0


def escape(path: PurePosixPath) -> str:
    r"""The path with \xf6 and the like for every byte that is no UTF-8."""
    return str(path).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def why_not(path: PurePosixPath, mode: int) -> str:
    """Why something on a server is not taken whatever it holds, or "". Clutter is passed over without a word."""
    if is_clutter(path.name) or (S_ISDIR(mode) and path.name.startswith(".")):
        return ""
    if escape(path) != str(path):
        return "its name is no UTF-8. Rename it on the server."
    if S_ISLNK(mode):
        return "it is a symbolic link. Put the sheet or the folder itself there."
    if mode and not S_ISDIR(mode) and not S_ISREG(mode):
        return "it is neither a file nor a folder."
    return ""


@contextmanager
def server_faults(place: str) -> Iterator[None]:
    """What is wrong with one file stays an OSError, with a reason; a lost connection ends everything."""
    try:
        yield
    except FAULTS as error:
        if is_lost(error):
            raise InboxError(f"The connection to {place} was lost ({why(error)}).") from None
        if isinstance(error, OSError) and not error.strerror:
            raise OSError(errno.EIO, f"the server refused ({why(error)})") from None
        raise


def is_lost(error: Exception) -> bool:
    one_file = isinstance(error, OSError) and not isinstance(error, ConnectionError | TimeoutError)
    return not one_file or str(error) in CLOSED


@contextmanager
def open_sftp(url: str, access: Access) -> Iterator[Server]:
    """The inbox at sftp://user@host/path, under this machine's lock for it.

    Raises ConfigurationError where it cannot be used or cannot claim safely, InboxBusy.
    """
    address = read_address(url)
    machine = name_machine(access.state)
    digest = hashlib.sha256(str(address).encode()).hexdigest()[:16]
    lock = FileLock(access.state / f"inbox-{digest}.lock", timeout=0, mode=OWN_FILE, fallback_to_soft=False)
    try:
        lock.acquire()
    except Timeout:
        raise InboxBusy(f"Another process of this machine is at work on the inbox {address}.") from None
    except OSError as error:
        raise ConfigurationError(f"The inbox {address} cannot be locked: {why(error)}.") from None
    try:
        with connect(address, access) as files:
            root = address.path.parent if address.path.name == Folder.INBOX else address.path
            server = Server(files, root, str(address), machine)
            prepare(server, address.path)
            yield server
    finally:
        lock.release()


def prepare(server: Server, named: PurePosixPath) -> None:
    """Make the folders that are missing, and prove that claims are safe there."""
    try:
        if not S_ISDIR(server.mode(named)):
            raise ConfigurationError(f"There is no folder at {server.place}. Make it, or name another one.")
        for folder in (*map(PurePosixPath, Folder), server.working):
            server.make_folder(folder)
        for left in server.look(server.working).files:
            if left.path.name.startswith(OWN):
                server.remove(left.path)
        prove_claims(server)
        server.remarks = tell_others(server)
        server.beside = named.name != Folder.INBOX
    except (*FAULTS, InboxError) as error:
        raise ConfigurationError(f"The inbox {server.place} cannot be used: {why(error)}.") from None


def prove_claims(server: Server) -> None:
    """A rename must reach every folder and must refuse a name that is taken."""
    name = f"{OWN}{secrets.token_hex(4)}"
    here, taken = PurePosixPath(Folder.INBOX, name), server.working / f"{name}-taken"
    server.touch(here)
    server.touch(taken)
    try:
        for folder in (*map(PurePosixPath, Folder), server.working):
            if here.parent != folder:
                server.move(here, folder / name)
                here = folder / name
        with suppress(FileExistsError):
            server.move(here, taken)
            here = taken
            raise ConfigurationError(
                f"The server of {server.place} replaces files that are renamed onto, so a file could be lost. "
                "Use a server that refuses it, as OpenSSH's does."
            )
        server.remove(taken)
    finally:
        server.remove(here)


def tell_others(server: Server) -> tuple[str, ...]:
    """Files that another machine has claimed are left to it."""
    claims = [each for each in server.look(PurePosixPath(Folder.WORKING)).files if len(each.path.parts) > 2]
    machines = sorted({each.path.parts[1] for each in claims} - {server.working.name})
    return tuple(
        f"The machine {machine} has claimed files of this inbox. If it is gone for good, move them from "
        f"working/{machine}/ back to inbox/."
        for machine in machines
    )
