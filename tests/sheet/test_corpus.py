"""Every file of the corpus of public files that stress readers ends in a sheet or in one clear sentence."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from batch_orders.cli.program import run_command
from tests.corpus import CORPUS, needs_corpus
from tests.harness.reader import ForkedReader

pytestmark = pytest.mark.long

FILES = sorted(
    str(path.relative_to(CORPUS)) for path in CORPUS.rglob("*") if path.is_file() and path.parent != CORPUS
)
LONGEST = 10.0
"""Seconds of processor time that a reader may take."""

MOST_MEMORY = 1 << 20
"""KiB at the peak of a reader."""


@pytest.fixture
def readers(quick_reader: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> list[ForkedReader]:
    """Every process that reads for the test."""
    started: list[ForkedReader] = []
    start = quick_reader.Popen

    def note(*args: Any, **kwargs: Any) -> ForkedReader:
        started.append(start(*args, **kwargs))
        return started[-1]

    monkeypatch.setattr(quick_reader, "Popen", note)
    return started


@needs_corpus
def test_the_corpus_is_here() -> None:
    assert FILES


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_read_or_refused(
    name: str, readers: list[ForkedReader], capfd: pytest.CaptureFixture[str]
) -> None:
    code = run_command(["check", str(CORPUS / name)])
    said = "".join(capfd.readouterr())
    assert code in (0, 1, 3), said
    assert "Traceback" not in said
    assert "the reader broke down" not in said
    assert all(reader.worked < LONGEST and reader.peak < MOST_MEMORY for reader in readers)
