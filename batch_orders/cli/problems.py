"""What is wrong with a sheet, as people see it: a table where there is room, otherwise a block for each fault."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from batch_orders.cli.explain import how_to_settle
from batch_orders.cli.tables import make_table
from batch_orders.core.faults import Fault, group_problems
from batch_orders.core.model import Problem, Severity
from batch_orders.core.wording import on_one_line

SHOWN_PROBLEMS = 50
ROOM_FOR_TABLE = 130
"""Columns of a terminal below which a table of problems would break its sentences into slivers."""
SHOWN_SPANS = 12
SHOWN_VALUES = 5
LONGEST_VALUE = 60
BLANK = Text("")


def has_room(console: Console) -> bool:
    """Whether problems are shown as a table."""
    return console.width >= ROOM_FOR_TABLE


def show_problems(console: Console, problems: Sequence[Problem], count: int, several: bool) -> None:
    """`problems` are those that were kept of `count`; `several` says that the sheet has several worksheets."""
    if not problems:
        return
    if has_room(console):
        shown = problems[:SHOWN_PROBLEMS]
        told: Sequence[RenderableType] = [table_of(shown, several)]
    else:
        shown = problems
        blocks = (blocks_of(fault, several) for fault in group_problems(problems))
        told = list(chain.from_iterable((*block, BLANK) for block in blocks))[:-1]
    more = [f"… and {count - len(shown):,} more."] if count > len(shown) else []
    console.print(Group(*told, *more))
    console.print()
    if settle := how_to_settle(problems):
        console.print(settle)


def table_of(problems: Sequence[Problem], several: bool) -> Table:
    headers = ["Worksheet"] if several else []
    table = make_table("", *headers, "Row", "Column", "Value", "What is wrong", "Suggestion", most_lines=0)
    for problem in problems:
        table.add_row(
            mark(problem.severity),
            *([Text(problem.worksheet)] if several else []),
            Text("" if problem.row is None else str(problem.row)),
            Text(problem.column),
            Text(on_one_line(problem.value, LONGEST_VALUE)),
            Text(problem.message),
            Text(problem.suggestion),
        )
    return table


def blocks_of(fault: Fault, several: bool) -> Iterator[Text]:
    """One fault: what is wrong, in which rows, and the first values with what is suggested for them."""
    first, problems = fault.first, fault.problems
    column = (f"{first.column}: ", "bold") if first.column else ""
    yield Text.assemble(mark(first.severity), " ", column, first.message)
    if any(problem.row is not None for problem in problems):
        yield Text(f"  {fault.places(SHOWN_SPANS, several=several)}")
    told = [problem for problem in problems if problem.value or problem.suggestion]
    for problem in told[:SHOWN_VALUES]:
        row = f"{name_row(problem, several)}: " if problem.row is not None and len(problems) > 1 else ""
        hint = f"  → {problem.suggestion}" if problem.suggestion else ""
        same = problem.suggestion or says_the_same(problem, first)
        other = "" if same else f"  {problem.message}"
        yield Text(f"    {row}{on_one_line(problem.value, LONGEST_VALUE)}{hint}{other}")
    if len(told) > SHOWN_VALUES:
        yield Text(f"    … and {len(told) - SHOWN_VALUES:,} more")


def name_row(problem: Problem, several: bool) -> str:
    return f"row {problem.worksheet}!{problem.row}" if several else f"row {problem.row}"


def says_the_same(problem: Problem, first: Problem) -> bool:
    return problem.message == first.message or without_values(problem) == without_values(first)


def without_values(problem: Problem) -> str:
    """The sentence as it is for every value."""
    said = problem.message
    for value in filter(None, (problem.value, problem.suggestion)):
        said = said.replace(value, "…")
    return said


def mark(severity: Severity) -> Text:
    return Text("error", style="bold red") if severity is Severity.ERROR else Text("warning", style="yellow")
