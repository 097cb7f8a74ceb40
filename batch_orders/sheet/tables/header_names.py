"""What headers mean: the built-in names of each field, without regard to how they are written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from batch_orders.core.model import CONTACT_PREFIX, Field
from batch_orders.sheet.tables.foreign_headers import FOREIGN_FIELD_OF
from batch_orders.sheet.tables.text import BLANKS

LONGEST_HEADER = 200

LABELS: Mapping[str, str] = {
    Field.DOMAIN: "Domain",
    Field.MAILBOX: "Mailbox",
    Field.VENDOR: "Vendor",
    Field.FORWARDING_DOMAIN: "Forwarding domain",
    Field.CONTACT: "Contact",
}

OTHER_NAMES: Mapping[str, str] = {
    Field.DOMAIN: "domain domains domainname domainnames",
    Field.MAILBOX: "mailbox mailboxes mailboxname mailboxnames mailboxaddress mailboxaddresses mailboxemail "
    "email emails emailaddress emailaddresses inbox inboxes inboxname inboxaddress",
    Field.VENDOR: "vendor vendorid vendorname vendornumber vendorno vendorcode",
    Field.FORWARDING_DOMAIN: "forwardingdomain forwarding forwardingurl forwardingto forwardto forwardsto "
    "forwarddomain forwardurl domainforwarding forwardingtarget forwardtodomain forwardtourl "
    "redirect redirectto redirectsto redirectdomain redirecturl redirecttarget",
    Field.CONTACT: "contact contactname contactperson contactfullname customer customername",
    "first_name": "firstname givenname forename mailboxfirstname",
    "last_name": "lastname surname familyname mailboxlastname",
}
FIELD_OF = {name: field_name for field_name, names in OTHER_NAMES.items() for name in names.split()}

CONTACT_FIELDS: Mapping[str, str] = {
    "email": "email emailaddress mail",
    "first_name": "firstname givenname",
    "last_name": "lastname surname familyname",
    "company": "company companyname organisation organization",
    "country": "country countrycode",
    "city": "city town",
    "address_line_one": "address addressline addresslineone addressline1 address1 street streetaddress",
    "address_line_two": "addresslinetwo addressline2 address2",
    "address_line_three": "addresslinethree addressline3 address3",
    "postal_code": "postalcode postcode zip zipcode",
    "state": "state province region",
    "phone_cc": "phonecc phonecountrycode phoneprefix",
    "phone": "phone phonenumber telephone telephonenumber tel mobile",
    "language_preference": "languagepreference language preferredlanguage",
}
CONTACT_FIELD_OF = {name: known for known, names in CONTACT_FIELDS.items() for name in names.split()}

SEPARATORS = re.compile(rf"[\s_\-{re.escape(BLANKS)}]+")
HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


TO_FILL_IN = (
    "required|optional|mandatory|req|opt|pflicht(?:feld|angabe)?|erforderlich|freiwillig|obligatori[oa]s?|requerid[oa]s?"
    "|obligatoires?|requis(?:es?)?|facultati(?:f|ve)|obbligatori[oa]|richiest[oa]|obrigatóri[oa]s?|verplicht|vereist|wymagan[eya]"
    "|opcional|optionnel(?:le)?|facoltativ[oa]|optioneel|opcjonaln[eya]"
)
REMARK = re.compile(
    rf"[\[(]\s*\**\s*(?:(?:{TO_FILL_IN})\.?|id|s|es|\*+)\s*\**\s*[\])]|(?:\s[-–—]\s|\*)\s*(?:{TO_FILL_IN})\b\.?",
    re.IGNORECASE,
)
"""What says how to fill a column in, or that it may hold several, and not what it means. "(old)" does the latter."""

MARKS = " *:.\u204e\u2217\u2731\u2733\u2020\u2021"
ORDINAL = re.compile(
    r"\s*[\[(#]?(?P<number>[0-9]{1,2}|[a-zA-Z](?=[.)\]]))(?:[.)\]:]+\s*|\s*[-–—]\s+|\s+)(?=[^\W\d])"
)


def words_of(header: str) -> str:
    """The words of a header in lower case, one space between them, without remarks and a trailing "*", ":" or "."."""
    plain = unicodedata.normalize("NFKC", HUMP.sub(" ", REMARK.sub(" ", header)))
    return SEPARATORS.sub(" ", plain).strip(MARKS).casefold()


def squeeze(header: str) -> str:
    """A header without regard to case, spaces, underscores and hyphens."""
    return words_of(header).replace(" ", "")


@dataclass(frozen=True, slots=True)
class Names:
    """How headers are understood: `own` is header → field as the settings say, `required` the fields."""

    own: Mapping[str, str] = field(default_factory=dict)
    required: frozenset[str] = frozenset(Field)

    def field_of(self, header: str) -> str:
        """The field that a header means by the built-in names, or ""."""
        squeezed = squeeze(header)
        return FIELD_OF.get(squeezed) or contact_field(header)

    def own_field_of(self, header: str) -> str:
        squeezed = squeeze(header)
        return next((name for own, name in self.own.items() if squeeze(own) == squeezed), "")


def contact_field(header: str) -> str:
    """ "Contact postal code" → "contact_postal_code"; "" where the header does not begin with contact."""
    first, _, rest = words_of(header).partition(" ")
    if first != "contact":
        # "contactemail" has no seam, so only the known fields are taken.
        known = CONTACT_FIELD_OF.get(squeeze(header).removeprefix("contact"), "")
        return CONTACT_PREFIX + known if known and squeeze(header).startswith("contact") else ""
    snake = re.sub(r"\W+", "_", rest).strip("_")
    return CONTACT_PREFIX + CONTACT_FIELD_OF.get(rest.replace(" ", ""), snake) if snake else ""


def without_ordinals(cells: Sequence[str], names: Names) -> Sequence[str]:
    """The headers of a row whose columns are numbered: `1. Domain`, `2. Mailbox` without the numbers.

    That is so where each number stands once, and before different fields. Elsewhere `2. Mailbox` is one more mailbox.
    """
    found = {
        at: number
        for at, cell in enumerate(cells)
        if len(cell) <= LONGEST_HEADER and not names.own_field_of(cell) and (number := ORDINAL.match(cell))
    }
    plain = {at: cells[at][number.end() :] for at, number in found.items()}
    fields = {names.own_field_of(text) or names.field_of(text) for text in plain.values()} - {""}
    once = len({number["number"].casefold() for number in found.values()}) == len(found)
    if not once or len(fields) < 2:
        return cells
    return [plain.get(at, cell) for at, cell in enumerate(cells)]


NEW = "new|updated|corrected|correct|revised|final|v[2-9]"
NUMBER_WORDS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth"
    "|[0-9]{0,2}1st|[0-9]{0,2}2nd|[0-9]{0,2}3rd|[0-9]{1,2}th"
)
NUMBERED = re.compile(
    rf"(?:(?:(?P<new>{NEW})|(?P<which>{NUMBER_WORDS}|[0-9]{{1,2}}\.|main|primary|secondary|additional|extra|another"
    r"|other|further|more)) )?"
    rf"(?P<name>.*?)(?:(?: no\.?| nr\.?)?[ .:/#(\[]*(?P<number>[0-9]{{1,2}}|(?<![^\W_])(?:{NUMBER_WORDS}))[)\]]?"
    rf"| (?P<letter>[a-j]|ii|iii|iv|vi?)|[ (\[]+(?P<behind>{NEW})!?[)\]]?)?"
)
"""A name of a field with a number or a letter, or with a word such as New, which stands for another one."""


def numbered_field(header: str, names: Names) -> str:
    """The field that a header such as `Mailbox 2`, `Mailbox.1` or `New mailbox` means once more, or ""."""
    found, name = split_number(header)
    built_in = FIELD_OF.get(name, "")
    # "Second last name" is a field of a person's own in Spanish.
    if found and found["which"] and built_in not in LABELS:
        built_in = ""
    own = names.own_field_of(name)
    return built_in or (own if own in LABELS else "")


def numbered_elsewhere(header: str) -> str:
    """The field that a header such as `Postfach 2` means once more in another language, or ""."""
    return FOREIGN_FIELD_OF.get(split_number(header)[1], "")


def split_number(header: str) -> tuple[re.Match[str] | None, str]:
    """How a header is numbered, and its name without that; neither where it is not."""
    found = NUMBERED.fullmatch(words_of(header))
    if not found or not any(found.group("new", "which", "number", "letter", "behind")):
        return None, ""
    return found, found["name"].replace(" ", "")


def is_new(header: str) -> bool:
    """Whether such a header says that it replaces another one: `New mailbox`, `Domain (corrected)`."""
    found, _ = split_number(header)
    return bool(found and (found["new"] or found["behind"]))


def match_columns(cells: Sequence[str], names: Names) -> dict[str, list[int]]:
    """Field name → positions of the columns that mean it. A name from the settings beats built-in ones."""
    built_in: dict[str, list[int]] = {}
    own: dict[str, list[int]] = {}
    for position, cell in enumerate(cells):
        if not cell or len(cell) > LONGEST_HEADER:
            continue
        if name := names.own_field_of(cell):
            own.setdefault(name, []).append(position)
        elif not numbered_field(cell, names) and (name := names.field_of(cell)):
            built_in.setdefault(name, []).append(position)
    return built_in | own


def ordered(required: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for name in Field if name in set(required))
