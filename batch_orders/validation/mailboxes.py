"""What is wrong with a mailbox: pure, one value at a time.

The rule is what mail providers let people create (letters, digits, dots, hyphens, underscores,
apostrophes), which is narrower than RFC 5321. A "+" is refused: providers read it as an alias.
"""

from __future__ import annotations

import re

from batch_orders.validation.names import Verdict, to_ascii

LOCAL_PART = r"[a-z0-9_'-]+(\.[a-z0-9_'-]+)*"
LONGEST_LOCAL_PART = 64  # RFC 5321, section 4.5.3.1.1

CREATABLE = re.compile(LOCAL_PART)
CERTAIN_SEPARATOR = re.compile(r"[,;\r\n]+")


def judge_mailbox(address: str, domain: str) -> Verdict:
    """Can `address` be created in `domain`? A bare local part is completed with the domain."""
    if not address:
        return Verdict(address, "mailbox-missing")
    local_part, at, host = address.rpartition("@")
    if not at:
        local_part, host = address, domain
    if not CREATABLE.fullmatch(local_part):
        return Verdict(address, "mailbox-not-valid")
    if len(local_part) > LONGEST_LOCAL_PART:
        return Verdict(address, "mailbox-too-long")
    if not domain or host == domain or to_ascii(host) == domain:
        return Verdict(f"{local_part}@{domain or host}")
    return Verdict(address, "mailbox-other-domain")


def split_mailboxes(cell: str) -> list[str]:
    """The mailboxes of one cell, in their order.

    Commas, semicolons and line breaks always separate. A space does only between whole
    addresses: "john doe" is a slip, not two mailboxes to pay for.
    """
    pieces: list[str] = []
    for piece in CERTAIN_SEPARATOR.split(cell):
        words = piece.split()
        if len(words) > 1 and all("@" in word for word in words):
            pieces += words
        elif piece.strip():
            pieces.append(piece.strip())
    return pieces or [cell]
