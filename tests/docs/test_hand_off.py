"""What the page for programs shows is what the program takes and gives."""

from __future__ import annotations

import re
from pathlib import Path

from batch_orders.core.results import Status
from batch_orders.core.workbooks import ROW_HEADERS
from tests.harness.command_line import Machine

PAGE = (Path(__file__).parents[2] / "docs" / "hand-off.md").read_text()


def test_the_file_that_it_shows_is_faultless(machine: Machine) -> None:
    shown = re.search(r"```\n(Domain,.*?)```", PAGE, re.DOTALL)
    assert shown
    sheet = machine.here / "orders.csv"
    sheet.write_text(shown[1], encoding="utf-8")
    ended = machine.run("check", sheet)
    assert (ended.code, "2 orders" in ended.output) == (0, True), ended.output


def test_every_status_is_explained() -> None:
    """What counts as invalid for a program is told as invalid."""
    explained = re.findall(r"^\| ([a-z, ]+) \| ", PAGE.split("| status |")[1], re.MULTILINE)
    named = {word for line in explained for word in line.split(", ")}
    assert named >= {status.value for status in Status} - {Status.BOUGHT_ELSEWHERE.value}
    assert all(f"`{header}`" in PAGE for header in ROW_HEADERS)
