"""One file on its way: found, claimed, handled by the caller, and put where its outcome belongs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath

from batch_orders.errors import InboxError
from batch_orders.inbox.arrival import ready_of
from batch_orders.inbox.names import free_paths, is_clutter, safe_path
from batch_orders.inbox.store import Folder, Found, Mark, Store

ENDS = frozenset({Folder.DONE, Folder.ATTENTION, Folder.REFUSED})


class MissedError(InboxError):
    """One file cannot be taken; the sentence says why. The others are not held up by it.

    `needs_a_person` is false where a person took the file away.
    """

    def __init__(self, sentence: str, needs_a_person: bool = True) -> None:
        super().__init__(sentence)
        self.needs_a_person = needs_a_person


@dataclass(frozen=True, slots=True)
class Claimed:
    """A file that lies in working/ and is this worker's.

    `name` is its path below the folders, team first; all of it is text that can be shown.
    `file` is where it can be read, `workspace` an empty folder for results.
    """

    name: PurePosixPath
    file: Path
    workspace: Path
    store: Store = field(repr=False)
    path: PurePosixPath = field(repr=False)
    mark: Mark = field(repr=False)

    @property
    def team(self) -> str:
        """The sub-folders that it came in, or ""."""
        return "" if len(self.name.parts) == 1 else self.name.parent.as_posix()

    def changed(self) -> bool:
        """Whether it was written to, or taken away, since it was claimed."""
        try:
            return self.store.mark(self.path) != self.mark
        except FileNotFoundError:
            return True

    def is_taken(self, folder: Folder, name: str) -> bool:
        """Whether a file of that name lies already where this one's results are to go."""
        try:
            self.store.mark(PurePosixPath(folder) / self.name.with_name(name))
        except OSError:
            return False
        return True

    def is_unfinished(self) -> bool:
        """Whether it was changed since it was claimed, or somebody can still write to it."""
        return self.changed() or self.store.has_writer(self.path)


@dataclass(frozen=True, slots=True)
class PutAway:
    """Where a file lies now, and each of its results. A place of None is a file that has vanished.

    `remarks` say what a person should look at.
    """

    place: PurePosixPath | None
    results: Mapping[Path, PurePosixPath]
    remarks: tuple[str, ...] = ()


def left_over(store: Store, ready_files: bool) -> list[PurePosixPath]:
    """What earlier workers left in working/, in the order of arrival. Nobody else has it."""
    left = sorted(store.look(store.working).files, key=lambda each: (each.changed, str(each.path)))
    paths = [each.path for each in left if not is_clutter(each.path.name)]
    if ready_files:
        drop_stale_signs(store, paths)
    return paths


def drop_stale_signs(store: Store, paths: list[PurePosixPath]) -> None:
    """A worker may have died between taking NAME and NAME.ready, which the next NAME must not find."""
    waiting = {each.path for each in store.look(PurePosixPath(Folder.INBOX)).files}
    for path in paths:
        former = PurePosixPath(Folder.INBOX) / path.relative_to(store.working)
        if former not in waiting and ready_of(former) in waiting:
            store.remove(ready_of(former))


def claim(store: Store, found: Found, ready_files: bool) -> PurePosixPath:
    """Take a file out of the inbox, and with `ready_files` its sign. Raises MissedError.

    What has taken the place of the file that was found is not read: a link could lead to another team's sheet.
    """
    name = safe_path(found.path.relative_to(Folder.INBOX))
    try:
        path = put(store, found.path, store.working / name)
    except FileNotFoundError:
        raise MissedError(
            f"{name} was taken away before it could be claimed.", needs_a_person=False
        ) from None
    except OSError as error:
        raise MissedError(f"{name} could not be claimed and stays where it is: {error.strerror}.") from None
    refuse_replaced(store, path, found, name)
    if ready_files:
        with suppress(OSError):
            store.remove(ready_of(found.path))
    return path


def refuse_replaced(store: Store, path: PurePosixPath, found: Found, name: PurePosixPath) -> None:
    """Raises MissedError where a claimed path does not hold the file that was found."""
    try:
        if not store.is_file(path):
            place = put(store, path, Folder.REFUSED / name)
            raise MissedError(
                f"{name} was replaced by what is no file. It is {place} now, and nothing of it was read."
            )
        if store.mark(path) != found.mark:
            place = put(store, path, found.path)
            raise MissedError(f"{name} was replaced or changed while it waited. It stays for the next start.")
    except OSError as error:
        raise MissedError(f"{name} cannot be looked at in working/: {error.strerror}.") from None


@contextmanager
def open_claim(store: Store, path: PurePosixPath) -> Iterator[Claimed]:
    """The claimed file, to be handled. Raises MissedError where it is gone or cannot be fetched."""
    name = path.relative_to(store.working)
    with ExitStack() as closing:
        try:
            mark = store.mark(path)
            workspace = closing.enter_context(store.workspace())
            file = store.fetch(path, workspace)
        except OSError as error:
            raise MissedError(f"{name} cannot be read in working/: {error.strerror}.") from None
        yield Claimed(name, file, workspace, store, path, mark)


def put_away(claimed: Claimed, folder: Folder, files: Iterable[Path]) -> PutAway:
    """Put the results, and then the file, where they belong; nothing is ever replaced.

    Results go first: whatever lies in working/ after a crash is simply handled again.
    """
    remarks: list[str] = []
    if folder in ENDS and claimed.changed():
        folder = Folder.ATTENTION
        remarks.append(f"{claimed.name} was changed or taken away while it was handled. See its report.")
    results: dict[Path, PurePosixPath] = {}
    for result in files:
        target = PurePosixPath(folder) / claimed.name.with_name(result.name)
        hand_over = partial(claimed.store.hand_over, result, like=claimed.path)
        try:
            results[result] = first_free(target, hand_over)
        except OSError as error:
            remarks.append(f"{result.name} could not be put into {target.parent}/: {error.strerror}.")
    place = move_sheet(claimed, folder, remarks)
    return PutAway(place, results, tuple(remarks))


def move_sheet(claimed: Claimed, folder: Folder, remarks: list[str]) -> PurePosixPath | None:
    """Where the file lies in the end: in `folder` or, where that fails, still in working/."""
    if folder is Folder.WORKING:
        return claimed.path
    try:
        return put(claimed.store, claimed.path, folder / claimed.name)
    except FileNotFoundError:
        return None
    except OSError as error:
        remarks.append(
            f"{claimed.name} could not be moved to {folder}/ and stays in working/: {error.strerror}."
        )
        return claimed.path


def put(store: Store, source: PurePosixPath, target: PurePosixPath) -> PurePosixPath:
    """Move a file to `target` or, where that name is taken, to the next one that is free."""
    return first_free(target, partial(store.move, source))


def first_free(target: PurePosixPath, place: Callable[[PurePosixPath], None]) -> PurePosixPath:
    for path in free_paths(target):
        with suppress(FileExistsError):
            place(path)
            return path
    raise MissedError(f"No name like {target.name} is free.")
