"""Workbooks of an upload that became no batch yet: made anew from its stored bytes."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from batch_orders.core.file_names import WITH_SUGGESTIONS, name_of, suggested_name
from batch_orders.core.results import Kind
from batch_orders.core.uploads import Upload
from batch_orders.service.upload_reading import UploadReader
from batch_orders.validation.grouping import Grouping

WriteSheet = Callable[[Grouping, Path], Path | None]
"""Writes a workbook of one sheet into a folder, and says which; None where there is nothing for it."""


def write_upload_file(reader: UploadReader, upload: Upload, folder: Path, write: WriteSheet) -> Path | None:
    """One workbook of an upload that became no batch yet, of the first sheet that `write` makes one of, or None.

    Raises SheetError and ReportError.
    """
    with tempfile.TemporaryDirectory(prefix="batch-orders-upload-") as place:
        for sheet in reader.read_all(upload, Path(place)):
            if path := write(sheet.grouping, folder):
                return path
    return None


def write_rows_to_correct(grouping: Grouping, folder: Path) -> Path | None:
    """The rows to correct; None where none is held back."""
    from batch_orders.report.corrections import write_corrections
    from batch_orders.validation.grouping import held_back_rows

    rows = held_back_rows(grouping)
    if not rows:
        return None
    path = folder / name_of(grouping.rows.sheet.name, Kind.CORRECTIONS, 1)
    write_corrections(grouping.rows.sheet, rows, grouping.findings.kept, path)
    return path


def write_with_suggestions(grouping: Grouping, folder: Path) -> Path | None:
    """The whole sheet with every suggestion filled in and marked; None where nothing is suggested."""
    from batch_orders.report.suggested import write_suggested

    found = grouping.findings.kept
    if not any(problem.suggestion for problem in found):
        return None
    path = folder / suggested_name(grouping.rows.sheet.name, WITH_SUGGESTIONS)
    write_suggested(grouping.rows.sheet, found, path)
    return path
