"""A fresh machine to run commands on, and a sandbox to order from."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, settings

from batch_orders.sandbox import Sandbox, start_sandbox
from batch_orders.sheet import process
from tests.harness.command_line import KEY, Machine
from tests.harness.listener import listener as listener
from tests.harness.reader import warm_subprocess
from tests.harness.starts import warmed_reader

# How long one example takes says nothing: the machine may be busy.
settings.register_profile("project", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("project")


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: many tests wait for processes that they started."""
    return (os.cpu_count() or 1) + 1


STARTS = {"machine", "buyer", "inbox"}
"""Fixtures of tests that start the program. Each takes a good part of a second."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        if "postgres_server" in fixtures:
            item.add_marker(pytest.mark.postgres)
        if "chromium" in fixtures:
            item.add_marker(pytest.mark.browser)
        if STARTS.intersection(fixtures):
            item.add_marker(pytest.mark.long)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine.in_folder(tmp_path)


@pytest.fixture(autouse=True)
def quick_reader(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Sheets that a test itself reads are read in forks of the warmed reader.

    Where the start of the reader is what is tested, a fixture of this name takes its place.
    """
    starting = warm_subprocess(warmed_reader)
    monkeypatch.setattr(process, "subprocess", starting)
    return starting


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with start_sandbox() as running:
        yield running


@pytest.fixture
def buyer(machine: Machine, sandbox: Sandbox) -> Machine:
    """The machine, with a key and the sandbox as the place where orders go."""
    machine.environment.update(SMARTLEAD_API_KEY=KEY, BATCH_ORDERS_BASE_URL=sandbox.base_url)
    return machine
