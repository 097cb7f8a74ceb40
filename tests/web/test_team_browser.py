"""Two people with different roles in a real browser, from the sheet to the report."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect
from playwright.sync_api import Page as Tab

from batch_orders.sandbox import Sandbox
from tests.harness.command_line import Machine
from tests.harness.page import PASSWORD, Page, serving, write_team
from tests.sheets import row
from tests.web.conftest import Console

pytestmark = [pytest.mark.long, pytest.mark.browser]
Open = Callable[..., BrowserContext]
PATIENCE = 60_000
TEAM = """
[users]
uma = { password = "HASH", role = "upload" }
carl = { password = "HASH", role = "confirm" }
[page]
confirm-by-another = true
"""


def sign_in(context: BrowserContext, page: Page, name: str) -> Tab:
    tab = context.new_page()
    tab.goto(page.address)
    tab.get_by_label("Name").fill(name)
    tab.get_by_label("Password").fill(PASSWORD)
    tab.get_by_role("button", name="Sign in").click()
    expect(tab).to_have_title(re.compile("Hand in a sheet"))
    return tab


def test_one_hands_in_and_another_says_yes(
    buyer: Machine, sandbox: Sandbox, open_context: Open, console: Console
) -> None:
    sheet = buyer.hand_in(row("alder-shop.com"), row("birch-shop.com"))
    with serving(buyer, *write_team(buyer, TEAM), sign_in=False) as page:
        uma, carl = sign_in(open_context(), page, "uma"), sign_in(open_context(), page, "carl")
        uma.get_by_label("Sheet", exact=True).set_input_files(sheet)
        uma.get_by_role("button", name="Check the sheet").click()
        uma.wait_for_url(re.compile("/plan$"), timeout=PATIENCE)
        expect(uma.get_by_text("that needs the role confirm")).to_be_visible()
        expect(uma.get_by_role("button", name=re.compile("^Buy"))).to_have_count(0)
        carl.reload()
        carl.get_by_role("link", name=sheet.name).click()
        carl.get_by_role("button", name=re.compile("^Buy 2 domains")).click()
        carl.wait_for_url(re.compile("/batches/"), timeout=PATIENCE)
        uma.goto(carl.url)
        for tab in (uma, carl):
            expect(tab.get_by_role("heading", level=1)).to_have_text("2 of 2 placed", timeout=PATIENCE)
            expect(tab.get_by_text(re.compile(r"confirmed this at \d\d:\d\d"))).to_be_visible()
        with uma.expect_download() as report:
            uma.get_by_role("link", name="Report").click()
        assert report.value.suggested_filename.endswith(".xlsx")
        uma.get_by_role("link", name="carl").click()
        expect(uma.get_by_role("heading", level=1)).to_have_text("What carl did")
        expect(uma.get_by_role("cell", name="confirmed")).to_be_visible()
        uma.get_by_role("button", name="Sign out").click()
        expect(uma.get_by_role("heading", level=1)).to_have_text("Sign in")
    assert len(sandbox.orders) == 2
    assert not console.said


def test_a_session_that_ends_in_the_middle_leads_back_to_the_plan(
    buyer: Machine, sandbox: Sandbox, open_context: Open
) -> None:
    team = TEAM.replace("confirm-by-another = true", "")
    with serving(buyer, *write_team(buyer, team), sign_in=False) as page:
        context = open_context()
        tab = sign_in(context, page, "carl")
        tab.get_by_label("Sheet", exact=True).set_input_files(buyer.hand_in(row("alder-shop.com")))
        tab.get_by_role("button", name="Check the sheet").click()
        tab.wait_for_url(re.compile("/plan$"), timeout=PATIENCE)
        context.clear_cookies()
        tab.get_by_role("button", name=re.compile("^Buy")).click()
        expect(tab.get_by_text("Nothing was sent. Your plan is kept.")).to_be_visible()
        tab.get_by_label("Name").fill("carl")
        tab.get_by_label("Password").fill(PASSWORD)
        tab.get_by_role("button", name="Sign in").click()
        tab.wait_for_url(re.compile("/plan$"), timeout=PATIENCE)
        expect(tab.get_by_role("heading", level=1)).to_have_text(re.compile("^Buy 1 domain"))
    assert not sandbox.orders
