"""Numbers in sentences."""


def counted(number: int, noun: str) -> str:
    """`1 row`, `12,000 rows`, `3 mailboxes`."""
    ending = "" if number == 1 else "es" if noun.endswith("x") else "s"
    return f"{number:,} {noun}{ending}"
