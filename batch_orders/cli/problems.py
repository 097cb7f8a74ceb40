"""What is wrong with a sheet, as people see it: a table where there is room, otherwise a block for each fault."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from batch_orders.cli.explain import how_to_settle
from batch_orders.cli.tables import make_table
from batch_orders.core.model import Problem, Severity
from batch_orders.core.wording import counted

SHOWN_PROBLEMS = 50
ROOM_FOR_TABLE = 130
"""Columns of a terminal below which a table of problems would break its sentences into slivers."""
SHOWN_RANGES = 12
SHOWN_VALUES = 5


def has_room(console: Console) -> bool:
    """Whether problems are shown as a table."""
    return console.width >= ROOM_FOR_TABLE


def show_problems(console: Console, problems: Sequence[Problem], count: int, several: bool) -> None:
    """`problems` are those that were kept of `count`; `several` says that the sheet has several worksheets."""
    if not problems:
        return
    if has_room(console):
        shown = problems[:SHOWN_PROBLEMS]
        told: list[RenderableType] = [table_of(shown, several)]
    else:
        shown = problems
        told = [block for fault, group in by_fault(problems) for block in blocks_of(fault, group, several)]
    more = [f"… and {count - len(shown):,} more."] if count > len(shown) else []
    console.print(Group(*told, *more))
    if settle := how_to_settle(problems):
        console.print(settle)


def table_of(problems: Sequence[Problem], several: bool) -> Table:
    headers = ["Worksheet"] if several else []
    table = make_table("", *headers, "Row", "Column", "Value", "What is wrong", "Suggestion")
    for problem in problems:
        table.add_row(
            mark(problem.severity),
            *([Text(problem.worksheet)] if several else []),
            Text("" if problem.row is None else str(problem.row)),
            Text(problem.column),
            Text(shorten(problem.value)),
            Text(problem.message),
            Text(problem.suggestion),
        )
    return table


class Fault(NamedTuple):
    """What problems have in common that are shown together."""

    severity: Severity
    worksheet: str
    column: str
    code: str


def by_fault(problems: Iterable[Problem]) -> list[tuple[Fault, list[Problem]]]:
    """Problems with the same fault together, errors first, otherwise in the sheet's order."""
    groups: dict[Fault, list[Problem]] = defaultdict(list)
    for problem in problems:
        groups[Fault(problem.severity, problem.worksheet, problem.column, problem.code)].append(problem)
    return sorted(groups.items(), key=lambda item: item[0].severity is not Severity.ERROR)


def blocks_of(fault: Fault, problems: Sequence[Problem], several: bool) -> Iterator[Text]:
    """One fault: what is wrong, in which rows, and the first values with what is suggested for them."""
    first = problems[0]
    where = " ".join(filter(None, (fault.worksheet if several else "", fault.column)))
    yield Text.assemble(mark(fault.severity), " ", (f"{where}: " if where else "", "bold"), first.message)
    rows = [problem.row for problem in problems if problem.row is not None]
    if rows:
        yield Text(f"  {counted(len(set(rows)), 'row')}: {name_ranges(rows)}")
    told = [problem for problem in problems if problem.value or problem.suggestion]
    for problem in told[:SHOWN_VALUES]:
        row = f"row {problem.row}: " if problem.row is not None and len(problems) > 1 else ""
        hint = f"  → {problem.suggestion}" if problem.suggestion else ""
        same = problem.suggestion or without_values(problem) == without_values(first)
        other = "" if same else f"  {problem.message}"
        yield Text(f"    {row}{shorten(problem.value)}{hint}{other}")
    if len(told) > SHOWN_VALUES:
        yield Text(f"    … and {len(told) - SHOWN_VALUES:,} more")


def without_values(problem: Problem) -> str:
    """The sentence as it is for every value."""
    said = problem.message
    for value in filter(None, (problem.value, problem.suggestion)):
        said = said.replace(value, "…")
    return said


def name_ranges(rows: Iterable[int]) -> str:
    """Row numbers as people say them: 11 to 13 as one range, each other by itself, and the first dozen of them."""
    ranges: list[list[int]] = []
    for row in sorted(set(rows)):
        if ranges and row == ranges[-1][1] + 1:
            ranges[-1][1] = row
        else:
            ranges.append([row, row])
    told = [str(first) if first == last else f"{first}–{last}" for first, last in ranges[:SHOWN_RANGES]]
    return ", ".join(told) + (" …" if len(ranges) > SHOWN_RANGES else "")


def mark(severity: Severity) -> Text:
    return Text("error", style="bold red") if severity is Severity.ERROR else Text("warning", style="yellow")


def shorten(value: str, most: int = 60) -> str:
    line = " ".join(value.split())
    return line if len(line) <= most else line[: most - 1] + "…"
