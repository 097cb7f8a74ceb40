"""Real names that people bought. The list lies beside the checkout and is never copied in."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.corpus import REQUIRED

REAL_NAMES = Path(__file__).parents[2] / "shared" / "cases" / "real-names.txt"

needs_real_names = pytest.mark.skipif(
    not REAL_NAMES.exists() and os.environ.get(REQUIRED) != "1",
    reason="the list of real names is not beside this checkout",
)


def real_names() -> list[str]:
    lines = REAL_NAMES.read_text("utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]
