"""The sheets of an upload, read from their stored bytes and judged, under the names that people gave them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from batch_orders.core.model import Problem
from batch_orders.core.rules import RowRules
from batch_orders.core.uploads import Upload, UploadedSheet
from batch_orders.core.visible import visible_line
from batch_orders.core.wording import cut
from batch_orders.errors import ColumnsError, SheetError
from batch_orders.ledger import Ledger
from batch_orders.ledger.uploads import Uploads
from batch_orders.service.check import check_sheet
from batch_orders.service.events import Events
from batch_orders.service.preview import NewSheet
from batch_orders.sheet import Ahead, ReadOptions
from batch_orders.validation.grouping import Grouping

CHOSEN = "Columns as they were chosen on the page"
CHOSEN_BEFORE = "Columns as they were chosen on the page before, for a sheet with the same headers"
LONGEST_HEADER = 60
SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,8}")


class UnknownColumns(ColumnsError):
    """As ColumnsError, of the sheet at the position `sheet` of an upload."""

    def __init__(
        self, lacking: str, columns: tuple[tuple[str, tuple[str, ...]], ...] = (), sheet: int = 0
    ) -> None:
        super().__init__(lacking, columns)
        self.sheet = sheet


@dataclass(frozen=True, slots=True)
class UploadReader:
    """`options` and `rules` are the settings'; `ahead` is a reader of sheets that was started ahead, if any was."""

    ledger: Ledger
    options: ReadOptions
    rules: RowRules
    ahead: Ahead | None = None

    def read_all(self, upload: Upload, folder: Path) -> Iterator[NewSheet]:
        """Its sheets in turn, their bytes in a folder as long as they are read.

        Raises SheetError where one cannot be read, UnknownColumns where its headers are not known.
        """
        for number, sheet in enumerate(upload.sheets):
            yield self.read(upload, number, sheet, folder)

    def read(self, upload: Upload, number: int, sheet: UploadedSheet, folder: Path) -> NewSheet:
        """One sheet, read from its stored bytes under a name of our own."""
        path = folder / f"sheet-{number}{suffix_of(sheet.name)}"
        with path.open("wb") as file:
            for piece in self.ledger.uploads.data(upload.id, number):
                file.write(piece)
        shown = shown_name(sheet.name)
        said: Mapping[str, str] = sheet.options.get("columns", {})
        try:
            grouping = assume(self.check_file(path, upload, self.options_of(sheet)), CHOSEN, said)
        except ColumnsError as error:
            lacking = error.lacking.replace(path.name, shown)
            raise UnknownColumns(lacking, error.columns, number) from None
        except SheetError as error:
            raise SheetError(str(error).replace(path.name, shown), error.setting) from None
        return NewSheet.of(under_name(grouping, shown))

    def check_file(self, path: Path, upload: Upload, options: ReadOptions) -> Grouping:
        """With the columns that were chosen for the same headers before, where the headers are not known."""
        read = partial(
            check_sheet,
            path,
            rules=self.rules,
            events=RowsRead(self.ledger.uploads, upload.id),
            keep_data=True,
            ahead=self.ahead,
        )
        try:
            return read(options)
        except ColumnsError as error:
            chosen = self.ledger.column_choices.chosen([header for header, _ in error.columns])
            known = {**options.columns, **chosen}
            if known == options.columns:
                raise
            return assume(read(replace(options, columns=known)), CHOSEN_BEFORE, chosen)

    def options_of(self, sheet: UploadedSheet) -> ReadOptions:
        """The settings' options, overruled by what somebody said of this sheet."""
        said: Mapping[str, Any] = sheet.options
        columns = {**self.options.columns, **said.get("columns", {})}
        plain = {
            name: said[name]
            for name in ("worksheet", "header_row", "encoding", "delimiter", "password")
            if said.get(name)
        }
        return replace(self.options, columns=columns, **plain)


class RowsRead(Events):
    """Keeps the count of rows read so far in the ledger, for those who wait."""

    def __init__(self, uploads: Uploads, upload: str) -> None:
        self.uploads = uploads
        self.upload = upload

    def rows_read(self, rows: int) -> None:
        self.uploads.note_rows(self.upload, rows)


def assume(grouping: Grouping, how: str, columns: Mapping[str, str]) -> Grouping:
    """With a sentence on which column is which, where somebody chose that."""
    if not columns:
        return grouping
    told = ", ".join(
        f'"{cut(visible_line(header), LONGEST_HEADER)}" is {name.replace("_", " ")}'
        for header, name in columns.items()
    )
    sheet = grouping.rows.sheet
    named = replace(sheet, assumptions=(*sheet.assumptions, f"{how}: {told}."))
    return replace(grouping, rows=replace(grouping.rows, sheet=named))


def under_name(grouping: Grouping, name: str) -> Grouping:
    """With the sheet's own name. A text file's only worksheet is called after its file."""
    sheet = replace(grouping.rows.sheet, path=Path(name))
    if sheet.csv is None:
        return replace(grouping, rows=replace(grouping.rows, sheet=sheet))
    stem = Path(name).stem
    worksheets = tuple(replace(worksheet, name=stem) for worksheet in sheet.worksheets)
    named = replace(sheet, worksheets=worksheets, problems=told_of(stem, sheet.problems))
    findings = replace(grouping.findings, kept=told_of(stem, grouping.findings.kept))
    return replace(grouping, rows=replace(grouping.rows, sheet=named), findings=findings)


def told_of(worksheet: str, problems: Sequence[Problem]) -> tuple[Problem, ...]:
    return tuple(
        replace(problem, worksheet=worksheet) if problem.worksheet else problem for problem in problems
    )


def suffix_of(name: str) -> str:
    suffix = PurePosixPath(name).suffix
    return suffix if SUFFIX.fullmatch(suffix) else ""


def shown_name(name: str) -> str:
    """The name of a sheet as batches and reports have it: no folders, and never empty."""
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    return last if last.strip(". ") else "sheet"
