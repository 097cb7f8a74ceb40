"""Positions of rows among all rows of a sheet ↔ the row numbers that the spreadsheet program shows."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate, groupby

from batch_orders.core.model import Sheet
from batch_orders.core.wording import spans_of


class Places:
    """Where each row of one sheet stands."""

    def __init__(self, sheet: Sheet) -> None:
        self._names = [worksheet.name for worksheet in sheet.worksheets]
        self._numbers: list[list[int]] = [worksheet.cells.index.tolist() for worksheet in sheet.worksheets]
        self._starts = list(accumulate(map(len, self._numbers), initial=0))

    @property
    def count(self) -> int:
        """Rows of all worksheets together."""
        return self._starts[-1]

    def starts(self) -> Sequence[int]:
        """The position of each worksheet's first row."""
        return self._starts[:-1]

    def place(self, position: int) -> tuple[int, int]:
        """The worksheet, counted from 0, and the row number of the row at `position`."""
        worksheet = bisect_right(self._starts, position) - 1
        return worksheet, self._numbers[worksheet][position - self._starts[worksheet]]

    def position(self, worksheet: str, row: int) -> int | None:
        """The position of a worksheet's row, by its number; None where there is no such row."""
        if worksheet not in self._names:
            return None
        at = self._names.index(worksheet)
        within = bisect_left(self._numbers[at], row)
        there = within < len(self._numbers[at]) and self._numbers[at][within] == row
        return self._starts[at] + within if there else None

    def name_rows(self, positions: Iterable[int]) -> str:
        """Row numbers for people: "2-4, 7", or "East!2-4, 7; West!3" in a sheet of several worksheets."""
        places = sorted(map(self.place, positions))
        parts = [
            (self._names[worksheet], ", ".join(spans_of([number for _, number in group], "-")))
            for worksheet, group in groupby(places, key=lambda place: place[0])
        ]
        if len(self._names) == 1:
            return "".join(numbers for _, numbers in parts)
        return "; ".join(f"{name}!{numbers}" for name, numbers in parts)
