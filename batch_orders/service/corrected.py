"""Rows that are wrong in a sheet, and that a corrections workbook has put right since."""

from __future__ import annotations

import numpy as np

from batch_orders.core.origins import PlacedSince, marks_of
from batch_orders.service.context import Context
from batch_orders.validation.grouping import Grouping, held_back_rows


def placed_since(grouping: Grouping, context: Context) -> dict[int, PlacedSince]:
    """By position, the rows that a corrections workbook has put right since, with the orders placed of it.

    A corrections workbook itself is taken at its word: what was changed in it once more is to be seen.
    """
    source = grouping.rows.sheet
    if source.origins or not context.ledger.has_origins():
        return {}
    marks = marks_of(source, range(grouping.rows.total))
    placed = context.ledger.placed_since(context.place, context.account, marks.values())
    return {row: placed[mark] for row, mark in marks.items() if mark in placed}


def forgiven_rows(grouping: Grouping, context: Context) -> frozenset[int]:
    """The positions of the rows of orders that are held back as they stand, and were placed since as corrected."""
    since = placed_since(grouping, context) if grouping.held_back.any() else {}
    if not since:
        return frozenset()
    mended = np.zeros(grouping.rows.total, dtype=bool)
    mended[list(since)] = True
    whole = np.ones(grouping.total, dtype=bool)
    whole[grouping.order_of[~mended]] = False
    return frozenset(row for row in held_back_rows(grouping) if whole[grouping.order_of[row]])
