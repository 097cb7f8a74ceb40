"""A sheet judged to the end: what would be bought, and what is said where."""

from __future__ import annotations

from collections.abc import Sequence

from batch_orders.core.model import Problem, Severity, Sheet
from batch_orders.validation import RowRules, validate_rows
from batch_orders.validation.grouping import Grouping, group_orders, group_rows
from tests.sheets import Row, row, sheet_of

Said = tuple[int | None, str, str, str]
"""Row, column, code, suggestion."""


def coral(domain: str = "coralpeak.com", mailbox: str = "anna", **more: str) -> Row:
    """A good row of a sheet as people have them, or what `more` makes of it."""
    good = {"vendor": "1", "forwarding_domain": "coral.io", "contact": "Anna Roe"}
    return row(domain, mailbox, **{**good, **more})


def below(mailbox: str = "", **more: str) -> Row:
    """A row that names nothing but what is given."""
    blank = {"domain": "", "vendor": "", "forwarding_domain": "", "contact": ""}
    return row(**{**blank, "mailbox": mailbox, **more})


def judge(*rows: Row, rules: RowRules | None = None) -> Grouping:
    return judge_sheet(sheet_of(*rows), rules)


def judge_sheet(sheet: Sheet, rules: RowRules | None = None) -> Grouping:
    return group_rows(validate_rows(sheet, rules))


def bought(grouping: Grouping) -> list[str]:
    """Every mailbox that would be bought."""
    return [mailbox for order in group_orders(grouping) for mailbox in order.mailboxes]


def said(grouping: Grouping, severity: Severity | None = None) -> list[Said]:
    return [
        (problem.row, problem.column, problem.code, problem.suggestion)
        for problem in problems(grouping)
        if severity in (None, problem.severity)
    ]


def errors(grouping: Grouping) -> list[Said]:
    return said(grouping, Severity.ERROR)


def warnings(grouping: Grouping) -> list[Said]:
    return said(grouping, Severity.WARNING)


def problems(grouping: Grouping) -> Sequence[Problem]:
    findings = grouping.findings
    assert len(findings.kept) == findings.count
    return findings.kept


def sentence(grouping: Grouping) -> str:
    (problem,) = problems(grouping)
    return problem.message
