"""Text and tables in which no word is broken: an id, a domain or an address that is cut in two cannot be copied."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

FURTHER = 2
"""Columns by which what follows is indented further than the line that it belongs to."""
WORD = re.compile(r"\s*\S+\s*")
GAP = 2
"""Columns of the terminal between two columns of a table."""


MOST_LINES = 5
"""Lines that a cell may take before its table is read more easily as blocks."""


def make_table(*headers: str, most_lines: int = MOST_LINES) -> Table:
    """`most_lines` is how high a row may get; 0 is as high as it takes."""
    table = WholeTable(box=None, pad_edge=False, header_style="bold", show_edge=False)
    table.most_lines = most_lines
    for header in headers:
        table.add_column(header, overflow="fold")
    return table


class WholeTable(Table):
    """A table whose columns are as wide as their longest words at least. Where they do not fit, rows are blocks.

    So they are where a cell would become a sliver of many lines.
    """

    most_lines = MOST_LINES

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        columns = [[as_text(cell) for cell in (column.header, *column._cells)] for column in self.columns]
        widths = share_width(
            [max(map(longest_word, cells)) for cells in columns],
            [max(map(longest_line, cells)) for cells in columns],
            options.max_width - GAP * (len(columns) - 1),
        )
        if not widths or (self.most_lines and most_lines_of(columns, widths) > self.most_lines):
            yield from blocks_of(columns)
            return
        for column, width in zip(self.columns, widths, strict=True):
            column.width = width
        yield from super().__rich_console__(console, options)

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        # How wide it gets is decided above; rich would fix its columns here before.
        return Measurement(0, options.max_width)


def most_lines_of(columns: Sequence[Sequence[Text]], widths: Sequence[int]) -> int:
    lines = (
        len(divide(line, width))
        for cells, width in zip(columns, widths, strict=True)
        for cell in cells
        for line in cell.split("\n")
        if cell_len(line.plain) > width
    )
    return max(lines, default=1)


def share_width(least: Sequence[int], wanted: Sequence[int], room: int) -> list[int]:
    """The width of each column: all that it wants or, where that is too much, its longest word and a share of the rest.

    [] where even the longest words do not fit.
    """
    if sum(wanted) <= room:
        return list(wanted)
    spare = room - sum(least)
    if spare < 0:
        return []
    widths = list(least)
    # The narrowest wishes first, so that what one column leaves over goes to those that want more.
    order = sorted(range(len(least)), key=lambda at: wanted[at] - least[at])
    for place, at in enumerate(order):
        share = min(wanted[at] - least[at], spare // (len(order) - place))
        widths[at] += share
        spare -= share
    return widths


def blocks_of(columns: Sequence[Sequence[Text]]) -> Iterator[Text]:
    """Each row as a line for each cell that says anything, all but the first indented."""
    headers = [cells[0].plain for cells in columns]
    for row in zip(*(cells[1:] for cells in columns), strict=True):
        for place, (header, cell) in enumerate(zip(headers, row, strict=True)):
            if cell.plain:
                said = Text(", ").join(cell.split("\n"))
                yield Text.assemble("  " if place else "", f"{header}: " if header else "", said)


def wrap_between_words(text: Text, width: int) -> Text:
    """A text in lines of at most `width`. A word that is wider is left whole, for the terminal to wrap.

    What follows the first line of an indented one is indented further.
    """
    lines = []
    for line in text.split("\n", allow_blank=True):
        first, *others = divide(line, width)
        indent = len(line.plain) - len(line.plain.lstrip(" "))
        rest = Text(" ").join(others)
        further = divide(rest, width - indent - FURTHER) if others and indent else others
        lines += [
            first,
            *(Text.assemble(" " * (indent + FURTHER if indent else 0), each) for each in further),
        ]
    wrapped = Text("\n", style=text.style, end=text.end).join(lines)
    wrapped.no_wrap, wrapped.overflow = True, "ignore"
    return wrapped


def divide(line: Text, width: int) -> list[Text]:
    offsets, used = [], 0
    for word in WORD.finditer(line.plain):
        if used and used + cell_len(word[0].rstrip()) > width:
            offsets.append(word.start())
            used = 0
        used += cell_len(word[0])
    parts = list(line.divide(offsets))
    for part in parts:
        part.rstrip()
    return parts


def as_text(cell: object) -> Text:
    return cell if isinstance(cell, Text) else Text(str(cell))


def longest_word(text: Text) -> int:
    return max(map(cell_len, text.plain.split()), default=0)


def longest_line(text: Text) -> int:
    return max(map(cell_len, text.plain.splitlines()), default=0)
