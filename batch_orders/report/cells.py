"""Values → cells of one worksheet that is written row by row. No cell is ever a formula or a link."""

from datetime import datetime

from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles.cell_style import StyleArray
from openpyxl.worksheet.worksheet import Worksheet

from batch_orders.report.style import PLAIN, Look, apply_look
from batch_orders.report.text import cell_text, may_become_formula

Value = str | int | datetime | None
Written = Cell | Value


class Cells:
    """Makes the cells of one worksheet, each style once."""

    def __init__(self, worksheet: Worksheet) -> None:
        self._worksheet = worksheet
        self._styles: dict[tuple[Look, bool, bool], StyleArray] = {}

    def make(self, value: Value, look: Look = PLAIN, *, wrapped: bool = False) -> Written:
        """A cell with this value, or the bare value where openpyxl makes the same of it, faster.

        An unstyled "" is no cell at all. Text stays text, also where it looks like a formula or
        an error value.
        """
        if look is PLAIN and (value is None or value == ""):
            return None
        if not isinstance(value, str):
            return value if look is PLAIN and not wrapped else self._styled(value, look, wrapped)
        text = cell_text(value)
        # openpyxl takes text such as "#N/A" for an error value.
        if look is PLAIN and not wrapped and not may_become_formula(value) and text[0] != "#":
            return text
        cell = self._styled(text, look, wrapped, may_become_formula(value))
        cell.data_type = "s"
        return cell

    def _styled(self, value: Value, look: Look, wrapped: bool, quoted: bool = False) -> Cell:
        style = self._styles.get((look, wrapped, quoted))
        if style is None:
            model = WriteOnlyCell(self._worksheet)
            apply_look(model, look, wrapped=wrapped)
            model.quotePrefix = quoted
            style = self._styles[look, wrapped, quoted] = model._style  # type: ignore[attr-defined]
        # Its place is set when it is appended.
        return Cell(self._worksheet, 1, 1, value, style_array=style)
