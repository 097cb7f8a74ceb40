"""The page reads and judges sheets by the settings, as the command line does."""

from __future__ import annotations

import io
import re

import msoffcrypto
import pytest
from msoffcrypto.format.ooxml import OOXMLFile
from openpyxl import Workbook

from batch_orders.sandbox import Sandbox
from tests.harness.command_line import Machine
from tests.harness.page import heading_of, serving
from tests.sheets import header_of, row

pytestmark = pytest.mark.long
PASSWORD = "maple-syrup"


def encrypted() -> tuple[str, bytes]:
    """A workbook of one order that opens with the password."""
    plain, locked, order = io.BytesIO(), io.BytesIO(), row("alder-shop.com")
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Orders")
    sheet.append([header_of(name) for name in order])
    sheet.append(list(order.values()))
    book.save(plain)
    office = msoffcrypto.OfficeFile(plain)
    assert isinstance(office, OOXMLFile)
    office.encrypt(PASSWORD, locked)
    return "locked.xlsx", locked.getvalue()


def test_the_password_of_the_settings_opens_a_workbook(buyer: Machine) -> None:
    file = buyer.here / "password.txt"
    file.write_text(PASSWORD + "\n")
    buyer.environment["BATCH_ORDERS_PASSWORD_FILE"] = str(file)
    with serving(buyer) as page:
        assert page.settle(page.hand_in(encrypted()))["state"] == "ready"


def test_without_it_the_password_is_asked_for_and_used(buyer: Machine) -> None:
    with serving(buyer) as page:
        upload = page.hand_in(encrypted())
        assert page.settle(upload)["state"] == "needs a password"
        page.post(f"{upload}/password", {"password": "birch"})
        assert page.settle(upload)["state"] == "needs a password"
        assert re.search(r'role="alert"[^>]*>\s*<p>[^<]*does not open the workbook', page.get(upload).text)
        page.post(f"{upload}/password", {"password": PASSWORD})
        assert page.settle(upload)["state"] == "ready"


def test_a_password_file_that_cannot_be_read_is_told(buyer: Machine) -> None:
    buyer.environment["BATCH_ORDERS_PASSWORD_FILE"] = str(buyer.here / "none.txt")
    with serving(buyer) as page:
        upload = page.hand_in(encrypted())
        assert page.settle(upload)["state"] == "refused"
        text = page.get(upload).text
        assert "none.txt cannot be read" in text
        assert heading_of(text) == "This could not be checked"


def test_without_a_key_vendors_are_known_as_they_were_last_told(buyer: Machine, sandbox: Sandbox) -> None:
    known = buyer.hand_in(row("alder-shop.com", vendor="inboxkitGoogle"))
    with serving(buyer) as page:
        assert page.settle(page.hand_in(known))["state"] == "ready"
    del buyer.environment["SMARTLEAD_API_KEY"]
    unknown = buyer.hand_in(row("birch-shop.com", vendor="Nobody & Sons"), name="july.csv")
    with serving(buyer) as page:
        assert page.settle(page.hand_in(known))["state"] == "ready"
        assert page.settle(page.hand_in(unknown))["state"] == "problems"
