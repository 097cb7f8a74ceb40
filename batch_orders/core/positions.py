"""Positions of rows among all rows of a sheet ↔ the row numbers that the spreadsheet program shows. Pure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate, groupby

from batch_orders.core.model import Sheet
from batch_orders.core.wording import spans_of


class Positions:
    """Where each row of one sheet stands. Worksheets are counted from 0, and so are positions."""

    def __init__(self, sheet: Sheet) -> None:
        self._worksheets = sheet.worksheets
        self._starts = list(accumulate((len(each.cells) for each in sheet.worksheets), initial=0))

    @cached_property
    def _numbers(self) -> list[list[int]]:
        return [worksheet.cells.index.tolist() for worksheet in self._worksheets]

    @property
    def count(self) -> int:
        """Rows of all worksheets together."""
        return self._starts[-1]

    def starts(self) -> Sequence[int]:
        """The position of each worksheet's first row."""
        return self._starts[:-1]

    def within(self, position: int) -> tuple[int, int]:
        """The worksheet of the row at `position`, and where among that worksheet's rows it stands."""
        worksheet = bisect_right(self._starts, position) - 1
        return worksheet, position - self._starts[worksheet]

    def split(self, positions: Iterable[int]) -> Iterator[tuple[int, list[int]]]:
        """Each worksheet that has any of these rows, and where among its own rows they stand, in their order there."""
        places = map(self.within, sorted(set(positions)))
        for worksheet, group in groupby(places, key=lambda place: place[0]):
            yield worksheet, [within for _, within in group]

    def place(self, position: int) -> tuple[int, int]:
        """The worksheet and the row number of the row at `position`."""
        worksheet, within = self.within(position)
        return worksheet, self._numbers[worksheet][within]

    def named_place(self, position: int) -> tuple[str, int]:
        """The worksheet's name and the row number of the row at `position`, as a problem has them."""
        worksheet, number = self.place(position)
        return self._worksheets[worksheet].name, number

    def position(self, worksheet: str, row: int) -> int | None:
        """The position of a worksheet's row, by its number; None where there is no such row."""
        at = next((at for at, each in enumerate(self._worksheets) if each.name == worksheet), None)
        if at is None:
            return None
        numbers = self._numbers[at]
        within = bisect_left(numbers, row)
        there = within < len(numbers) and numbers[within] == row
        return self._starts[at] + within if there else None

    def name_rows(self, positions: Iterable[int]) -> str:
        """Row numbers for people: "2-4, 7", or "East!2-4, 7; West!3" in a sheet of several worksheets."""
        places = sorted(map(self.place, positions))
        parts = [
            (self._worksheets[worksheet].name, ", ".join(spans_of([number for _, number in group], "-")))
            for worksheet, group in groupby(places, key=lambda place: place[0])
        ]
        if len(self._worksheets) == 1:
            return "".join(numbers for _, numbers in parts)
        return "; ".join(f"{name}!{numbers}" for name, numbers in parts)
