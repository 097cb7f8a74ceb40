"""What is said of a text whose encoding was guessed: no order is placed by a guess."""

from __future__ import annotations

from dataclasses import replace

import pyarrow.compute as pc

from batch_orders.core.model import Problem, Severity
from batch_orders.errors import SheetError
from batch_orders.sheet.codes import ReadCode
from batch_orders.sheet.csv.text import Decoded
from batch_orders.sheet.job import Job
from batch_orders.sheet.tables.cell_problems import MOST_PROBLEMS
from batch_orders.sheet.tables.grid import Table

FILE = (
    "The encoding was guessed to be {}. Cells of an order that depend on it are held back until it is named."
)
CELL = (
    "The encoding was guessed to be {0}, and other letters may be meant. If the text is right as it is shown, "
    "name {1} as its encoding and hand the sheet in again; if not, name its encoding, or save the sheet as UTF-8."
)


def mark_guess(table: Table, decoded: Decoded, job: Job) -> Table:
    """The table with an error at each cell of an order that depends on a guess; the file has one warning.

    Raises SheetError where such cells are too many.
    """
    if not decoded.guessed:
        return table
    job.warn("", ReadCode.ENCODING_GUESSED, FILE.format(decoded.label), decoded.label)
    message = CELL.format(decoded.label, decoded.encoding)
    problems: list[Problem] = []
    for position in sorted(set(table.columns.values())):
        problems += problems_of_column(table, position, message)
        if len(problems) > MOST_PROBLEMS:
            raise SheetError(f"more than {MOST_PROBLEMS:,} cells depend on a guess. {message}")
    return replace(table, problems=[*table.problems, *problems])


def problems_of_column(table: Table, position: int, message: str) -> list[Problem]:
    """An error for each cell of a column that is not ASCII. In ASCII, all encodings that are guessed agree."""
    header, code = table.headers[position], ReadCode.ENCODING_GUESSED
    problems: list[Problem] = []
    for batch in table.batches:
        texts = batch.column(1 + position)
        depends = pc.not_equal(pc.binary_length(texts), pc.cast(pc.utf8_length(texts), "int64"))
        rows, found = batch.column(0).filter(depends).to_pylist(), texts.filter(depends).to_pylist()
        problems += [
            Problem(Severity.ERROR, table.name, row, header, text, code, message)
            for row, text in zip(rows, found, strict=True)
        ]
        if len(problems) > MOST_PROBLEMS:
            break
    return problems
