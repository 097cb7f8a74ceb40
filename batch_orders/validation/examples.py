"""Rows that were left over from a template: domains that stand for "your domain here"."""

from __future__ import annotations

import re
from dataclasses import dataclass

THINGS = "(?:domain|company|companyname|business|brand|website|site)"
NAMES = (
    r"example\.(?:com|net|org|edu)"
    rf"|your-?{THINGS}\.(?:com|net|org|io|co)|my-?{THINGS}\.com|yourname\.com|domainname\.com"
)
"""Example names of people are no sign: somebody is called John Smith."""


@dataclass(frozen=True, slots=True)
class ExampleDomains:
    """A closed list: the names that RFC 2606 keeps for examples, `yourdomain.com` and its like."""

    matched: str = rf"^(?:{NAMES})$"

    @property
    def searched(self) -> str:
        """For cells that may hold a link or an address, and in any case."""
        return rf"(?i)(?:^|[/.@])(?:{NAMES})(?:$|[/?:#])"

    def is_one(self, name: str) -> bool:
        return re.match(self.matched, name) is not None

    def holds(self, text: str) -> bool:
        return re.search(self.searched, text) is not None


EXAMPLES = ExampleDomains()
