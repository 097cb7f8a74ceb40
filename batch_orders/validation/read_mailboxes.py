"""A mailbox with something around it, or written in another way: what it surely is."""

from __future__ import annotations

import re
import unicodedata

from batch_orders.validation.read_domains import LIST_MARK, LONGEST_READ, WRAPPING, spelled_out
from batch_orders.validation.unseen import without_unseen

IN_BRACKETS = re.compile(r"^[^<>]*<([^<>]+@[^<>]+)>$")
LABELS = re.compile(r"^(?:(?:mailto|smtp|e-?mail|mail|mailbox|address):\s*|https?://)+")
"""`mailto:`, `Email:`; a spreadsheet makes a link of an address."""

FOR_AT = re.compile(r"[\W_]+$")
"""Behind a name and before its domain, where the @ should be: `anna#example.com`."""

ACCENTS = re.compile("(?<=[b-np-tv-z])[\u0300-\u036f]|(?<=[aou])[\u0300-\u0307\u0309\u030b-\u036f]")
"""Marks without which everybody writes the letter. For ä, ö, ü and å there are several ways."""

AND = re.compile(r"[\s,](?:and|und|y|e|et|en|i|or|oder|o|ou)[\s,]")
"""Several mailboxes that nobody can tell apart for sure."""

NO_NAMES = re.compile(
    r"\b(?:e\.g|i\.e|no|not|none|non|see|as|same|above|below|be|please|use|all|each|every|for|from|of|with|without|only"
    r"|also|the|this|that|it|is|are|was|later|mailbox|mailboxes|mailboxen|inbox|inboxes|emails?|domains?|names?|total|sum"
    r"|count|e-mails?|keine?|nicht|siehe|wie|oben|unten|bitte|noch|folgt|alle|ohne|angabe|zeile|postfach|postfächer|pas|aucune?"
    r"|voir|ci-dessus|sans|pour|toutes?|sin|ninguna?|arriba|para|todos|nessuna?|come|sopra|senza|tutti|geen|boven|zonder"
    r"|voor|wyżej|bez)\b"
)
"""Words of a remark, not of a person's name."""

ABBREVIATION = re.compile(r"(?:[^\W\d_][./] ?){1,4}[^\W\d_]\.|[0-9]+[.)]?\s.*")
"""`t.b.d.`, `k. A.`; a list or a count, such as `3 mailboxes`."""

APOSTROPHES = str.maketrans(dict.fromkeys("’‘´`ʼ′", "'"))
WORD_AT = re.compile(r"(?<=[^a-z])at[\s._-]*$")


def read_mailbox(text: str, domain: str) -> str:
    """`Anna Roe <anna@x.com>`, `'anna@x.com'`, `mailto:anna@x.com`, `anna [at] x [dot] com` → `anna@x.com`.

    A local part with blanks or a comma gets dots, one with accents loses them; `anna.x.com` in x.com is
    `anna@x.com`, and so is `anna@y.com@x.com`.
    """
    if len(text) > LONGEST_READ:
        return text
    plain = spelled_out(unicodedata.normalize("NFKC", without_unseen(text).translate(APOSTROPHES)))
    found = IN_BRACKETS.match(plain)
    plain = LIST_MARK.sub("", found.group(1) if found else plain).strip(f"{WRAPPING} ,;!*")
    plain = LABELS.sub("", plain).partition("?")[0].removeprefix("-").strip()
    local_part, at, host = of_several_hosts(plain, domain).rpartition("@")
    if not at:
        local_part, host = split_from_domain(plain.replace("%40", "@"), domain), domain
    local_part = "" if is_remark(local_part) else dotted(local_part.strip(f"{WRAPPING} @"))
    return f"{without_accents(local_part)}@{without_www(host.strip('. '))}" if local_part else ""


def of_several_hosts(text: str, domain: str) -> str:
    """`anna@x@com` and `anna@y.com@x.com` in x.com, with one @; other text as it is."""
    parts = [part.strip() for part in text.split("@") if part.strip()]
    hosts = parts[1:]
    meant = ".".join(hosts) == domain or (domain in hosts and "." in hosts[0])
    return f"{parts[0]}@{domain}" if len(hosts) > 1 and meant else text


def without_accents(local_part: str) -> str:
    return unicodedata.normalize("NFC", ACCENTS.sub("", unicodedata.normalize("NFD", local_part)))


def is_remark(local_part: str) -> bool:
    """Whether these are several mailboxes, or words that were never meant as one: no dot joins them."""
    several = AND.search(local_part) or (
        local_part.count(",") and "." in local_part.partition(",")[0].strip(".")
    )
    words = " " in local_part and NO_NAMES.search(local_part)
    return bool(several or words or ABBREVIATION.fullmatch(local_part))


def split_from_domain(bare: str, domain: str) -> str:
    """What stands before the domain in a bare entry that ends in it."""
    if not (domain and bare.endswith(domain)):
        return bare
    before = FOR_AT.sub("", WORD_AT.sub("", bare.removesuffix(domain)))
    return "" if before == "www" else before


def dotted(local_part: str) -> str:
    words = [word for word in re.split(r"[\s,]+", local_part) if word]
    plain = ".".join(words).strip(".")
    return re.sub(r"\.{2,}", ".", plain)


def without_www(host: str) -> str:
    return host.removeprefix("www.")
