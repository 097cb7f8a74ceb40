"""What the child hands to its parent: one JSON file and an Arrow file for each worksheet.

Everything but the sizes of the cells is in `result.json`, which is written last.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from batch_orders.core.model import CsvForm, Problem, Severity, Sheet, Worksheet

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from batch_orders.sheet.tables.grid import Table

NOT_TEXT = re.compile("[\ud800-\udfff]")
RESULT = "result.json"


@dataclass(frozen=True, slots=True)
class Content:
    """All that was read from one file."""

    format: str
    sha256: str
    tables: Sequence[Table]
    problems: Sequence[Problem] = ()
    assumptions: Sequence[str] = ()
    csv: CsvForm | None = None
    origins: Mapping[str, str] = field(default_factory=dict)


def write_content(content: Content, folder: Path) -> None:
    """Raises OSError where the disk is full or the cap on written bytes is reached."""
    worksheets = []
    for number, table in enumerate(content.tables):
        write_table(table, folder / f"{number}.arrow")
        worksheets.append(
            {
                "name": table.name,
                "header_row": table.header_row,
                "headers": table.headers,
                "columns": dict(table.columns),
                "more_mailboxes": list(table.more_mailboxes),
            }
        )
    problems = [*content.problems, *(problem for table in content.tables for problem in table.problems)]
    write_result(
        folder,
        {
            "format": content.format,
            "sha256": content.sha256,
            "worksheets": worksheets,
            "problems": [asdict(problem) for problem in problems],
            "assumptions": list(content.assumptions),
            "origins": dict(content.origins),
            "csv": content.csv and asdict(content.csv) | {"bom": content.csv.bom.hex()},
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
        load_worksheet(table, folder / f"{number}.arrow") for number, table in enumerate(result["worksheets"])
    )
    form = result["csv"]
    return Sheet(
        Path(storable(str(path))),
        format=result["format"],
        sha256=result["sha256"],
        worksheets=worksheets,
        problems=tuple(
            Problem(**each | {"severity": Severity(each["severity"])}) for each in result["problems"]
        ),
        assumptions=tuple(result["assumptions"]),
        origins=result["origins"],
        csv=CsvForm(**form | {"bom": bytes.fromhex(form["bom"])}) if form else None,
    )


def load_worksheet(table: dict[str, Any], cells: Path) -> Worksheet:
    listed = {name: tuple(table[name]) for name in ("headers", "more_mailboxes")}
    return Worksheet(**table | listed | {"name": storable(table["name"])}, cells=load_frame(cells))


def storable(name: str) -> str:
    """The name of a file, or of a worksheet that is called after it, with "_" for every byte that is no UTF-8.

    Reports and the ledger hold text.
    """
    return NOT_TEXT.sub("_", name)


def in_one_piece(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def load_frame(path: Path) -> pd.DataFrame:
    from concurrent.futures import ThreadPoolExecutor

    import pandas as pd
    import pyarrow as pa

    with pa.memory_map(str(path)) as source:
        table = pa.ipc.open_file(source).read_all()
    # Each look through a column in pieces would put them together anew. Arrow lets go of the interpreter meanwhile.
    with ThreadPoolExecutor(2) as pool:
        table = pa.table(dict(zip(table.column_names, pool.map(in_one_piece, table.columns), strict=True)))
    frame: pd.DataFrame = table.drop_columns(["row"]).to_pandas()
    frame.columns = pd.RangeIndex(len(frame.columns))
    frame.index = pd.Index(table.column("row").to_numpy(), name="row")
    return frame
