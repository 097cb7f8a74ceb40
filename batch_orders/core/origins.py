"""Which row of a sheet a corrected row was made of: known again by a mark of what the original row said.

The corrections workbook carries the marks, and so the ledger learns which rows an order has put right. When the
original sheet is handed in again, its rows are not told to be wrong once more, but to be placed since.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from batch_orders.core.model import Field, Sheet, Worksheet
from batch_orders.core.positions import Positions
from batch_orders.core.workbooks import CORRECTIONS_HEADERS, added_headers

LABEL = CORRECTIONS_HEADERS[0]
FILLED = "(filled in)"
"""Stands for the worksheet where a row is known by the mark of what it says with its suggestions filled in."""

ABOVE = "above"
"""Stands among the cells of a row without a domain for what is above it: rows of two blocks may be alike."""

NOTHING: Mapping[int, Mapping[int, str]] = {}


@dataclass(frozen=True, slots=True)
class PlacedSince:
    """The order that a row's correction was placed with."""

    batch: str
    domain: str
    vendor_order_id: str
    changed_at: str


def own_columns(worksheet: Worksheet) -> tuple[int, ...]:
    """The positions of the sheet's own columns: without those that a corrections workbook adds."""
    added = added_headers(worksheet.headers)
    return tuple(at for at, header in enumerate(worksheet.headers) if header not in added)


def labels_of(worksheet: Worksheet) -> list[str]:
    """How the original sheet calls each row: by its number there, blank for a row that was added."""
    if not added_headers(worksheet.headers):
        return [str(row) for row in worksheet.cells.index.tolist()]
    return [str(text).strip() for text in worksheet.cells[worksheet.headers.index(LABEL)].tolist()]


def origin_key(worksheet: str, label: str) -> str:
    return f"{worksheet}\n{label}"


def key_parts(key: str) -> tuple[str, str]:
    worksheet, _, label = key.partition("\n")
    return worksheet, label


def marks_of(sheet: Sheet, positions: Collection[int]) -> dict[int, str]:
    """By position, the mark of each row's original; a row that names nothing certain has none."""
    known = Positions(sheet)
    marks: dict[int, str] = {}
    for number, within in known.split(positions):
        start = known.starts()[number]
        found = marks_within(sheet, sheet.worksheets[number], within)
        marks |= {start + at: mark for at, mark in found.items() if mark}
    return marks


def marks_within(sheet: Sheet, worksheet: Worksheet, within: list[int]) -> dict[int, str]:
    if added_headers(worksheet.headers):
        labels, titles = labels_of(worksheet), {key_parts(key)[0] for key in sheet.origins}
        # A worksheet that somebody has given another name is still the only one.
        alone = len(titles) == len(sheet.worksheets) == 1
        title = titles.pop() if alone else worksheet.name
        return {at: sheet.origins.get(origin_key(title, labels[at]), "") for at in within}
    own = own_marks(worksheet, within)
    # Of a sheet with the suggestions filled in, a row is known by what it says now: rows may have been moved.
    return {at: sheet.origins.get(origin_key(FILLED, mark), mark) for at, mark in own.items()}


def own_marks(
    worksheet: Worksheet, within: list[int], changed: Mapping[int, Mapping[int, str]] = NOTHING
) -> dict[int, str]:
    """By position, the marks of rows as they stand, or as they are with the cells that are `changed`: position of the
    row, position of the column, text.
    """
    columns = {
        **worksheet.columns,
        **{f"{Field.MAILBOX} {n}": at for n, at in enumerate(worksheet.more_mailboxes)},
    }
    texts = {name: worksheet.cells[at].iloc[within].tolist() for name, at in columns.items()}

    @cache
    def above() -> list[str]:
        return texts_above(worksheet.cells[columns[Field.DOMAIN]].tolist())

    def mark_at(n: int, at: int) -> str:
        cells = {name: changed.get(at, {}).get(columns[name], column[n]) for name, column in texts.items()}
        if Field.DOMAIN in columns and not names_itself(cells):
            cells[ABOVE] = above()[at]
        return mark_of(cells)

    # Row by row: of a large sheet the cells of all rows would take much memory.
    return {at: mark_at(n, at) for n, at in enumerate(within)}


def names_itself(cells: Mapping[str, str]) -> bool:
    """Whether a row names a domain or a whole address, and not one of those above it."""
    return "." in cells.get(Field.DOMAIN, "") or "@" in cells.get(Field.MAILBOX, "")


def texts_above(domains: Sequence[str]) -> list[str]:
    """For each row what stands above it in its column, up to the last text with a dot; "" where there is none."""
    above: list[str] = []
    said = ""
    for text in domains:
        above.append(said)
        if "." in text:
            said = text
        elif text.strip() and said and not said.endswith(f"\n{text}"):
            said = f"{said}\n{text}"
    return above


def mark_of(cells: Mapping[str, str]) -> str:
    """The mark of one row, "" where nothing tells which domain it means: such rows are alike."""
    said = {name: text.strip().casefold() for name, text in cells.items() if text.strip()}
    if not (said.get(Field.DOMAIN) or said.get(ABOVE) or "@" in said.get(Field.MAILBOX, "")):
        return ""
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:32]
