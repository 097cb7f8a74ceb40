"""Sheets made at test time, and the reading of them as the program does it: in a process of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet as MadeWorksheet

from batch_orders.core.model import Sheet
from batch_orders.sheet import ReadOptions, read_sheet
from tests.sheet.made import Make, Read


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Reads a path, or text or bytes as a file of the name that is given."""

    def read_it(what: Path | bytes | str, name: str = "orders.csv", **options: Any) -> Sheet:
        if isinstance(what, Path):
            return read_sheet(what, ReadOptions(**options))
        path = tmp_path / name
        path.write_bytes(what.encode() if isinstance(what, str) else what)
        return read_sheet(path, ReadOptions(**options))

    return read_it


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Writes a workbook of one worksheet with the rows, which `change` may work over before it is saved."""

    def make_it(
        rows: Sequence[Sequence[Any]],
        change: Callable[[MadeWorksheet], object] = lambda worksheet: None,
        name: str = "orders.xlsx",
    ) -> Path:
        book = openpyxl.Workbook()
        worksheet = book.active
        assert isinstance(worksheet, MadeWorksheet)
        worksheet.title = "Orders"
        for row in rows:
            worksheet.append(list(row))
        change(worksheet)
        path = tmp_path / name
        book.save(path)
        return path

    return make_it
