"""Several sheets in one call: one plan, one approval, common limits, and a batch for each."""

from __future__ import annotations

import re
import time

from openpyxl import load_workbook

from batch_orders.sandbox import Sandbox
from tests.harness.command_line import Ended, Machine
from tests.sheets import row


def checksums(ended: Ended) -> list[str]:
    return re.findall(r"Checksum of this plan: (\w+)", ended.output + ended.errors)


def counts(ended: Ended) -> list[dict[str, int]]:
    return [
        {name: count for name, count in sheet["orders"].items() if count} for sheet in ended.said["sheets"]
    ]


def bought(sandbox: Sandbox) -> list[str]:
    return [domain for taken in sandbox.orders for domain in taken.domains]


def test_a_dry_run_shows_one_plan_and_its_checksum_buys_exactly_that(
    buyer: Machine, sandbox: Sandbox
) -> None:
    sheets = [buyer.hand_in(row("one.com"), name="a.csv"), buyer.hand_in(row("two.com"), name="b.csv")]
    looked = buyer.run("run", *sheets, "--dry-run")
    (checksum,) = checksums(looked)
    assert "Plan: 2 orders for 2 mailboxes" in looked.output
    assert "35.00 USD" in looked.output
    assert len(buyer.reports()) == 2
    ended = buyer.run("run", *sheets, "--approve", checksum, "--json", "--rate", "none")
    assert (ended.code, counts(ended)) == (0, [{"placed": 1}, {"placed": 1}])
    assert bought(sandbox) == ["one.com", "two.com"]
    assert len({sheet["batch"] for sheet in ended.said["sheets"]}) == 2


def test_what_one_sheet_takes_of_a_limit_is_missing_for_the_next_in_the_dry_run_as_well(
    buyer: Machine, sandbox: Sandbox
) -> None:
    sheets = [
        buyer.hand_in(row("one.com"), row("two.com"), name="a.csv"),
        buyer.hand_in(row("three.com"), row("four.com"), name="b.csv"),
    ]
    limit = ("--max-orders", "3")
    (checksum,) = checksums(buyer.run("run", *sheets, "--dry-run", *limit))
    ended = buyer.run("run", *sheets, "--approve", checksum, "--json", *limit)
    assert (ended.code, counts(ended)) == (4, [{"placed": 2}, {"placed": 1, "not submitted": 1}])
    assert bought(sandbox) == ["one.com", "two.com", "three.com"]


def test_an_order_that_was_rejected_makes_no_room_for_one_that_nobody_approved(
    buyer: Machine, sandbox: Sandbox
) -> None:
    sheets = [
        buyer.hand_in(row("rejected-one.com"), name="a.csv"),
        buyer.hand_in(row("two.com"), row("three.com"), name="b.csv"),
    ]
    # Two orders at 17.50 fit; after the rejection there would be money for the third.
    ended = buyer.run("run", *sheets, "--yes", "--json", "--max-cost", "35")
    assert counts(ended) == [{"rejected": 1}, {"placed": 1, "not submitted": 1}]
    assert bought(sandbox) == ["two.com"]


def test_a_domain_that_two_sheets_ask_for_alike_is_ordered_once_and_said(
    buyer: Machine, sandbox: Sandbox
) -> None:
    sheets = [buyer.hand_in(row("one.com"), name="a.csv"), buyer.hand_in(row("one.com"), name="b.csv")]
    looked = buyer.run("run", *sheets, "--dry-run")
    assert "one.com stands in a.csv and in b.csv with the same content: it is ordered once." in looked.output
    ended = buyer.run("run", *sheets, "--approve", *checksums(looked), "--json")
    assert (ended.code, counts(ended)) == (0, [{"placed": 1}, {"already placed": 1}])
    assert bought(sandbox) == ["one.com"]


def test_a_dry_run_says_of_each_sheet_what_of_it_would_be_placed(buyer: Machine) -> None:
    sheets = [
        buyer.hand_in(row("one.com"), name="a.csv"),
        buyer.hand_in(row("one.com"), row("two.com"), row("three.com"), name="b.csv"),
    ]
    looked = buyer.run("run", *sheets, "--dry-run", "--max-orders", "2")
    assert "1 of 1 order would be placed for about 17.50 USD." in looked.output
    assert "1 of 3 orders would be placed for about 17.50 USD." in looked.output
    assert messages_of(buyer, "b – report.xlsx")["two.com"] == "It was not sent."
    whole = buyer.run("run", *sheets, "--dry-run", "--max-orders", "2", "--all-or-nothing")
    assert "0 of 1 order would be placed." in whole.output
    assert "0 of 3 orders would be placed." in whole.output
    assert "all or nothing was asked for" in messages_of(buyer, "b – report 2.xlsx")["two.com"]


def messages_of(buyer: Machine, report: str) -> dict[str, str]:
    """By domain, what a report says of its order."""
    orders = load_workbook(buyer.here / "reports" / report)["Orders"]
    header, *lines = orders.iter_rows(values_only=True)
    domain, message = header.index("Domain"), header.index("Message")
    return {str(line[domain]): str(line[message]) for line in lines}


def test_a_domain_that_two_sheets_ask_for_differently_is_ordered_in_neither(
    buyer: Machine, sandbox: Sandbox
) -> None:
    sheets = [
        buyer.hand_in(row("one.com"), row("two.com"), name="a.csv"),
        buyer.hand_in(row("one.com", "john"), row("three.com"), name="b.csv"),
    ]
    ended = buyer.run("run", *sheets, "--yes", "--json")
    assert (ended.code, counts(ended)) == (1, [{"placed": 1, "invalid": 1}] * 2)
    assert "one.com stands in a.csv and in b.csv with different content: it is not ordered." in ended.errors
    assert bought(sandbox) == ["two.com", "three.com"]


def test_what_stops_one_sheet_stops_the_next_and_each_says_so(buyer: Machine, sandbox: Sandbox) -> None:
    sheets = [
        buyer.hand_in(row("refused-key-one.com"), name="a.csv"),
        buyer.hand_in(row("two.com"), name="b.csv"),
    ]
    ended = buyer.run("run", *sheets, "--yes", "--json")
    assert (ended.code, counts(ended)) == (4, [{"not submitted": 1}] * 2)
    assert bought(sandbox) == []
    assert "An earlier sheet of this run stopped" in ended.errors


def test_a_sheet_that_cannot_be_read_keeps_no_other_from_being_ordered(
    buyer: Machine, sandbox: Sandbox
) -> None:
    broken = buyer.here / "a.csv"
    broken.write_text("nothing of use\n")
    ended = buyer.run("run", broken, buyer.hand_in(row("two.com"), name="b.csv"), "--yes", "--json")
    assert (ended.code, counts(ended)) == (3, [{}, {"placed": 1}])
    assert bought(sandbox) == ["two.com"]


def test_the_rate_is_one_for_all_sheets_of_a_call(buyer: Machine, sandbox: Sandbox) -> None:
    sheets = [buyer.hand_in(row(f"{name}.com"), name=f"{name}.csv") for name in ("one", "two", "three")]
    begun = time.monotonic()
    ended = buyer.run("run", *sheets, "--yes", "--json", "--rate", "1/1s")
    # Three calls at one a second take two seconds at least, however slow the machine is.
    assert time.monotonic() - begun >= 2
    assert (ended.code, len(sandbox.orders)) == (0, 3)
