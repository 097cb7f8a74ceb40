"""Where a workbook goes, and how it gets there whole: always the old file or the new one."""

import os
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import chain, count
from pathlib import Path
from typing import BinaryIO

from lxml.etree import LxmlError
from openpyxl import Workbook
from openpyxl.packaging.custom import StringProperty

from batch_orders.core.rights import OWN_FILE, OWN_FOLDER
from batch_orders.core.workbooks import MADE_AS
from batch_orders.errors import ReportError

_UNFINISHED = re.compile(r"\.batch-orders-[0-9a-f]{16}\.tmp")


def unfinished_path(folder: Path) -> Path:
    """A name beside the reports, hidden, for a file that is not whole yet."""
    return folder / f".batch-orders-{secrets.token_hex(8)}.tmp"


def is_unfinished(name: str) -> bool:
    """Whether it is such a name: a killed process left the file."""
    return _UNFINISHED.fullmatch(name) is not None


def save_first(paths: Iterator[Path], what: str, write: Callable[[Path], None]) -> Path:
    """Have a file written, and give it the first of these names that is free. Returns it.

    They are of one folder. What exists is never replaced. Raises ReportError; `what` names the file in it.
    """
    first = next(paths)
    return _write_and_publish(first, chain([first], paths), what, write)


def numbered(path: Path) -> Iterator[Path]:
    """The path itself, then with " (2)", " (3)" … before its ending."""
    return (path if number == 1 else path.with_stem(f"{path.stem} ({number})") for number in count(1))


def save_only(path: Path, what: str, write: Callable[[Path], None]) -> None:
    """As `save_first`, but under this very name. Raises ReportError where it is taken."""
    _write_and_publish(path, iter([path]), what, write)


def _write_and_publish(path: Path, names: Iterator[Path], what: str, write: Callable[[Path], None]) -> Path:
    unfinished = unfinished_path(path.parent)
    write(unfinished)
    return _publish(unfinished, names, what)


def _publish(unfinished: Path, names: Iterator[Path], what: str) -> Path:
    path = unfinished
    try:
        for path in names:
            if _take_name(unfinished, path):
                _sync_folder(path.parent)
                return path
    except OSError as error:
        raise ReportError(f"The {what} could not be written to {path.parent}: {error.strerror}.") from error
    finally:
        with suppress(OSError):
            unfinished.unlink()
    raise ReportError(f"{path} exists already and was left as it is. Choose another name, or move it away.")


def _take_name(unfinished: Path, path: Path) -> bool:
    """A hard link fails where the name is taken, which a rename would not."""
    try:
        os.link(unfinished, path)
    except FileExistsError:
        return False
    except OSError:
        # A file system without hard links: reserve the name first.
        try:
            path.open("xb").close()
        except FileExistsError:
            return False
        unfinished.replace(path)
    return True


@contextmanager
def replace_file(path: Path, what: str) -> Iterator[BinaryIO]:
    """Open a new file beside `path` and put it in its place, durably, when the block ends well.

    Missing folders are made. On any failure `path` stays as it was and nothing is left
    beside it. `what` names the file in the sentence of the ReportError, as in "report".
    """
    beside = unfinished_path(path.parent)
    try:
        make_folder(path.parent)
        # Contact details stand in it: it is its owner's alone, whatever the umask.
        handle = os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), OWN_FILE)
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(path)
        _sync_folder(path.parent)
    except (OSError, LxmlError) as error:
        # lxml hides the system's reason, a full disk as a rule, behind an error of its own.
        reason = (isinstance(error, OSError) and error.strerror) or "the disk may be full"
        raise ReportError(
            f"The {what} could not be written to {path}: {reason}. "
            "Close the file if it is open, check the folder and the free space, or choose another path."
        ) from error
    finally:
        with suppress(OSError):
            beside.unlink()


def make_folder(folder: Path) -> None:
    """Make it, and those that it lies in, for its owner alone. Raises OSError."""
    for each in (*reversed(folder.parents), folder):
        if not each.is_dir():
            each.mkdir(mode=OWN_FOLDER, exist_ok=True)


def _sync_folder(folder: Path) -> None:
    # The rename itself must survive a power cut. Windows cannot open a folder, and needs no sync.
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def save_book(path: Path, what: str, made_as: str = "") -> Iterator[Workbook]:
    """A write-only workbook to fill in the block, then saved as `path`, whole or not at all.

    Raises ReportError; `what` names the file in its sentence, as in "report". Reading knows the
    workbook again by `made_as`, also after a spreadsheet program has saved it.
    """
    book = Workbook(write_only=True)
    book.properties.creator = "batch_orders"
    if made_as:
        mark = StringProperty(name=MADE_AS, value=made_as)
        book.custom_doc_props.append(mark)  # type: ignore[attr-defined]  # the stubs do not know it
    with replace_file(path, what) as stream:
        try:
            yield book
            book.save(stream)
        finally:
            _drop_unsaved(book)


def _drop_unsaved(book: Workbook) -> None:
    # openpyxl writes each worksheet to a file of its own first, and leaves it there on failure.
    for worksheet in book.worksheets:
        writer = getattr(worksheet, "_writer", None)
        unsaved = Path(writer.out) if writer else None
        if unsaved is None or not unsaved.exists():
            continue
        with suppress(Exception):
            worksheet.close()
        with suppress(OSError):
            unsaved.unlink()
