"""What is said at a cell: the value, what is wrong with it, and the repair. `SENTENCES` say the same of no value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from batch_orders.validation.sentences import SENTENCES, named, shown
from batch_orders.validation.typos import is_one_letter_off


class CellSentence(NamedTuple):
    """`wrong` names the value, at the end of a sentence as `named`; `repair` is said where nothing is suggested."""

    wrong: str
    repair: str


CELL_SENTENCES: Mapping[str, CellSentence] = {
    "domain-is-a-number": CellSentence(
        "{value} is a number or an IP address, not a domain.", "Fill in a name such as example.com."
    ),
    "domain-not-valid": CellSentence(
        "{value} is not a valid domain.",
        "Write it as example.com: letters, digits and hyphens, without http://, spaces or a path.",
    ),
    "domain-unknown-ending": CellSentence(
        "{value}: no registry sells names under this ending.", "Check the part after the last dot."
    ),
    "domain-is-a-suffix": CellSentence(
        "{value} is an ending under which names are sold, not a name that can be bought.",
        "Put the name in front of it.",
    ),
    "domain-of-a-service": CellSentence(
        "{value} lies under an ending whose owner gives names to its customers; they are not sold.",
        "Fill in a domain that is for sale.",
    ),
    "domain-is-a-subdomain": CellSentence(
        "{value} is a subdomain. Only the domain itself can be bought.",
        "Leave out what stands in front of it.",
    ),
    "domain-letters-mixed": CellSentence(
        "{value} mixes letters of several scripts that look alike.", "Type it again."
    ),
    "domain-letters-change": CellSentence(
        "{value} has a letter that would be bought as another one.", "Write what you mean."
    ),
    "domain-letters-garbled": CellSentence("{value} was read with the wrong encoding.", "Type it again."),
    "domain-is-an-example": CellSentence(
        "{value} is an example of a template, not a domain to buy.",
        "Delete the row, or write the domain that is meant.",
    ),
    "domain-slip": CellSentence(
        "{value} is one letter off {meant}, the domain of its mailbox.", "Correct the domain or the mailbox."
    ),
    "mailbox-not-valid": CellSentence(
        "No mail provider can create the mailbox {named}.",
        "Before the @ use letters, digits, dots, hyphens, underscores and apostrophes only, with no "
        "dot at either end and no two in a row.",
    ),
    "mailbox-placeholder": CellSentence(
        '"{value}" is nobody\'s mailbox: a placeholder, a number or a date.',
        "Fill in the part before the @, such as jane.",
    ),
    "mailbox-leading-mark": CellSentence(
        "{value} begins with a mark of a spreadsheet or of a list, which no mailbox does.", "Delete the mark."
    ),
    "mailbox-is-the-domain": CellSentence(
        "{value} is the domain, or ends in it, without an @.", "Write the mailbox, such as jane@{meant}."
    ),
    "mailbox-is-a-domain": CellSentence(
        "{value} is a domain, and no mailbox.", "Write the mailbox, such as jane@{meant}."
    ),
    "mailbox-comma": CellSentence(
        "{value} has a comma in it.", "Where two mailboxes are meant, put a blank behind the comma."
    ),
    "mailbox-too-long": CellSentence(
        "The part before the @ of {value} is longer than 64 characters.", "Shorten it."
    ),
    "mailbox-other-domain": CellSentence(
        "{value} is not at {meant}, the domain of this row.", "Correct the mailbox or the domain."
    ),
    "vendor-out-of-range": CellSentence(
        "No vendor has the number {named}.", "Fill in the vendor's number, such as 1."
    ),
    "forwarding-not-valid": CellSentence(
        "{value} is not a host that a domain can forward to.", "Write it as example.com."
    ),
    "forwarding-unknown-ending": CellSentence(
        "{value} has an ending that does not exist.", "Check the part after the last dot."
    ),
    "forwarding-letters-mixed": CellSentence(
        "{value} mixes letters of several scripts that look alike.", "Type it again."
    ),
    "forwarding-letters-change": CellSentence(
        "{value} has a letter that would become another one.", "Write what you mean."
    ),
    "forwarding-letters-garbled": CellSentence("{value} was read with the wrong encoding.", "Type it again."),
    "forwarding-leads-elsewhere": CellSentence(
        "{value} leads elsewhere: to the page behind it, not to its own host.",
        "Write the domain of the page that it opens.",
    ),
    "forwarding-is-the-domain": CellSentence(
        "{value} would forward to itself.", "Fill in another forwarding domain."
    ),
    "contact-is-nobody": CellSentence('"{value}" is nobody\'s name.', "Fill in the contact's name."),
}


JOINED = re.compile(r"\w\s*[/&|]\s*\w|\s(?:and|or|und|oder|et|ou|y|e|o|i|en)\s")
"""Between names that are no one mailbox."""

SEPARATE = "Where several mailboxes are meant, put a comma and a blank between them."


def say_fault(code: str, value: str, meant: str, suggestion: str) -> str:
    """What is wrong with this value, and what to do. A blank cell is told by the code's own sentence."""
    told = CELL_SENTENCES.get(code)
    if suggestion and code == "domain-missing":
        return f"The domain is missing. Write {named(suggestion)} if that is meant."
    if suggestion and code == "domain-not-valid" and not any(map(str.isalnum, value)):
        return f"{shown(value)} alone names no domain. Write {named(suggestion)} if that is meant."
    if not told or not value or ("{meant}" in told.wrong and not meant):
        return SENTENCES[code]
    wrong = told.wrong.format(value=shown(value), named=named(value), meant=meant)
    if code == "domain-slip":
        if not is_one_letter_off(value, meant):
            wrong = f"{shown(value)} is nearly {meant}, the domain of its mailbox."
        return f"{wrong} Write {meant} if that is meant; else correct the mailbox."
    if code == "mailbox-not-valid" and not suggestion and JOINED.search(value):
        return f"{wrong} {SEPARATE}"
    repair = f"Write {named(suggestion)}." if suggestion else told.repair.format(meant=meant or "example.com")
    return f"{wrong} {repair}"
