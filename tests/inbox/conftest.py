"""Nights that begin in milliseconds, and an inbox whose orders go to a sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from batch_orders.sandbox import Sandbox
from tests.chaos.conftest import server
from tests.inbox.nights import Inbox, NightZygote

__all__ = ["server"]


@pytest.fixture(scope="session")
def nights() -> Iterator[NightZygote]:
    running = NightZygote()
    yield running
    running.stop()


@pytest.fixture
def inbox(tmp_path: Path, nights: NightZygote, sandbox: Sandbox) -> Inbox:
    return Inbox(tmp_path, sandbox.base_url, nights)
