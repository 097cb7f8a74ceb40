"""Which work has a living process behind it: a file per piece of work, locked as long as its process lives.

The system gives the lock back when the process ends, however it ends. Several machines cannot see each
other's files: work of another machine is not known to live.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from batch_orders.errors import SubmitterBusy

PATIENCE = 10.0
"""Seconds to wait for who only looks whether the work lives, which takes no time."""
PAUSE = 0.02
OLD = 7 * 86_400


@dataclass(frozen=True, slots=True)
class Living:
    """Where the files lie. The folder is made when it is needed."""

    folder: Path

    @contextmanager
    def hold(self, name: str) -> Iterator[None]:
        """Say that this process does the work `name`. Raises SubmitterBusy where another one does."""
        import fcntl

        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / name).open("a+") as file:
            deadline = time.monotonic() + PATIENCE
            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > deadline:
                        raise SubmitterBusy("Another process does this already.") from None
                    time.sleep(PAUSE)
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
            yield

    def process(self, name: str) -> int | None:
        """The id of the process that does the work, or None where none does."""
        import fcntl

        try:
            with (self.folder / name).open() as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
                except BlockingIOError:
                    return int(file.read() or 0)
        except (FileNotFoundError, NotADirectoryError):
            pass
        return None

    def stop(self, name: str) -> bool:
        """Ask the process that does the work to end gently. False where there is none."""
        process = self.process(name)
        if not process:
            return False
        try:
            os.kill(process, signal.SIGTERM)
        except ProcessLookupError:
            return False
        return True

    def tidy(self) -> None:
        """Remove files that nobody has held for long."""
        if not self.folder.is_dir():
            return
        before = time.time() - OLD
        for path in self.folder.iterdir():
            if path.stat().st_mtime < before and self.process(path.name) is None:
                path.unlink(missing_ok=True)


def upload_work(upload: str) -> str:
    """The name of the work on an upload."""
    return f"upload-{upload}"


def batch_work(batch: str) -> str:
    """The name of the work on a batch."""
    return f"batch-{batch}"
