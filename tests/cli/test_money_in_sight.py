"""What a person sees of money before a yes, and why a plan that was approved is not the same any more."""

from __future__ import annotations

import os
import pty
import re

import pytest

from batch_orders.sandbox import Sandbox, start_sandbox
from tests.cli.test_limits import checksum_of
from tests.harness.command_line import Machine
from tests.harness.workbooks import read_workbook
from tests.sheets import row

pytestmark = pytest.mark.long


def test_the_question_says_what_is_bought_where_and_for_how_much(buyer: Machine, sandbox: Sandbox) -> None:
    rows = [row(f"n{number}.com", name) for number in range(36) for name in ("jane", "john")]
    sheet = buyer.hand_in(*rows)
    person, program = pty.openpty()
    os.write(person, b"n\n")
    ended = buyer.run("run", sheet, stdin=program)
    host = sandbox.base_url.removeprefix("http://")
    assert f"Buy 36 domains with 72 mailboxes at {host} for about 792.00 USD?" in ended.output
    assert (ended.code, sandbox.requests) == (4, ())
    os.close(person)
    os.close(program)


def test_the_plan_lists_every_order_with_its_vendors_name_and_price(buyer: Machine) -> None:
    ended = buyer.run("run", buyer.hand_in(row("one.com"), row("two.com", vendor="2")), "--dry-run")
    for domain, vendor, price in (
        ("one.com", "inboxkitGoogle (1)", "17.50"),
        ("two.com", "inboxkitOutlook (2)", "15.75"),
    ):
        assert re.search(
            rf"^{domain} +1 +{re.escape(vendor)} +acmemail\.org +{price} USD", ended.output, re.M
        )


def test_without_a_key_a_dry_run_shows_no_checksum_and_says_what_to_set(machine: Machine) -> None:
    with start_sandbox() as sandbox:
        machine.environment["BATCH_ORDERS_BASE_URL"] = sandbox.base_url
        ended = machine.run("run", machine.hand_in(row("one.com")), "--dry-run")
        assert ended.code == 0
        assert not re.search(r"hecksum of this plan", ended.output)
        assert "set SMARTLEAD_API_KEY" in ended.output
        (machine.here / "batch-orders.toml").write_text(
            '[accounts.acme]\napi-key-env = "ACME_KEY"\n', "utf-8"
        )
        ended = machine.run("run", "june.csv", "--dry-run", "--account", "acme")
        assert "set ACME_KEY" in ended.output


def test_a_plan_that_changed_since_it_was_approved_says_by_what(buyer: Machine, sandbox: Sandbox) -> None:
    rows = [row(f"n{number}.com") for number in range(12)]
    checksum = checksum_of(buyer.run("run", buyer.hand_in(*rows), "--dry-run").output)
    batch = buyer.order(*rows[:10]).said["sheets"][0]["batch"]
    ended = buyer.run("run", buyer.hand_in(*rows), "--approve", checksum, "--json")
    assert (ended.code, ended.orders) == (4, {"already placed": 10, "not submitted": 2})
    said = " ".join(ended.errors.split())
    assert f"Since then: 10 orders were placed in batch {batch} on " in said
    assert re.search(
        r"by \S+@\S+ \(process \d+\), through the command line\. Nothing else has changed\.", said
    )
    assert len(sandbox.requests) == 10


def test_what_is_not_proven_to_be_the_reason_is_not_said_to_be(buyer: Machine) -> None:
    rows = [row(f"n{number}.com") for number in range(3)]
    buyer.order(rows[0])
    checksum = checksum_of(buyer.run("run", buyer.hand_in(*rows), "--dry-run").output)
    other = [*rows[:2], row("n2.com", "john")]
    said = " ".join(buyer.run("run", buyer.hand_in(*other), "--approve", checksum).output.split())
    assert "Since then" not in said
    assert "A sheet, a price, a limit or what the vendor lists is not what it was" in said


def test_prices_are_carried_by_programs_output_report_and_status(buyer: Machine) -> None:
    rows = [row("one.com"), row("drop-after-unlisted-a.com"), row("two.com", vendor="2")]
    ended = buyer.order(*rows, words=("--max-orders", "2"))
    (sheet,) = ended.said["sheets"]
    assert sheet["prices"] == {
        "planned": {"USD": "15.75"},
        "placed": {"USD": "17.50"},
        "at_risk": {"USD": "17.50"},
    }
    told = "17.50 USD placed, 17.50 USD at risk, 15.75 USD planned"
    assert f"Prices: {told}" in ended.errors
    status = buyer.run("status").output
    assert all(part in status for part in told.split(", "))
    book = read_workbook(buyer.report_of(ended))
    lines = list(book["Orders"].iter_rows(values_only=True))
    price, currency = (lines[0].index(name) for name in ("Price", "Currency"))
    domain = lines[0].index("Domain")
    assert [(line[domain], line[price], line[currency]) for line in lines[1:]] == [
        ("drop-after-unlisted-a.com", 17.5, "USD"),
        ("two.com", 15.75, "USD"),
        ("one.com", 17.5, "USD"),
    ]
    assert told in [value for line in book["To do"].values for value in line]


def test_a_dry_runs_report_has_the_price_of_every_order(buyer: Machine) -> None:
    ended = buyer.run("run", buyer.hand_in(row("one.com"), row("two.com")), "--dry-run", "--json")
    assert ended.said["sheets"][0]["prices"] == {"planned": {"USD": "35.00"}, "placed": {}, "at_risk": {}}
    lines = list(read_workbook(buyer.report_of(ended))["Orders"].iter_rows(values_only=True))
    assert [line[lines[0].index("Price")] for line in lines[1:]] == [17.5, 17.5]


def test_what_was_placed_before_is_not_placed_twice(buyer: Machine) -> None:
    buyer.order(row("one.com"))
    prices = buyer.order(row("one.com")).said["sheets"][0]["prices"]
    assert prices == {"planned": {}, "placed": {}, "at_risk": {}}
