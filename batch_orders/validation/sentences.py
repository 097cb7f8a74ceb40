"""Every fault of a cell in words: what is wrong and what to do. Codes are stable."""

from __future__ import annotations

from collections.abc import Mapping

from batch_orders.core.vendors import VendorNames
from batch_orders.core.wording import cut

SENTENCES: Mapping[str, str] = {
    "domain-missing": "The domain is missing. Fill in the domain to buy, such as example.com.",
    "domain-is-a-number": "This is a number or an IP address, not a domain name. Fill in a name such as example.com.",
    "domain-not-valid": "This is not a valid domain name. Write it as example.com: letters, digits and hyphens, "
    "without http://, spaces or a path.",
    "domain-unknown-ending": "No registry sells names under this ending. Check the part after the last dot.",
    "domain-is-a-suffix": "This is an ending under which names are sold, not a name that can be bought. "
    "Put the name in front of it.",
    "domain-of-a-service": "This lies under an ending such as github.io, whose owner gives names to its "
    "customers; they are not sold. Fill in a domain that is for sale.",
    "domain-is-a-subdomain": "This is a subdomain. Only the domain itself can be bought; leave out what stands "
    "in front of it.",
    "domain-letters-mixed": "The domain mixes letters of several scripts that look alike. Type it again.",
    "domain-letters-change": "The domain has a letter that would be bought as another one. Write what you mean.",
    "domain-letters-garbled": "The domain was read with the wrong encoding. Type it again.",
    "domain-is-an-example": "This is an example of a template, not a domain to buy. Delete the row, or write the "
    "domain that is meant.",
    "domain-slip": "The domain is nearly that of its mailbox: a letter, hyphens or www apart. Correct the domain or "
    "the mailbox.",
    "mailbox-missing": "The mailbox is missing. Fill in an address such as jane@example.com.",
    "mailbox-not-valid": "No mail provider can create this mailbox. Before the @ use letters, digits, dots, "
    "hyphens, underscores and apostrophes only, with no dot at either end and no two in a row.",
    "mailbox-placeholder": "This stands for nothing, for a number or for a date: nobody's mailbox. Fill in the "
    "part before the @, such as jane.",
    "mailbox-leading-mark": "No mailbox begins with an apostrophe, a quote or a hyphen: it is a mark of a "
    "spreadsheet or of a list. Delete it.",
    "mailbox-is-the-domain": "This is the domain, or ends in it, without an @. Write the mailbox, such as "
    "jane@example.com.",
    "mailbox-is-a-domain": "This is a domain, and no mailbox. Write the mailbox, such as jane@example.com.",
    "mailbox-comma": "A comma stands in the mailbox. Write a dot for it; where two mailboxes are meant, put a "
    "blank behind the comma.",
    "mailbox-is-a-name": "This is the name of the row's contact, not two mailboxes. Write the mailbox.",
    "mailbox-too-long": "The part before the @ is longer than 64 characters. Shorten it.",
    "mailbox-other-domain": "The mailbox is not in the domain of its row. Correct the mailbox or the domain.",
    "vendor-missing": "The vendor is missing, in this row and in every other row of this domain. "
    "Fill in the vendor's number.",
    "vendor-unknown": "A vendor is a whole number, or a name that is known here. Fill in the vendor's "
    "number, or name it under [vendors] in the settings. The vendors' own names are looked up in a run.",
    "vendor-ambiguous": "Several vendors go by this name. Fill in the number of the one you mean.",
    "vendor-out-of-range": "The vendor's number is out of range. Fill in the vendor's number, such as 1.",
    "vendor-not-sold": "No vendor has this number. Fill in the number of one that there is, or name it under "
    "[vendors] in the settings.",
    "forwarding-missing": "The forwarding domain is missing, in this row and in every other row of this domain. "
    "Fill in where the domain is to forward to.",
    "forwarding-not-valid": "This is not a host that a domain can forward to. Write it as example.com.",
    "forwarding-unknown-ending": "The forwarding domain's ending does not exist. Check the part after the last dot.",
    "forwarding-letters-mixed": "The forwarding domain mixes letters of several scripts that look alike. "
    "Type it again.",
    "forwarding-letters-change": "The forwarding domain has a letter that would become another one. "
    "Write what you mean.",
    "forwarding-letters-garbled": "The forwarding domain was read with the wrong encoding. Type it again.",
    "forwarding-leads-elsewhere": "This link leads elsewhere: to the page behind it, not to its own host. Write the "
    "domain of the page that it opens.",
    "forwarding-is-the-domain": "The domain would forward to itself. Fill in another forwarding domain.",
    "name-missing": "The name of the mailbox's owner is missing. Fill it in.",
    "contact-is-nobody": "This stands for nothing, and is nobody's name. Fill in the contact's name.",
    "contact-missing": "The contact is missing, in this row and in every other row of this domain. "
    "Fill in a name.",
}

WARNINGS: Mapping[str, str] = {
    "domain-from-above": "The domain is blank, and was read as the one above, which is that of the row's mailbox.",
    "domain-looks-like": "The domain stands in one row, and is likely a typo of one that stands in several.",
    "mailbox-unlikely": "The mailbox's name looks like a placeholder, a number, a date or a test.",
    "mailboxes-of-a-name": "Two words with a comma between them are read as two mailboxes.",
    "contact-damaged": "A contact's text was damaged on its way: cut by a spreadsheet, or wrongly decoded.",
    "contact-placeholder": "A contact's field holds a word that stands for nothing.",
    "example-value": "This is an example of a template.",
    "vendor-not-listed": "A number that the settings name under [vendors] is not among the vendors that there are.",
    "vendor-rises": "The vendor's number rises from row to row, as when a cell is dragged down.",
    "bought-as": "A name is bought in another spelling: its letters had another width or case, or were otherwise "
    "composed.",
    "forwarding-was-a-url": "A web address was given. Only its host is used.",
}
"""What holds no order back."""


def say_unknown_vendor(value: str, names: VendorNames) -> str:
    if not names.shown:
        return f"No vendor is called {named(value)}. {SENTENCES['vendor-unknown']}"
    known = sorted((min(names.find(name)), name) for name in names.shown.values())
    told = ", ".join(f"{number} {name}" for number, name in known[:MOST_VENDORS])
    more = " …" if len(known) > MOST_VENDORS else "."
    return f"No vendor is called {named(value)}. Use one of: {told}{more}"


def say_not_sold(value: str, names: VendorNames) -> str:
    return f"No vendor has the number {named(value)}. There are: {list_vendors(names)}"


def list_vendors(names: VendorNames) -> str:
    """`1 inboxkitGoogle, 2 inboxkitOutlook.`, the end of a sentence."""
    told = [f"{number} {name}".strip() for number, name in sorted(names.listed.items())[:MOST_VENDORS]]
    return ", ".join(told) + (" …" if len(names.listed) > MOST_VENDORS else ".")


def say_ambiguous_vendor(value: str, names: VendorNames) -> str:
    numbers = " or ".join(str(number) for number in sorted(names.find(value)))
    return f"Several vendors are called {named(value)}. Fill in the number of the one you mean: {numbers}."


LONGEST_SHOWN = 80
ENDS = ".,;:!?…"
MOST_VENDORS = 20
"""Vendors that a sentence lists."""


def shown(value: str) -> str:
    return cut(value, LONGEST_SHOWN)


def named(value: str) -> str:
    """A value at the end of a sentence: in quotes where it has a dot or the like of its own at its end."""
    text = shown(value)
    return f'"{text}"' if text.endswith(tuple(ENDS)) else text
