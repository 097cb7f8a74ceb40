"""Rows that were left over from a template: domains that stand for "your domain here"."""

from __future__ import annotations

import re

THINGS = ("domain", "company", "companyname", "business", "brand", "website", "site")

EXAMPLES = frozenset(
    [
        *(f"example.{ending}" for ending in ("com", "net", "org", "edu")),
        *(
            f"your{hyphen}{thing}.{ending}"
            for hyphen in ("", "-")
            for thing in THINGS
            for ending in ("com", "net", "org", "io", "co")
        ),
        *(f"my{hyphen}{thing}.com" for hyphen in ("", "-") for thing in THINGS),
        *("yourname.com", "domainname.com"),
    ]
)
"""A closed list: the names that RFC 2606 keeps for examples, `yourdomain.com` and its like.

Example names of people are no sign: somebody is called John Smith.
"""

EXAMPLE_WITHIN = rf"(?i)(?:^|[/.@])(?:{'|'.join(map(re.escape, sorted(EXAMPLES)))})(?:$|[/?:#])"
"""For cells that may hold a link or an address, and in any case."""


def holds_example(text: str) -> bool:
    return re.search(EXAMPLE_WITHIN, text) is not None
