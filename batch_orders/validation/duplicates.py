"""Mailboxes that their domain names twice."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

from batch_orders.core.model import Field, Severity, Sheet
from batch_orders.core.wording import of_worksheet
from batch_orders.validation.judge import at_fault, is_filled
from batch_orders.validation.problems import Findings, lines_at, tell

MAILBOX_TWICE = "mailbox-twice"


def warn_of_duplicates(
    sheet: Sheet, cells: pd.DataFrame, entries: pd.DataFrame, local_parts: pa.DictionaryArray, limit: int
) -> Findings:
    """A mailbox that its domain names twice counts once. No two domains share one."""
    named = ~at_fault(entries, Field.MAILBOX) & is_filled(entries["meant"])
    mailboxes = entries[Field.MAILBOX]
    mailboxes = mailboxes if named.all() else mailboxes[named]
    if not any_again(np.asarray(local_parts.indices)[named], entries["group"].to_numpy()[named]):
        return Findings()
    again = mailboxes[mailboxes.duplicated()]
    first = mailboxes[mailboxes.isin(again)].drop_duplicates()
    places = entries.loc[first.index, ["row", "worksheet"]]
    titles = sheet.titles
    where = {
        mailbox: f"row {row}{of_worksheet(titles[worksheet])}"
        for mailbox, row, worksheet in zip(first, places["row"], places["worksheet"], strict=True)
    }
    told = again.head(limit)
    lines = lines_at(cells, entries["position"][told.index])
    problems = tuple(
        tell(
            sheet,
            line,
            Field.MAILBOX,
            MAILBOX_TWICE,
            severity=Severity.WARNING,
            message=f"{mailbox} is already named in {where[mailbox]}. It counts once.",
        )
        for line, mailbox in zip(lines, told, strict=True)
    )
    return Findings(problems, warnings=len(again))


def any_again(local_parts: np.ndarray, groups: np.ndarray) -> bool:
    """Told by the numbers of local parts and domains: whole addresses take several times as long."""
    numbers = local_parts.astype(np.int64)
    return bool(pd.Series(groups * (numbers.max(initial=0) + 1) + numbers).duplicated().any())
