"""What is said of a sheet before anything is sent: which worksheets and columns were read, and which not."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from batch_orders.core.wording import counted
from batch_orders.sheet.codes import ReadCode
from batch_orders.sheet.job import Job
from batch_orders.sheet.tables.grid import Table
from batch_orders.sheet.unread_columns import doubts_of, filled_columns, kinds_of

BOUNDARY = r"(?-i:(?<=[a-z])(?=[A-Z]))"
"""Between two words that are written as OldOrders is."""

DOUBTED = re.compile(
    rf"(?:^|[\W_]|{BOUNDARY})"
    r"(?:examples?|samples?|templates?|old|previous|archived?|archives?|history|copy|backup|bak|draft|wip"
    r"|test|testing|cancell?ed|ordered|already|bought|placed|done|obsolete|outdated|superseded|deprecated"
    r"|unused|ignored?|deleted|trash|dummy|demo|beispiele?|muster|vorlagen?|alt(?:e[ns]?)?|archiv|kopien?"
    r"|sicherung|entwurf|erledigt|storniert|bestellt|gelöscht|papierkorb|veraltet|nicht|vorjahr|ejemplos?"
    r"|plantilla|viej[oa]s?|antigu[oa]s?|copias?|borrador|cancelad[oa]s?|hech[oa]s?|exemples?|modèle"
    r"|ancien(?:ne)?s?|copies?|archivée?s?|brouillon|annulée?s?|fait|obsolète|esemp(?:io|i)|modello"
    r"|vecchi[oae]?|archivio|bozza|annullat[oaie]|fatt[oaie]|exemplos?|antig[oa]s?|cópias?|rascunho"
    r"|arquivad[oa]s?|feit[oa]s?|voorbeeld(?:en)?|oude?|archief|geannuleerd|gedaan|star[yea]|przykład|kopia"
    r"|archiwum|szkic|zrobione|anulowane|not? to|do not|don'?t|last year|on hold)"
    rf"(?:$|[\W_0-9]|{BOUNDARY})",
    re.IGNORECASE,
)
COPIED = re.compile(r"(?P<name>.+?)(?: ?\([0-9]+\)|_[0-9]+)")
"""What spreadsheet programs call the copy of a worksheet."""

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
            if table.row_count and is_doubted(table.name, names) and not job.options.worksheet:
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
