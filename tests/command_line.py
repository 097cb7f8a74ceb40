"""The command line as a process of its own, in surroundings of its own."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

ROOT = Path(__file__).parents[1]
KEY = "sandbox-key"
PATIENCE = 120


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended. `said` is what --json printed."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> dict[str, Any]:
        said: dict[str, Any] = json.loads(self.out)
        return said

    @property
    def report(self) -> Path:
        return Path(self.said["sheets"][0]["report"])


def surroundings(home: Path, key: str = KEY, **more: str) -> dict[str, str]:
    """Nothing of the person who runs the tests: no settings, no proxies, another home."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "TMPDIR": str(home),
        "PYTHONPATH": str(ROOT),
        # A process that may not write large files would leave half a .pyc behind for everybody.
        "PYTHONDONTWRITEBYTECODE": "1",
        "SMARTLEAD_API_KEY": key,
        **more,
    }


def run_words(sheet: Path, base_url: str, ledger: Path | str, *more: str) -> list[str]:
    """`run` for one sheet, with its reports beside it and without any limit on the rate."""
    return [
        *("run", str(sheet), "--yes", "--json", "--rate", "none"),
        *("--base-url", base_url, "--ledger", str(ledger), "--reports-dir", str(sheet.parent / "reports")),
        *more,
    ]


def run_process(
    words: Sequence[str],
    home: Path,
    env: Mapping[str, str] | None = None,
    module: str = "batch_orders",
    **more: Any,
) -> Ended:
    ended = subprocess.run(
        [sys.executable, "-m", module, *words],
        cwd=home,
        env=env if env is not None else surroundings(home),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
        **more,
    )
    return Ended(ended.returncode, ended.stdout, ended.stderr)


def read_states(ledger: Path) -> dict[str, str]:
    """Domain → state, as the tables of a SQLite ledger have it."""
    with closing(sqlite3.connect(ledger)) as connection:
        return dict(connection.execute("SELECT domain, state FROM orders ORDER BY id"))


def read_words(report: Path) -> dict[str, str]:
    """Domain → status, as the report's worksheet Orders has it."""
    book = load_workbook(report, read_only=True)
    lines = list(book["Orders"].iter_rows(values_only=True))
    book.close()
    return {str(line[0]): str(line[1]) for line in lines[1:]}
