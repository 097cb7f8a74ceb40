"""What --json says is what docs/json.schema.json tells of it, command by command."""

from __future__ import annotations

import jsonschema
import pytest

from batch_orders.sandbox import Sandbox
from tests.harness.command_line import Machine
from tests.harness.json_forms import SCHEMA, held
from tests.sheets import row


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    # Whoever takes the file for the form of any object is told of one that is none.
    assert not jsonschema.Draft202012Validator(SCHEMA).is_valid({"exit_code": 0, "something": []})


def test_run_tells_of_every_order_and_problem(buyer: Machine, sandbox: Sandbox) -> None:
    rows = [row("one.com"), row("rejected-two.com"), row("bad"), row("unlisted-three.com")]
    (sheet,) = held("run", buyer.order(*rows))["details"]
    told = {order["domain"]: order for order in sheet["orders"]}
    assert told["one.com"]["status"] == "placed"
    assert told["one.com"]["order_id"]
    assert told["one.com"]["price"]["currency"] == "USD"
    assert told["one.com"]["rows"] == [{"worksheet": "june", "row": 2}]
    assert "rejected-two.com" in told["rejected-two.com"]["reason"]
    assert {problem["row"] for problem in sheet["problems"]} == {4}
    assert sheet["problem_count"] == len(sheet["problems"])
    assert (buyer.here / sheet["corrections"]).is_file()
    (again,) = held("run", buyer.order(row("one.com")))["details"]
    assert again["corrections"] is None


def test_a_sheet_that_is_refused_has_no_details(buyer: Machine) -> None:
    (buyer.here / "notes.csv").write_text("nothing,of,it\n1,2,3\n")
    good = buyer.hand_in(row("one.com"))
    for command, words in (("check", ()), ("run", ("--yes",))):
        assert "details" not in held(command, buyer.run(command, "notes.csv", "--json", *words))
        both = held(command, buyer.run(command, "notes.csv", good, "--json", *words))["details"]
        assert [details is None for details in both] == [True, False]


def test_check_tells_of_every_problem(machine: Machine) -> None:
    sheet = machine.hand_in(row("one.com"), *(row(f"bad {number}") for number in range(70)))
    (told,) = held("check", machine.run("check", sheet, "--json"))["details"]
    assert len({problem["row"] for problem in told["problems"]}) == 70


def test_a_batch_that_is_carried_on(buyer: Machine) -> None:
    held("run", buyer.order(row("one.com"), row("two.com"), words=("--max-orders", "1")))
    (sheet,) = held("resume", buyer.run("resume", "--yes", "--json", "--rate", "none"))["details"]
    assert [order["status"] for order in sheet["orders"]] == ["placed", "placed"]


def test_what_the_ledger_knows(buyer: Machine) -> None:
    held("status", buyer.run("status", "--json"))
    buyer.order(row("failed-one.com"), row("drop-after-unlisted-two.com"), row("three.com", vendor="2"))
    reconciled = held("reconcile", buyer.run("reconcile", "--json"))
    assert [order["status"] for order in reconciled["orders"]] == ["unconfirmed"]
    assert reconciled["orders"][0]["reason"]
    tracked = held("track", buyer.run("track", "--json"))
    assert {order["domain"]: order["failed"] for order in tracked["orders"]} == {
        "failed-one.com": True,
        "three.com": False,
    }
    known = held("status", buyer.run("status", "--json"))
    assert known["batches"][0]["orders"] == {"placed": 2, "unconfirmed": 1}
    assert [order["domain"] for order in known["unconfirmed"]] == ["drop-after-unlisted-two.com"]
    assert [order["domain"] for order in known["failed"]] == ["failed-one.com"]
    one = held("status_of_domain", buyer.run("status", "three.com", "--json"))
    assert one["history"][-1]["after"] == "placed"
    assert one["orders"][0]["price"]


def test_vendors_and_doctor(buyer: Machine) -> None:
    vendors = held("vendors", buyer.run("vendors", "--json"))["vendors"]
    assert all(isinstance(vendor["number"], int) for vendor in vendors)
    checks = held("doctor", buyer.run("doctor", "--json"))["checks"]
    assert {check["health"] for check in checks} <= {"ok", "unknown"}


@pytest.mark.parametrize("command", ["track", "reconcile", "vendors", "status"])
def test_a_fault_gives_an_object_too(machine: Machine, command: str) -> None:
    words = ("--ledger", "none/such.db") if command == "status" else ()
    held("fault", machine.run(command, "--json", *words))


def test_the_object_of_a_night_says_nothing_of_cells(buyer: Machine) -> None:
    folder = buyer.here / "drop"
    folder.mkdir()
    sheet = buyer.hand_in(row("one.com"), row("bad one", contact="Canary Doe"))
    sheet.rename(folder / sheet.name)
    ended = buyer.run("inbox", "drop", "--settle", "0", "--json", "--rate", "none")
    held("inbox", ended)
    assert "Canary" not in ended.output
