"""What reading already found at a cell takes the place of what judging would say of it.

An error value such as #N/A arrives as a blank cell; "the domain is missing" would be untrue.
A row that reading found broken as a whole (a ragged line) is not judged cell by cell.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from batch_orders.core.model import PERSON_FIELDS, Field, Problem, Severity, Sheet
from batch_orders.validation.blanks import EDGES
from batch_orders.validation.judge import fault_column
from batch_orders.validation.mailboxes import judge_mailbox
from batch_orders.validation.names import judge_domain, judge_host
from batch_orders.validation.problems import Findings, column_name

SECOND_HEADER, STRUCK_IN_PART = "second-header", "struck-in-part"


@dataclass(frozen=True, slots=True)
class ReadFaults:
    """`rows` says of each row, by position, whether reading found an error in it; `broken` whether in the row as
    a whole, so that nobody knows what its cells mean.
    """

    rows: np.ndarray
    broken: np.ndarray
    findings: Findings


def mark_reading_problems(
    sheet: Sheet, cells: pd.DataFrame, entries: pd.DataFrame, limit: int
) -> tuple[pd.DataFrame, ReadFaults]:
    """The entries without the faults that reading explains better, and what reading found."""
    rows, broken = np.zeros(len(cells), dtype=bool), np.zeros(len(cells), dtype=bool)
    errors = [problem for problem in sheet.problems if problem.severity is Severity.ERROR]
    warnings = [problem for problem in sheet.problems if problem.severity is Severity.WARNING]
    findings = Findings((*warnings[:limit], *errors[:limit]), len(errors), len(warnings))
    placed = locate(sheet, cells, errors)
    if not placed:
        return entries, ReadFaults(rows, broken, findings)
    doubted = {
        problem: sure_suggestion(sheet, cells.iloc[at], problem)
        for at, problem in placed
        if problem.suggestion
    }
    kept = tuple(doubted.get(problem, problem) for problem in findings.kept)
    findings = replace(findings, kept=kept)
    rows[[position for position, _ in placed]] = True
    broken[[position for position, problem in placed if not problem.column]] = True
    faults = ReadFaults(rows, broken, findings)
    return entries.assign(**clear_faults(sheet, cells, entries, placed)), faults


def rows_below_headers(sheet: Sheet, cells: pd.DataFrame) -> list[int]:
    """The positions of rows at and below another header: their cells mean something else."""
    found = [problem for problem in sheet.problems if problem.code == SECOND_HEADER]
    return [position for position, _ in locate(sheet, cells, found)]


def struck_domains(sheet: Sheet, cells: pd.DataFrame) -> dict[int, str]:
    """What remains of the domains that are struck through in part, where it can be bought, by the row's position."""
    found = [problem for problem in sheet.problems if problem.code == STRUCK_IN_PART and problem.suggestion]
    remains = {
        position: judge_domain(problem.suggestion.strip(EDGES).lower())
        for position, problem in locate(sheet, cells, found)
        if problem.column == column_name(sheet, int(cells["worksheet"].iloc[position]), Field.DOMAIN)
    }
    return {position: verdict.value for position, verdict in remains.items() if not verdict.fault}


def sure_suggestion(sheet: Sheet, line: pd.Series[str], problem: Problem) -> Problem:
    """The problem without its suggestion where that could not take the cell's place."""
    columns = sheet.worksheets[int(line["worksheet"])]
    names = {columns.headers[at]: name for name, at in columns.columns.items()}
    text = problem.suggestion.strip(EDGES).lower()
    match names.get(problem.column):
        case Field.DOMAIN:
            good = not judge_domain(text).fault
        case Field.MAILBOX:
            good = not judge_mailbox(text, line[Field.DOMAIN].strip(EDGES).lower()).fault
        case Field.FORWARDING_DOMAIN:
            good = not judge_host(text).fault
        case Field.VENDOR:
            good = text.isascii() and text.isdigit()
        case _:
            good = True
    return problem if good else replace(problem, suggestion="")


def locate(sheet: Sheet, cells: pd.DataFrame, errors: list[Problem]) -> list[tuple[int, Problem]]:
    """The position of each problem's row among all rows; a problem of no known row has none."""
    if not errors:
        return []
    numbers = {worksheet.name: number for number, worksheet in enumerate(sheet.worksheets)}
    keys = zip(cells["worksheet"], cells["row"], strict=True)
    positions = {key: position for position, key in enumerate(keys)}
    found = ((positions.get((numbers.get(problem.worksheet), problem.row)), problem) for problem in errors)
    return [(position, problem) for position, problem in found if position is not None]


def clear_faults(
    sheet: Sheet, cells: pd.DataFrame, entries: pd.DataFrame, placed: list[tuple[int, Problem]]
) -> dict[str, pd.Series[str]]:
    cleared: dict[str, pd.Series[str]] = {}
    for field in (name for name in (*Field, *PERSON_FIELDS) if fault_column(name) in entries):
        names = {number: column_name(sheet, number, field) for number in range(len(sheet.worksheets))}
        explained = [
            position
            for position, problem in placed
            if problem.column in ("", names[int(cells["worksheet"].iloc[position])])
        ]
        faults = entries[fault_column(field)]
        cleared[fault_column(field)] = faults.mask(entries["position"].isin(explained), "")
    return cleared
