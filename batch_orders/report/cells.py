"""Values → cells of one worksheet that is written row by row.

No cell is ever a formula. A link leads to a place in the same workbook, and never anywhere else.
"""

from collections.abc import Generator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import cache
from html import escape as escape_html
from typing import Any, cast

from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from batch_orders.report.style import PLAIN, TIME, Look, apply_look
from batch_orders.report.text import may_become_formula, storable_text

Value = str | int | Decimal | datetime | None
Written = Cell | Value


@cache
def letters_of(place: int) -> str:
    """The letters of a column, counted from 0."""
    return get_column_letter(place + 1)


def escape(text: str) -> str:
    return text if text.isalnum() else escape_html(text, quote=False)


class Cells:
    """Makes the cells of one worksheet, one of each style, used again and again.

    A cell must be written before the next one of its style is made: hence lines are generators.
    """

    def __init__(self, worksheet: Worksheet) -> None:
        self._worksheet = worksheet
        self._cells: dict[tuple[Look, bool, bool], Cell] = {}
        self._styles: dict[tuple[Look, bool, bool], str] = {}

    def append(self, line: Generator[Written]) -> None:
        """Write one line, whose cells are made as they are written."""
        # The stubs know no generator that takes nothing back.
        self._worksheet.append(cast(Any, line))

    def append_row(
        self,
        number: int,
        values: Sequence[Value],
        looks: Mapping[int, Look],
        plain: Look,
        wrapped: bool,
        height: float | None,
    ) -> None:
        """Write the row `number` at once, as `append` would: faster, and without comments and links."""
        attributes = f' ht="{height:g}" customHeight="1"' if height else ""
        cells = [
            self._xml(f"{letters_of(place)}{number}", value, looks.get(place, plain), wrapped)
            for place, value in enumerate(values)
        ]
        self._worksheet.append((f'<row r="{number}"{attributes}>{"".join(cells)}</row>',))

    def _xml(self, place: str, value: Value, look: Look, wrapped: bool) -> str:
        if value is None or value == "":
            return "" if look is PLAIN else f'<c r="{place}"{self._style(look, wrapped, False)}/>'
        if isinstance(value, str):
            style = self._style(look, wrapped, may_become_formula(value))
            text = escape(storable_text(value)).replace("\r", "&#13;")
            space = ' xml:space="preserve"' if text != text.strip() else ""
            return f'<c r="{place}"{style} t="inlineStr"><is><t{space}>{text}</t></is></c>'
        if isinstance(value, datetime):
            style = self._style(TIME if look is PLAIN else look, wrapped, False)
            days = to_excel(value)  # type: ignore[no-untyped-call]  # the stubs do not know what it takes
            return f'<c r="{place}"{style} t="n"><v>{days}</v></c>'
        return f'<c r="{place}"{self._style(look, wrapped, False)} t="n"><v>{value}</v></c>'

    def _style(self, look: Look, wrapped: bool, quoted: bool) -> str:
        if look is PLAIN and not wrapped and not quoted:
            return ""
        style = self._styles.get((look, wrapped, quoted))
        if style is None:
            cell = self._styled(None, look, wrapped, quoted)
            style = self._styles[look, wrapped, quoted] = f' s="{cell.style_id}"'
        return style

    def make(self, value: Value, look: Look = PLAIN, wrapped: bool = False) -> Written:
        """A cell with this value, or the bare value where openpyxl makes the same of it, faster.

        An unstyled "" is no cell at all. Text stays text, also where it looks like a formula or
        an error value.
        """
        if look is PLAIN and (value is None or value == ""):
            return None
        if not isinstance(value, str):
            if look is PLAIN and not wrapped:
                return value
            unlike = isinstance(value, datetime) and look is PLAIN
            return self._styled(value, TIME if unlike else look, wrapped)
        text = storable_text(value)
        # openpyxl takes text such as "#N/A" for an error value.
        if look is PLAIN and not wrapped and not may_become_formula(value) and text[0] != "#":
            return text
        cell = self._styled(text, look, wrapped, may_become_formula(value))
        cell.data_type = "s"
        return cell

    def link(self, written: Written, place: str) -> Written:
        """The same styled cell, which leads to `place`, such as `'Orders'!A5`. A blank one leads nowhere."""
        cell = cast(Cell, written)
        if cell.value:
            cell.hyperlink = Hyperlink(ref="", location=place)
        return cell

    def _styled(self, value: Value, look: Look, wrapped: bool, quoted: bool = False) -> Cell:
        cell = self._cells.get((look, wrapped, quoted))
        if cell is None:
            cell = self._cells[look, wrapped, quoted] = WriteOnlyCell(self._worksheet)
            apply_look(cell, look, wrapped=wrapped)
            cell.quotePrefix = quoted
        cell.hyperlink = None
        cell.value = value
        return cell
