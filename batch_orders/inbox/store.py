"""What an inbox needs of the place where its folders lie: a disk, or a server over SFTP."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Protocol

Mark = tuple[int, ...]
"""Size in bytes, time of the last change and, on this machine, number on the disk (inode): another one means that the
file was written to, or is another file."""


class Folder(StrEnum):
    """The folders of an inbox, beside each other. A file is in one of them, and only one."""

    INBOX = "inbox"
    WORKING = "working"
    DONE = "done"
    ATTENTION = "attention"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Found:
    """A file below a folder. `path` begins with the folder's name: inbox/north/june.csv."""

    path: PurePosixPath
    mark: Mark
    changed: float


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What lies in an inbox and is not taken: its path as text that can be shown, and why, in the end of a sentence."""

    path: PurePosixPath
    why: str

    def __str__(self) -> str:
        return f"{self.path} is left out: {self.why}"


@dataclass(frozen=True, slots=True)
class Contents:
    """What lies below a folder: its regular files, and what cannot be taken whatever its name says."""

    files: tuple[Found, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True)
class Access:
    """How to get into a server. `state` is a folder of this machine for its lock and its name.

    Without `known_hosts` it is the user's own file. Without a key file or a password file: the
    SSH agent and the user's own keys.
    """

    state: Path
    known_hosts: Path | None = None
    key_file: Path | None = None
    password_file: Path | None = None


class Store(Protocol):
    """Folders beside each other. Paths are relative to what holds them.

    Every method raises OSError where something is wrong with one file, and InboxError where
    nothing can be done any more.
    """

    @property
    def place(self) -> str:
        """Where it is, for people to read, without a password."""

    @property
    def remarks(self) -> tuple[str, ...]:
        """Sentences about what was found at the opening. It may be as it should be."""

    @property
    def working(self) -> PurePosixPath:
        """The folder in which this worker's claims lie, and nobody else's."""

    def local(self, path: PurePosixPath) -> Path | None:
        """Where a file lies on this machine, if it does."""

    def look(self, folder: PurePosixPath) -> Contents:
        """What lies below `folder`, hidden folders passed over. Sheets beside inbox/ are left out of it."""

    def mark(self, path: PurePosixPath) -> Mark:
        """Of what lies there itself, also where it is a link."""

    def is_file(self, path: PurePosixPath) -> bool:
        """Whether it is a regular file, and no link to one."""

    def has_writer(self, path: PurePosixPath) -> bool:
        """Whether somebody has the file open for writing, as far as that can be told."""

    def move(self, source: PurePosixPath, target: PurePosixPath) -> None:
        """Rename at once, making the target's folders. Raises FileExistsError, FileNotFoundError."""

    def fetch(self, path: PurePosixPath, workspace: Path) -> Path:
        """The file on this machine, to be read; a copy of it goes into `workspace`."""

    def workspace(self) -> AbstractContextManager[Path]:
        """An empty folder on this machine, for results. It does not outlive the block."""

    def hand_over(self, result: Path, target: PurePosixPath, like: PurePosixPath) -> None:
        """Put a result into a folder, whole, shared as its sheet `like` is. Raises FileExistsError."""

    def remove(self, path: PurePosixPath) -> None: ...
