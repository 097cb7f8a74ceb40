"""Problems grouped by what is wrong: one line for ten rows with the same mistake. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from batch_orders.core.model import Problem, Severity
from batch_orders.core.wording import counted, spans_of

MOST_SPANS = 4
"""Runs of rows that a line names."""


@dataclass(frozen=True, slots=True)
class Fault:
    """All problems of one kind in one column. `first` stands for the others in words; their values differ."""

    first: Problem
    problems: tuple[Problem, ...]

    def places(self, most: int = MOST_SPANS, *, several: bool = False) -> str:
        """`10 rows: 11–13, 30 …`, or `the whole sheet`. `most` is how many runs of rows are named.

        `several` says that the sheet has several worksheets: which one is meant is said then.
        """
        rows = sorted({(each.worksheet, each.row) for each in self.problems if each.row is not None})
        return tell_places(rows, most, several=several) or "the whole sheet"


def group_problems(problems: Iterable[Problem]) -> tuple[Fault, ...]:
    """Errors before warnings; after that, what is wrong in most places first."""
    found: dict[tuple[Severity, str, str], list[Problem]] = {}
    for problem in problems:
        found.setdefault((problem.severity, problem.column, problem.code), []).append(problem)
    faults = (Fault(same[0], tuple(same)) for same in found.values())
    return tuple(
        sorted(faults, key=lambda fault: (fault.first.severity is Severity.WARNING, -len(fault.problems)))
    )


def tell_places(places: Sequence[tuple[str, int]], most: int = MOST_SPANS, *, several: bool = False) -> str:
    """`1 row: 4`, `10 rows: 11–13, 30 …`; of several worksheets `3 rows: East!2–3, West!7`. "" for none."""
    if not places:
        return ""
    several = several or len({worksheet for worksheet, _ in places}) > 1
    spans = [
        f"{worksheet}!{span}" if several else span
        for worksheet, group in groupby(places, key=lambda place: place[0])
        for span in spans_of([row for _, row in group])
    ]
    more = " …" if len(spans) > most else ""
    return f"{counted(len(places), 'row')}: {', '.join(spans[:most])}{more}"
