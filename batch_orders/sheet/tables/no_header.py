"""Why no row is a header, and what is nearest to one."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from batch_orders.sheet.tables.foreign_headers import FOREIGN_FIELD_OF
from batch_orders.sheet.tables.header_names import LABELS, OTHER_NAMES, Names, match_columns, ordered, squeeze

MOST_HEADERS = 30
"""Headers that a refusal lists."""

REMARK_BEHIND = re.compile(r"\s*[\[(].*", re.DOTALL)
SHOWN_VALUES, LONGEST_SHOWN = 3, 200
"""Values of a column, and letters of each, that somebody is shown who is to say what the column means."""


@dataclass(frozen=True, slots=True)
class NoHeader:
    """Why no row is a header: the row that comes nearest, what it lacks, and likely typos."""

    row: int | None
    missing: tuple[str, ...]
    mistyped: tuple[str, ...] = ()
    likeness: int = 0
    blank: bool = False
    headers: tuple[str, ...] = ()
    columns: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Each header of the row that comes nearest, or of the first that may be one, and values below it."""

    def sentence(self) -> str:
        labels = ", ".join(LABELS.get(name, name) for name in self.missing)
        where = f"nearest header in row {self.row}" if self.row else "no header found"
        if self.headers:
            where += f" with the columns {', '.join(self.headers)}"
        mistyped = f" ({'; '.join(self.mistyped)})" if self.mistyped else ""
        return f"{where}, lacks {labels}{mistyped}"


def is_typo(text: str, known: str) -> bool:
    """Whether two headers differ by one letter, two swapped ones, or by two where they are long."""
    matcher = difflib.SequenceMatcher(None, text, known, autojunk=False)
    changed = sum(max(b - a, d - c) for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal")
    swapped = changed == 2 and sorted(text) == sorted(known)
    return changed == 1 or swapped or (changed == 2 and len(known) >= 10)


def columns_below(
    rows: Sequence[tuple[int, Sequence[str]]], header: int | None
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The headers of a row, or of the first with two filled cells, and up to three values below each."""
    likely = [number for number, cells in rows if sum(bool(cell.strip()) for cell in cells) > 1]
    chosen = header if header is not None else next(iter(likely), None)
    top = next((cells for number, cells in rows if number == chosen), ())
    below = [cells for number, cells in rows if chosen is not None and number > chosen]
    return tuple(
        (text.strip()[:LONGEST_SHOWN], tuple(values_below(below, place)))
        for place, text in enumerate(top)
        if text.strip()
    )


def values_below(rows: Sequence[Sequence[str]], place: int) -> list[str]:
    values = [cells[place].strip()[:LONGEST_SHOWN] for cells in rows if place < len(cells)]
    return [value for value in values if value][:SHOWN_VALUES]


def describe_miss(
    number: int, cells: Sequence[str], matched: Mapping[str, list[int]], names: Names
) -> NoHeader:
    taken = {position for positions in matched.values() for position in positions}
    missing = ordered(names.required - matched.keys())
    shown = tuple(cell.strip() for cell in cells if cell.strip())[:MOST_HEADERS]
    free = {squeeze(cell): cell for i, cell in enumerate(cells) if cell and i not in taken and len(cell) < 50}
    mistyped = []
    for name in missing:
        close = [near for known in OTHER_NAMES[name].split() for near in close_to(known, free)]
        close += [near for near in free if FOREIGN_FIELD_OF.get(near) == name]
        close += [near for near, cell in free.items() if names.field_of(REMARK_BEHIND.sub("", cell)) == name]
        mistyped += [f"`{free[near].strip()}`: did you mean {LABELS[name]}?" for near in close[:1]]
    likeness = 2 * len(matched) + len(mistyped)
    if quoted_whole(cells, names):
        mistyped.append("each line is quoted as a whole; save the file again without these quotes")
    return NoHeader(number, missing, tuple(mistyped), likeness=likeness, headers=shown)


def quoted_whole(cells: Sequence[str], names: Names) -> bool:
    """Whether the one cell of a line holds the whole header."""
    filled = [cell for cell in cells if cell]
    parts = re.split(r"[,;\t|]", filled[0]) if len(filled) == 1 else []
    return len(match_columns(parts, names)) > 1


def close_to(known: str, candidates: Iterable[str]) -> list[str]:
    return difflib.get_close_matches(known, candidates, n=1, cutoff=0.8)
