"""Marks outside the ledger: how far it had come when the last order was sent.

A ledger that was restored from a backup, or is a new and empty one in the place of another, knows less than
its marks. They lie beside it and in the user's state directory, since either may be lost with it.
"""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import get_ident

from batch_orders.core.rights import OWN_FILE, OWN_FOLDER


@dataclass(frozen=True, slots=True)
class Marks:
    """`files` hold the same; what cannot be read or written is passed over."""

    files: tuple[Path, ...] = ()

    @classmethod
    def of(cls, place: str, state: Path | None) -> Marks:
        """`place` is the ledger's, as `Ledger.place` has it; `state` a directory of this user's."""
        digest = hashlib.sha256(place.encode("utf-8", "surrogateescape")).hexdigest()[:16]
        beside = () if "://" in place else (Path(f"{place}.mark"),)
        return cls((*beside, *((state / f"ledger-{digest}.mark",) if state else ())))

    def read(self) -> int | None:
        """The last event that any of them knows of, None where there is no mark."""
        return max((event for file in self.files if (event := read_mark(file)) is not None), default=None)

    def write(self, event: int) -> None:
        for file in self.files:
            with suppress(OSError):
                write_mark(file, event)


def read_mark(file: Path) -> int | None:
    try:
        return int(json.loads(file.read_text("utf-8"))["event"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_mark(file: Path, event: int) -> None:
    """At once: whoever reads it finds the former mark or this one. Several threads may write one file."""
    file.parent.mkdir(mode=OWN_FOLDER, parents=True, exist_ok=True)
    beside = file.with_name(f".{file.name}.{os.getpid()}-{get_ident()}")
    handle = os.open(beside, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, OWN_FILE)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(json.dumps({"event": event}))
    beside.replace(file)
