"""Guards on spending: limits, prices, approval by checksum, vendor names."""

from __future__ import annotations

import re

import pytest

from batch_orders.sandbox import Sandbox
from tests.harness.command_line import Machine
from tests.harness.workbooks import read_workbook
from tests.sheets import row


def checksum_of(output: str) -> str:
    found = re.search(r"Checksum of this plan: (\w+)", output)
    assert found
    return found[1]


def test_orders_pass_in_turn_as_far_as_the_cost_allows(buyer: Machine, sandbox: Sandbox) -> None:
    # Vendor 1 takes 13.00 for a domain and 4.50 for a mailbox.
    rows = [row("one.com"), row("two.com"), row("two.com", "john"), row("three.com")]
    ended = buyer.order(*rows, words=("--max-cost", "35"))
    assert (ended.code, ended.orders) == (4, {"placed": 2, "not submitted": 1})
    assert "go over the limit of 35" in ended.errors
    assert [taken.domains for taken in sandbox.orders] == [("one.com",), ("three.com",)]


def test_an_order_without_a_known_price_is_not_sent_under_a_cost_limit(
    buyer: Machine, sandbox: Sandbox
) -> None:
    ended = buyer.order(row("one.com", vendor="9"), words=("--max-cost", "1000"))
    assert (ended.code, ended.orders, sandbox.requests) == (4, {"not submitted": 1}, ())
    assert "No price is known for vendor 9" in ended.errors


def test_a_limit_counts_for_all_sheets_of_a_run(buyer: Machine, sandbox: Sandbox) -> None:
    first, second = buyer.hand_in(row("one.com"), name="a.csv"), buyer.hand_in(row("two.com"), name="b.csv")
    ended = buyer.run("run", first, second, "--yes", "--json", "--max-orders", "1")
    assert ended.code == 4
    assert [sheet["orders"]["placed"] for sheet in ended.said["sheets"]] == [1, 0]
    assert len(sandbox.requests) == 1


def test_the_plan_tells_the_estimate_before_anything_is_sent(buyer: Machine) -> None:
    ended = buyer.run("run", buyer.hand_in(row("one.com"), row("two.com", vendor="9")), "--dry-run")
    assert "17.50 USD, without 1 order of no known price" in ended.output
    assert "no price known" in ended.output


def test_what_was_looked_at_is_what_is_bought(buyer: Machine, sandbox: Sandbox) -> None:
    sheet = buyer.hand_in(row("one.com"))
    checksum = checksum_of(buyer.run("run", sheet, "--dry-run").output)
    assert sandbox.requests == ()
    assert buyer.run("run", sheet, "--approve", checksum).code == 0
    assert len(sandbox.requests) == 1


@pytest.mark.parametrize(
    "later", [row("one.com", "john"), row("one.com", vendor="2"), row("one.com", contact="Jo")]
)
def test_another_plan_than_the_approved_one_is_not_carried_out(
    buyer: Machine, sandbox: Sandbox, later: dict[str, str]
) -> None:
    checksum = checksum_of(buyer.run("run", buyer.hand_in(row("one.com")), "--dry-run").output)
    ended = buyer.run("run", buyer.hand_in(later), "--approve", checksum, "--json")
    assert (ended.code, ended.orders, sandbox.requests) == (4, {"not submitted": 1}, ())


def test_a_vendors_name_stands_for_its_number(buyer: Machine, sandbox: Sandbox) -> None:
    (buyer.here / "batch-orders.toml").write_text('[vendors]\n"Our  favourite" = 4711\n', encoding="utf-8")
    ended = buyer.order(row("one.com", vendor="INBOXKIT google"), row("two.com", vendor="our favourite"))
    assert ended.code == 0
    assert "Vendor 4711 is named in the settings and is not among those that there are" in ended.errors
    assert [body["vendor_id"] for body in sandbox.requests][1:] == [4711]
    assert isinstance(sandbox.requests[0]["vendor_id"], int)


@pytest.mark.parametrize(
    ("name", "nearest"), [("inboxkitGogle", "inboxkitGoogle"), ("zapmail google", "3 or 4")]
)
def test_an_unknown_or_ambiguous_name_lists_the_nearest(buyer: Machine, name: str, nearest: str) -> None:
    ended = buyer.order(row("one.com", vendor=name))
    assert (ended.code, ended.orders) == (1, {"invalid": 1})
    assert nearest in ended.errors


def test_a_budget_holds_over_calls_doors_and_hands(buyer: Machine, sandbox: Sandbox) -> None:
    """What our own advice, to hand the same sheet in again, must not get around."""
    rows = [row(f"n{number}.com") for number in range(5)]
    words = ("--max-orders-per-day", "3")
    first = buyer.order(*rows, words=words)
    assert (first.code, first.orders) == (4, {"placed": 3, "not submitted": 2})
    assert (
        "3 of 5 orders fit, for 52.50 USD. 2 orders do not fit under the limit, for 35.00 USD."
        in first.errors
    )
    assert "set by --max-orders-per-day" in first.errors
    assert "UTC" in first.errors
    to_do = read_workbook(buyer.report_of(first))["To do"]
    advice = [value for line in to_do.values for value in line if value]
    assert any("Do not hand the same sheet in again" in str(text) for text in advice)
    assert not any("Hand the same sheet in again" in str(text) for text in advice)
    again = buyer.order(*rows, words=words)
    assert (again.code, again.orders) == (4, {"already placed": 3, "not submitted": 2})
    resumed = buyer.run("resume", "--yes", "--json", *words)
    assert (resumed.code, len(sandbox.requests)) == (4, 3)
    assert buyer.order(*rows, words=("--max-orders-per-day", "4")).orders["placed"] == 1


def test_a_budget_may_be_set_in_file_and_environment(buyer: Machine, sandbox: Sandbox) -> None:
    (buyer.here / "batch-orders.toml").write_text(
        'max-cost-per-month = 20\ntime-zone = "Asia/Tokyo"\n', "utf-8"
    )
    ended = buyer.order(row("one.com"), row("two.com"))
    assert (ended.code, ended.orders) == (4, {"placed": 1, "not submitted": 1})
    assert "max-cost-per-month in" in ended.errors
    assert "JST" in ended.errors
    buyer.environment["BATCH_ORDERS_MAX_COST_PER_MONTH"] = "30"
    assert "set by BATCH_ORDERS_MAX_COST_PER_MONTH" in buyer.order(row("two.com")).errors
    assert len(sandbox.requests) == 1


def test_all_or_nothing_sends_nothing_where_not_all_fits(buyer: Machine, sandbox: Sandbox) -> None:
    rows = [row("one.com"), row("two.com")]
    ended = buyer.order(*rows, words=("--max-orders", "1", "--all-or-nothing"))
    assert (ended.code, ended.orders, sandbox.requests) == (4, {"not submitted": 2}, ())
    assert "1 of 2 orders fits" in ended.errors
    assert buyer.order(*rows, words=("--max-orders", "2", "--all-or-nothing")).code == 0


def test_a_teams_own_export_is_read_by_the_settings(buyer: Machine, sandbox: Sandbox) -> None:
    (buyer.here / "batch-orders.toml").write_text(
        '[columns]\n"Wanted" = "domain"\n"Box" = "mailbox"\n[defaults]\nvendor = 2\n'
        'forwarding-domain = "acmemail.org"\ncontact = "Ops"\n',
        encoding="utf-8",
    )
    sheet = buyer.here / "export.csv"
    sheet.write_text("Wanted,Box,Note\none.com,jane,x\n", encoding="utf-8")
    ended = buyer.run("run", sheet, "--yes", "--json")
    assert ended.code == 0
    (body,) = sandbox.requests
    assert (body["vendor_id"], body["forwarding_domain"], body["user_details"]) == (
        2,
        "acmemail.org",
        {"name": "Ops"},
    )
    assert "default for vendor was used in 1 row" in ended.errors


def test_the_second_dialect_names_the_owners_of_mailboxes(buyer: Machine, sandbox: Sandbox) -> None:
    rows = [
        row("one.com", "jane", first_name="Jane", last_name="Doe"),
        row("two.com", "john", first_name="", last_name="Roe"),
    ]
    ended = buyer.order(*rows, words=("--body", "mailbox-details"))
    assert (ended.code, ended.orders) == (1, {"placed": 1, "invalid": 1})
    assert [body["domains"][0] for body in sandbox.requests] == [
        {
            "domain_name": "one.com",
            "mailbox_details": [{"mailbox": "jane@one.com", "first_name": "Jane", "last_name": "Doe"}],
        }
    ]


def test_the_second_dialect_needs_its_columns(buyer: Machine) -> None:
    assert buyer.order(row("one.com"), words=("--body", "mailbox-details")).code == 3
