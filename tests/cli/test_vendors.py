"""Vendors: what they offer, what is known of it without asking, and numbers that nobody sells under."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from batch_orders.sandbox import Sandbox, start_sandbox
from tests.harness.command_line import Machine
from tests.sheets import row

pytestmark = pytest.mark.long


def test_vendors_are_shown_as_they_tell_of_themselves(buyer: Machine) -> None:
    ended = buyer.run("vendors")
    assert ended.code == 0
    assert re.search(r"^1 +inboxkitGoogle +13\.00 USD +4\.50 USD +7\.18 days", ended.output, re.M)
    assert re.search(r"^9 +maildosoSMTP +no price known +no price known +0\.5 days", ended.output, re.M)


def test_vendors_that_do_not_say_are_told(buyer: Machine) -> None:
    with start_sandbox(broken={"get-vendors": 404}) as broken:
        ended = buyer.run("vendors", "--base-url", broken.base_url)
    assert (ended.code, "get-vendors answered 404" in ended.errors) == (4, True)


def test_a_number_that_nobody_sells_under_is_not_ordered(buyer: Machine, sandbox: Sandbox) -> None:
    ended = buyer.order(row("one.com", vendor="77"), row("two.com", vendor="2"))
    assert (ended.code, ended.orders) == (1, {"placed": 1, "invalid": 1})
    assert "No vendor has the number 77. There are: 1 inboxkitGoogle, 2 inboxkitOutlook" in " ".join(
        ended.errors.split()
    )
    assert len(sandbox.requests) == 1


def test_where_the_vendors_do_not_say_a_number_is_taken_as_it_is(buyer: Machine) -> None:
    with start_sandbox(broken={"get-vendors": 404}) as broken:
        buyer.environment["BATCH_ORDERS_BASE_URL"] = broken.base_url
        assert buyer.order(row("one.com", vendor="77")).orders == {"placed": 1}


def test_numbers_that_rise_as_a_dragged_cell_does_are_warned_of(buyer: Machine) -> None:
    sheet = buyer.hand_in(*(row(f"n{number}.com", vendor=str(number)) for number in (1, 2, 3, 4)))
    ended = buyer.run("check", sheet)
    assert (ended.code, "rises row by row, from 1 in row 2 to 4 in row 5" in ended.output) == (0, True)


def cache_of(machine: Machine) -> Path:
    (file,) = machine.home.rglob("vendors-*.json")
    return file


def test_check_knows_what_was_last_told_without_asking_anybody(buyer: Machine) -> None:
    sheet = buyer.hand_in(row("one.com", vendor="inboxkitGoogle"), row("two.com", vendor="77"))
    assert "Vendor names were not checked" in buyer.run("check", sheet).output
    buyer.run("vendors")
    del buyer.environment["SMARTLEAD_API_KEY"]
    ended = buyer.run("check", sheet)
    assert ended.code == 1
    assert re.search(
        r"^Vendors as http://127.0.0.1:\d+ told them on \d{4}-.*, 0 hours ago\.", ended.output, re.M
    )
    assert "inboxkitGoogle is" not in ended.output
    assert "No vendor has the number 77" in ended.output
    # What is known of one place says nothing of another.
    other = buyer.run("check", sheet, BATCH_ORDERS_BASE_URL="https://other.example.com")
    assert "Vendor names were not checked" in other.output


def test_a_run_keeps_what_vendors_tell_it_and_no_key(buyer: Machine) -> None:
    buyer.order(row("one.com"))
    text = cache_of(buyer).read_text("utf-8")
    assert "inboxkitGoogle" in text
    assert buyer.environment["SMARTLEAD_API_KEY"] not in text


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"offers": [{"vendor": 1}]}', '{"offers": 7, "asked_at": "x"}']
)
def test_a_broken_cache_is_none(buyer: Machine, text: str) -> None:
    buyer.run("vendors")
    cache_of(buyer).write_text(text, "utf-8")
    ended = buyer.run("check", buyer.hand_in(row("one.com", vendor="77")))
    assert (ended.code, "Vendors as" in ended.output) == (0, False)
