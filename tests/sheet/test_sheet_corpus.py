"""Every file of the corpus of public files that stress readers ends in a sheet or in one clear sentence."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest

from batch_orders.errors import SheetError
from batch_orders.model import Sheet
from batch_orders.sheet import read_sheet

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
FILES = sorted(
    str(path.relative_to(CORPUS)) for path in CORPUS.rglob("*") if path.is_file() and path.parent != CORPUS
)
LONGEST = 10.0
"""Seconds of work that a file may cause."""

MOST_MEMORY = 1 << 20
"""KiB at the peak, in the child or the parent."""


@pytest.mark.skipif(not FILES, reason="the corpus of public files is not here")
@pytest.mark.parametrize("name", FILES or [""])
def test_a_file_is_read_or_refused(name: str) -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    try:
        assert isinstance(read_sheet(CORPUS / name), Sheet)
    except SheetError as refusal:
        said = str(refusal)
        assert said.startswith(f"{Path(name).name}: ")
        assert said.endswith(".")
        assert "Traceback" not in said
        assert "the reader broke down" not in said
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < LONGEST
    # The peak is that of all children so far, so only a new one tells of this file.
    assert after.ru_maxrss == before.ru_maxrss or after.ru_maxrss < MOST_MEMORY
