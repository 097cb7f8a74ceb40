"""A batch's snapshot: what went in comes back, also for a version that knows more or fewer fields."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from batch_orders.core.model import CsvForm, Problem, Severity
from batch_orders.core.results import Draft, OrderResult, Status
from batch_orders.errors import LedgerError
from batch_orders.ledger import Ledger
from batch_orders.ledger.snapshot import pack_draft, unpack_draft
from tests.ledger.batches import make_draft, store_batch
from tests.sheets import make_sheet, make_worksheet, row

ODD_TEXT = "Zoë \U0001f4e6 =1+1 'quoted' \"double\"\nsecond line\ttab \x07"


def full_draft() -> Draft:
    """With every field set, and odd text wherever text can be."""
    problem = Problem(Severity.WARNING, "Orders", 7, "Contact", ODD_TEXT, "a-code", ODD_TEXT, "try this")
    sheet = make_sheet(
        make_worksheet([row("shop.com", contact=ODD_TEXT), row("store.com")], "Orders", [5, 9]),
        make_worksheet([row(contact_email="jane@acmemail.com")], "More"),
        problems=[problem, replace(problem, row=None)],
    )
    return Draft(
        sheet=replace(
            sheet,
            path=Path("some where") / "orders.csv",
            assumptions=("read as UTF-8",),
            data=b"\xef\xbb\xbfDomain\r\n\x00\xff",
            csv=CsvForm("utf-8", b"\xef\xbb\xbf", ";", 3, 5),
        ),
        environment="sandbox",
        account="acme",
        started=datetime.now(UTC),
        orders=(
            OrderResult(
                "shop.com", Status.NOT_SUBMITTED, (0,), mailboxes=("jane@shop.com",), contact=ODD_TEXT
            ),
            OrderResult(
                "store.com", Status.ALREADY_PLACED, (1, 2), "7", "Placed before.", time=datetime.now(UTC)
            ),
        ),
        problems=(problem,),
        problem_count=1000,
        rows_invalid=3,
        row_problems={0: ODD_TEXT, 2: "why"},
        held_back=(0, 2),
        remarks=("The vendor could not be asked.",),
        checksum="0123456789ab",
    )


def assert_same(one: Draft | None, other: Draft) -> None:
    """Frames are compared cell by cell, and all else as values."""
    assert one is not None
    for mine, theirs in zip(one.sheet.worksheets, other.sheet.worksheets, strict=True):
        pd.testing.assert_frame_equal(mine.cells, theirs.cells, check_names=False, check_index_type=False)
    assert without_cells(one) == without_cells(other)


def without_cells(draft: Draft) -> Draft:
    bare = tuple(replace(worksheet, cells=pd.DataFrame) for worksheet in draft.sheet.worksheets)  # type: ignore[arg-type]
    return replace(draft, sheet=replace(draft.sheet, worksheets=bare))


def rewrite(packed: bytes, change: Callable[[dict[str, Any]], None]) -> bytes:
    """The same snapshot, its JSON changed as another version would have written it."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as before, zipfile.ZipFile(written, "w") as after:
        for name in before.namelist():
            content = before.read(name)
            if name == "snapshot.json":
                said = json.loads(content)
                change(said)
                content = json.dumps(said).encode()
            after.writestr(name, content)
    return written.getvalue()


def test_a_draft_comes_back_as_it_went_in(ledger: Ledger) -> None:
    draft = full_draft()
    batch = store_batch(ledger, "shop.com", draft=draft)
    assert_same(ledger.draft(batch), draft)


def test_a_field_that_this_version_does_not_know_is_passed_over() -> None:
    def write_more(said: dict[str, Any]) -> None:
        for place in (said, said["sheet"], said["sheet"]["worksheets"][0], said["orders"][0]):
            place["colour"] = "green"
        said["problems"][0]["colour"] = said["sheet"]["csv"]["colour"] = "green"
        said["version"] = 7

    draft = full_draft()
    assert_same(unpack_draft(rewrite(pack_draft(draft), write_more)), draft)


def test_a_field_that_an_earlier_version_did_not_write_has_its_default() -> None:
    def write_less(said: dict[str, Any]) -> None:
        for name in ("account", "held_back", "remarks", "checksum"):
            del said[name]
        del said["sheet"]["csv"], said["orders"][1]["vendor_status"], said["problems"][0]["suggestion"]

    draft = full_draft()
    again = unpack_draft(rewrite(pack_draft(draft), write_less))
    assert (again.account, again.held_back, again.remarks, again.checksum) == ("", (), (), "")
    assert (again.sheet.csv, again.sheet.data) == (None, draft.sheet.data)
    assert again.problems == (replace(draft.problems[0], suggestion=""),)
    assert again.orders == draft.orders


def test_a_sheet_of_many_rows_and_none(ledger: Ledger) -> None:
    batch = store_batch(ledger, draft=make_draft([]))
    assert_same(ledger.draft(batch), make_draft([]))


def break_json(packed: bytes) -> bytes:
    return rewrite(packed, lambda said: said.update(started="yesterday"))


def lose_sheet(packed: bytes) -> bytes:
    return rewrite(packed, lambda said: said.pop("sheet"))


def tear(packed: bytes) -> bytes:
    return packed[: len(packed) // 2]


@pytest.mark.parametrize("damage", [break_json, lose_sheet, tear])
def test_a_snapshot_that_cannot_be_read_is_told(damage: Callable[[bytes], bytes]) -> None:
    with pytest.raises(LedgerError, match="cannot be read"):
        unpack_draft(damage(pack_draft(full_draft())))
