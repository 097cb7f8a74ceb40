"""What the child hands to its parent: one JSON file and an Arrow file for each worksheet.

Everything but the sizes of the cells is in `result.json`, which is written last.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from batch_orders.core.model import Problem, Severity, Sheet, Worksheet

if TYPE_CHECKING:
    import pandas as pd

    from batch_orders.sheet.tables.grid import Table

RESULT = "result.json"


@dataclass(frozen=True, slots=True)
class Content:
    """All that was read from one file."""

    format: str
    sha256: str
    tables: Sequence[Table]
    problems: Sequence[Problem] = ()
    assumptions: Sequence[str] = ()


def write_content(content: Content, folder: Path) -> None:
    """Raises OSError where the disk is full or the cap on written bytes is reached."""
    worksheets = []
    for number, table in enumerate(content.tables):
        write_table(table, folder / f"{number}.arrow")
        more = list(table.more_mailboxes)
        worksheets.append([table.name, table.header_row, table.headers, dict(table.columns), more])
    problems = [*content.problems, *(problem for table in content.tables for problem in table.problems)]
    write_result(
        folder,
        {
            "format": content.format,
            "sha256": content.sha256,
            "worksheets": worksheets,
            "problems": [astuple(problem) for problem in problems],
            "assumptions": list(content.assumptions),
        },
    )


def write_table(table: Table, path: Path) -> None:
    import pyarrow as pa

    from batch_orders.sheet.tables.grid import schema

    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, schema(len(table.headers))) as writer:
        for batch in table.batches:
            writer.write_batch(batch)


def write_result(folder: Path, result: dict[str, Any]) -> None:
    (folder / RESULT).write_text(json.dumps(result), encoding="utf-8")


def load_sheet(result: dict[str, Any], folder: Path, path: Path) -> Sheet:
    """The Sheet in the parent. The frames lie on the mapped Arrow files, which may be deleted then."""
    worksheets = tuple(
        Worksheet(
            name, header_row, tuple(headers), columns, load_frame(folder / f"{number}.arrow"), tuple(more)
        )
        for number, (name, header_row, headers, columns, more) in enumerate(result["worksheets"])
    )
    problems = tuple(Problem(Severity(severity), *rest) for severity, *rest in result["problems"])
    return Sheet(path, result["format"], result["sha256"], worksheets, problems, tuple(result["assumptions"]))


def load_frame(path: Path) -> pd.DataFrame:
    import pandas as pd
    import pyarrow as pa

    with pa.memory_map(str(path)) as source:
        table = pa.ipc.open_file(source).read_all()
    frame: pd.DataFrame = table.drop_columns(["row"]).to_pandas()
    frame.columns = pd.RangeIndex(len(frame.columns))
    frame.index = pd.Index(table.column("row").to_numpy(), name="row")
    return frame
