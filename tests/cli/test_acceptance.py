"""The main job as the README's first command does it, and what its report accounts for."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from tests.harness.command_line import Machine
from tests.harness.starts import ROOT
from tests.harness.workbooks import read_workbook
from tests.sheets import HEADERS

pytestmark = pytest.mark.long

EXAMPLE = ROOT / "templates" / "example-orders.xlsx"
STATUSES = {"placed", "already placed", "rejected", "unconfirmed", "not submitted", "invalid"}

Table = list[dict[str, Any]]


def read_table(workbook: Any, worksheet: str) -> Table:
    header, *lines = workbook[worksheet].iter_rows(values_only=True)
    return [dict(zip(header, line, strict=True)) for line in lines]


def rows_named(text: str) -> list[int]:
    """ "2-4, 7" → 2, 3, 4, 7."""
    spans = [span.split("-") for span in text.split(", ")]
    return [number for span in spans for number in range(int(span[0]), int(span[-1]) + 1)]


@pytest.fixture(scope="module")
def sheet() -> Table:
    return read_table(read_workbook(EXAMPLE), "Order sheet")


def test_the_example_sheet_is_ordered_and_every_row_accounted_for(machine: Machine, sheet: Table) -> None:
    ended = machine.run("run", EXAMPLE, "--sandbox", "--yes", "--json", fresh=True)
    assert ended.code == 1
    report = read_workbook(machine.here / ended.said["sheets"][0]["report"])
    assert report.sheetnames == ["To do", "Orders", "Rows", "Problems"]
    rows, orders = read_table(report, "Rows"), read_table(report, "Orders")

    own = [{name: line[name] for name in HEADERS.values()} for line in rows]
    came_in = [{name: line[name] for name in HEADERS.values()} for line in sheet]
    assert [{name: str(value or "") for name, value in line.items()} for line in own] == [
        {name: str(value or "") for name, value in line.items()} for line in came_in
    ]
    assert {line["Status"] for line in rows} <= STATUSES

    accounted = [number for order in orders for number in rows_named(str(order["Rows"]))]
    assert sorted(accounted) == list(range(2, 2 + len(sheet)))
    status_of = {number: order["Status"] for order in orders for number in rows_named(str(order["Rows"]))}
    assert [line["Status"] for line in rows] == [status_of[number] for number in sorted(status_of)]

    told = ended.said["sheets"][0]
    assert Counter(order["Status"] for order in orders) == ended.orders
    assert told["rows"]["total"] == len(sheet)
    assert set(ended.orders) >= {"placed", "rejected", "unconfirmed", "invalid"}


def test_the_demo_runs_the_example_wherever_one_is(machine: Machine) -> None:
    """Settings and ledger of whoever tries it are left alone."""
    machine.environment["BATCH_ORDERS_MAX_ORDERS"] = "0"
    ended = machine.run("demo", "--json")
    assert ended.code == 1
    assert ended.orders["placed"] > 0
    assert "Next: batch-orders template" in ended.errors
    assert str(EXAMPLE.name) not in [line for line in ended.errors.splitlines() if line.startswith("Next: ")]
    assert not list(machine.home.rglob("ledger.db"))
    assert (machine.here / ended.said["sheets"][0]["report"]).is_file()


def test_each_problem_of_the_example_is_at_a_row_that_is_invalid(machine: Machine) -> None:
    ended = machine.run("run", EXAMPLE, "--sandbox", "--dry-run", "--json")
    assert ended.code == 1
    report = read_workbook(machine.here / ended.said["sheets"][0]["report"])
    rows = read_table(report, "Rows")
    errors = [line for line in read_table(report, "Problems") if line["Severity"] == "error"]
    assert len(errors) >= ended.said["sheets"][0]["rows"]["invalid"] > 0
    for problem in errors:
        line = rows[problem["Row"] - 2]
        assert line["Status"] == "invalid"
        assert problem["Message"] in line["Reason"]
        assert str(line[problem["Column"]] or "") == str(problem["Value"] or "")
