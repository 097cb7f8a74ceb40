"""The corpus of public files that stress readers. It lies beside the checkout and is never copied in."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"
REQUIRED = "BATCH_ORDERS_REQUIRE_CORPUS"

needs_corpus = pytest.mark.skipif(
    not CORPUS.exists() and os.environ.get(REQUIRED) != "1",
    reason="the corpus of public files is not beside this checkout",
)


def corpus_texts() -> tuple[str, ...]:
    """Every string that is known to break programs, and every one that tries to become a formula."""
    naughty = json.loads((CORPUS / "naughty-strings" / "blns.json").read_text("utf-8"))
    return (*naughty, *(CORPUS / "csv-injection" / "csv-payload.txt").read_text("utf-8").splitlines())
