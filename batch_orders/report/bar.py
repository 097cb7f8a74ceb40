"""One bar that is cut into parts: how many cells each is wide. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

CELLS = 50
"""Cells that the bar is wide: a part is never narrower than one of them, which is 2 % of it."""

CELL_WIDTH = 2.7
"""Width of one of them in letters."""


def cut_bar(counts: Sequence[int]) -> list[int]:
    """The cells of each part, CELLS in all: as its count says, but never too few for its figure. Needs a count."""
    total = sum(counts)
    widths = [max(cells_for(count), round(CELLS * count / total)) if count else 0 for count in counts]
    while (over := sum(widths) - CELLS) != 0:
        # The widest part tells least of a cell that it gains or loses.
        widest = max(range(len(widths)), key=lambda at: widths[at])
        widths[widest] -= 1 if over > 0 else -1
    return widths


def cells_for(count: int) -> int:
    """How many cells a figure needs to be read."""
    return ceil((len(f"{count:,}") + 1) / CELL_WIDTH)
