"""A page on the sandbox, and one that the tests of a module share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from batch_orders.sandbox import Sandbox
from tests.harness.command_line import Machine
from tests.harness.page import Page, serving


@pytest.fixture
def page(buyer: Machine, sandbox: Sandbox) -> Iterator[Page]:
    """It orders from the test's own sandbox, which knows what was bought."""
    with serving(buyer) as running:
        yield running
