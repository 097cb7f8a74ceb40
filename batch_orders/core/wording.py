"""Numbers and long texts in sentences. Pure."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from operator import itemgetter

NAMED_ROWS = 5
"""Rows that a sentence names one by one."""


def name_rows(rows: Sequence[int], most: int = NAMED_ROWS) -> str:
    """`row 4`, `rows 4, 5, 6, 7, 8 and 12 more`."""
    told = ", ".join(str(row) for row in rows[:most])
    more = f" and {len(rows) - most:,} more" if len(rows) > most else ""
    return f"{'row' if len(rows) == 1 else 'rows'} {told}{more}"


def name_places(places: Sequence[tuple[str, int]], most: int = NAMED_ROWS) -> str:
    """`rows 2, 3 of June, row 2 of July and 4 more`.

    A place is the worksheet's name, "" in a sheet that has only one, and the row.
    """
    worksheets = groupby(places[:most], key=itemgetter(0))
    named = [(name, [row for _, row in group]) for name, group in worksheets]
    told = ", ".join(name_rows(rows, most) + of_worksheet(name) for name, rows in named)
    more = f" and {len(places) - most:,} more" if len(places) > most else ""
    return f"{told}{more}"


def of_worksheet(name: str) -> str:
    """What follows a row where it is not plain which worksheet it is in."""
    return f" of {name}" if name else ""


def counted(number: int, noun: str) -> str:
    """`1 row`, `12,000 rows`, `3 mailboxes`."""
    ending = "" if number == 1 else "es" if noun.endswith("x") else "s"
    return f"{number:,} {noun}{ending}"


def say_costs(costs: Mapping[str, Decimal]) -> str:
    """`792.00 USD`, or several sums; "" where there is none."""
    return " and ".join(f"{amount:,.2f} {currency}".rstrip() for currency, amount in sorted(costs.items()))


def spans_of(rows: Sequence[int], dash: str = "–") -> list[str]:
    """Rows in rising order as `11–13` and `30`."""
    # Numbers of one run have the same distance from their place in the list.
    runs = groupby(enumerate(rows), key=lambda pair: pair[1] - pair[0])
    ends = [(run[0][1], run[-1][1]) for run in (list(group) for _, group in runs)]
    return [str(first) if first == last else f"{first}{dash}{last}" for first, last in ends]


def cut(text: str, most: int) -> str:
    """A text of so many characters at the most; "…" at its end says that there was more."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def on_one_line(text: str, most: int) -> str:
    """As `cut`, without line breaks and runs of blanks."""
    return cut(" ".join(text.split()), most)
