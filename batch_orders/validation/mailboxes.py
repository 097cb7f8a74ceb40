"""What is wrong with a mailbox: pure, one value at a time.

The rule is what mail providers let people create (letters, digits, dots, hyphens, underscores,
apostrophes), which is narrower than RFC 5321. A "+" is refused: providers read it as an alias. What
could be created but is nobody's mailbox, such as `-` or `tbd`, is refused too.
"""

from __future__ import annotations

import re
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc

from batch_orders.validation.blanks import EDGES
from batch_orders.validation.letters import Split, split_at
from batch_orders.validation.names import COMMON_ENDINGS, Verdict, to_ascii
from batch_orders.validation.placeholders import NOBODYS_NAME

LOCAL_PART = r"[a-z0-9_'-]+(\.[a-z0-9_'-]+)*"
LONGEST_LOCAL_PART = 64  # RFC 5321, section 4.5.3.1.1
LEADING_MARKS = "'\"-"
"""Marks of a text cell, of a guard against formulas, of a list: no name begins so."""

ONLY_MARKS = r"[._'-]+"
CREATABLE = re.compile(LOCAL_PART)
NO_NAME = re.compile(ONLY_MARKS)
OTHER_ENDINGS = frozenset(["net", "org", "io", "co", "de", "eu", "uk", "us"])
"""Of the row's own name in a bare entry: `oakbay.net` in oakbay.com is no mailbox."""

LIKE_A_DOMAIN = re.compile(r"www\..*|.*\.com")
"""Of a bare entry: nobody's name."""

IS_A_DOMAIN = "mailbox-is-a-domain"
HELD_COMMA = "\0"
"""A comma that separates nothing, while a cell is split."""

CERTAIN_SEPARATOR = re.compile(r"[;\r\n]+")
SPACED_COMMA = re.compile(rf",(?=[{EDGES},])|(?<=[{EDGES},]),")
COMMA_IN_HOST = re.compile(
    rf"(@[^@.,;\s]+)[{EDGES}]*,[{EDGES}]*(?=(?:{'|'.join(COMMON_ENDINGS)})(?:[{EDGES},;>)'\"]|$))",
    re.IGNORECASE,
)
"""`anna@example,com`: what stands behind it is an ending, and no mailbox."""


def judge_mailbox(address: str, domain: str) -> Verdict:
    """Can `address` be created in `domain`? A bare local part is completed with the domain."""
    if not address:
        return Verdict(address, "mailbox-missing")
    local_part, at, host = address.rpartition("@")
    if not at:
        local_part, host = address, domain
    if fault := judge_local_part(local_part, domain, bare=not at):
        return Verdict(address, fault)
    if not domain or host == domain or to_ascii(host) == domain:
        return Verdict(f"{local_part}@{domain or host}")
    return Verdict(address, "mailbox-other-domain")


def judge_local_part(local_part: str, domain: str, bare: bool) -> str:
    if NO_NAME.fullmatch(local_part) or (bare and NOBODYS_NAME.match(local_part)):
        return "mailbox-placeholder"
    if bare and domain and local_part.endswith(domain):
        return "mailbox-is-the-domain"
    if bare and (LIKE_A_DOMAIN.fullmatch(local_part) or has_other_ending(local_part, domain)):
        return IS_A_DOMAIN
    if "," in local_part:
        return "mailbox-comma"
    if local_part.startswith(tuple(LEADING_MARKS)):
        return "mailbox-leading-mark"
    if not CREATABLE.fullmatch(local_part):
        return "mailbox-not-valid"
    return "mailbox-too-long" if len(local_part) > LONGEST_LOCAL_PART else ""


def has_other_ending(local_part: str, domain: str) -> bool:
    name, _, ending = local_part.partition(".")
    return name == domain.partition(".")[0] and ending in OTHER_ENDINGS


def split_mailboxes(cell: str) -> list[str]:
    """The mailboxes of one cell, in their order.

    Commas, semicolons and line breaks separate. A space does only between whole addresses: "john doe" is a
    mistake, not two mailboxes to pay for. Nor does a comma between a bare word and a whole address, without a
    blank: in "anna,roe@example.com" it stands for a dot, as it does in "anna@example,com" and "example,com".
    """
    pieces: list[str] = []
    text = hold_commas(cell)
    for part in (part for line in CERTAIN_SEPARATOR.split(text) for part in SPACED_COMMA.split(line)):
        for piece in [part] if comma_for_dot(part) else part.split(","):
            words = piece.split()
            if len(words) > 1 and all("@" in word for word in words):
                pieces += words
            elif piece.strip():
                pieces.append(piece.strip())
    return [piece.replace(HELD_COMMA, ",") for piece in pieces] or [cell]


def hold_commas(cell: str) -> str:
    """The cell with the commas that stand for dots of a host marked: `anna@example,co,uk` has two."""
    held = COMMA_IN_HOST.sub(rf"\1{HELD_COMMA}", cell) if "@" in cell and "," in cell else cell
    return held if held == cell else hold_commas(held)


def comma_for_dot(part: str) -> bool:
    *words, last = part.strip(f"{EDGES},").split(",")
    if not any("@" in word for word in (*words, last)):
        return len(words) == 1 and bool(words[0].strip()) and last in ("com", "net", "org")
    return bool(words) and "@" in last and not all("@" in word for word in words)


def hosts_of(addresses: pa.Array) -> pa.Array:
    """What stands behind the last @ of each; a bare local part is its own host, which no domain equals."""
    address = split_at(addresses, "@")
    whole = pc.all(address.found).as_py()
    return address.behind if whole else pc.if_else(address.found, address.behind, address.before)


class Addresses:
    """Mailboxes, taken apart at the last @ of each when that is first asked. A bare one is its own local part."""

    def __init__(self, mailboxes: pa.Array) -> None:
        self.mailboxes = mailboxes

    @cached_property
    def parts(self) -> Split:
        return split_at(self.mailboxes, "@")

    @cached_property
    def local_parts(self) -> pa.DictionaryArray:
        """Encoded, since they are few: the same stand in most domains."""
        return self.parts.before.dictionary_encode()
