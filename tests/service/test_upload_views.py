"""What a page says of a sheet: no more than it can show."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from batch_orders.core.plan import Plan, VendorView
from batch_orders.core.uploads import Part
from batch_orders.service.preview import NewSheet, Preview
from batch_orders.service.upload_findings import find_preview
from batch_orders.validation import validate_rows
from batch_orders.validation.grouping import group_rows
from tests.sheets import row, sheet_of

NOW = datetime(2026, 11, 23, 4, 15, tzinfo=UTC)


@pytest.mark.parametrize(("kept", "shown"), [(10_000, 4), (4, 2)])
def test_as_many_rows_are_shown_as_have_their_errors_in_words(kept: int, shown: int) -> None:
    """Four rows of two errors each: pages are counted by what is on them."""
    sheet = sheet_of(row("good.com"), *(row(f"bad name {number}", "no mailbox") for number in range(4)))
    grouping = group_rows(validate_rows(sheet, kept=kept), kept)
    seen = Preview(Plan("sandbox", ()), (NewSheet.of(grouping),), VendorView(), NOW, ({},), {})
    findings = find_preview(seen)
    assert findings.found["faulty"] == 4
    assert findings.found["shown"] == len(list(findings.parts[Part.ROWS])) == shown
