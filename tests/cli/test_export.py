"""`export`: the orders of a time, with account, price and ids."""

from __future__ import annotations

import csv
import io
import json

from tests.harness.command_line import Machine
from tests.sheets import row


def exported(machine: Machine, *words: str) -> list[dict[str, str]]:
    ended = machine.run("export", *words)
    assert ended.code == 0, ended.errors
    return list(csv.DictReader(io.StringIO(ended.output)))


def test_what_was_sent_is_listed_with_account_price_and_ids(buyer: Machine) -> None:
    ended = buyer.order(row("one.com"), row("rejected-two.com"), row("bad name"), row("two.com", vendor="2"))
    batch = ended.said["sheets"][0]["batch"]
    lines = exported(buyer, "--since", "2020-01-01")
    assert [(line["Domain"], line["Status"], line["Price"], line["Vendor"]) for line in lines] == [
        ("one.com", "placed", "17.50", "1"),
        ("rejected-two.com", "rejected", "17.50", "1"),
        ("two.com", "placed", "15.75", "2"),
    ]
    first = lines[0]
    assert (first["Account"], first["Batch"], first["Sheet"], first["Currency"]) == (
        "default",
        batch,
        "june.csv",
        "USD",
    )
    assert first["Order ID"] and first["Sent"]
    # Nobody who adds up prices needs the contact.
    assert "Jane" not in buyer.run("export", "--since", "2020-01-01").output


def test_programs_get_an_object(buyer: Machine) -> None:
    buyer.order(row("one.com"))
    said = json.loads(buyer.run("export", "--since", "2020-01-01", "--format", "json").output)
    assert said["exit_code"] == 0
    (order,) = said["orders"]
    assert (order["domain"], order["status"], order["price"], order["currency"]) == (
        "one.com",
        "placed",
        "17.50",
        "USD",
    )


def test_only_the_time_that_is_asked_for_counts(buyer: Machine) -> None:
    buyer.order(row("one.com"))
    assert exported(buyer, "--since", "2020-01-01", "--until", "2020-02-01") == []
    assert exported(buyer, "--since", "2999-01-01") == []
    assert len(exported(buyer, "--since", "2020-01-01T10:00:00+02:00", "--until", "2999-01-01")) == 1
    assert len(exported(buyer, "--since", "2020-01-01", "--account", "default")) == 1


def test_a_day_must_be_named_as_one(buyer: Machine) -> None:
    assert buyer.run("export").code == 2
    ended = buyer.run("export", "--since", "yesterday")
    assert (ended.code, "'yesterday' is no date. Write one such as 2026-06-01" in ended.errors) == (2, True)
