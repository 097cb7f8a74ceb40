"""A batch's papers: its report as it stands before anything is sent, in one blob.

They hold the whole sheet, so that a process on any machine can carry an interrupted batch on
and write its report without the file. A zip of one JSON text and one Arrow file per worksheet.
"""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from batch_orders.core.model import Problem, Severity, Sheet, Worksheet
from batch_orders.core.results import BatchResult, OrderResult, Status

if TYPE_CHECKING:
    import pandas as pd

DRAFT = "draft.json"


def pack_papers(draft: BatchResult) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as papers:
        papers.writestr(DRAFT, json.dumps(describe_draft(draft), ensure_ascii=False, default=str))
        for number, worksheet in enumerate(draft.sheet.worksheets):
            papers.writestr(f"cells-{number}", pack_cells(worksheet.cells))
    return packed.getvalue()


def unpack_papers(packed: bytes) -> BatchResult:
    with zipfile.ZipFile(io.BytesIO(packed)) as papers:
        said = json.loads(papers.read(DRAFT))
        cells = [unpack_cells(papers.read(f"cells-{number}")) for number in range(len(said["worksheets"]))]
    worksheets = tuple(
        Worksheet(
            worksheet["name"],
            worksheet["header_row"],
            tuple(worksheet["headers"]),
            worksheet["columns"],
            frame,
        )
        for worksheet, frame in zip(said["worksheets"], cells, strict=True)
    )
    sheet = said["sheet"]
    return BatchResult(
        sheet=Sheet(
            Path(sheet["path"]),
            sheet["format"],
            sheet["sha256"],
            worksheets,
            tuple(read_problem(problem) for problem in sheet["problems"]),
            tuple(sheet["assumptions"]),
        ),
        batch=said["batch"],
        environment=said["environment"],
        started=datetime.fromisoformat(said["started"]),
        finished=datetime.fromisoformat(said["started"]),
        orders=tuple(read_result(order) for order in said["orders"]),
        problems=tuple(read_problem(problem) for problem in said["problems"]),
        problem_count=said["problem_count"],
        rows_invalid=said["rows_invalid"],
        row_problems={int(row): reason for row, reason in said["row_problems"].items()},
        remarks=tuple(said["remarks"]),
        checksum=said["checksum"],
    )


def describe_draft(draft: BatchResult) -> dict[str, Any]:
    sheet = draft.sheet
    return {
        "batch": draft.batch,
        "environment": draft.environment,
        "started": draft.started.isoformat(),
        "orders": [asdict(order) for order in draft.orders],
        "problems": [asdict(problem) for problem in draft.problems],
        "problem_count": draft.problem_count,
        "rows_invalid": draft.rows_invalid,
        "row_problems": dict(draft.row_problems),
        "remarks": draft.remarks,
        "checksum": draft.checksum,
        "sheet": {
            "path": str(sheet.path),
            "format": sheet.format,
            "sha256": sheet.sha256,
            "assumptions": sheet.assumptions,
            "problems": [asdict(problem) for problem in sheet.problems],
        },
        "worksheets": [
            {
                "name": worksheet.name,
                "header_row": worksheet.header_row,
                "headers": worksheet.headers,
                "columns": dict(worksheet.columns),
            }
            for worksheet in sheet.worksheets
        ],
    }


def read_problem(said: dict[str, Any]) -> Problem:
    return Problem(**{**said, "severity": Severity(said["severity"])})


def read_result(said: dict[str, Any]) -> OrderResult:
    return OrderResult(
        **{
            **said,
            "status": Status(said["status"]),
            "rows": tuple(said["rows"]),
            "mailboxes": tuple(said["mailboxes"]),
            "time": datetime.fromisoformat(said["time"]) if said["time"] else None,
        }
    )


def pack_cells(cells: pd.DataFrame) -> bytes:
    # Imported where they are needed: most commands ask a ledger only, and need not wait for it.
    import pyarrow as pa

    columns = [pa.array(cells.index.to_numpy())] + [pa.array(cells[name]) for name in cells.columns]
    table = pa.table(columns, names=["row", *(str(name) for name in cells.columns)])
    packed = io.BytesIO()
    with pa.ipc.new_file(packed, table.schema) as file:
        file.write_table(table)
    return packed.getvalue()


def unpack_cells(packed: bytes) -> pd.DataFrame:
    import pyarrow as pa

    frame: pd.DataFrame = pa.ipc.open_file(io.BytesIO(packed)).read_all().to_pandas().set_index("row")
    return frame.astype("str").set_axis(range(frame.shape[1]), axis=1)
