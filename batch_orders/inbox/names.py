"""Names of files: which are not whole yet, which can be shown, and which are free."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from itertools import count
from pathlib import PurePosixPath

READY = ".ready"
"""With --ready-files, NAME is whole once NAME.ready lies beside it."""

LONGEST = 255
"""Bytes of one name on the usual file systems."""

LONGEST_ENDING = 10

UNFINISHED_BEGINNINGS = (".", "~$")
UNFINISHED_ENDINGS = (".part", ".partial", ".tmp", ".filepart", ".crdownload", ".download")
CLUTTER = frozenset({"desktop.ini", "thumbs.db"})
"""What Windows leaves in folders that people look into."""

_NOT_SHOWN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")


def is_unfinished(name: str) -> bool:
    """Whether a name says by itself that the file is no sheet, or not yet."""
    small = name.lower()
    return small.startswith(UNFINISHED_BEGINNINGS) or small.endswith(UNFINISHED_ENDINGS) or small in CLUTTER


def safe_path(path: PurePosixPath) -> PurePosixPath:
    """The path with "_" for every byte that is no UTF-8 and every control character.

    Logs, reports and the ledger hold text, and a line break in a name would forge a line there.
    """
    return PurePosixPath(*(_NOT_SHOWN.sub("_", part) for part in path.parts))


def free_paths(path: PurePosixPath) -> Iterator[PurePosixPath]:
    """The path itself, then with " (2)", " (3)" … before its ending, never longer than a name may be."""
    yield path
    ending = path.suffix if len(path.suffix) <= LONGEST_ENDING else ""
    stem = os.fsencode(path.name.removesuffix(ending))
    for number in count(2):
        mark = f" ({number}){ending}"
        kept = stem[: LONGEST - len(os.fsencode(mark))].decode("utf-8", "ignore")
        yield path.with_name(kept + mark)
