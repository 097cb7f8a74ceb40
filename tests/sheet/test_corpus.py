"""Every file of the corpus of public files that stress readers ends in a sheet or in one clear sentence."""

from __future__ import annotations

import resource

import pytest

from batch_orders.cli import run_command
from tests.corpus import CORPUS, needs_corpus

pytestmark = pytest.mark.long

FILES = sorted(
    str(path.relative_to(CORPUS)) for path in CORPUS.rglob("*") if path.is_file() and path.parent != CORPUS
)
LONGEST = 10.0
"""Seconds of work that a file may cause."""

MOST_MEMORY = 1 << 20
"""KiB at the peak, in the child or the parent."""


@needs_corpus
def test_the_corpus_is_here() -> None:
    assert FILES


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_read_or_refused(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    code = run_command(["check", str(CORPUS / name)])
    said = "".join(capfd.readouterr())
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert code in (0, 1, 3), said
    assert "Traceback" not in said
    assert "the reader broke down" not in said
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < LONGEST
    # The peak is that of all children so far, so only a new one tells of this file.
    assert after.ru_maxrss == before.ru_maxrss or after.ru_maxrss < MOST_MEMORY
