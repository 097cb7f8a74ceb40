"""A mailbox with something around it, or written in another way: what it surely is."""

from __future__ import annotations

import re

from batch_orders.validation.meant_domains import LONGEST_READ, WRAPPING, spelled_out
from batch_orders.validation.unseen import without_unseen

IN_BRACKETS = re.compile(r"^[^<>]*<([^<>]+@[^<>]+)>$")
SCHEMES = ("mailto:", "smtp:")
AND = re.compile(r"[\s,](?:and|und|y|e|et|en|i|or|oder|o|ou)[\s,]")
"""Several mailboxes that nobody can tell apart for sure."""

WORD_AT = re.compile(r"(?<=[^a-z])at[\s._-]*$")


def read_mailbox(text: str, domain: str) -> str:
    """`Anna Roe <anna@x.com>`, `'anna@x.com'`, `mailto:anna@x.com`, `anna [at] x [dot] com` → `anna@x.com`.

    A local part with blanks or a comma gets dots; `anna.x.com` in x.com is `anna@x.com`.
    """
    if len(text) > LONGEST_READ:
        return text
    plain = spelled_out(without_unseen(text))
    found = IN_BRACKETS.match(plain)
    plain = (found.group(1) if found else plain).strip(f"{WRAPPING} ,;")
    for scheme in SCHEMES:
        plain = plain.removeprefix(scheme)
    plain = plain.partition("?")[0].removeprefix("-").strip()
    local_part, at, host = plain.rpartition("@")
    if not at:
        local_part, host = split_from_domain(plain, domain), domain
    local_part = "" if AND.search(local_part) else dotted(local_part.strip(f"{WRAPPING} "))
    return f"{local_part}@{without_www(host.strip('. '))}" if local_part else ""


def split_from_domain(bare: str, domain: str) -> str:
    """What stands before the domain in a bare entry that ends in it."""
    if not (domain and bare.endswith(domain)):
        return bare
    return WORD_AT.sub("", bare.removesuffix(domain)).rstrip(".-_ ")


def dotted(local_part: str) -> str:
    words = [word for word in re.split(r"[\s,]+", local_part) if word]
    plain = ".".join(words).strip(".")
    return re.sub(r"\.{2,}", ".", plain)


def without_www(host: str) -> str:
    return host.removeprefix("www.")
