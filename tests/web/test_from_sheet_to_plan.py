"""From a sheet to its plan, over real sockets: what is shown is what the sheet and the ledger say."""

from __future__ import annotations

import io
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from batch_orders.sandbox import Sandbox
from tests.harness.command_line import Machine
from tests.harness.page import Page, checksum_of, heading_of, serving
from tests.harness.workbooks import read_workbook
from tests.sheets import row

pytestmark = pytest.mark.long


def test_faulty_rows_are_shown_as_the_sheet_has_them(page: Page, buyer: Machine) -> None:
    bad = row("birch-shop.com", "no mailbox at all")
    upload = page.hand_in(buyer.hand_in(row("alder-shop.com"), bad))
    assert page.settle(upload)["state"] == "problems"
    text = page.get(upload).text
    assert heading_of(text).startswith("1 row needs") or heading_of(text).startswith("1 rows need")
    assert '<th scope="row">3</th>' in text
    assert "no mailbox at all" in text
    assert "1 order is ready all the same" in text
    corrections = page.get(f"{upload}/corrections.xlsx")
    lines = list(read_workbook(io.BytesIO(corrections.content)).active.iter_rows(values_only=True))  # type: ignore[union-attr]
    assert len(lines) == 2


def test_the_sheet_with_the_suggestions_filled_in_is_clean_when_it_is_handed_in(
    page: Page, buyer: Machine, sandbox: Sandbox
) -> None:
    sheet = buyer.hand_in(row("coralpeak.com", "anna"), row("https://www.silverfern.com/", "ben"))
    upload = page.hand_in(sheet)
    assert page.settle(upload)["state"] == "problems"
    assert "The sheet with the suggestions filled in" in page.get(upload).text
    filled = buyer.here / "filled.xlsx"
    filled.write_bytes(page.get(f"{upload}/suggestions.xlsx").content)
    assert page.settle(page.hand_in(filled))["state"] == "ready"


def test_a_domain_that_was_bought_elsewhere_is_in_the_plan_and_not_sent(
    page: Page, buyer: Machine, sandbox: Sandbox
) -> None:
    buyer.order(row("alder-shop.com"), words=("--ledger", str(buyer.here / "another.db")))
    upload = page.hand_in(buyer.hand_in(row("alder-shop.com"), row("birch-shop.com")))
    assert page.settle(upload)["state"] == "ready"
    text = page.plan(upload)
    assert heading_of(text).startswith("Buy 1 domain with 1 mailbox")
    assert "bought already, and not by an order of this ledger; not sent" in text
    batch = page.confirm(upload).headers["Location"]
    page.settle(batch)
    assert "1 of 2 orders needs you: 1 was bought elsewhere. 1 placed for about" in page.get(batch).text
    assert len(sandbox.orders) == 2


def test_a_plan_that_has_changed_is_shown_and_nothing_is_sent(
    page: Page, buyer: Machine, sandbox: Sandbox
) -> None:
    sheet = buyer.hand_in(row("alder-shop.com"), row("birch-shop.com"))
    first, second = page.hand_in(sheet), page.hand_in(sheet)
    page.settle(first)
    page.settle(second)
    stale = checksum_of(page.plan(second))
    page.settle(page.confirm(first).headers["Location"])
    answer = page.post(f"{second}/confirm", {"checksum": stale})
    text = page.get(answer.headers["Location"]).text
    assert "Nothing was sent." in text
    assert "Since you looked, 2 orders were placed" in text
    assert heading_of(text) == "Nothing to buy"
    assert len(sandbox.orders) == 2


def test_what_the_vendor_could_not_be_asked_is_said_with_the_plan(buyer: Machine) -> None:
    """It is asked while the sheet is read: what came of that is told all the same."""
    buyer.environment["BATCH_ORDERS_BASE_URL"] = "http://127.0.0.1:9"
    with serving(buyer) as page:
        upload = page.hand_in(buyer.hand_in(row("alder-shop.com")))
        page.settle(upload)
        text = page.plan(upload)
        assert "Domains bought elsewhere could not be looked up" in text
        assert "Vendors&#39; names and prices could not be looked up" in text
        assert "at a price that is not known" in heading_of(text)


def test_the_same_bytes_are_known_again(page: Page, buyer: Machine) -> None:
    sheet = buyer.hand_in(row("alder-shop.com"))
    batch = page.order(sheet)
    again = page.hand_in(sheet)
    page.settle(again)
    text = page.get(again).text
    assert "handed in before" in text
    assert f'href="{batch}"' in text


def test_an_upload_survives_a_restart(buyer: Machine) -> None:
    with serving(buyer) as first:
        upload = first.hand_in(buyer.hand_in(row("alder-shop.com")))
        first.settle(upload)
        first.process.kill()
        first.process.wait()
    with serving(buyer) as second:
        assert heading_of(second.plan(upload)).startswith("Buy 1 domain")
        assert second.settle(second.confirm(upload).headers["Location"])["state"] == "done"


def test_pasted_cells_are_read_as_a_sheet(page: Page) -> None:
    cells = "\n".join(["\t".join(row("x").keys()), "\t".join(map(str, row("alder-shop.com").values()))])
    answer = page.post("/uploads", {"cells": cells}, files={"sheet": ("", b"")})
    assert page.settle(answer.headers["Location"])["state"] == "ready"


def test_several_sheets_are_one_plan(page: Page, buyer: Machine) -> None:
    sheets = [buyer.hand_in(row(f"{name}-shop.com"), name=f"{name}.csv") for name in ("alder", "birch")]
    upload = page.hand_in(*sheets)
    page.settle(upload)
    assert heading_of(page.plan(upload)).startswith("Buy 2 domains")
    page.confirm(upload)
    assert len(page.settle(upload, wanted=("confirmed",))["next"]) > 10


def test_what_was_not_confirmed_is_taken_out_again(page: Page, buyer: Machine) -> None:
    upload = page.hand_in(buyer.hand_in(row("alder-shop.com")))
    page.settle(upload)
    ledger = next(Path(buyer.home).rglob("ledger.db"))
    with closing(sqlite3.connect(ledger)) as connection, connection:
        connection.execute("UPDATE uploads SET expires_at = '2020-01-01T00:00:00+00:00'")
    text = page.get(upload)
    assert text.status_code == 410
    assert "expired" in heading_of(text.text)
    assert page.post(f"{upload}/confirm", {"checksum": "0" * 12}).status_code == 303


def test_columns_that_nobody_knows_are_chosen_once(page: Page) -> None:
    headers = ("Web address", "Postbox", "Seller", "Points at", "Person")

    def sheet(name: str) -> tuple[str, bytes]:
        return f"{name}.csv", "\n".join(
            [",".join(headers), f"{name}.com,jane,1,acmemail.org,Jane Doe"]
        ).encode()

    upload = page.hand_in(sheet("alder-shop"))
    assert page.settle(upload)["state"] == "needs columns"
    text = page.get(upload).text
    assert all(header in text for header in headers)
    assert "alder-shop.com" in text
    fields = ("domain", "mailbox", "vendor", "forwarding_domain", "contact")
    twice = page.post(f"{upload}/columns", {"column-0": "domain", "column-1": "domain"})
    assert twice.status_code == 422
    page.post(f"{upload}/columns", {f"column-{place}": name for place, name in enumerate(fields)})
    assert page.settle(upload)["state"] == "ready"
    which = "&#34;Web address&#34; is domain, &#34;Postbox&#34; is mailbox, &#34;Seller&#34; is vendor"
    assert f"Columns as they were chosen on the page: {which}" in page.plan(upload)
    later = page.hand_in(sheet("birch-shop"))
    assert page.settle(later)["state"] == "ready"
    assert f"before, for a sheet with the same headers: {which}" in page.plan(later)


def test_the_list_of_what_waits_says_that_there_is_more(page: Page, buyer: Machine) -> None:
    upload = page.hand_in(buyer.hand_in(row("alder-shop.com")))
    page.settle(upload)
    with closing(sqlite3.connect(next(Path(buyer.home).rglob("ledger.db")))) as connection:
        names = [each[1] for each in connection.execute("PRAGMA table_info(uploads)") if each[1] != "id"]
        copy = f"INSERT INTO uploads (id, {', '.join(names)}) SELECT ?, {', '.join(names)} FROM uploads WHERE id = ?"
        for more, numbers in ((False, range(19)), (True, range(19, 20))):
            ids = [(f"copy-{number}", upload.rpartition("/")[2]) for number in numbers]
            connection.executemany(copy, ids)
            connection.commit()
            text = page.get("/").text
            assert len(re.findall(r'href="/uploads/', text)) == 20
            assert ("and more, which were handed in before these" in text) is more
