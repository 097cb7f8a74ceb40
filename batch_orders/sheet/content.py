"""One file → its content: found out what it is, opened, and read by the reader for its kind."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from batch_orders.core.model import CsvForm
from batch_orders.errors import SheetError
from batch_orders.sheet.codes import ReadCode
from batch_orders.sheet.formats.detect import Kind, detect, wrong_ending
from batch_orders.sheet.job import Job, Tick
from batch_orders.sheet.options import ReadOptions
from batch_orders.sheet.tables.grid import Table
from batch_orders.sheet.tables.second_headers import read_below_headers
from batch_orders.sheet.transfer import Content
from batch_orders.sheet.what_was_read import tell_what_was_read

NAMES = {
    Kind.XLSX: "an xlsx workbook",
    Kind.XLSB: "an xlsb workbook",
    Kind.XLS: "an xls workbook",
    Kind.ODS: "an ods workbook",
    Kind.HTML: "an HTML table",
    Kind.SPREADSHEETML: "an XML spreadsheet",
    Kind.CSV: "a CSV file",
}


def read_file(path: Path, options: ReadOptions, folder: Path, tick: Tick) -> Content:
    """`folder` is for files of the reader's own.

    Raises SheetError for whatever cannot be read, and MemoryError past the cap.
    """
    data = path.read_bytes()
    sha256 = hashlib.sha256(data).hexdigest()
    job = Job(path, data, options, tick, folder)
    kind = detect(data, path.name)
    if kind is Kind.ENCRYPTED:
        job, kind = opened(job)
    if ending := wrong_ending(kind, path.name):
        message = f"The file's name ends in {ending}, but it is {NAMES[kind]}. It was read as what it is."
        job.warn("", ReadCode.WRONG_ENDING, message, path.name)
    found, form = read_csv(job) if kind is Kind.CSV else (read_book(job, kind), None)
    tables = [read_below_headers(table, job.names) for table in found]
    tell_what_was_read(job, tables, several=kind is not Kind.CSV)
    if not any(table.row_count for table in tables):
        left = "".join(
            f' Worksheet "{problem.worksheet}": {problem.message}'
            for problem in job.problems
            if problem.code == ReadCode.WORKSHEET_LEFT_OUT
        )
        raise SheetError(f"the sheet has no rows below its header. Fill in at least one row.{left}")
    return Content(kind, sha256, tables, job.problems, job.assumptions, form, job.origins)


def opened(job: Job) -> tuple[Job, Kind]:
    """The same job on the decrypted workbook."""
    from batch_orders.sheet.formats.encrypted import decrypt

    data = decrypt(job.data, job.options.password)
    return replace(job, data=data), detect(data, job.path.name)


def read_csv(job: Job) -> tuple[Sequence[Table], CsvForm | None]:
    from batch_orders.sheet.csv.table import read_csv_job

    table, form = read_csv_job(job)
    return [table], form


def read_book(job: Job, kind: Kind) -> Sequence[Table]:
    from batch_orders.sheet.tables.worksheets import read_worksheets

    if kind is Kind.HTML:
        from batch_orders.sheet.csv.guessed import mark_guess
        from batch_orders.sheet.formats.html import read_html

        book, decoded = read_html(job.data, job.options.encoding)
        return [mark_guess(table, decoded, job) for table in read_worksheets(book, job)]
    if kind is Kind.SPREADSHEETML:
        from batch_orders.sheet.formats.spreadsheetml import read_spreadsheetml

        return read_worksheets(read_spreadsheetml(job.data), job)
    if kind is Kind.ODS:
        from batch_orders.sheet.formats.ods import read_ods

        return read_worksheets(read_ods(job.data, job.options.inflated), job)
    from batch_orders.sheet.formats.workbook import PasswordNeededError, Workbook

    try:
        workbook = Workbook(job, kind)
    except PasswordNeededError:
        job, kind = opened(job)
        workbook = Workbook(job, kind)
    return read_worksheets(workbook, job)
