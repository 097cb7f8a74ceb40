"""Workbooks that are read back."""

from __future__ import annotations

from pathlib import Path
from typing import IO
from unittest.mock import patch

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.merge import MergedCellRange


def read_workbook(file: Path | str | IO[bytes]) -> Workbook:
    """All of it but borders and locks of merged cells: openpyxl works them out anew, in half the time of a report."""
    with patch.object(MergedCellRange, "format"):
        return load_workbook(file)
