"""Sheets in done/, as they were when they were read: whoever writes to one afterwards is found out."""

from __future__ import annotations

import hashlib
import json
import os
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from batch_orders.core.rights import OWN_FOLDER
from batch_orders.inbox.store import Folder, Mark, Store
from batch_orders.inbox.work import put

REMEMBERED = 30 * 24 * 60 * 60
"""Seconds. An upload that goes on later than that is none."""


@dataclass(slots=True)
class Finished:
    """Kept in a file of this machine's own. Where that cannot be written, nothing is noticed, and no more is lost."""

    file: Path
    _marks: dict[str, tuple[Mark, float]] = field(default_factory=dict)

    @classmethod
    def at(cls, state: Path, place: str) -> Finished:
        """`state` is a folder of this machine, `place` says which inbox it is."""
        finished = cls(state / f"inbox-{hashlib.sha256(place.encode()).hexdigest()[:16]}-done.json")
        with suppress(OSError, ValueError, TypeError):
            said = json.loads(finished.file.read_text("utf-8"))
            finished._marks = {path: (tuple(mark), float(when)) for path, (mark, when) in said.items()}
        return finished

    def note(self, path: PurePosixPath, mark: Mark) -> None:
        """A sheet has come to done/; `mark` is the one under which it was read."""
        self._marks[str(path)] = (mark, time.time())
        self._save()

    def take_back(self, store: Store) -> tuple[str, ...]:
        """Move what has changed since to attention/. Returns a sentence for each."""
        sentences = []
        for name, (mark, when) in tuple(self._marks.items()):
            path = PurePosixPath(name)
            try:
                changed = store.mark(path) != mark
            except OSError:
                changed = False
                when = 0
            if changed:
                sentences.append(take_back(store, path))
            if changed or time.time() - when > REMEMBERED:
                del self._marks[name]
        self._save()
        return tuple(sentences)

    def _save(self) -> None:
        beside = self.file.with_name(f"{self.file.name}.{os.getpid()}")
        with suppress(OSError):
            self.file.parent.mkdir(mode=OWN_FOLDER, parents=True, exist_ok=True)
            beside.write_text(json.dumps(self._marks), "utf-8")
            beside.replace(self.file)


def take_back(store: Store, path: PurePosixPath) -> str:
    changed = f"{path} was changed after its orders were placed, most likely by an upload that went on. "
    try:
        place = put(store, path, Folder.ATTENTION / path.relative_to(Folder.DONE))
    except OSError as error:
        return f"{changed}It could not be moved to attention/ ({error.strerror})."
    return f"{changed}It is {place} now: look at it, and drop it again. What was ordered is not bought twice."
