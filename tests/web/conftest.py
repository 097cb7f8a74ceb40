"""A page on the sandbox, and one that the tests of a module share."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from batch_orders.sandbox import Sandbox
from tests.harness.command_line import Machine
from tests.harness.page import Page, serving, write_team
from tests.web.teams import TEAM

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext


@pytest.fixture
def page(buyer: Machine, sandbox: Sandbox) -> Iterator[Page]:
    """It orders from the test's own sandbox, which knows what was bought."""
    with serving(buyer) as running:
        yield running


@pytest.fixture
def team(buyer: Machine) -> Iterator[Page]:
    """A page for several people, to which nobody has signed in."""
    with serving(buyer, *write_team(buyer, TEAM), sign_in=False) as running:
        yield running


CHROMIUM = Path("/usr/bin/chromium")
REQUIRED = "BATCH_ORDERS_REQUIRE_BROWSER"
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's chromium, skipped where it is not installed unless it must be."""
    if not CHROMIUM.exists() and not os.environ.get(REQUIRED):
        pytest.skip("chromium is not installed")
    from playwright.sync_api import sync_playwright  # takes a third of a second

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


class Console:
    """What a browser complained of."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def listen(self, context: BrowserContext) -> None:
        context.on("console", lambda message: self.said.append(message.text) if message.type in BAD else None)
        context.on("weberror", lambda error: self.said.append(str(error.error)))


BAD = ("error", "warning")


@pytest.fixture
def console() -> Console:
    return Console()


@pytest.fixture
def open_context(chromium: Browser, console: Console) -> Iterator[Callable[..., BrowserContext]]:
    """A new context of the browser, whose complaints are heard."""
    opened: list[BrowserContext] = []

    def open_one(**words: Any) -> BrowserContext:
        context = chromium.new_context(**words)
        context.set_default_timeout(60_000)
        console.listen(context)
        opened.append(context)
        return context

    yield open_one
    for context in opened:
        context.close()


@pytest.fixture
def axe() -> str:
    """axe-core, as text. `npm install --no-save axe-core` brings it."""
    if not AXE.exists():
        pytest.skip("axe-core is not there: npm install --no-save axe-core")
    return AXE.read_text("utf-8")
