"""Domains that the vendor lists: what the ledger bought, what somebody else did, and what an attempt bought."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from batch_orders.core.listing import ListedDomain, tell_other
from batch_orders.sandbox import Sandbox
from batch_orders.smart_senders import Environment
from tests.harness.command_line import KEY, Ended, Machine
from tests.harness.vendor import answer, hostile_server, send
from tests.harness.workbooks import read_workbook
from tests.sheets import row


def order_where_listed(machine: Machine, **line: Any) -> tuple[Ended, int]:
    """Order one.com from a vendor that lists it so. Returns also how many orders were sent."""
    listed = json.dumps([{"domain_name": "one.com", **line}]).encode()
    with hostile_server(send(answer(listed))) as server:
        machine.environment.update(SMARTLEAD_API_KEY=KEY, BATCH_ORDERS_BASE_URL=server.base_url)
        ended = machine.order(row("one.com"))
        return ended, sum(head.startswith(b"POST") for head in server.seen.heads)


def test_what_is_listed_and_was_never_ordered_here_needs_a_person(machine: Machine) -> None:
    ended, sent = order_where_listed(
        machine,
        order_id="OLD-1",
        vendor_id=7,
        created_at="2024-01-01T00:00:00.000Z",
        forwarding_domain="elsewhere.org",
        is_active=False,
    )
    assert (ended.code, sent, ended.orders) == (1, 0, {"invalid": 1})
    assert ended.said["sheets"][0]["codes"] == {"bought-elsewhere": 1}
    report = read_workbook(machine.report_of(ended))
    line = [cell.value for cell in report["Orders"][2]]
    assert [line[at] for at in (0, 1, 4)] == ["bought elsewhere", "one.com", "OLD-1"]
    for said in (
        "on 2024-01-01",
        "not active",
        "vendor 7 there, 1 here",
        "forwarding domain elsewhere.org there",
    ):
        assert said in str(line[5])
    (problem,) = report["Problems"].iter_rows(min_row=2, values_only=True)
    assert "bought-elsewhere" in problem


def test_a_list_that_says_only_the_name_is_no_proof_of_the_same_content(machine: Machine) -> None:
    ended, sent = order_where_listed(machine)
    assert (ended.code, sent, ended.orders) == (1, 0, {"invalid": 1})


def test_with_a_ledger_that_does_not_know_it_a_domain_is_bought_elsewhere(
    buyer: Machine, sandbox: Sandbox
) -> None:
    buyer.order(row("one.com"))
    assert buyer.order(row("one.com")).orders == {"already placed": 1}
    buyer.environment["BATCH_ORDERS_LEDGER"] = str(buyer.here / "another.db")
    ended = buyer.order(row("one.com"))
    assert (ended.code, ended.orders) == (1, {"invalid": 1})
    assert len(sandbox.orders) == 1


ATTEMPTED = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("listed", "said"),
    [
        (ListedDomain(), ""),
        (ListedDomain(vendor=1, created_at=ATTEMPTED), ""),
        # A clock or a zone that is wrong, or a date without a time.
        (ListedDomain(created_at=ATTEMPTED - timedelta(hours=23)), ""),
        (ListedDomain(created_at=ATTEMPTED + timedelta(days=3)), ""),
        (ListedDomain(created_at=ATTEMPTED - timedelta(hours=25)), "since 2026-11-24"),
        (ListedDomain(vendor=7), "with vendor 7"),
    ],
)
def test_the_listed_vendor_and_date_may_speak_against_an_attempt(listed: ListedDomain, said: str) -> None:
    told = tell_other(listed, 1, ATTEMPTED)
    assert said in told
    assert bool(told) is bool(said)


def test_an_old_purchase_settles_no_attempt_of_today(buyer: Machine) -> None:
    buyer.order(row("drop-after-unlisted-one.com"))
    old = {"domain_name": "drop-after-unlisted-one.com", "created_at": "2024-01-01", "order_id": "OLD-1"}
    with hostile_server(send(answer(json.dumps([old]).encode()))) as server:
        move_ledger(buyer, server.base_url)
        looked = buyer.run("reconcile")
    assert looked.code == 1
    assert "has it since 2024-01-01, before it was ordered; unconfirmed" in looked.output


def move_ledger(machine: Machine, base_url: str) -> None:
    """As though the vendor's own list had changed: the ledger's orders went to this address."""
    (ledger,) = machine.home.rglob("ledger.db")
    with closing(sqlite3.connect(ledger)) as connection, connection:
        for table in ("batches", "orders"):
            connection.execute(f"UPDATE {table} SET environment = ?", [Environment.at(base_url).name])
    machine.environment["BATCH_ORDERS_BASE_URL"] = base_url
