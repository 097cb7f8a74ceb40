"""A sheet has its own name wherever it is told of, and never the one under which the page read it."""

from __future__ import annotations

import pytest
from openpyxl import load_workbook

from tests.harness.command_line import Machine
from tests.harness.page import Page
from tests.sheets import row

pytestmark = pytest.mark.long


def test_a_csv_file_and_its_vendors_are_told_of_by_their_own_names(page: Page, buyer: Machine) -> None:
    sheet = buyer.hand_in(row("one.com", "test@one.com"), row("bad domain"), name="october.csv")
    upload = page.hand_in(sheet)
    page.settle(upload)
    plan = page.plan(upload)
    assert "<bdi>inboxkitGoogle (1)</bdi>" in plan
    assert "october, Row 2, Mailbox" in plan
    assert "sheet-0" not in plan
    batch = page.confirm(upload).headers["Location"]
    page.settle(batch)
    report = buyer.here / "report.xlsx"
    report.write_bytes(page.get(f"{batch}/report.xlsx").content)
    cells = {
        cell for worksheet in load_workbook(report) for line in worksheet.values for cell in line if cell
    }
    assert not {cell for cell in cells if "sheet-0" in str(cell)}
