"""A fresh machine to run commands on, and a sandbox to order from."""

from __future__ import annotations

import gc
import os
import re
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

# What is imported and collected stays until the end. To look through it for garbage again and again takes two fifths
# of collecting, and most of every full look after that.
gc.disable()


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop() -> None:
    gc.freeze()
    gc.set_threshold(50_000)  # in place of 700: a test makes much and leaves little
    gc.enable()


MARKS = re.compile(r"^pytestmark = (?:\[\n.*?^\]|.*?$)", re.MULTILINE | re.DOTALL)
NONE_OF = re.compile(r"not \w+( and not \w+)*")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Whether all tests of a module have a mark that `-m` leaves out: it need not be imported then."""
    asked = config.getoption("markexpr")
    if collection_path.suffix != ".py" or not NONE_OF.fullmatch(asked):
        return None
    marks = MARKS.search(collection_path.read_text("utf-8"))
    names = re.findall(r"pytest\.mark\.(\w+)", marks.group() if marks else "")
    return any(f"not {name}" in asked.split(" and ") for name in names) or None


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """As many as there are processors. One more where `-m` leaves tests in that wait for processes they started."""
    return (os.cpu_count() or 1) + ("not long" not in config.getoption("markexpr"))


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
