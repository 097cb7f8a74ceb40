"""Several columns of mailboxes: one cell as far as judging goes."""

from __future__ import annotations

import pandas as pd

from batch_orders.core.model import Field, Worksheet
from batch_orders.validation.blanks import EDGES


def mailbox_cells(worksheet: Worksheet) -> pd.Series[str]:
    """The text of each row's mailboxes, those of further columns below the first as in a cell of several."""
    cells = worksheet.cells[worksheet.columns[Field.MAILBOX]]
    for position in worksheet.more_mailboxes:
        further = worksheet.cells[position]
        joined = cells.mask(cells.str.strip(EDGES) != "", cells + "\n") + further
        cells = cells.mask(further.str.strip(EDGES) != "", joined)
    return cells
