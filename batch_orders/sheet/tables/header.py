"""Finding the header row and what each of its columns means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from batch_orders.core.model import Field
from batch_orders.errors import SheetError
from batch_orders.sheet.tables.header_names import (
    LABELS,
    LONGEST_HEADER,
    OTHER_NAMES,
    Names,
    is_new,
    match_columns,
    numbered_elsewhere,
    numbered_field,
    ordered,
    squeeze,
    without_ordinals,
)
from batch_orders.sheet.tables.no_header import NoHeader, columns_below, describe_miss, is_typo

HEADER_DEPTH = 100
"""How many rows from the top may stand above the header."""

ROWS_COMPARED = 5
"""Of the rows that are no header, so many are searched for typos."""


@dataclass(frozen=True, slots=True)
class Header:
    """The header row: its number, its texts, field name → position among them, further mailbox columns."""

    row: int
    headers: tuple[str, ...]
    columns: Mapping[str, int]
    more_mailboxes: tuple[int, ...] = ()


def find_header(
    rows: Iterable[tuple[int, Sequence[str]]], names: Names, hidden: frozenset[int] = frozenset()
) -> Header | NoHeader:
    """The first of the numbered rows that names every required field, or why there is none.

    A column at one of the positions `hidden` is never read in place of a visible one. Raises SheetError
    where a row would do but two of its columns mean the same field.
    """
    misses: list[tuple[int, Sequence[str], dict[str, list[int]]]] = []
    for number, cells in rows:
        plain = without_ordinals(cells, names)
        matched = visible_first(match_columns(plain, names), hidden)
        more = take_numbered(number, plain, matched, names)
        if names.required <= matched.keys():
            columns = one_column_each(number, cells, matched)
            refuse_typos(number, plain, {*columns.values(), *more}, columns)
            return Header(number, tuple(cells), columns, more)
        misses.append((number, plain, matched))
    nearest = sorted(misses, key=lambda miss: -len(miss[2]))[:ROWS_COMPARED]
    described = [describe_miss(number, cells, matched, names) for number, cells, matched in nearest]
    best = max(described, key=lambda miss: (miss.likeness, len(miss.mistyped)), default=None)
    known = best if best and (best.likeness or best.mistyped) else NoHeader(None, ordered(names.required))
    rows_seen = [(number, cells) for number, cells, _ in misses]
    return replace(known, columns=columns_below(rows_seen, known.row))


def visible_first(matched: Mapping[str, list[int]], hidden: frozenset[int]) -> dict[str, list[int]]:
    """The columns of each field without the hidden ones, where it has a visible one."""
    return {
        name: [at for at in positions if at not in hidden] or positions for name, positions in matched.items()
    }


def take_numbered(
    number: int, cells: Sequence[str], matched: dict[str, list[int]], names: Names
) -> tuple[int, ...]:
    """The positions of further columns of mailboxes. Where there is none without a number, `matched` gets the first.

    Raises SheetError where another field, or a new mailbox, stands beside what it may be meant to replace; so does
    whatever is numbered in another language.
    """
    texts = {
        at: cell
        for at, cell in enumerate(cells)
        if cell and len(cell) <= LONGEST_HEADER and not names.own_field_of(cell)
    }
    found = {at: name for at, cell in texts.items() if (name := numbered_field(cell, names))}
    if len(names.required & {*matched, *found.values()}) < len(names.required):
        return ()
    foreign = {
        at: name
        for at, cell in texts.items()
        if at not in found and (name := numbered_elsewhere(cell)) in matched
    }
    for at, name in [*found.items(), *foreign.items()]:
        new = is_new(cells[at]) or at in foreign
        if (name != Field.MAILBOX or new) and (name in matched or new):
            raise SheetError(
                f'the column "{cells[at].strip()}" in row {number} looks like one more {LABELS.get(name, name)}, and '
                f"which of them is meant cannot be told. {repair_numbered(name)}"
            )
    more = [at for at, name in found.items() if name == Field.MAILBOX]
    if more and Field.MAILBOX not in matched:
        matched[Field.MAILBOX] = [more.pop(0)]
    return tuple(more)


def repair_numbered(name: str) -> str:
    label = LABELS.get(name, name)
    if name == Field.MAILBOX:
        return (
            "Call it Mailbox 2 if it holds more mailboxes to order. Otherwise call the one that is meant Mailbox, and "
            "delete the other."
        )
    return f"Call that one {label}, and delete the others."


def refuse_typos(number: int, cells: Sequence[str], read: set[int], columns: Mapping[str, int]) -> None:
    """Raise SheetError where a column that the settings have a default for is there, with a typo in its header."""
    free = {
        squeeze(cell): cell for at, cell in enumerate(cells) if cell and at not in read and len(cell) < 50
    }
    for name in ordered(set(Field) - columns.keys()):
        near = [
            cell
            for text, cell in free.items()
            if any(is_typo(text, known) for known in OTHER_NAMES[name].split())
        ]
        if near:
            raise SheetError(
                f'the column "{near[0].strip()}" in row {number}: did you mean {LABELS[name]}? Correct the header, or '
                "rename the column if it is something else; the settings' default is not used in its place."
            )


def one_column_each(number: int, cells: Sequence[str], matched: Mapping[str, list[int]]) -> dict[str, int]:
    for name, positions in matched.items():
        if len(positions) > 1:
            twice = " and ".join(f'"{cells[position].strip()}"' for position in positions)
            raise SheetError(
                f"the columns {twice} in row {number} both mean {LABELS.get(name, name)}. Rename or delete "
                "all but one of them, or say in [columns] of batch-orders.toml which one it is."
            )
    return {name: positions[0] for name, positions in matched.items()}
