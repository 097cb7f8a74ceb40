"""The parent's side: starts the child that reads, watches it, takes over what it read."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Protocol

from batch_orders.core.model import Sheet
from batch_orders.core.module_path import module_path
from batch_orders.errors import ColumnsError, MachineError, SheetError
from batch_orders.sheet.leftovers import TransferFolder, remove_leftovers
from batch_orders.sheet.options import GIB, LARGEST_FILE, MIB, ReadOptions, time_limit
from batch_orders.sheet.transfer import RESULT, load_sheet

BOOTSTRAP = "import sys; sys.path[:] = {path!r}; from batch_orders.sheet.child import wait; wait()"
"""-I keeps the working directory and PYTHON* variables out; modules are found where the parent finds them."""

KEPT_VARIABLES = ("LD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR", "TEMP", "TMP")
VARIABLES = {
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",
    "LANG": "C.UTF-8",
}
"""Threads and arenas reserve address space, which counts against the cap."""

ROOM = 1 << 16
"""Bytes that must fit into the temporary folder, or nothing that the child left behind means anything."""
TEMPORARY = (
    "The temporary folder cannot be used: {}. Make room, or name another one in TMPDIR. No sheet is to blame, and "
    "nothing was sent."
)
SAVE_AGAIN = "Open it in a spreadsheet program, save it as a new .xlsx file and hand that in."


class Reader(Protocol):
    """The process that reads a file: what is used of subprocess.Popen."""

    pid: int
    stdin: IO[str] | None
    stdout: IO[str] | None

    def poll(self) -> int | None: ...
    def kill(self) -> None: ...
    def wait(self, timeout: float | None = None) -> int: ...


class Ahead(Protocol):
    """A reader that was started ahead (see sheet.ahead)."""

    def start(self, request: Mapping[str, Any]) -> Reader | None: ...


class WaitingReader:
    """A reader that was started ahead, for one file: it imports what reading needs, and waits to be asked.

    It ends with this process. Raises MachineError where it cannot be started.
    """

    def __init__(self) -> None:
        self.child: Reader | None = start_process()

    def start(self, request: Mapping[str, Any]) -> Reader | None:
        """Have it read. None where it was asked before, or has ended."""
        child, self.child = self.child, None
        if child is None:
            return None
        if child.poll() is not None:
            end_process(child)
            return None
        ask(child, request)
        return child


class Reading:
    """A file that a child process is reading. A context manager: leaving it ends the child."""

    def __init__(
        self, path: Path, options: ReadOptions, keep_data: bool = False, ahead: Ahead | None = None
    ) -> None:
        self.path = path
        self.options = options
        self.keep_data = keep_data
        self.size = file_size(path)
        self.seconds = time_limit(options.seconds, self.size)
        try:
            remove_leftovers()
            self.folder = TransferFolder()
        except OSError as error:
            raise MachineError(TEMPORARY.format(error.strerror)) from None
        self.timed_out = False
        try:
            self.child = (ahead and ahead.start(self.request())) or self.start()
        except BaseException:
            self.folder.cleanup()
            raise
        self.timer = threading.Timer(self.seconds, self.time_out)
        self.timer.daemon = True
        self.timer.start()

    def start(self) -> Reader:
        child = start_process()
        ask(child, self.request())
        return child

    def request(self) -> dict[str, Any]:
        options = self.options
        return {
            "path": str(self.path.absolute()),
            "folder": self.folder.name,
            "memory": options.memory,
            "cpu_seconds": int(self.seconds) + 1,
            "options": {
                "worksheet": options.worksheet,
                "header_row": options.header_row,
                "encoding": options.encoding,
                "delimiter": options.delimiter,
                "password": options.password,
                "columns": dict(options.columns),
                "optional": sorted(options.optional),
                "memory": options.memory,
                "seconds": options.seconds,
                "inflated": options.inflated,
            },
        }

    def time_out(self) -> None:
        self.timed_out = True
        self.child.kill()

    def sheet(self, progress: Callable[[int], None] | None = None) -> Sheet:
        """Wait for the sheet. `progress` is told the rows read so far, now and then.

        Raises SheetError where the file cannot be read, lacks a required column or holds no rows; also
        where its bytes are to be kept and are no longer those that were read.
        """
        with self:
            assert self.child.stdout
            for line in self.child.stdout:
                if progress and line.strip().isdigit():
                    progress(int(line))
            self.child.wait()
            try:
                result = self.result()
            except SheetError:
                self.prove_room()
                raise
            sheet = load_sheet(result, Path(self.folder.name), self.path)
            return replace(sheet, data=read_again(self.path, sheet.sha256)) if self.keep_data else sheet

    def result(self) -> dict[str, Any]:
        """What the child left behind. Raises SheetError where that is a refusal, or nothing."""
        try:
            result: dict[str, Any] = json.loads((Path(self.folder.name) / RESULT).read_text("utf-8"))
        except (OSError, ValueError):
            raise SheetError(f"{self.path.name}: {self.death()}") from None
        if "fault" in result:
            what = result["fault"]
            raise SheetError(f"{self.path.name}: the reader broke down on it ({what}). {SAVE_AGAIN}")
        if "memory" in result:
            raise SheetError(f"{self.path.name}: {self.death()}")
        if "columns" in result:
            columns = tuple((header, tuple(values)) for header, values in result["columns"])
            raise ColumnsError(f"{self.path.name}: {result['refused']}", columns)
        if "refused" in result:
            raise SheetError(f"{self.path.name}: {result['refused']}", result.get("setting", ""))
        return result

    def prove_room(self) -> None:
        """No sheet is to blame where the child could not write. Raises MachineError."""
        try:
            with tempfile.TemporaryFile(dir=self.folder.name) as file:
                file.write(bytes(ROOM))
                file.flush()
        except OSError as error:
            raise MachineError(TEMPORARY.format(error.strerror)) from None

    def death(self) -> str:
        """Why a child came to no result."""
        if self.timed_out:
            return f"reading it took longer than {self.seconds:.0f} seconds. {SAVE_AGAIN}"
        memory = f"{self.options.memory / GIB:.3g} GiB"
        return (
            f"reading it broke down, most likely because it needs more than {memory} of memory. Delete "
            f"unused rows and columns at the end of its worksheets. {SAVE_AGAIN}"
        )

    def close(self) -> None:
        """End the child, if it still runs, and remove what it wrote. May be called again."""
        self.timer.cancel()
        end_process(self.child)
        self.folder.cleanup()

    def __enter__(self) -> Reading:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def start_process() -> Reader:
    """An isolated process that waits to be asked. Raises MachineError where none can be started."""
    try:
        return subprocess.Popen(
            [sys.executable, "-I", "-c", BOOTSTRAP.format(path=module_path())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=isolated_variables(),
            text=True,
            start_new_session=True,
        )
    except OSError as error:
        raise MachineError(f"The process that reads sheets cannot be started: {error.strerror}.") from None


def ask(child: Reader, request: Mapping[str, Any]) -> None:
    assert child.stdin
    # Gone already, which `Reading.sheet` finds out.
    with suppress(BrokenPipeError):
        # It stays open: the child ends when this process does, however that ends.
        child.stdin.write(json.dumps(request) + "\n")
        child.stdin.flush()


def end_process(child: Reader) -> None:
    """End it, if it still runs, and let go of its streams."""
    if child.poll() is None:
        child.kill()
    child.wait()
    for stream in (child.stdin, child.stdout):
        with suppress(OSError):
            if stream:
                stream.close()


def isolated_variables() -> dict[str, str]:
    """The environment of a process that reads."""
    return {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ} | VARIABLES


def read_again(path: Path, sha256: str) -> bytes:
    """The file's bytes. Raises SheetError where they are not those that were read before."""
    try:
        data = path.read_bytes()
    except OSError:
        data = b""
    if hashlib.sha256(data).hexdigest() != sha256:
        raise SheetError(f"{path.name} was changed while it was read. Hand it in again.")
    return data


def file_size(path: Path) -> int:
    """Bytes. Raises SheetError where there is no readable file, or it is too large."""
    try:
        if not path.is_file():
            what = "is a folder, not a sheet" if path.is_dir() else "does not exist"
            raise SheetError(f"{path}: the file {what}. Check the path.")
        with path.open("rb"):
            size = path.stat().st_size
    except OSError as error:
        raise SheetError(
            f"{path}: the file cannot be opened ({error.strerror}). Check its permissions."
        ) from error
    if size > LARGEST_FILE:
        raise SheetError(
            f"{path.name}: the file is larger than {LARGEST_FILE // MIB} MiB. Split it into smaller ones."
        )
    return size
