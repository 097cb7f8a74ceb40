"""From a sheet to its report, over real sockets: what people are told is what the ledger knows."""

from __future__ import annotations

import io
import os
import re
import signal
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from html import unescape
from pathlib import Path

import pytest

from batch_orders.sandbox import Sandbox
from tests.harness.command_line import Machine
from tests.harness.page import Page, checksum_of, heading_of, serving
from tests.harness.workbooks import read_workbook
from tests.ledger.databases import postgres_server, postgres_url
from tests.sheets import row

__all__ = ["postgres_server", "postgres_url"]
pytestmark = pytest.mark.long


def test_a_good_sheet_is_planned_ordered_and_reported(page: Page, buyer: Machine, sandbox: Sandbox) -> None:
    upload = page.hand_in(buyer.hand_in(row("alder-shop.com"), row("birch-shop.com")))
    assert page.settle(upload)["state"] == "ready"
    plan = page.get(upload).text  # it leads to the plan by itself
    assert re.fullmatch(r"Buy 2 domains with 2 mailboxes for about [\d,]+\.\d\d \w{3}", heading_of(plan))
    answer = page.confirm(upload)
    batch = answer.headers["Location"]
    assert page.settle(batch)["state"] == "done"
    assert heading_of(page.get(batch).text) == "2 of 2 placed"
    assert len(sandbox.orders) == 2
    report = page.get(f"{batch}/report.xlsx")
    assert report.headers["Content-Disposition"].startswith("attachment")
    orders = read_workbook(io.BytesIO(report.content))["Orders"]
    assert [line[0] for line in orders.iter_rows(min_row=2, values_only=True)] == ["placed", "placed"]
    result = page.get(f"{batch}/result.csv")
    assert "placed" in result.text


@pytest.mark.postgres
def test_the_whole_way_on_a_ledger_of_postgresql(buyer: Machine, sandbox: Sandbox, postgres_url: str) -> None:
    bad = row("birch-shop.com", "no mailbox at all")
    sheet = buyer.hand_in(row("alder-shop.com"), row("rejected-shop.com"), bad)
    with serving(buyer, "--ledger", postgres_url) as page:
        upload = page.hand_in(sheet)
        assert page.settle(upload)["state"] == "problems"
        assert "no mailbox at all" in page.get(upload).text
    with serving(buyer, "--ledger", postgres_url) as page:
        batch = page.confirm(upload).headers["Location"]
        counts = page.settle(batch)["counts"]
        assert (counts["placed"], counts["rejected"]) == (1, 1)
        assert read_workbook(io.BytesIO(page.get(f"{batch}/report.xlsx").content))["Orders"].max_row == 4
        again = page.hand_in(sheet)
        page.settle(again)
        text = page.get(again).text
        assert "handed in before" in text
        assert page.get("/").status_code == page.get("/batches").status_code == 200
        assert page.post("/sign-out").status_code == 303
    assert [name for order in sandbox.orders for name in order.domains] == ["alder-shop.com"]


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


def test_a_batch_says_what_its_report_says_first(page: Page, buyer: Machine) -> None:
    rows = [row("alder-shop.com"), row("rejected-shop.com"), row("drop-after-unlisted-shop.com")]
    batch = page.order(buyer.hand_in(*rows, row("birch-shop.com", "no mailbox at all")))
    text = page.get(batch).text
    assert heading_of(text) == "1 of 3 placed, 1 refused, 1 may have been bought"
    report = read_workbook(io.BytesIO(page.get(f"{batch}/report.xlsx").content))
    said = str(report["To do"]["A1"].value)
    assert said.startswith("3 of 4 orders need you: 1 may have been bought, 1 was refused, 1 has mistakes.")
    assert said in unescape(text)
    (asked,) = re.findall(r'<ul class="asked">(.*?)</ul>', text, re.DOTALL)
    told = re.findall(r"<b>(.*?)</b>.*?<bdi>(.*?)</bdi>", asked, re.DOTALL)
    assert told == [
        ("1 may have been bought.", "drop-after-unlisted-shop.com"),
        ("1 was refused.", "rejected-shop.com"),
        ("1 has mistakes.", "birch-shop.com"),
    ]
    links = re.findall(r'href="([^"]+)"', asked)
    assert links[0] == "/unconfirmed"
    assert f"{batch.partition('?')[0]}/corrections.xlsx" in links
    assert all(page.get(link).status_code == 200 for link in links)


def test_the_list_of_batches_says_what_of_a_sheet_was_held_back(page: Page, buyer: Machine) -> None:
    """Also where its own orders are all done: "1 of 1 placed" alone would say that nothing is left to do."""
    batch = page.order(buyer.hand_in(row("alder-shop.com"), row("birch-shop.com", "no mailbox at all")))
    own, listed = unescape(page.get(batch).text), unescape(page.get("/batches").text)
    assert heading_of(own) == "1 of 1 placed"
    assert "1 has mistakes" in own
    assert "1 of 1 placed, 1 order has mistakes" in listed
    for text in (own, listed):
        assert '<span class="mark attention">It went to its end, and something needs a person.</span>' in text
    assert "went to the end; 1 order has mistakes" in re.sub(
        r"[│\s]+", " ", buyer.run("status", COLUMNS="400").output
    )


def test_what_was_not_sent_is_carried_on_and_not_handed_in_again(buyer: Machine, sandbox: Sandbox) -> None:
    with serving(buyer) as page:
        ended = buyer.order(row("alder-shop.com"), row("birch-shop.com"), words=("--max-orders", "1"))
        (told,) = ended.said["sheets"]
        batch = f"/batches/{told['batch']}"
        text = page.get(batch).text
        assert "1 of 2 orders needs you: 1 was not sent. 1 placed for about" in text
        assert "Carry on, with the button above." in text
        old = page.post(f"{batch}/carry-on").headers["Location"]
        page.settle(old)
        with closing(sqlite3.connect(next(Path(buyer.home).rglob("ledger.db")))) as connection, connection:
            connection.execute("UPDATE uploads SET expires_at = '2020-01-01T00:00:00+00:00'")
        text = page.get(old).text
        # Of the batch, something was.
        assert "Nothing was bought" not in text
        assert f'href="{batch}"' in text
        upload = page.post(f"{batch}/carry-on").headers["Location"]
        page.settle(upload)
        page.confirm(upload)
        page.settle(batch)
        assert "Nothing is left to do: all 2 orders are placed." in page.get(batch).text
    assert len(sandbox.orders) == 2


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


def test_fifty_confirms_at_once_make_one_batch(page: Page, buyer: Machine, sandbox: Sandbox) -> None:
    upload = page.hand_in(buyer.hand_in(*(row(f"alder-{number}.com") for number in range(5))))
    page.settle(upload)
    checksum = checksum_of(page.plan(upload))
    gate = threading.Barrier(50)

    def confirm(_: int) -> str:
        gate.wait()
        return page.post(f"{upload}/confirm", {"checksum": checksum}).headers["Location"]

    with ThreadPoolExecutor(50) as many:
        places = list(many.map(confirm, range(50)))
    batches = {place.partition("?")[0] for place in places}
    assert len(batches) == 1
    assert sum("confirmed=" in place for place in places) == 49
    page.settle(batches.pop())
    assert len(sandbox.orders) == 5
    assert "Confirmed at" in page.get(next(place for place in places if "confirmed=" in place)).text


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


def test_above_twenty_orders_their_number_is_typed(page: Page, buyer: Machine, sandbox: Sandbox) -> None:
    upload = page.hand_in(buyer.hand_in(*(row(f"alder-{number}.com") for number in range(21))))
    page.settle(upload)
    assert "Number of orders" in page.plan(upload)
    answer = page.confirm(upload, orders="20")
    assert answer.status_code == 422
    assert heading_of(answer.text).startswith("Buy 21 domains")
    assert not sandbox.requests
    batch = page.confirm(upload, orders="21").headers["Location"]
    assert page.settle(batch)["counts"]["placed"] == 21


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


def test_a_batch_outlives_the_server(buyer: Machine, sandbox: Sandbox) -> None:
    sheet = buyer.hand_in(*(row(f"alder-{number}.com") for number in range(12)))
    with serving(buyer, "--rate", "6/1s") as first:
        upload = first.hand_in(sheet)
        first.settle(upload)
        batch = first.confirm(upload).headers["Location"]
        first.process.kill()
        first.process.wait()
    with serving(buyer) as second:
        said = second.settle(batch)
        assert said["counts"]["placed"] == 12, said
    assert len(sandbox.orders) == 12


def test_a_stopped_batch_is_carried_on_after_a_fresh_plan(buyer: Machine, sandbox: Sandbox) -> None:
    sheet = buyer.hand_in(*(row(f"alder-{number}.com") for number in range(30)))
    with serving(buyer, "--rate", "1/1h") as page:
        upload = page.hand_in(sheet)
        page.settle(upload)
        batch = page.confirm(upload, orders="30").headers["Location"]
        assert page.post(f"{batch}/stop").status_code == 303
        stopped = page.settle(batch)
        assert stopped["state"] == "stopped"
        left = stopped["counts"]["planned"]
        assert left >= 29
    with serving(buyer) as page:
        fresh = page.post(f"{batch}/carry-on").headers["Location"]
        page.settle(fresh)
        plan = page.plan(fresh)
        assert heading_of(plan).startswith(f"Buy {left} domains")
        assert plan.count("<bdi>inboxkitGoogle (1)</bdi>") == left + 1
        assert len(sandbox.orders) == 30 - left
        assert page.confirm(fresh, orders=str(left)).headers["Location"] == batch
        assert page.settle(batch)["counts"]["placed"] == 30
    assert len(sandbox.orders) == 30


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


def test_what_may_have_been_bought_is_looked_up_or_recorded(page: Page, buyer: Machine) -> None:
    page.order(buyer.hand_in(row("error500-shop.com")))
    assert "1 order may have been bought" in page.get("/unconfirmed").text
    assert page.post("/unconfirmed/look-up").status_code == 200
    known = {"domain": "error500-shop.com", "environment": "", "account": ""}
    environment = re.search(r'name="environment" value="([^"]*)"', page.get("/unconfirmed").text)
    assert environment
    known["environment"] = environment[1]
    assert page.post("/unconfirmed/record", {**known, "decision": "not bought"}).status_code == 422
    page.post("/unconfirmed/record", {**known, "decision": "not bought", "reason": "support says so"})
    assert "support says so" in page.get("/domains/error500-shop.com").text
    assert "Nothing is unconfirmed" in page.get("/unconfirmed").text


def test_every_batch_can_be_found_in_the_list(page: Page, buyer: Machine) -> None:
    batch = page.order(buyer.hand_in(row("alder-shop.com"))).rpartition("/")[2]
    with closing(sqlite3.connect(next(Path(buyer.home).rglob("ledger.db")))) as connection, connection:
        names = [each[1] for each in connection.execute("PRAGMA table_info(batches)")][1:]
        connection.executemany(
            f"INSERT INTO batches SELECT ?, {', '.join(names)} FROM batches WHERE id = ?",
            [(f"20200101-{number:06}-abcd", batch) for number in range(44)],
        )
    seen: list[str] = []
    path = "/batches"
    while path:
        text = page.get(path).text
        seen += re.findall(r'href="/batches/([^"]+)"', text)
        following = re.search(r'href="([^"]+)" rel="next"', text)
        path = f"/batches{following[1]}" if following else ""
    assert len(seen) == len(set(seen)) == 45


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


def test_a_rehearsal_on_the_page_leaves_no_ledger(buyer: Machine) -> None:
    buyer.environment.pop("BATCH_ORDERS_BASE_URL")
    with serving(buyer, "--sandbox", "--rate", "none") as page:
        said = page.settle(page.order(buyer.hand_in(row("one.com"))))
        assert said["counts"]["placed"] == 1
        os.kill(page.process.pid, signal.SIGTERM)
        page.process.wait()
    assert not list(buyer.home.rglob("ledger.db"))
    assert not list(Path(buyer.environment["TMPDIR"]).glob("batch-orders-rehearsal-*"))
