"""An inbox whose orders go to a sandbox."""

from __future__ import annotations

from pathlib import Path

import pytest

from batch_orders.sandbox import Sandbox
from tests.chaos.conftest import server
from tests.harness.inbox import Inbox

__all__ = ["server"]


@pytest.fixture
def inbox(tmp_path: Path, sandbox: Sandbox) -> Inbox:
    return Inbox(tmp_path, sandbox.base_url)
