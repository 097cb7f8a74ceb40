"""A warmed process: it has imported what the program, or its reader of sheets, imports, and forks one per start.

`python -m tests.harness.warm program|reader FD FOLDER` takes starts from the listening socket FD in FOLDER until
its standard input ends. It starts no threads and opens no connections, so that a fork has nothing of them. See
tests.harness.starts.
"""

from __future__ import annotations

import atexit
import os
import pickle
import select
import shutil
import signal
import socket
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import _lru_cache_wrapper
from importlib import import_module
from inspect import signature
from io import TextIOWrapper
from pkgutil import walk_packages
from types import ModuleType
from typing import IO, Any, NoReturn, TextIO

import batch_orders
import batch_orders.sheet
from batch_orders.sheet.child import import_arrow
from tests.harness.reader import read_warmly
from tests.harness.starts import Start, Warmed

IMPORTED_LATE = (
    *("alembic.command", "apprise", "asyncssh", "idna", "openpyxl", "pandas", "pandera.pandas", "paramiko"),
    *("psycopg", "publicsuffixlist", "pyarrow.compute", "pyarrow.csv", "requests", "rich.progress"),
    *("sqlalchemy.dialects.postgresql.psycopg", "sqlalchemy.dialects.sqlite"),
)
"""What the program imports inside its functions."""
LEFT_OUT = ("__main__", "migrations")
"""What acts when it is imported."""
FOR_THE_TESTS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Signals that end the tests, which end this process: so it tidies up however they end."""
MOST_STREAMS = 252
HEADER = 8
"""Bytes that tell how many follow."""


def import_all(package: ModuleType) -> None:
    for module in walk_packages(package.__path__, f"{package.__name__}."):
        if not set(LEFT_OUT).intersection(module.name.split(".")):
            with suppress(
                ImportError
            ):  # of what the reader does without, or of an extra that is not installed
                import_module(module.name)


def warm_program() -> None:
    import_all(batch_orders)
    for name in IMPORTED_LATE:
        with suppress(ImportError):
            import_module(name)
    fill_caches("batch_orders.validation")


def warm_reader() -> None:
    """The reader does without pandas, and its memory is capped."""
    import_arrow()
    import_all(batch_orders.sheet)
    for name in ("dateutil.relativedelta", "pyarrow.csv"):  # Arrow imports the first with the first list
        import_module(name)


def fill_caches(package: str) -> None:
    """Work out what is the same for every start, such as the list of public suffixes."""
    for name, module in list(sys.modules.items()):
        if name.startswith(package):
            for value in vars(module).values():
                if isinstance(value, _lru_cache_wrapper) and not signature(value).parameters:
                    value()


def receive(line: socket.socket) -> tuple[list[Start], list[int]]:
    """Starts, and four streams of each: standard input, output and errors, and where its end is told."""
    header, streams, *_ = socket.recv_fds(line, HEADER, MOST_STREAMS)
    with line.makefile("rb") as asked:
        length = int.from_bytes(header) if len(header) == HEADER else 0
        wire = asked.read(length)
    if not wire or len(wire) < length:
        close_all(streams)
        raise EOFError
    return pickle.loads(wire), streams


def close_all(fds: Iterable[int]) -> None:
    for fd in fds:
        os.close(fd)


class Forks:
    """The processes that run, and where their ends are told."""

    def __init__(self) -> None:
        self.endings: dict[int, int] = {}
        self.woken, wake = os.pipe()
        for fd in (self.woken, wake):
            os.set_blocking(fd, False)
        signal.set_wakeup_fd(wake)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def fork(self, line: socket.socket) -> tuple[Start, list[int]] | None:
        starts, streams = receive(line)
        processes = []
        gate, opener = os.pipe()
        for start, (*three, ending) in zip(starts, by_four(streams), strict=True):
            process = os.fork()
            if process == 0:
                os.close(opener)
                os.read(gate, 1)
                return start, three
            processes.append(process)
            self.endings[process] = ending
        try:
            line.sendall(" ".join(map(str, processes)).encode() + b"\n")
        except OSError:  # who asked for them was killed meanwhile
            for process in processes:
                os.kill(process, signal.SIGKILL)
        close_all([gate, opener, *(fd for four in by_four(streams) for fd in four[:3])])
        return None

    def tell_endings(self) -> None:
        with suppress(BlockingIOError):
            os.read(self.woken, 4096)
        for process, ending in list(self.endings.items()):
            ended, status, used = os.wait4(process, os.WNOHANG)
            if ended:
                told = (os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, used.ru_maxrss)
                with suppress(BrokenPipeError):  # who waited for it was killed
                    os.write(ending, " ".join(map(str, told)).encode())
                os.close(self.endings.pop(process))

    def kill(self) -> None:
        for process in self.endings:
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)


def serve(listener: socket.socket) -> tuple[Start, list[int]] | None:
    """Returns a start and its streams in every process that is forked, and None here at the end."""
    forks = Forks()
    while True:
        ready, _, _ = select.select([0, listener.fileno(), forks.woken], [], [])
        forks.tell_endings()
        if 0 in ready:
            forks.kill()
            return None
        if listener.fileno() in ready:
            # Who asked may have been killed while asking.
            with listener.accept()[0] as line, suppress(EOFError, ConnectionError):
                if forked := forks.fork(line):
                    listener.close()
                    return forked


def by_four(streams: Sequence[int]) -> Iterator[list[int]]:
    for place in range(0, len(streams), 4):
        yield list(streams[place : place + 4])


def become(start: Start, streams: Sequence[int]) -> None:
    """Make this fork what a new interpreter would be: nothing of the warmed process is left but what it imported."""
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGCHLD, *FOR_THE_TESTS):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for target, stream in enumerate(streams):
        os.dup2(stream, target)
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    sys.stdin = sys.__stdin__ = reopen(sys.stdin, "r")  # type: ignore[assignment, misc]
    sys.stdout = sys.__stdout__ = reopen(sys.stdout, "w")  # type: ignore[assignment, misc]
    sys.stderr = sys.__stderr__ = reopen(sys.stderr, "w", 1)  # type: ignore[assignment, misc]
    os.environ.clear()
    os.environ.update(start.environment)
    time.tzset()
    tempfile.tempdir = None
    os.chdir(start.folder)
    sys.argv = ["batch-orders", *start.words]
    if start.before:
        start.before()


def reopen(stream: TextIO, mode: str, buffering: int = -1) -> IO[Any]:
    """Lines are written at once on a terminal, as a new interpreter has it."""
    assert isinstance(stream, TextIOWrapper)
    reopened = open(  # noqa: SIM115
        stream.fileno(), mode, buffering, encoding=stream.encoding, errors=stream.errors, closefd=False
    )
    assert isinstance(reopened, TextIOWrapper)
    return reopened


def run(program: Callable[[], object]) -> int:
    """The code with which a new interpreter would end."""
    try:
        program()
    except SystemExit as error:
        if isinstance(error.code, int | None):
            return error.code or 0
        print(error.code, file=sys.stderr)
        return 1
    except BaseException:  # noqa: BLE001
        traceback.print_exc()
        return 1
    return 0


def end(code: int) -> NoReturn:
    """As an interpreter ends, but without taking everything apart that was imported, which takes long."""
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    try:
        sys.stdout.flush()
    except OSError:
        code = 120
    os._exit(code)


def main() -> None:
    kind, fd, folder, *reader = sys.argv[1:]
    for number in FOR_THE_TESTS:
        signal.signal(number, signal.SIG_IGN)
    {"program": warm_program, "reader": warm_reader}[kind]()
    for address in reader:
        read_warmly(Warmed(address))
        # Imported late: the reader does without what it needs.
        import_module("tests.harness.rehearsal").rehearse(folder)
    with socket.socket(fileno=int(fd)) as listener:
        forked = serve(listener)
    if forked:
        start, streams = forked
        become(start, streams)
        end(run(start.program))
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
