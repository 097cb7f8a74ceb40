"""Orders that failed after they were placed, orders that were not bought, and what counts after that."""

from __future__ import annotations

import pytest

from batch_orders.sandbox import Sandbox
from tests.harness.command_line import Machine
from tests.harness.workbooks import read_workbook
from tests.sheets import row

pytestmark = pytest.mark.long

LOST = "drop-after-unlisted-a.com"


def test_an_older_sheets_content_is_never_bought(buyer: Machine, sandbox: Sandbox) -> None:
    first = buyer.order(row(LOST, "jane"))
    changed = buyer.order(row(LOST, "john"))
    assert (changed.code, changed.orders) == (1, {"unconfirmed": 1})
    assert buyer.run("resolve", LOST, "--not-bought", "--reason", "support says so").code == 0
    assert "No batch was cut short" in buyer.run("resume", "--yes").errors
    named = buyer.run("resume", first.said["sheets"][0]["batch"], "--yes", "--json")
    assert (named.orders, len(sandbox.requests)) == ({"not submitted": 1}, 1)
    buyer.order(row(LOST, "john"))
    assert [body["domains"][0]["mailboxes"] for body in sandbox.requests[1:]] == [[f"john@{LOST}"]]


@pytest.mark.parametrize("word", ["Failed", "Cancelled"])
def test_an_order_that_fails_after_it_was_placed_is_told_until_a_person_frees_it(
    buyer: Machine, sandbox: Sandbox, word: str
) -> None:
    domain = f"{word.lower()}-c.com"
    assert buyer.order(row(domain)).code == 0
    for _ in range(2):
        tracked = buyer.run("track")
        assert tracked.code == 1
        assert f"{domain} was placed, then failed: the vendor says '{word}'." in tracked.output
        assert f"Next: batch-orders resolve {domain} --gone --reason" in tracked.output
    assert "Placed, then failed" in buyer.run("status").output
    assert "placed, then failed" in buyer.run("status", domain).output
    again = buyer.order(row(domain))
    assert (again.code, again.orders) == (1, {"already placed": 1})
    assert again.said["sheets"][0]["vendor_statuses"] == {word: 1}
    book = read_workbook(buyer.report_of(again))
    assert book["Orders"]["A2"].value == "placed, then failed"
    assert f"the vendor says '{word}'" in str(book["Orders"]["F2"].value)
    assert buyer.run("resolve", domain, "--gone").code == 2
    assert buyer.run("resolve", domain, "--gone", "--reason", "refunded").code == 0
    assert "refunded" in buyer.run("status", domain).output
    # Its own line in the vendor's list does not stand in its way.
    last = buyer.order(row(domain))
    assert (last.code, last.orders, len(sandbox.orders)) == (0, {"placed": 1}, 2)


def test_only_a_placed_order_can_be_gone(buyer: Machine) -> None:
    buyer.order(row(LOST))
    refused = buyer.run("resolve", LOST, "--gone", "--reason", "refunded")
    assert (refused.code, "No order for" in refused.errors) == (2, True)
    assert buyer.order(row(LOST)).orders == {"unconfirmed": 1}


def test_a_reason_to_stop_that_fell_on_the_last_order_stopped_nothing(buyer: Machine) -> None:
    """Three answers in a row prove nothing; the look-up at the end finds all three orders."""
    ended = buyer.order(*(row(f"drop-after-{name}.com") for name in "abc"), words=("--max-failures", "3"))
    assert (ended.code, ended.orders) == (0, {"placed": 3})
    assert "nothing left to send" in ended.errors
    assert (
        buyer.order(row("one.com"), row("drop-after-unlisted-d.com"), words=("--max-failures", "1")).code == 1
    )
