"""The work on an upload: check and plan it, confirm it, carry a batch on. One path for preview and confirmation.

What is stored is read and planned anew when it is confirmed, and only the plan that was looked at is
carried out. Needs pandas, so that it is done in a process of its own.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from batch_orders.core.plan import Plan
from batch_orders.core.records import Approval
from batch_orders.core.rules import RowRules
from batch_orders.core.stops import Stop, StopReason
from batch_orders.core.uploads import Part, Upload, UploadedSheet, UploadState
from batch_orders.errors import BatchOrdersError, ColumnsError, LedgerConflict, SheetError
from batch_orders.ledger.uploads import Findings
from batch_orders.service.accept import new_batch
from batch_orders.service.approval import approve_plan, prices_of
from batch_orders.service.budget import Budget
from batch_orders.service.check import check_sheet
from batch_orders.service.context import Context
from batch_orders.service.enqueue import can_enqueue, queueing, queueing_again
from batch_orders.service.events import Events
from batch_orders.service.living import Living, batch_work
from batch_orders.service.preview import NewSheet, Preview, preview, preview_batch
from batch_orders.service.submit import submit
from batch_orders.service.upload_changes import tell_changes
from batch_orders.service.upload_views import (
    NO_SHEETS,
    cut,
    describe_orders,
    describe_plan,
    describe_rows,
    describe_sheets,
)
from batch_orders.sheet import Ahead, ReadOptions
from batch_orders.validation.grouping import Grouping

SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,8}")
DEARER = Stop(
    StopReason.PLAN_CHANGED,
    "It would cost more than was confirmed. Carry on: the new plan is shown before anything is sent.",
)

WriteSheet = Callable[[Grouping, Path], Path | None]
"""Writes a workbook of one sheet. The path is its name so far: the folder, and the sheet's stem."""


@dataclass(frozen=True, slots=True)
class UploadWork:
    """What an upload is worked on with. `options` and `rules` are the settings', `budget` what one call may spend.

    `ahead` is a reader of sheets that was started ahead, if there is one.
    """

    context: Context
    budget: Callable[[], Budget]
    options: ReadOptions
    rules: RowRules
    living: Living
    ahead: Ahead | None = None

    @property
    def uploads(self) -> Any:
        return self.context.ledger.uploads

    def check(self, upload: Upload) -> None:
        """Read, judge and plan an upload that was claimed, and store what was found."""
        try:
            self.uploads.find(upload.id, self.look(upload)[0])
        except SheetError as error:
            self.uploads.find(upload.id, refused(error))
        except BatchOrdersError as error:
            self.uploads.find(upload.id, Findings(UploadState.REFUSED, {"fault": str(error), "again": True}))

    def look(self, upload: Upload) -> tuple[Findings, Plan, Preview | None]:
        if upload.resumes:
            plan = preview_batch(upload.resumes, self.context, self.budget())
            return self.with_remarks(find_resumption(plan)), plan, None
        with tempfile.TemporaryDirectory(prefix="batch-orders-upload-") as folder:
            sheets = tuple(
                self.read(upload, number, sheet, Path(folder)) for number, sheet in enumerate(upload.sheets)
            )
        seen = preview(sheets, self.context, self.budget())
        return self.with_remarks(find_preview(seen)), seen.plan, seen

    def with_remarks(self, findings: Findings) -> Findings:
        """With what is to be said of the ledger before anything is sent."""
        remarks = [*self.context.said, *findings.found["remarks"]]
        return replace(findings, found={**findings.found, "remarks": remarks})

    def read(self, upload: Upload, number: int, sheet: UploadedSheet, folder: Path) -> NewSheet:
        """One sheet, read from its stored bytes under a name of our own."""
        path = folder / f"sheet-{number}{suffix_of(sheet.name)}"
        with path.open("wb") as file:
            for piece in self.uploads.data(upload.id, number):
                file.write(piece)
        shown = shown_name(sheet.name)
        try:
            grouping = self.check_file(path, upload, self.options_of(sheet))
        except ColumnsError as error:
            told = str(error).replace(path.name, shown)
            raise UnknownColumns(told, error.columns, number) from None
        except SheetError as error:
            raise SheetError(str(error).replace(path.name, shown), error.setting) from None
        named = replace(grouping.rows.sheet, path=Path(shown))
        return NewSheet.of(replace(grouping, rows=replace(grouping.rows, sheet=named)))

    def check_file(self, path: Path, upload: Upload, options: ReadOptions) -> Grouping:
        """With the columns that were chosen for the same headers before, where the headers are not known."""
        read = partial(
            check_sheet,
            path,
            rules=self.rules,
            events=RowsRead(self.uploads, upload.id),
            keep_data=True,
            ahead=self.ahead,
        )
        try:
            return read(options)
        except ColumnsError as error:
            chosen = self.uploads.chosen_columns([header for header, _ in error.columns])
            known = {**options.columns, **chosen}
            if known == options.columns:
                raise
            return read(replace(options, columns=known))

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

    def confirm(self, upload: Upload) -> None:
        """Accept and carry out the plan that was looked at; where it is another one now, nothing is sent.

        The claim on confirming it must be held. A fault before anything is accepted is stored and shown.
        """
        try:
            self.context.market  # noqa: B018  there must be a key before anything is accepted
            findings, plan, seen = self.look(upload)
        except BatchOrdersError as error:
            self.uploads.give_back(upload, f"Nothing was sent. {error}")
            return
        if plan.checksum != upload.checksum or not plan.to_send:
            before = self.uploads.lines(upload.id, Part.ORDERS)
            changed = tell_changes(before, plan)
            self.uploads.find(upload.id, replace(findings, found={**findings.found, "changed": changed}))
            return
        approval = approve_plan(plan, self.context)
        if seen is None:
            self.resume(upload, plan, approval)
        else:
            self.carry_out(upload, seen, approval)

    def carry_out(self, upload: Upload, seen: Preview, approval: Approval) -> None:
        news = [new_batch(seen, sheet) for sheet in range(len(seen.sheets)) if sends(seen, sheet)]
        if can_enqueue(self.context.ledger):
            approved = [(new, approval) for new in news]
            self.leave_to_workers(upload, lambda: self.uploads.confirm(upload.id, approved, queueing(news)))
            return
        with ExitStack() as held:
            for new in news:
                held.enter_context(self.living.hold(batch_work(new.id)))
            if not self.uploads.confirm(upload.id, [(new, approval) for new in news]):
                return
            budget = self.budget()
            for new in news:
                submit(new.id, self.context, budget, lambda plan: DEARER, Events())

    def leave_to_workers(self, upload: Upload, confirm: Callable[[], bool]) -> None:
        """Put what was confirmed into the queue, in the commit that confirms it. A fault is stored and shown."""
        try:
            confirm()
        except BatchOrdersError as error:
            self.uploads.give_back(upload, f"Nothing was sent. {error}")

    def resume(self, upload: Upload, plan: Plan, approval: Approval) -> None:
        batch = upload.resumes
        record = self.context.ledger.batch(batch)
        if record and can_enqueue(self.context.ledger):
            terms = (batch, approval, prices_of(plan), queueing_again(record))
            self.leave_to_workers(upload, lambda: self.uploads.confirm_resumption(upload.id, *terms))
            return
        with self.living.hold(batch_work(batch)):
            try:
                if not self.uploads.confirm_resumption(upload.id, batch, approval, prices_of(plan)):
                    return
            except LedgerConflict as error:
                self.uploads.give_back(upload, f"Nothing was sent. {error}")
                return
            submit(batch, self.context, self.budget(), lambda plan: DEARER, Events())


class UnknownColumns(ColumnsError):
    """As ColumnsError, of the sheet at the position `sheet` of an upload."""

    def __init__(
        self, sentence: str, columns: tuple[tuple[str, tuple[str, ...]], ...] = (), sheet: int = 0
    ) -> None:
        super().__init__(sentence, columns)
        self.sheet = sheet


def cut_fault(sentence: str) -> str:
    """Without how people at the command line mend it."""
    return sentence.partition(" Add the columns, or name")[0]


class RowsRead(Events):
    """Keeps the count of rows read so far in the ledger, for those who wait."""

    def __init__(self, uploads: Any, upload: str) -> None:
        self.uploads = uploads
        self.upload = upload

    def rows_read(self, rows: int) -> None:
        self.uploads.note_rows(self.upload, rows)


def sends(seen: Preview, sheet: int) -> bool:
    return any(item.is_sent for item in seen.planned(sheet))


def find_preview(seen: Preview) -> Findings:
    sheets = describe_sheets(seen)
    found = {**sheets, **describe_plan(seen.plan)}
    state = UploadState.READY if seen.plan.to_send else UploadState.NOTHING
    return Findings(
        UploadState.PROBLEMS if found["faulty"] else state,
        found,
        seen.plan.checksum,
        {Part.ROWS: describe_rows(seen), Part.ORDERS: describe_orders(seen.plan)},
    )


def find_resumption(plan: Plan) -> Findings:
    state = UploadState.READY if plan.to_send else UploadState.NOTHING
    found = {**NO_SHEETS, **describe_plan(plan)}
    return Findings(state, found, plan.checksum, {Part.ORDERS: describe_orders(plan)})


def refused(error: SheetError) -> Findings:
    if isinstance(error, UnknownColumns) and error.columns:
        columns = [
            {"header": header, "values": [cut(value) for value in values]} for header, values in error.columns
        ]
        return Findings(
            UploadState.COLUMNS, {"fault": cut_fault(str(error)), "sheet": error.sheet, "columns": columns}
        )
    state = UploadState.PASSWORD if error.setting == "password-file" else UploadState.REFUSED
    return Findings(state, {"fault": str(error)})


def suffix_of(name: str) -> str:
    suffix = PurePosixPath(name).suffix
    return suffix if SUFFIX.fullmatch(suffix) else ""


def shown_name(name: str) -> str:
    """The name of a sheet as batches and reports have it: no folders, and never empty."""
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    return last if last.strip(". ") else "sheet"


def write_upload_file(work: UploadWork, upload: Upload, folder: Path, write: WriteSheet) -> Path | None:
    """One workbook of an upload that became no batch yet, of the first sheet that `write` makes one of, or None.

    Raises SheetError and ReportError.
    """
    with tempfile.TemporaryDirectory(prefix="batch-orders-upload-") as place:
        for number, sheet in enumerate(upload.sheets):
            grouping = work.read(upload, number, sheet, Path(place)).grouping
            if path := write(grouping, folder / (Path(shown_name(sheet.name)).stem or "sheet")):
                return path
    return None


def write_rows_to_correct(grouping: Grouping, named: Path) -> Path | None:
    """The rows to correct; None where none is held back."""
    from batch_orders.core.results import Kind
    from batch_orders.report.corrections import write_corrections
    from batch_orders.report.names import name_of
    from batch_orders.validation.grouping import held_back_rows

    rows = held_back_rows(grouping)
    if not rows:
        return None
    path = named.with_name(name_of(grouping.rows.sheet.name, Kind.CORRECTIONS, 1))
    write_corrections(grouping.rows.sheet, rows, grouping.findings.kept, path)
    return path


def write_with_suggestions(grouping: Grouping, named: Path) -> Path | None:
    """The whole sheet with every suggestion filled in and marked; None where nothing is suggested."""
    from batch_orders.report.suggested import write_suggested

    found = grouping.findings.kept
    if not any(problem.suggestion for problem in found):
        return None
    path = named.with_name(f"{named.name} with suggestions.xlsx")
    write_suggested(grouping.rows.sheet, found, path)
    return path
