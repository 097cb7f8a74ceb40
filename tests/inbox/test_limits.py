"""Limits of an inbox: what they leave over waits in the inbox, is told, and stops nobody else."""

from __future__ import annotations

import signal
import time

import pytest

from batch_orders.sandbox import Sandbox
from tests.harness.inbox import Inbox
from tests.sheets import Row, row


def domains(name: str, count: int) -> list[str]:
    return [f"{name}{number}.com" for number in range(count)]


def rows_of(name: str, count: int) -> list[Row]:
    return [row(domain) for domain in domains(name, count)]


def bought(sandbox: Sandbox) -> list[str]:
    return [domain for taken in sandbox.orders for domain in taken.domains]


def test_what_a_limit_leaves_over_waits_in_the_inbox_until_the_nights_have_ordered_it(
    inbox: Inbox, sandbox: Sandbox
) -> None:
    inbox.drop("a.csv", *rows_of("a", 3), age=2)
    inbox.drop("b.csv", *rows_of("b", 8), age=1)
    first = inbox.night("--max-orders", "5")
    assert (first.code, len(bought(sandbox))) == (4, 5)
    assert "6 of 8 orders wait" in first.told
    assert inbox.sheets("a.csv", "b.csv") == {"a.csv": "done", "b.csv": "inbox"}
    second = inbox.night("--max-orders", "5")
    assert (second.code, len(bought(sandbox)), inbox.sheets("b.csv")) == (4, 10, {"b.csv": "inbox"})
    third = inbox.night("--max-orders", "5")
    assert (third.code, inbox.sheets("b.csv")) == (0, {"b.csv": "done"})
    assert sorted(bought(sandbox)) == sorted(domains("a", 3) + domains("b", 8))


def test_a_sheet_that_waits_keeps_no_other_sheet_from_being_ordered(inbox: Inbox, sandbox: Sandbox) -> None:
    # A domain with one mailbox costs 17.50, one with three 26.50.
    large = [row("large.com"), row("large.com", "john"), row("large.com", "jim")]
    inbox.drop("a.csv", row("one.com"), age=3)
    inbox.drop("b.csv", *large, age=2)
    inbox.drop("c.csv", row("two.com"), age=1)
    night = inbox.night("--max-cost", "40")
    assert bought(sandbox) == ["one.com", "two.com"]
    assert inbox.sheets("a.csv", "b.csv", "c.csv") == {"a.csv": "done", "b.csv": "inbox", "c.csv": "done"}
    assert night.sheets["b.csv"] == {"not submitted": 1}


@pytest.mark.parametrize("cells", [row("one.com", vendor="9"), row("one.com")], ids=["no price", "too dear"])
def test_what_no_start_could_send_needs_a_person_and_gets_its_report(
    inbox: Inbox, sandbox: Sandbox, cells: Row
) -> None:
    inbox.drop("one.csv", cells, age=2)
    inbox.drop("two.csv", row("rejected-two.com", vendor="1"), age=1)
    night = inbox.night("--max-cost", "17")
    assert inbox.sheets("one.csv", "two.csv") == {"one.csv": "attention", "two.csv": "attention"}
    made = [name for name in inbox.files("attention") if name.startswith("one ") and name.endswith(".xlsx")]
    assert sorted(made) == ["one – report.xlsx", "one – to correct.xlsx"]
    assert (night.code, sandbox.requests) == (4, ())


def test_limits_of_a_watched_inbox_hold_for_as_long_as_it_is_watched(inbox: Inbox, sandbox: Sandbox) -> None:
    process = inbox.start("--watch", "--poll", "0.1", "--max-orders", "1")
    for name in ("one", "two", "three"):
        inbox.drop(f"{name}.csv", row(f"{name}.com"))
        while inbox.log.read_text("utf-8").count('"exit_code"') < ("one", "two", "three").index(name) + 1:
            assert process.poll() is None
            time.sleep(0.01)
    process.send_signal(signal.SIGTERM)
    night = inbox.wait(process)
    assert bought(sandbox) == ["one.com"]
    assert inbox.sheets("one.csv", "two.csv", "three.csv") == {
        "one.csv": "done",
        "two.csv": "inbox",
        "three.csv": "inbox",
    }
    # Each of those that wait was taken once, and not at every look.
    assert len(night.said) == 3
