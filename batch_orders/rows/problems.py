"""Faulty cells in words: problems with worksheet, row, column, value, code and sentence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from batch_orders.model import Field, Problem, Severity, Sheet
from batch_orders.rows.judge import fault_column
from batch_orders.rows.rules import RowRules
from batch_orders.rows.schema import failing_cells
from batch_orders.rows.sentences import SENTENCES
from batch_orders.rows.suggest import SUGGEST, Neighbourhood


@dataclass(frozen=True, slots=True)
class Findings:
    """Problems kept in words, and how many there truly are."""

    kept: tuple[Problem, ...] = ()
    errors: int = 0
    warnings: int = 0

    @property
    def count(self) -> int:
        return self.errors + self.warnings

    def __add__(self, other: Findings) -> Findings:
        return Findings(self.kept + other.kept, self.errors + other.errors, self.warnings + other.warnings)

    def cap(self, limit: int) -> Findings:
        """The same with at most `limit` errors and as many warnings in words."""
        errors = [problem for problem in self.kept if problem.severity is Severity.ERROR]
        warnings = [problem for problem in self.kept if problem.severity is Severity.WARNING]
        return Findings((*errors[:limit], *warnings[:limit]), self.errors, self.warnings)


def find_problems(
    sheet: Sheet, cells: pd.DataFrame, entries: pd.DataFrame, rules: RowRules, limit: int
) -> Findings:
    """The errors of single cells, the first `limit` of them in words."""
    failing = failing_cells(entries, rules.fields, limit)
    if failing.empty:
        return Findings()
    errors = sum(int((entries[fault_column(name)] != "").sum()) for name in rules.fields)
    good = frozenset(entries.loc[entries[fault_column(Field.DOMAIN)] == "", Field.DOMAIN].unique())
    kept = []
    for entry, field, code in failing.itertuples(index=False, name=None):
        line = entries.loc[entry]
        near = Neighbourhood(good, str(line[Field.DOMAIN]), rules.names)
        suggestion = SUGGEST[field](str(line[field]), near) if field in SUGGEST else ""
        kept.append(tell(sheet, cells, int(line["position"]), field, code, suggestion))
    return Findings(tuple(kept), errors=errors)


def tell(
    sheet: Sheet,
    cells: pd.DataFrame,
    position: int,
    field: str,
    code: str,
    suggestion: str = "",
    severity: Severity = Severity.ERROR,
    message: str = "",
) -> Problem:
    """The problem of one cell, named as its worksheet names it."""
    line = cells.iloc[position]
    worksheet = sheet.worksheets[int(line["worksheet"])]
    return Problem(
        severity=severity,
        worksheet=worksheet.name,
        row=int(line["row"]),
        column=column_name(sheet, int(line["worksheet"]), field),
        value=str(line[field]),
        code=code,
        message=message or SENTENCES[code],
        suggestion=suggestion,
    )


def column_name(sheet: Sheet, worksheet: int, field: str) -> str:
    """The header under which a worksheet has the field, or the field's own name."""
    source = sheet.worksheets[worksheet]
    return source.headers[source.columns[field]] if field in source.columns else field.replace("_", " ")


def warn_of_urls(sheet: Sheet, cells: pd.DataFrame, entries: pd.DataFrame, limit: int) -> Findings:
    """One warning for each row whose forwarding domain was cut out of a web address."""
    urls = cells[Field.FORWARDING_DOMAIN].str.contains("/", regex=False)
    used = urls & ~cells["position"].isin(
        entries.loc[entries[fault_column(Field.FORWARDING_DOMAIN)] != "", "position"]
    )
    positions = np.flatnonzero(used)
    hosts = entries.drop_duplicates("position").set_index("position")[Field.FORWARDING_DOMAIN]
    kept = tuple(
        tell(
            sheet,
            cells,
            int(position),
            Field.FORWARDING_DOMAIN,
            "forwarding-was-a-url",
            hosts[position],
            Severity.WARNING,
        )
        for position in positions[:limit]
    )
    return Findings(kept, warnings=len(positions))
