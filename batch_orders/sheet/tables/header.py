"""Finding the header row and what each of its columns means."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from batch_orders.core.model import CONTACT_PREFIX, Field
from batch_orders.errors import SheetError
from batch_orders.sheet.tables.foreign_headers import FOREIGN_FIELD_OF
from batch_orders.sheet.tables.text import BLANKS

HEADER_DEPTH = 100
"""How many rows from the top may stand above the header."""

LONGEST_HEADER = 200
MOST_HEADERS = 30
SHOWN_VALUES, LONGEST_SHOWN = 3, 200
"""Values of a column, and letters of each, that somebody is shown who is to say what the column means."""
"""Headers that a refusal lists."""

ROWS_COMPARED = 5
"""Of the rows that are no header, so many are searched for typos."""

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


REMARK = re.compile(
    r"[\[(]\s*(?:required|optional|mandatory|id|pflichtfeld|pflicht|obligatorio|obligatoire|obbligatorio|"
    r"obrigatório|verplicht|wymagane|opcional|optionnel|facultatif|facoltativo|optioneel|opcjonalne)\s*[\])]",
    re.IGNORECASE,
)
"""What says how to fill a column in, and not what it means. "(old)" does the latter."""


def words_of(header: str) -> str:
    """The words of a header in lower case, one space between them, without remarks and a trailing "*" or ":"."""
    plain = unicodedata.normalize("NFKC", HUMP.sub(" ", REMARK.sub(" ", header)))
    return SEPARATORS.sub(" ", plain).strip(" *:").casefold()


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


@dataclass(frozen=True, slots=True)
class Header:
    """The header row: its number, its texts, field name → position among them, further mailbox columns."""

    row: int
    headers: tuple[str, ...]
    columns: Mapping[str, int]
    more_mailboxes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class NoHeader:
    """Why no row is a header: the row that comes nearest, what it lacks, and likely typos."""

    row: int | None
    missing: tuple[str, ...]
    mistyped: tuple[str, ...] = ()
    likeness: int = 0
    blank: bool = False
    headers: tuple[str, ...] = ()
    columns: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Each header of the row that comes nearest, or of the first that may be one, and values below it."""

    def sentence(self) -> str:
        labels = ", ".join(LABELS.get(name, name) for name in self.missing)
        where = f"nearest header in row {self.row}" if self.row else "no header found"
        if self.headers:
            where += f" with the columns {', '.join(self.headers)}"
        mistyped = f" ({'; '.join(self.mistyped)})" if self.mistyped else ""
        return f"{where}, lacks {labels}{mistyped}"


def find_header(
    rows: Iterable[tuple[int, Sequence[str]]], names: Names, hidden: frozenset[int] = frozenset()
) -> Header | NoHeader:
    """The first of the numbered rows that names every required field, or why there is none.

    A column at one of the positions `hidden` is never read in place of a visible one. Raises SheetError
    where a row would do but two of its columns mean the same field.
    """
    misses: list[tuple[int, Sequence[str], dict[str, list[int]]]] = []
    for number, cells in rows:
        matched = visible_first(match_columns(cells, names), hidden)
        more = take_numbered(number, cells, matched, names)
        if names.required <= matched.keys():
            columns = one_column_each(number, cells, matched)
            refuse_slips(number, cells, {*columns.values(), *more}, names, columns)
            return Header(number, tuple(cells), columns, more)
        misses.append((number, cells, matched))
    nearest = sorted(misses, key=lambda miss: -len(miss[2]))[:ROWS_COMPARED]
    described = [describe_miss(number, cells, matched, names) for number, cells, matched in nearest]
    best = max(described, key=lambda miss: (miss.likeness, len(miss.mistyped)), default=None)
    known = best if best and (best.likeness or best.mistyped) else NoHeader(None, ordered(names.required))
    rows_seen = [(number, cells) for number, cells, _ in misses]
    return replace(known, columns=columns_below(rows_seen, known.row))


def match_columns(cells: Sequence[str], names: Names) -> dict[str, list[int]]:
    """Field name → positions of the columns that mean it. A name from the settings beats built-in ones."""
    built_in: dict[str, list[int]] = {}
    own: dict[str, list[int]] = {}
    for position, cell in enumerate(cells):
        if not cell or len(cell) > LONGEST_HEADER:
            continue
        if name := names.own_field_of(cell):
            own.setdefault(name, []).append(position)
        elif not numbered_field(cell) and (name := names.field_of(cell)):
            built_in.setdefault(name, []).append(position)
    return built_in | own


def visible_first(matched: Mapping[str, list[int]], hidden: frozenset[int]) -> dict[str, list[int]]:
    """The columns of each field without the hidden ones, where it has a visible one."""
    return {
        name: [at for at in positions if at not in hidden] or positions for name, positions in matched.items()
    }


NUMBERED = re.compile(
    r"(?:(?P<new>new|first|second|third|fourth|fifth|1st|2nd|3rd|4th|5th|main|primary|additional|extra|another|other"
    r"|further|more) )?(?P<name>.*?)(?:[ .#(\[]*(?P<number>[0-9]{1,2})[)\]]?| (?P<letter>[a-e]|ii|iii|iv))?"
)


def numbered_field(header: str) -> str:
    """The field that a header such as `Mailbox 2`, `Mailbox.1` or `New mailbox` means once more, or ""."""
    found = NUMBERED.fullmatch(words_of(header))
    if not found or not (found["new"] or found["number"] or found["letter"]):
        return ""
    return FIELD_OF.get(found["name"].replace(" ", ""), "")


def take_numbered(
    number: int, cells: Sequence[str], matched: dict[str, list[int]], names: Names
) -> tuple[int, ...]:
    """The positions of further columns of mailboxes. Where there is none without a number, `matched` gets the first.

    Raises SheetError where another field, or a new mailbox, stands beside what it may be meant to replace.
    """
    found = [
        (at, name)
        for at, cell in enumerate(cells)
        if cell
        and len(cell) <= LONGEST_HEADER
        and not names.own_field_of(cell)
        and (name := numbered_field(cell))
    ]
    if len(names.required & matched.keys() | {name for _, name in found}) < len(names.required):
        return ()
    for at, name in found:
        new = words_of(cells[at]).startswith("new ")
        if (name != Field.MAILBOX or new) and (name in matched or new):
            raise SheetError(
                f'the column "{cells[at].strip()}" in row {number} looks like one more {LABELS.get(name, name)}, and '
                "which of them is meant cannot be told. Rename or delete all but one of them."
            )
    more = [at for at, name in found if name == Field.MAILBOX]
    if more and Field.MAILBOX not in matched:
        matched[Field.MAILBOX] = [more.pop(0)]
    return tuple(more)


def refuse_slips(
    number: int, cells: Sequence[str], read: set[int], names: Names, columns: Mapping[str, int]
) -> None:
    """Raise SheetError where a column that the settings have a default for is there, with a typo in its header."""
    free = {
        squeeze(cell): cell for at, cell in enumerate(cells) if cell and at not in read and len(cell) < 50
    }
    for name in ordered(set(Field) - columns.keys()):
        near = [
            cell
            for text, cell in free.items()
            if any(is_slip(text, known) for known in OTHER_NAMES[name].split())
        ]
        if near:
            raise SheetError(
                f'the column "{near[0].strip()}" in row {number}: did you mean {LABELS[name]}? Correct the header, or '
                "rename the column if it is something else; the settings' default is not used in its place."
            )


def is_slip(text: str, known: str) -> bool:
    """Whether two headers differ by one letter, two swapped ones, or by two where they are long."""
    matcher = difflib.SequenceMatcher(None, text, known, autojunk=False)
    changed = sum(max(b - a, d - c) for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal")
    swapped = changed == 2 and sorted(text) == sorted(known)
    return changed == 1 or swapped or (changed == 2 and len(known) >= 10)


def one_column_each(number: int, cells: Sequence[str], matched: Mapping[str, list[int]]) -> dict[str, int]:
    for name, positions in matched.items():
        if len(positions) > 1:
            twice = " and ".join(f'"{cells[position].strip()}"' for position in positions)
            raise SheetError(
                f"the columns {twice} in row {number} both mean {LABELS.get(name, name)}. Rename or delete "
                "all but one of them, or say in [columns] of batch-orders.toml which one it is."
            )
    return {name: positions[0] for name, positions in matched.items()}


def columns_below(
    rows: Sequence[tuple[int, Sequence[str]]], header: int | None
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The headers of a row, or of the first with two filled cells, and up to three values below each."""
    likely = [number for number, cells in rows if sum(bool(cell.strip()) for cell in cells) > 1]
    chosen = header if header is not None else next(iter(likely), None)
    top = next((cells for number, cells in rows if number == chosen), ())
    below = [cells for number, cells in rows if chosen is not None and number > chosen]
    return tuple(
        (text.strip()[:LONGEST_SHOWN], tuple(values_below(below, place)))
        for place, text in enumerate(top)
        if text.strip()
    )


def values_below(rows: Sequence[Sequence[str]], place: int) -> list[str]:
    values = [cells[place].strip()[:LONGEST_SHOWN] for cells in rows if place < len(cells)]
    return [value for value in values if value][:SHOWN_VALUES]


def describe_miss(
    number: int, cells: Sequence[str], matched: Mapping[str, list[int]], names: Names
) -> NoHeader:
    taken = {position for positions in matched.values() for position in positions}
    missing = ordered(names.required - matched.keys())
    shown = tuple(cell.strip() for cell in cells if cell.strip())[:MOST_HEADERS]
    free = {squeeze(cell): cell for i, cell in enumerate(cells) if cell and i not in taken and len(cell) < 50}
    mistyped = []
    for name in missing:
        close = [near for known in OTHER_NAMES[name].split() for near in close_to(known, free)]
        close += [near for near in free if FOREIGN_FIELD_OF.get(near) == name]
        mistyped += [f"`{free[near].strip()}`: did you mean {LABELS[name]}?" for near in close[:1]]
    likeness = 2 * len(matched) + len(mistyped)
    if quoted_whole(cells, names):
        mistyped.append("each line is quoted as a whole; save the file again without these quotes")
    return NoHeader(number, missing, tuple(mistyped), likeness=likeness, headers=shown)


def quoted_whole(cells: Sequence[str], names: Names) -> bool:
    """Whether the one cell of a line holds the whole header."""
    filled = [cell for cell in cells if cell]
    parts = re.split(r"[,;\t|]", filled[0]) if len(filled) == 1 else []
    return len(match_columns(parts, names)) > 1


def close_to(known: str, candidates: Iterable[str]) -> list[str]:
    return difflib.get_close_matches(known, candidates, n=1, cutoff=0.8)


def ordered(required: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for name in Field if name in set(required))
