"""Small workbooks that show something else than their cells say: what is bought, and what is said at which cell.

Each is read and judged as any door does it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font

from batch_orders.core.model import Severity
from batch_orders.service.check import check_sheet
from batch_orders.sheet import ReadOptions
from batch_orders.validation.grouping import group_orders

HEADER = ("Domain", "Mailbox", "Vendor", "Forwarding domain", "Contact")
REST = (1, "lane.io", "Eva Holm")
GOOD = ("oakbay.com", "eva", *REST)
EVA, TOM, OTHER = "eva@oakbay.com", "tom@oakbay.com", "tom@oakcove.com"
STRUCK = Font(strike=True)

Rows = Sequence[Sequence[object]]
Said = tuple[int | None, str, str, str]
"""Row, column, code, suggestion."""


class Kind(NamedTuple):
    """`worksheets` are rows by name, without the header; `look` is done to the first. `words` are in what is said."""

    worksheets: Mapping[str, Rows]
    bought: Sequence[str] = ()
    said: Sequence[Said] = ()
    words: Sequence[str] = ()
    look: Callable[[Any], object] = lambda worksheet: None


def orders(*rows: Sequence[object]) -> dict[str, Rows]:
    return {"Orders": rows}


def part(struck: str, rest: str) -> CellRichText:
    """A text of which the first part is struck through."""
    return CellRichText(TextBlock(InlineFont(strike=True), struck), TextBlock(InlineFont(), rest))


def strike(*places: str) -> Callable[[Any], object]:
    def look(worksheet: Any) -> None:
        for place in places:
            worksheet[place].font = STRUCK

    return look


def strike_merged(worksheet: Any) -> None:
    worksheet.merge_cells("A2:A3")
    worksheet["A2"].font = STRUCK


def hide(*, row: int = 0, column: str = "") -> Callable[[Any], object]:
    def look(worksheet: Any) -> None:
        if row:
            worksheet.row_dimensions[row].hidden = True
        if column:
            worksheet.column_dimensions[column].hidden = True

    return look


def in_part(row: int, column: str, suggestion: str = "") -> Said:
    return row, column, "struck-in-part", suggestion


TOM_ROW = ("oakcove.com", "tom", *REST)
THROUGH = (None, "", "struck-through", "")
DOUBTED = (None, "", "worksheet-doubted", "")

KINDS: dict[str, Kind] = {
    # 7. Strike-through.
    "a row": Kind(
        orders(GOOD, TOM_ROW), (EVA, OTHER), [THROUGH], ["row 3."], strike(*(f"{c}3" for c in "ABCDE"))
    ),
    "one cell, beside what is ordered": Kind(
        orders(GOOD, TOM_ROW), (EVA, OTHER), [THROUGH], ["row 2."], strike("A2")
    ),
    "a cell of two rows": Kind(
        orders(GOOD, (None, "tom", *REST)), (EVA, TOM), [THROUGH], ["2 rows", "rows 2, 3."], strike_merged
    ),
    "a header": Kind(orders(GOOD), (EVA,), [THROUGH], ["The header Vendor is struck through"], strike("C1")),
    "a part of the domain, of another order": Kind(
        orders(GOOD, (part("old", "oakbay.com"), "tom", *REST)), said=[in_part(3, "Domain", "oakbay.com")]
    ),
    "a part of the domain, whose mailbox is right": Kind(
        orders((part("oaktree", "oakbay.com"), TOM, *REST)), said=[in_part(2, "Domain", "oakbay.com")]
    ),
    "a part of the domain, of which no name remains": Kind(
        orders((part("oakbay", ".com"), "tom", *REST)), said=[in_part(2, "Domain")]
    ),
    "a part of other cells": Kind(
        orders(
            ("oakbay.com", part("anna, ", "eva"), *REST),
            ("oakcove.com", "tom", part("1", "2"), "lane.io", "Eva Holm"),
            ("oakcliff.com", "tom", 1, part("old.io", "lane.io"), part("Tom Beck", "Eva Holm")),
        ),
        said=[
            in_part(2, "Mailbox", "eva"),
            in_part(3, "Vendor", "2"),
            in_part(4, "Forwarding domain", "lane.io"),
            in_part(4, "Contact", "Eva Holm"),
        ],
    ),
    # 8. Which worksheets and rows are meant.
    "an archive": Kind(
        {"Orders": [GOOD], "Archive 2024": [TOM_ROW]}, (EVA, OTHER), [DOUBTED], ["with 1 row"]
    ),
    "what was ordered, and what is not to be": Kind(
        {"Orders": [GOOD], "Already ordered": [TOM_ROW], "Do not order": [("oakdale.com", "tom", *REST)]},
        (EVA, OTHER, "tom@oakdale.com"),
        [DOUBTED],
    ),
    "a copy of a worksheet": Kind({"May": [GOOD], "May (2)": [TOM_ROW]}, (EVA, OTHER), [DOUBTED]),
    "names that only sound so": Kind(
        {"Goldfield": [GOOD], "Contest": [TOM_ROW], "Phase (2)": [("oakdale.com", "tom", *REST)]},
        (EVA, OTHER, "tom@oakdale.com"),
    ),
    "a row that nobody sees": Kind(
        orders(GOOD, TOM_ROW), (EVA, OTHER), [(None, "", "hidden-rows", "")], ["row 3."], hide(row=3)
    ),
    "a column that nobody sees": Kind(
        orders(GOOD), (EVA,), [(None, "", "hidden-columns", "")], ["Vendor (read)"], hide(column="C")
    ),
    "one domain on two worksheets": Kind(
        {"May": [GOOD], "June": [("oakbay.com", "tom", 2, "lane.io", "Eva Holm")]},
        said=[(2, "Vendor", "contradiction", "")],
        words=["1 in row 2 of May; 2 in row 2 of June."],
    ),
    "one mailbox on two worksheets": Kind(
        {"May": [GOOD], "June": [GOOD]}, (EVA,), [(2, "Mailbox", "mailbox-twice", "")], ["in row 2 of May."]
    ),
    "a faulty row on another worksheet than its order": Kind(
        {"May": [GOOD], "June": [("fernhill.com", "tom@oakbay.com", *REST)]},
        said=[
            (2, "Mailbox", "mailbox-other-domain", ""),
            (2, "", "order-not-whole", ""),
        ],
        words=["because row 2 of June may belong to it"],
    ),
    # 4 and 13, as only a workbook has them.
    "values that are no text": Kind(
        orders(
            ("oakbay.com", True, *REST),
            ("oakcove.com", 12.5, *REST),
            ("oakcliff.com", "tom", 1, "lane.io", 46147),
        ),
        said=[
            (2, "Mailbox", "mailbox-placeholder", ""),
            (3, "Mailbox", "mailbox-placeholder", ""),
            (4, "Contact", "contact-is-nobody", ""),
        ],
    ),
    "a title across the table": Kind(
        orders(GOOD, ("Client: Oak Ltd",), TOM_ROW),
        (EVA, OTHER),
        [(None, "", "notes-passed-over", "")],
        ["row 3."],
        lambda worksheet: worksheet.merge_cells("A3:E3"),
    ),
}


def make_book(path: Path, kind: Kind) -> Path:
    book: Any = Workbook()
    book.remove(book.active)
    for name, rows in kind.worksheets.items():
        worksheet = book.create_sheet(name)
        worksheet.append(HEADER)
        for row in rows:
            worksheet.append(list(row))
    kind.look(book.worksheets[0])
    book.save(path)
    return path


@pytest.mark.parametrize("name", KINDS)
def test_what_a_workbook_of_this_kind_buys_and_is_told(tmp_path: Path, name: str) -> None:
    kind = KINDS[name]
    grouping = check_sheet(make_book(tmp_path / "orders.xlsx", kind), ReadOptions())
    bought = [box for order in group_orders(grouping) for box in order.mailboxes]
    errors = bool(grouping.findings.errors)
    told = [each for each in grouping.findings.kept if not errors or each.severity is Severity.ERROR]
    assert sorted(bought) == sorted(kind.bought)
    assert {(each.row, each.column, each.code, each.suggestion) for each in told} == set(kind.said)
    assert [word for word in kind.words if not any(word in each.message for each in told)] == []
