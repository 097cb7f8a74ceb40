"""What commands import, and when: `check` starts the process that reads before anything heavy is imported."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sheets import row, write_csv

pytestmark = pytest.mark.long

HEAVY = {
    "alembic",
    "hypothesis",
    "openpyxl",
    "pandas",
    "pandera",
    "pyarrow",
    "python_calamine",
    "requests",
    "sqlalchemy",
}
PROGRAM = "from batch_orders.cli.program import run_command"
TUNED = f"{PROGRAM}\nfrom batch_orders.cli.start_up import tune_process\ntune_process()"
"""The start of the command line."""
AFTER = "import json, sys; print(json.dumps([name for name in sys.modules if sys.modules[name]]))"


def imported_by(code: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{AFTER}"], check=True, capture_output=True, text=True
    )
    return HEAVY.intersection(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize(
    "module", ["batch_orders.cli", "batch_orders.cli.check", "batch_orders.service.check"]
)
def test_nothing_heavy_is_imported_before_the_reader_starts(module: str) -> None:
    assert imported_by(f"import {module}") == set()


def test_check_brings_no_database_and_no_network(tmp_path: Path) -> None:
    sheet = write_csv(tmp_path / "sheet.csv", row(mailbox="jane doe"))
    code = f"{TUNED}\nassert run_command(['check', {str(sheet)!r}]) == 1"
    assert imported_by(code) == {"pandas", "pandera", "pyarrow"}


def test_a_sheet_without_a_fault_waits_for_no_schema(tmp_path: Path) -> None:
    sheet = write_csv(tmp_path / "sheet.csv", row())
    code = f"{TUNED}\nassert run_command(['check', {str(sheet)!r}]) == 0"
    assert imported_by(code) == {"pandas", "pyarrow"}


def test_status_brings_nothing_that_only_sheets_need(tmp_path: Path) -> None:
    ledger = str(tmp_path / "ledger.db")
    code = f"{PROGRAM}\nassert run_command(['status', '--ledger', {ledger!r}]) == 0"
    assert imported_by(code) <= {"alembic", "requests", "sqlalchemy"}
