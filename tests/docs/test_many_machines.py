"""The units that docs/many-machines.md hands out, and the commands that it shows."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from batch_orders.cli.commands import batch_orders

DOCS = Path(__file__).parents[2] / "docs"
UNITS = ("batch-orders-worker.service", "batch-orders-page.service")
PROGRAM = "/opt/batch-orders/bin/batch-orders"
PAGE = (DOCS / "many-machines.md").read_text(encoding="utf-8")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed.")
def test_systemd_has_nothing_to_say_about_the_units(tmp_path: Path) -> None:
    for name in UNITS:
        text = (DOCS / "many-machines" / name).read_text(encoding="utf-8")
        # verify wants a program that is there.
        (tmp_path / name).write_text(text.replace(PROGRAM, sys.executable), encoding="utf-8")
    verified = subprocess.run(
        ["systemd-analyze", "verify", *(str(tmp_path / name) for name in UNITS)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (verified.returncode, verified.stdout, verified.stderr) == (0, "", "")


def test_every_command_and_option_that_is_shown_is_one() -> None:
    units = [(DOCS / "many-machines" / name).read_text(encoding="utf-8") for name in UNITS]
    found = re.findall(r"batch-orders ([a-z-]+)((?: [^`\n#|]*)?)", "\n".join([PAGE, *units]))
    shown = [(name, words) for name, words in found if name in batch_orders.commands]
    assert {"enqueue", "worker", "doctor", "cancel", "status", "account"} <= {name for name, _ in shown}
    for name, words in shown:
        options = {option for each in batch_orders.commands[name].params for option in each.opts}
        assert set(re.findall(r"--[a-z-]+", words)) <= options, (name, words)


def test_every_unit_is_named() -> None:
    assert all(f"many-machines/{name}" in PAGE for name in UNITS)
