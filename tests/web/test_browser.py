"""The page in a real browser: the whole way, on a phone, without scripts, by keyboard, and when things go wrong."""

from __future__ import annotations

import re
import signal
from collections.abc import Callable
from contextlib import AbstractContextManager
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from openpyxl import load_workbook
from playwright.sync_api import BrowserContext, Route, expect
from playwright.sync_api import Page as Tab

from batch_orders.sandbox import Sandbox
from tests.harness.command_line import Machine
from tests.harness.page import Page, serving
from tests.sheets import row
from tests.web.conftest import Console

pytestmark = [pytest.mark.long, pytest.mark.browser]
Open = Callable[..., BrowserContext]
PATIENCE = 60_000


def unopened(buyer: Machine, *words: str) -> AbstractContextManager[Page]:
    """A page whose address nobody has opened yet."""
    return serving(buyer, *words, sign_in=False)


def sign_in(context: BrowserContext, page: Page) -> Tab:
    tab = context.new_page()
    tab.goto(page.address)
    expect(tab).to_have_title(re.compile("Hand in a sheet"))
    assert "token" not in tab.url
    return tab


def hand_in(tab: Tab, *sheets: Path) -> None:
    tab.get_by_label("Sheet", exact=True).set_input_files(sheets)
    tab.get_by_role("button", name="Check the sheet").click()
    tab.wait_for_url(re.compile(r"/(problems|plan)$"), timeout=PATIENCE)


def buy(tab: Tab, orders: int = 0) -> None:
    if orders:
        tab.get_by_label("Number of orders").fill(str(orders))
    tab.get_by_role("button", name=re.compile("^Buy")).click()
    tab.wait_for_url(re.compile("/batches/"), timeout=PATIENCE)


def expect_heading(tab: Tab, words: str) -> None:
    expect(tab.get_by_role("heading", level=1)).to_have_text(re.compile(words), timeout=PATIENCE)


def is_wider_than_window(tab: Tab) -> bool:
    return bool(tab.evaluate("document.documentElement.scrollWidth > innerWidth"))


def test_from_dropping_a_sheet_to_the_report(
    buyer: Machine, sandbox: Sandbox, open_context: Open, console: Console
) -> None:
    sheet = buyer.hand_in(
        row("alder-shop.com"), row("birch-shop.com", "no mailbox"), row("rejected-shop.com")
    )
    with unopened(buyer) as page:
        tab = sign_in(open_context(), page)
        transfer = tab.evaluate_handle(
            "text => { const data = new DataTransfer(); data.items.add(new File([text], 'june.csv')); return data; }",
            sheet.read_text("utf-8"),
        )
        tab.dispatch_event(".drop", "drop", {"dataTransfer": transfer})
        tab.get_by_role("button", name="Check the sheet").click()
        tab.wait_for_url(re.compile("/problems$"), timeout=PATIENCE)
        expect_heading(tab, "^1 row needs")
        expect(tab.get_by_role("rowheader", name="3")).to_be_visible()
        tab.get_by_role("link", name="see what would be bought").click()
        expect_heading(tab, r"^Buy 2 domains with 2 mailboxes for about \d+\.\d\d USD$")
        buy(tab)
        expect_heading(tab, "1 of 2 placed")
        expect(tab.get_by_text("something needs a person").first).to_be_attached(timeout=PATIENCE)
        with tab.expect_download() as report:
            tab.get_by_role("link", name="Report").click()
        taken = buyer.here / "taken.xlsx"
        report.value.save_as(taken)
        assert "To do" in load_workbook(taken).sheetnames
        expect(tab.get_by_role("link", name="Result CSV")).to_be_visible()
        expect(tab.get_by_role("link", name="Rows to correct")).to_be_visible()
    assert len(sandbox.orders) == 1
    assert not console.said


def test_corrections_are_downloaded_mended_and_handed_in_again(buyer: Machine, open_context: Open) -> None:
    sheet = buyer.hand_in(row("alder-shop.com"), row("birch-shop.com", "no mailbox"))
    with unopened(buyer) as page:
        tab = sign_in(open_context(), page)
        hand_in(tab, sheet)
        with tab.expect_download() as file:
            tab.get_by_role("link", name="Rows to correct").click()
        mended = buyer.here / "mended.xlsx"
        file.value.save_as(mended)
        book = load_workbook(mended)
        for cells in book.worksheets[0].iter_rows(min_row=2):
            for cell in cells:
                if cell.value == "no mailbox":
                    cell.value = "jane"
        book.save(mended)
        before = tab.url
        tab.get_by_label("Sheet", exact=True).set_input_files(mended)
        tab.get_by_role("button", name="Check the sheet").click()
        tab.wait_for_url(re.compile("/plan$"), timeout=PATIENCE)
        expect_heading(tab, "^Buy 1 domain with 1 mailbox")
        assert tab.url.rpartition("/")[0] != before.rpartition("/")[0]


def test_on_a_phone_without_scripts(buyer: Machine, sandbox: Sandbox, open_context: Open) -> None:
    with unopened(buyer) as page:
        context = open_context(viewport={"width": 390, "height": 800}, java_script_enabled=False)
        tab = sign_in(context, page)
        hand_in(tab, buyer.hand_in(row("alder-shop.com")))
        buy(tab)
        expect_heading(tab, "1 of 1 placed")
        tab.get_by_role("button", name="Sign out").click()
        expect_heading(tab, "You are not signed in")
    assert len(sandbox.orders) == 1


def test_by_keyboard_alone(buyer: Machine, open_context: Open) -> None:
    with unopened(buyer) as page:
        tab = sign_in(open_context(), page)
        tab.get_by_label("Sheet", exact=True).set_input_files(buyer.hand_in(row("alder-shop.com")))
        press_until(tab, "Check the sheet")
        tab.keyboard.press("Enter")
        tab.wait_for_url(re.compile("/plan$"), timeout=PATIENCE)
        press_until(tab, "Buy 1 domain")
        tab.keyboard.press("Enter")
        expect_heading(tab, "1 of 1 placed")


def press_until(tab: Tab, words: str) -> None:
    for _ in range(40):
        tab.keyboard.press("Tab")
        if words in str(tab.evaluate("document.activeElement.textContent")):
            return
    raise AssertionError(f"{words} cannot be reached")


def test_a_batch_is_stopped_and_carried_on(buyer: Machine, sandbox: Sandbox, open_context: Open) -> None:
    sheet = buyer.hand_in(*(row(f"alder-{number}.com") for number in range(30)))
    with unopened(buyer, "--rate", "1/1h") as page:
        tab = sign_in(open_context(), page)
        hand_in(tab, sheet)
        buy(tab, 30)
        batch = urlsplit(tab.url).path
        tab.get_by_role("button", name="Stop after the order in flight").click()
        expect(tab.get_by_role("button", name="Carry on")).to_be_visible(timeout=PATIENCE)
    with unopened(buyer) as page:
        tab = sign_in(open_context(), page)
        tab.goto(page.url(batch))
        tab.get_by_role("button", name="Carry on").click()
        tab.wait_for_url(re.compile("/plan$"), timeout=PATIENCE)
        left = 30 - len(sandbox.orders)
        assert left >= 29
        expect_heading(tab, f"^Buy {left} domains")
        buy(tab, left)
        expect_heading(tab, "30 of 30 placed")
    assert len(sandbox.orders) == 30


def test_where_the_server_is_lost_nothing_is_guessed(buyer: Machine, open_context: Open) -> None:
    sheet = buyer.hand_in(*(row(f"alder-{number}.com") for number in range(20)))
    with unopened(buyer, "--rate", "2/1s") as page:
        tab = sign_in(open_context(), page)
        hand_in(tab, sheet)
        buy(tab)
        expect(tab.get_by_text("In progress.", exact=True)).to_be_visible(timeout=PATIENCE)
        page.process.send_signal(signal.SIGKILL)
        expect(tab.get_by_role("status")).to_contain_text("not known", timeout=PATIENCE)
        bar = tab.locator("progress").get_attribute("value")
        with tab.expect_event("requestfailed", timeout=PATIENCE):  # it has asked again, in vain
            pass
        assert tab.locator("progress").get_attribute("value") == bar


def test_a_page_that_is_overtaken_goes_on_all_the_same(buyer: Machine, open_context: Open) -> None:
    """What it asks first says that the sheet is being read, and when it asks for more, that is over."""
    asked = count()

    def tell_late(route: Route) -> None:
        if "application/json" in route.request.headers["accept"]:
            late = {"state": "reading", "title": "Reading the sheet", "next": "", "version": str(next(asked))}
            route.fulfill(json=late)
        elif route.request.is_navigation_request():
            # The sheet may be read before the page is opened: it is made one that looks on all the same.
            opened = route.fetch()
            live = opened.text().replace('<main id="main"', '<main id="main" data-live=""', 1)
            route.fulfill(response=opened, body=opened.text() if "data-live" in opened.text() else live)
        else:
            route.continue_()

    with unopened(buyer) as page:
        context = open_context()
        context.route(re.compile(r"/uploads/[^/]+$"), tell_late)
        tab = sign_in(context, page)
        hand_in(tab, buyer.hand_in(row("alder-shop.com")))
        tab.wait_for_url(re.compile("/plan$"), timeout=PATIENCE)
        expect_heading(tab, "^Buy 1 domain")
    assert next(asked)


def test_two_tabs_make_one_batch(buyer: Machine, sandbox: Sandbox, open_context: Open) -> None:
    with unopened(buyer) as page:
        context = open_context()
        tab = sign_in(context, page)
        hand_in(tab, buyer.hand_in(row("alder-shop.com")))
        other = context.new_page()
        other.goto(tab.url)
        buy(tab)
        buy(other)
        expect(other.get_by_text(re.compile(r"Confirmed at \d\d:\d\d\. Here it is\."))).to_be_visible()
        assert other.url.partition("?")[0] == tab.url
        expect_heading(tab, "1 of 1 placed")
    assert len(sandbox.orders) == 1


def test_every_page_is_accessible_and_fits(
    buyer: Machine, open_context: Open, console: Console, axe: str
) -> None:
    sheet = buyer.hand_in(
        row("alder-shop.com"), row("birch-shop.com", "no mailbox"), row("error500-shop.com")
    )
    with unopened(buyer) as page:
        tab = sign_in(open_context(viewport={"width": 390, "height": 800}, color_scheme="dark"), page)
        hand_in(tab, sheet)
        upload = tab.url.rpartition("/")[0]
        tab.goto(f"{upload}/plan")
        buy(tab)
        expect(tab.get_by_text("something needs a person").first).to_be_attached(timeout=PATIENCE)
        pages = (
            *(tab.url, f"{page.origin}/", f"{page.origin}/batches", f"{page.origin}/unconfirmed"),
            *(f"{page.origin}/vendors", f"{page.origin}/budget", f"{page.origin}/domains/alder-shop.com"),
        )
        hand_in_again = tab.context.new_page()
        hand_in_again.goto(page.origin)
        hand_in(hand_in_again, sheet)
        again = hand_in_again.url.rpartition("/")[0]
        for address in (*pages, f"{again}/problems", f"{again}/plan"):
            tab.goto(address)
            tab.evaluate(axe)
            found = tab.evaluate("axe.run().then(said => said.violations.map(each => each.id))")
            assert not found, address
            assert not is_wider_than_window(tab), address
    assert not console.said
