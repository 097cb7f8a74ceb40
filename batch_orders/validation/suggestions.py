"""A correction to offer, where one is certain enough. It is never applied by itself."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Container, Mapping
from typing import NamedTuple

from batch_orders.core.model import Field
from batch_orders.core.vendors import VendorNames, fold_name
from batch_orders.validation.blanks import EDGES
from batch_orders.validation.confusables import as_latin
from batch_orders.validation.judge import judge_vendor
from batch_orders.validation.links import leads_elsewhere, target_of
from batch_orders.validation.mailboxes import LIKE_A_DOMAIN, has_other_ending, judge_mailbox, split_mailboxes
from batch_orders.validation.meant_domains import mend_ending
from batch_orders.validation.names import host_of, judge_host
from batch_orders.validation.placeholders import NOBODYS_NAME, UNLIKELY_NAME
from batch_orders.validation.read_domains import read_domain
from batch_orders.validation.read_mailboxes import read_mailbox
from batch_orders.validation.typos import is_one_letter_off
from batch_orders.validation.unseen import without_unseen

NO_LINK = re.compile(r"^(?:[a-z]+:/*|//)")
"""The beginning of a link that is not written as one, or is none to a web site: `https:hill.io`, `ftp://hill.io`."""


MORE_BEHIND = re.compile(r"\S+\.\S+\s+[^\W_]")
"""Of `anna@x.com ben`: to suggest the one would lose the other."""


class Neighbourhood(NamedTuple):
    """What else is known: the domain that the cell's row means, the domains that the sheet orders, vendors' names."""

    meant: str
    ordered: Container[str]
    names: VendorNames


class Suggester:
    """Suggests each value once. What is suggested for a cell can take the cell's place as it stands."""

    def __init__(self, ordered: Container[str], names: VendorNames) -> None:
        self.ordered, self.names = ordered, names
        self.usual: Mapping[str, Mapping[str, str]] = {}
        """By field and domain, what the domain's rows usually say."""
        self.known: dict[tuple[str, str, str], str] = {}

    def suggest(self, field: str, value: str, meant: str, cell: str) -> tuple[str, str]:
        """What is suggested for the value, and for the whole cell, which may hold several mailboxes."""
        # What contradicts the other rows of its domain would be a second round.
        single = self.suggest_usual(field, value, meant) or self.suggest_one(field, value, meant)
        several = field == Field.MAILBOX and len(split_mailboxes(cell)) > 1
        return single, self.mend_all(cell, meant) if several and single else single

    def suggest_usual(self, field: str, value: str, meant: str) -> str:
        """What the other rows of the domain say, where that is good: a blank cell was filled with what may not be."""
        usual = self.usual.get(field, {}).get(meant, "")
        if field == Field.VENDOR and judge_vendor(usual, self.names).fault:
            return ""
        if field == Field.FORWARDING_DOMAIN and (judge_host(usual).fault or usual == meant):
            return ""
        return usual if usual != value else ""

    def mend_all(self, cell: str, meant: str) -> str:
        """The mailboxes of a cell, each good or mended; "" where one of them cannot be."""
        mended = [
            self.mend(piece.strip(EDGES), meant) for piece in split_mailboxes(cell.strip(EDGES).lower())
        ]
        return ", ".join(mended) if all(mended) else ""

    def suggest_swapped(self, domain_cell: str, meant: str) -> str:
        """For the mailbox's cell, which holds the domain: the mailboxes that stand in the domain's cell."""
        pieces = split_mailboxes(domain_cell.strip(EDGES).lower())
        alone = len(pieces) == 1
        return (
            self.suggest_one(Field.MAILBOX, pieces[0], meant) if alone else self.mend_all(domain_cell, meant)
        )

    def mend(self, mailbox: str, meant: str) -> str:
        good = not judge_mailbox(mailbox, meant).fault
        return mailbox if good else self.suggest_one(Field.MAILBOX, mailbox, meant)

    def suggest_one(self, field: str, value: str, meant: str) -> str:
        key = (field, value, meant)
        if key not in self.known:
            near = Neighbourhood(meant, self.ordered, self.names)
            self.known[key] = SUGGEST[field](value, near) if field in SUGGEST else ""
        return self.known[key]


def suggest_domain(value: str, near: Neighbourhood) -> str:
    return near.meant if near.meant != value else ""


def suggest_mailbox(value: str, near: Neighbourhood) -> str:
    """Read as what it surely is, put into the domain that the row means. Never into that of another order."""
    if NOBODYS_NAME.match(value):
        return ""
    read = as_latin(read_mailbox(value, near.meant))
    local_part, at, host = read.rpartition("@")
    if MORE_BEHIND.match(host):
        return ""
    if at and near.meant and host not in near.ordered:
        read = f"{local_part}@{near.meant}"
    verdict = judge_mailbox(read, near.meant)
    good = not verdict.fault and verdict.value.partition("@")[2] and not is_no_name(local_part, near)
    return verdict.value if good and not UNLIKELY_NAME.match(verdict.value.partition("@")[0]) else ""


def is_no_name(local_part: str, near: Neighbourhood) -> bool:
    return bool(
        NOBODYS_NAME.match(local_part)
        or LIKE_A_DOMAIN.fullmatch(local_part)
        or has_other_ending(local_part, near.meant)
        or local_part in near.ordered
    )


NUMBERED_VENDOR = re.compile(
    r"(?:#|n[or]\.?|num(?:ber)?|id|vendor(?: id)?)?[ :#]*0*(?P<number>[0-9]{1,9})(?:\.0*)?(?:[ :.)–-]+(?P<name>\D.*))?",
    re.IGNORECASE,
)
"""`#1`, `Vendor 1`, `1.0`, `1 - inboxkitGoogle`."""


def suggest_vendor(value: str, near: Neighbourhood) -> str:
    """A number or a name, only where one is meant: what is suggested can be filled in as it stands."""
    found = NUMBERED_VENDOR.fullmatch(unicodedata.normalize("NFKC", without_unseen(value)))
    if found and not judge_vendor(found["number"], near.names).fault:
        agree = not found["name"] or near.names.find(found["name"]) == {int(found["number"])}
        return found["number"] if agree else ""
    nearest = near.names.nearest(value)
    typos = tuple(name for name in nearest if is_one_letter_off(fold_name(value), fold_name(name)))
    meant = typos or nearest
    good = [name for name in meant if not judge_vendor(name, near.names).fault]
    return good[0] if len(meant) == len(good) == 1 else ""


def suggest_host(value: str, near: Neighbourhood) -> str:
    target = target_of(value)
    if leads_elsewhere(value, host_of(value)) and not target:
        return ""
    value = target or value
    host = host_of(value)
    plain = NO_LINK.sub("", value).partition("?")[0]
    for read in (host, mend_ending(host), read_domain(value), host_of(plain)):
        verdict = judge_host(read)
        other = verdict.value not in (value, near.meant) and verdict.value not in near.ordered
        if other and not verdict.fault:
            return verdict.value
    return ""


SUGGEST: Mapping[str, Callable[[str, Neighbourhood], str]] = {
    "domain": suggest_domain,
    "mailbox": suggest_mailbox,
    "vendor": suggest_vendor,
    "forwarding_domain": suggest_host,
}
"""By field; a field without an entry gets no suggestion."""
