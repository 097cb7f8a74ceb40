"""Mailboxes that their domain names twice."""

from __future__ import annotations

import pandas as pd

from batch_orders.model import Field, Severity, Sheet
from batch_orders.rows.judge import fault_column, to_arrow
from batch_orders.rows.problems import Findings, lines_at, tell

MAILBOX_TWICE = "mailbox-twice"


def warn_of_duplicates(sheet: Sheet, cells: pd.DataFrame, entries: pd.DataFrame, limit: int) -> Findings:
    """A mailbox that its domain names twice counts once. No two domains share one."""
    named = (entries[fault_column(Field.MAILBOX)] == "") & (entries["group"] >= 0)
    mailboxes = entries.loc[named, Field.MAILBOX]
    if len(to_arrow(mailboxes).unique()) == len(mailboxes):
        return Findings()
    again = mailboxes[mailboxes.duplicated()]
    first = mailboxes[mailboxes.isin(again)].drop_duplicates()
    row_of = dict(zip(first, entries["row"][first.index], strict=True))
    told = again.head(limit)
    lines = lines_at(cells, entries["position"][told.index])
    problems = tuple(
        tell(
            sheet,
            line,
            Field.MAILBOX,
            MAILBOX_TWICE,
            severity=Severity.WARNING,
            message=f"{mailbox} is already named in row {row_of[mailbox]}. It counts once.",
        )
        for line, mailbox in zip(lines, told, strict=True)
    )
    return Findings(problems, warnings=len(again))
