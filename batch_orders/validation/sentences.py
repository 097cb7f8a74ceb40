"""Every fault of a cell in words: what is wrong and what to do. Codes are stable."""

from __future__ import annotations

from collections.abc import Mapping

SENTENCES: Mapping[str, str] = {
    "domain-missing": "The domain is missing. Fill in the domain to buy, such as example.com.",
    "domain-is-a-number": "This is a number or an IP address, not a domain name. Fill in a name such as example.com.",
    "domain-not-valid": "This is not a valid domain name. Write it as example.com: letters, digits and hyphens, "
    "without http://, spaces or a path.",
    "domain-unknown-ending": "No registry sells names under this ending. Check the part after the last dot.",
    "domain-is-a-suffix": "This is an ending under which names are sold, not a name that can be bought. "
    "Put the name in front of it.",
    "domain-is-a-subdomain": "This is a subdomain. Only the domain itself can be bought; leave out what stands "
    "in front of it.",
    "mailbox-missing": "The mailbox is missing. Fill in an address such as jane@example.com.",
    "mailbox-not-valid": "No mail provider can create this mailbox. Before the @ use letters, digits, dots, "
    "hyphens, underscores and apostrophes only, with no dot at either end and no two in a row.",
    "mailbox-too-long": "The part before the @ is longer than 64 characters. Shorten it.",
    "mailbox-other-domain": "The mailbox is not in the domain of its row. Correct the mailbox or the domain.",
    "vendor-missing": "The vendor is missing, in this row and in every other row of this domain. "
    "Fill in the vendor's number.",
    "vendor-unknown": "The vendor is neither a whole number nor a name that is known here. Fill in the vendor's "
    "number, or name it under [vendors] in the settings. The vendors' own names are looked up in a run.",
    "vendor-ambiguous": "Several vendors go by this name. Fill in the number of the one you mean.",
    "vendor-out-of-range": "The vendor's number is out of range. Fill in the vendor's number, such as 1.",
    "forwarding-missing": "The forwarding domain is missing, in this row and in every other row of this domain. "
    "Fill in where the domain is to forward to.",
    "forwarding-not-valid": "This is not a host that a domain can forward to. Write it as example.com.",
    "forwarding-unknown-ending": "The forwarding domain's ending does not exist. Check the part after the last dot.",
    "forwarding-is-the-domain": "The domain would forward to itself. Fill in another forwarding domain.",
    "forwarding-was-a-url": "A web address was given. Only its host is used.",
    "name-missing": "The name of the mailbox's owner is missing. Fill it in.",
    "contact-missing": "The contact is missing, in this row and in every other row of this domain. "
    "Fill in a name.",
}
