"""From a yes to the report, over real sockets: what people are told is what the ledger knows."""

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


def test_a_rehearsal_on_the_page_leaves_no_ledger(buyer: Machine) -> None:
    buyer.environment.pop("BATCH_ORDERS_BASE_URL")
    with serving(buyer, "--sandbox", "--rate", "none") as page:
        said = page.settle(page.order(buyer.hand_in(row("one.com"))))
        assert said["counts"]["placed"] == 1
        os.kill(page.process.pid, signal.SIGTERM)
        page.process.wait()
    assert not list(buyer.home.rglob("ledger.db"))
    assert not list(Path(buyer.environment["TMPDIR"]).glob("batch-orders-rehearsal-*"))
