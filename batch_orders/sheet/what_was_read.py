"""What is said of a sheet before anything is sent: which worksheets and columns were read, and which not."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from batch_orders.core.wording import counted
from batch_orders.sheet.codes import ReadCode
from batch_orders.sheet.job import Job
from batch_orders.sheet.tables.grid import Table
from batch_orders.sheet.unread_columns import doubts_of, filled_columns, kinds_of

DOUBTED = re.compile(
    r"(?:^|[\W_])(?:examples?|samples?|templates?|old|previous|archived?|archive|history|copy|backup|draft|wip|test"
    r"|not? to|do not|don'?t|cancell?ed|ordered|already|bought|placed|done|obsolete|unused|beispiel|muster|vorlage|alt"
    r"|archiv|kopie|erledigt|storniert|bestellt|nicht|ejemplo|viejo|antiguo|copia|cancelado|hecho|exemple|ancien|copie"
    r"|annulé|fait|esempio|vecchio|archivio|annullato|fatto|voorbeeld|oud|stary|stare|przykład)(?:$|[\W_0-9])",
    re.IGNORECASE,
)
COPIED = re.compile(r"(?P<name>.+?) ?\([0-9]+\)")
"""What a spreadsheet program calls the copy of a worksheet."""

NOT_READ = (ReadCode.WORKSHEET_HIDDEN, ReadCode.WORKSHEET_LEFT_OUT)


def tell_what_was_read(job: Job, tables: Sequence[Table], several: bool) -> None:
    """Note it among the assumptions. `several` is for workbooks, whose worksheets have names of people's own."""
    if several:
        read = ", ".join(f"{table.name} ({counted(table.row_count, 'row')})" for table in tables)
        left = [problem.worksheet for problem in job.problems if problem.code in NOT_READ]
        unread = f" Not read: {', '.join(left)}." if left else ""
        job.assumptions.append(f"{'Worksheets' if len(tables) > 1 else 'Worksheet'} read: {read}.{unread}")
        names = {table.name for table in tables}
        for table in tables:
            if is_doubted(table.name, names) and not job.options.worksheet:
                message = (
                    f"The worksheet was read, with {counted(table.row_count, 'row')}, though its name sounds as if it "
                    "were not meant. Name the right one, or delete or hide this one."
                )
                job.warn(table.name, ReadCode.WORKSHEET_DOUBTED, message, table.name)
    for table in tables:
        if table.unread_columns:
            tell_unread(job, table, f" of {table.name}" if len(tables) > 1 else "")


def tell_unread(job: Job, table: Table, where: str) -> None:
    said = f"Columns{where} that were not read into orders: {', '.join(table.unread_columns)}."
    columns = filled_columns(table)
    for kind, headers in kinds_of(columns).items():
        hold = "holds" if len(headers) == 1 else "hold"
        said += f" {', '.join(headers)} {hold} {kind}: none of these is ordered."
    job.assumptions.append(said)
    for header, message in doubts_of(table, columns):
        job.warn(table.name, ReadCode.COLUMN_NOT_READ, message, header)


def is_doubted(name: str, names: Collection[str]) -> bool:
    copied = COPIED.fullmatch(name)
    return DOUBTED.search(name) is not None or (copied is not None and copied["name"] in names)
