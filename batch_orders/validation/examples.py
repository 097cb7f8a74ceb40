"""Rows that were left over from a template: domains that stand for "your domain here"."""

from __future__ import annotations

import re
from dataclasses import dataclass

YOURS = r"(?:your|my)-?(?:domain|company|companyname|business|brand|website|site)|yourname|domainname"
"""Example names of people are no sign: somebody is called John Smith."""


@dataclass(frozen=True, slots=True)
class ExampleDomains:
    """A closed list: the names that RFC 2606 keeps for examples, `yourdomain.com` and its like."""

    matched: str = rf"^(?:{YOURS})\.com$"

    @property
    def searched(self) -> str:
        """For cells that may hold a link, and in any case."""
        return rf"(?i)(?:^|[/.@])(?:{YOURS})\.com(?:$|[/?:#])"

    def is_one(self, name: str) -> bool:
        return re.match(self.matched, name) is not None

    def holds(self, text: str) -> bool:
        return re.search(self.searched, text) is not None


EXAMPLES = ExampleDomains()
