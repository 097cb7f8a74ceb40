"""Numbers in sentences."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

NAMED_ROWS = 5
"""Rows that a sentence names one by one."""


def name_rows(rows: Sequence[int]) -> str:
    """`row 4`, `rows 4, 5, 6, 7, 8 and 12 more`."""
    told = ", ".join(str(row) for row in rows[:NAMED_ROWS])
    more = f" and {len(rows) - NAMED_ROWS:,} more" if len(rows) > NAMED_ROWS else ""
    return f"{'row' if len(rows) == 1 else 'rows'} {told}{more}"


def counted(number: int, noun: str) -> str:
    """`1 row`, `12,000 rows`, `3 mailboxes`."""
    ending = "" if number == 1 else "es" if noun.endswith("x") else "s"
    return f"{number:,} {noun}{ending}"


def say_costs(costs: Mapping[str, Decimal]) -> str:
    """`792.00 USD`, or several sums; "" where there is none."""
    return " and ".join(f"{amount:,.2f} {currency}".rstrip() for currency, amount in sorted(costs.items()))
