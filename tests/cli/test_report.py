"""`report`: the files of a batch, made again from the ledger alone."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.harness.command_line import Machine
from tests.harness.workbooks import read_workbook
from tests.sheets import row, write_workbook

ROWS = (row("one-mail.com"), row("two-mail.com", contact="@cmd|Jo"), row("bad name"))


def reports(machine: Machine) -> list[Path]:
    return sorted((machine.here / "reports").iterdir())


@pytest.fixture
def batch(buyer: Machine) -> str:
    """A batch whose sheet and reports are gone."""
    sheet = write_workbook(buyer.here / "june.xlsx", *ROWS)
    ended = buyer.run("run", sheet, "--yes", "--json", "--rate", "none")
    assert ended.code == 1
    sheet.unlink()
    for path in reports(buyer):
        path.unlink()
    return str(ended.said["sheets"][0]["batch"])


def test_report_and_corrections_come_back(buyer: Machine, batch: str) -> None:
    ended = buyer.run("report", batch)
    assert ended.code == 0
    report, corrections = reports(buyer)
    assert (report.name, corrections.name) == ("june – report.xlsx", "june – to correct.xlsx")
    rows = read_workbook(report)["Rows"]
    assert [line[0] for line in rows.iter_rows(min_row=2, values_only=True)] == [
        "placed",
        "placed",
        "invalid",
    ]
    assert str(report.name) in ended.output.replace("\n", "")


def test_a_workbook_has_a_result_csv_too(buyer: Machine, batch: str) -> None:
    assert buyer.run("report", batch, "--format", "csv").code == 0
    (path,) = reports(buyer)
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    assert [line["Status"] for line in lines] == ["placed", "placed", "invalid"]
    assert [line["Domain"] for line in lines] == ["one-mail.com", "two-mail.com", "bad name"]
    # What is text in the workbook never becomes a formula in the CSV.
    assert lines[1]["Contact"] == "'@cmd|Jo"
    assert all(line["Order ID"] for line in lines[:2])


def test_an_unknown_batch_is_refused(machine: Machine) -> None:
    ended = machine.run("report", "nothing")
    assert (ended.code, "knows no batch nothing" in ended.errors) == (2, True)


def test_programs_get_the_object_of_run(buyer: Machine, batch: str) -> None:
    ended = buyer.run("report", batch, "--format", "json")
    assert ended.code == 0
    (sheet,) = ended.said["sheets"]
    assert (sheet["batch"], sheet["orders"]["placed"], sheet["orders"]["invalid"]) == (batch, 2, 1)
    assert reports(buyer) == []
