"""The child process: reads one file under caps and hands its content over to the parent.

Nothing of the file is looked at before the caps are set. The request comes through standard input, so that no
password is ever among the arguments; standard output carries nothing but the count of rows read so far.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import sys
import traceback
from importlib import import_module
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import Any

if sys.platform != "win32":
    import fcntl

from batch_orders.core.model import Field
from batch_orders.errors import ColumnsError, SheetError
from batch_orders.sheet.options import ReadOptions
from batch_orders.sheet.transfer import write_content, write_result

CANNOT_WRITE = "reading it failed ({}). Check that the file may be read and that the disk is not full."


ARROW = ("pyarrow.compute", "pyarrow.csv")


def wait() -> None:
    """Import what reading needs, and read the file that is asked for. It ends where nobody will ask any more."""
    import_arrow()
    import_module("batch_orders.sheet.csv.table")
    if asked := sys.stdin.readline():
        main(json.loads(asked))


def main(request: dict[str, Any]) -> None:
    """Read the file that `request` names. Every end but a kill leaves a result behind."""
    end_with_parent()
    folder = Path(request["folder"])
    try:
        set_caps(request["memory"], request["cpu_seconds"])
        import_arrow()
        from batch_orders.sheet.content import read_file

        content = read_file(Path(request["path"]), options_of(request), folder, Progress().add)
        write_content(content, folder)
    except ColumnsError as error:
        write_result(folder, {"refused": error.lacking, "columns": error.columns})
    except SheetError as error:
        write_result(folder, {"refused": str(error), "setting": error.setting})
    except OSError as error:
        write_result(folder, {"refused": CANNOT_WRITE.format(error.strerror or type(error).__name__)})
    except BaseException as error:  # noqa: BLE001  a panic in Rust is no Exception
        write_result(folder, {"memory": True} if lacks_memory(error) else {"fault": fault(error)})
    sys.stdout.flush()
    os._exit(0)


def end_with_parent() -> None:
    """The parent holds the other end of standard input for as long as it lives: the system ends us with it.

    By a signal, since parsing holds Python's lock for minutes and no thread would come to look.
    """
    if sys.platform == "win32":
        return
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    fcntl.fcntl(0, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(0, fcntl.F_SETFL, fcntl.fcntl(0, fcntl.F_GETFL) | os.O_ASYNC)
    if select.select([0], [], [], 0)[0]:  # it has ended already
        os._exit(1)


def import_arrow() -> None:
    """Called once, before all else that takes long.

    pyarrow imports numpy and pandas where it can, which takes most of a second, and nothing here gives it either.
    """
    # A short life with millions of small values: looking for cycles among them takes longer than reading.
    gc.disable()
    if "pyarrow" in sys.modules:
        return
    sys.meta_path.insert(0, WithoutPandas())
    sys.modules["numpy"] = None  # type: ignore[assignment]
    for name in ARROW:
        import_module(name)
    del sys.modules["numpy"]


class WithoutPandas(MetaPathFinder):
    """pyarrow looks for pandas whenever it is given values."""

    def find_spec(self, fullname: str, *_: object) -> None:
        if fullname == "pandas":
            raise ModuleNotFoundError(fullname)


def options_of(request: dict[str, Any]) -> ReadOptions:
    options = request["options"]
    return ReadOptions(**options | {"optional": frozenset(Field(name) for name in options["optional"])})


def set_caps(memory: int, cpu_seconds: int) -> None:
    """Address space, written bytes and CPU time. Where the system lacks a cap, the wall clock is left."""
    try:
        import resource
    except ImportError:
        return
    for cap, value in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, memory),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        _soft, hard = resource.getrlimit(cap)
        limit = value if hard == resource.RLIM_INFINITY else min(value, hard)
        try:
            resource.setrlimit(cap, (limit, limit))
        except (ValueError, OSError):  # macOS refuses RLIMIT_AS
            continue


class Progress:
    """Tells the parent how many rows were read so far."""

    def __init__(self) -> None:
        self.rows = 0

    def add(self, rows: int) -> None:
        self.rows += rows
        sys.stdout.write(f"{self.rows}\n")
        sys.stdout.flush()


def lacks_memory(error: BaseException) -> bool:
    """Past the cap, libraries cannot be loaded and threads not be started either."""
    not_loaded = isinstance(error, ImportError) and not isinstance(error, ModuleNotFoundError)
    return isinstance(error, MemoryError) or not_loaded or "thread" in str(error)


def fault(error: BaseException) -> str:
    """The kind and the place of an error that nobody foresaw; not its text, which may hold cells."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"
