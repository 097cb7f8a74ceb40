"""Names of files: which are not whole yet, which can be shown, and which are free."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from enum import Enum, auto
from itertools import count
from pathlib import PurePosixPath

READY = ".ready"
"""With --ready-files, NAME is whole once NAME.ready lies beside it."""

LONGEST = 255
"""Bytes of one name on the usual file systems."""

LONGEST_ENDING = 10

SHEET_ENDINGS = (
    *(".xlsx", ".xlsm", ".xltx", ".xltm", ".xlsb", ".xls", ".xlt", ".ods", ".ots"),
    *(".csv", ".tsv", ".tab", ".txt", ".htm", ".html", ".xml"),
)
"""What is taken and read."""
FOREIGN_ENDINGS = (".numbers", ".gsheet", ".fods", ".pdf", ".mht", ".mhtml", ".slk")
"""What people take for sheets. It is taken as well and refused, with a sentence that says what to do."""
TAKEN_ENDINGS = (*SHEET_ENDINGS, *FOREIGN_ENDINGS)

CLUTTER_BEGINNINGS = (".", "~$")
CLUTTER_ENDINGS = (".part", ".partial", ".tmp", ".filepart", ".crdownload", ".download")
CLUTTER = frozenset({"desktop.ini", "thumbs.db"})
"""What editors, transfer programs and Windows leave in folders that people look into."""

_ENDING = "|".join(re.escape(ending) for ending in TAKEN_ENDINGS)
_HIDDEN_COPY = re.compile(rf"\.(?!_).+(?:{_ENDING})\..+|\.in\..+(?:{_ENDING})\.?", re.DOTALL)
"""Hidden names that hold a sheet's: rsync's .june.csv.x7Yq2a, vim's .june.csv.swp, lftp's .in.june.csv."""

_NOT_SHOWN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")


class Named(Enum):
    """What a file's name says of it."""

    SHEET = auto()
    """It is taken."""
    CLUTTER = auto()
    """It is passed over without a word."""
    OTHER = auto()
    """It is never taken, and named: it may be an earlier version of a sheet, or one that nobody knows as such."""


def judge_name(name: str) -> Named:
    small = name.lower()
    if _HIDDEN_COPY.fullmatch(small) and not small.endswith(CLUTTER_ENDINGS):
        return Named.OTHER
    if small.startswith(CLUTTER_BEGINNINGS) or small.endswith(CLUTTER_ENDINGS) or small in CLUTTER:
        return Named.CLUTTER
    return Named.SHEET if small.endswith(TAKEN_ENDINGS) else Named.OTHER


def is_clutter(name: str) -> bool:
    return judge_name(name) is Named.CLUTTER


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
