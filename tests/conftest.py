"""A fresh machine to run commands on, and a sandbox to order from."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from batch_orders.sandbox import Sandbox, start_sandbox
from tests.listener import listener as listener
from tests.sheets import Row, write_csv

# How long one example takes says nothing: the machine may be busy.
settings.register_profile("project", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("project")

PROJECT = Path(__file__).parent.parent
PATIENCE = 120.0
"""Seconds after which a process hangs. No test waits for it."""


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: many tests wait for processes that they started."""
    return (os.cpu_count() or 1) + 1


@dataclass(frozen=True, slots=True)
class Ended:
    """What a command left behind."""

    code: int
    output: str
    errors: str

    @property
    def said(self) -> dict[str, Any]:
        """The one JSON object on standard output, zeros included."""
        said: dict[str, Any] = json.loads(self.output)
        return said

    @property
    def orders(self) -> dict[str, int]:
        """The counts of the only sheet, without zeros."""
        (sheet,) = self.said["sheets"]
        return {status: count for status, count in sheet["orders"].items() if count}


@dataclass(frozen=True, slots=True)
class Machine:
    """A home and a working directory of one test's own. Nothing of the real ones is seen."""

    home: Path
    here: Path
    environment: dict[str, str] = field(default_factory=dict)

    def command(self, *words: str | Path) -> list[str]:
        return [sys.executable, "-m", "batch_orders", *map(str, words)]

    def run(self, *words: str | Path, **environment: str) -> Ended:
        """Run a command to its end. `environment` is added to the machine's own."""
        done = subprocess.run(
            self.command(*words),
            cwd=self.here,
            env={**self.environment, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=PATIENCE,
            check=False,
        )
        assert "Traceback" not in done.stdout + done.stderr
        return Ended(done.returncode, done.stdout, done.stderr)

    @contextmanager
    def start(self, *words: str | Path) -> Iterator[subprocess.Popen[str]]:
        """A command that runs beside the test; it does not outlive it."""
        process = subprocess.Popen(
            self.command(*words),
            cwd=self.here,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        try:
            yield process
        finally:
            process.kill()
            process.communicate(timeout=PATIENCE)

    def hand_in(self, *rows: Row, name: str = "june.csv") -> Path:
        """A sheet in the working directory."""
        return write_csv(self.here / name, *rows)

    def order(self, *rows: Row, words: tuple[str, ...] = ()) -> Ended:
        """Hand a sheet in and have it ordered without a question."""
        return self.run("run", self.hand_in(*rows), "--yes", "--json", "--rate", "none", *words)

    def reports(self) -> list[Path]:
        return [path for path in self.here.glob("reports/*.xlsx") if "corrections" not in path.name]


def clean_environment(home: Path) -> Mapping[str, str]:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("BATCH_ORDERS_", "XDG_"))
    }
    for name in ("SMARTLEAD_API_KEY", "HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "COLUMNS"):
        kept.pop(name, None)
    folders = {"XDG_DATA_HOME": "data", "XDG_CONFIG_HOME": "config", "XDG_CACHE_HOME": "cache"}
    return {
        **kept,
        **{name: str(home / folder) for name, folder in folders.items()},
        "HOME": str(home),
        "PYTHONPATH": str(PROJECT),
        "PYTHONUTF8": "1",
    }


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    home, here = tmp_path / "home", tmp_path / "here"
    home.mkdir()
    here.mkdir()
    return Machine(home, here, dict(clean_environment(home)))


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with start_sandbox() as running:
        yield running


@pytest.fixture
def buyer(machine: Machine, sandbox: Sandbox) -> Machine:
    """The machine, with a key and the sandbox as the place where orders go."""
    machine.environment.update(SMARTLEAD_API_KEY="canary-5f1e", BATCH_ORDERS_BASE_URL=sandbox.base_url)
    return machine
