"""A batch's snapshot: its sheet and its result as they stood before anything was sent, in one blob.

It holds the whole sheet, the file's own bytes included, so that a process on any machine can carry
a batch on and hand back its report without the file. A zip of one JSON text, one Arrow file per
worksheet, and the file. The JSON is read by name, so that a snapshot outlives later versions.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from itertools import chain
from typing import TYPE_CHECKING, Any

from batch_orders.core.model import Sheet, Worksheet
from batch_orders.core.plan import PLACED_DIFFERENTLY
from batch_orders.core.positions import Positions
from batch_orders.core.results import Draft, OrderResult, Status
from batch_orders.errors import LedgerError
from batch_orders.ledger.documents import from_document, to_plain

if TYPE_CHECKING:
    import pandas as pd

VERSION = 1
DOCUMENT, FILE = "snapshot.json", "sheet.bin"
FIRST_DOCUMENT = "draft.json"
"""What the JSON was called in version 0, which was never written down in it."""
COMPRESSED = b"PK"


def pack_draft(draft: Draft) -> bytes:
    data = draft.sheet.data
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as snapshot:
        snapshot.writestr(DOCUMENT, json.dumps(describe_draft(draft), ensure_ascii=False, default=to_plain))
        for number, worksheet in enumerate(draft.sheet.worksheets):
            snapshot.writestr(f"cells-{number}", pack_cells(worksheet.cells))
        # A workbook is a zip itself: it would only take time.
        kept = zipfile.ZIP_STORED if data.startswith(COMPRESSED) else zipfile.ZIP_DEFLATED
        snapshot.writestr(FILE, data, compress_type=kept)
    return packed.getvalue()


def describe_draft(draft: Draft) -> dict[str, object]:
    sheet = draft.sheet
    worksheets = [fields_without(worksheet, "cells") for worksheet in sheet.worksheets]
    told = {**fields_without(sheet, "data"), "worksheets": worksheets}
    return {"version": VERSION, **fields_without(draft, "sheet"), "sheet": told}


def fields_without(value: Draft | Sheet | Worksheet, *left_out: str) -> dict[str, object]:
    return {field.name: getattr(value, field.name) for field in fields(value) if field.name not in left_out}


def unpack_draft(packed: bytes, cells: bool = True) -> Draft:
    """Without `cells`, the worksheets and the file stay packed. Raises LedgerError where it cannot be read."""
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as snapshot:
            if DOCUMENT in snapshot.namelist():
                return read_draft(snapshot, cells)
            return read_first_draft(snapshot)
    except (zipfile.BadZipFile, LookupError, ValueError, TypeError) as error:
        raise LedgerError(
            f"What the ledger keeps of a batch's sheet cannot be read ({type(error).__name__})."
        ) from None


def read_draft(snapshot: zipfile.ZipFile, cells: bool) -> Draft:
    said = json.loads(snapshot.read(DOCUMENT))
    worksheets = read_worksheets(snapshot, said["sheet"]["worksheets"]) if cells else ()
    data = snapshot.read(FILE) if cells else b""
    sheet = from_document(Sheet, said["sheet"], worksheets=worksheets, data=data)
    return from_document(Draft, said, sheet=sheet)


def read_worksheets(snapshot: zipfile.ZipFile, said: Sequence[Mapping[str, Any]]) -> tuple[Worksheet, ...]:
    return tuple(
        from_document(Worksheet, worksheet, cells=unpack_cells(snapshot.read(f"cells-{number}")))
        for number, worksheet in enumerate(said)
    )


def read_first_draft(snapshot: zipfile.ZipFile) -> Draft:
    """Version 0: without the file, and without the positions of the rows that were held back."""
    said = json.loads(snapshot.read(FIRST_DOCUMENT))
    sheet = from_document(Sheet, said["sheet"], worksheets=read_worksheets(snapshot, said["worksheets"]))
    orders = tuple(
        from_document(OrderResult, order, vendor_order_id=order["order_id"]) for order in said["orders"]
    )
    draft = from_document(Draft, said, sheet=sheet, orders=orders)
    return replace(draft, held_back=find_held_back(draft))


def find_held_back(draft: Draft) -> tuple[int, ...]:
    """The rows of all invalid orders, but of those only that ask for something else than was placed before."""
    positions = Positions(draft.sheet)
    differ = {
        (problem.worksheet, problem.row) for problem in draft.problems if problem.code == PLACED_DIFFERENTLY
    }
    rows = (
        order.rows
        for order in draft.orders
        if order.status is Status.INVALID and not differ.intersection(map(positions.named_place, order.rows))
    )
    return tuple(sorted(chain.from_iterable(rows)))


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
