"""Letters that nobody can see: found, named and taken out."""

from __future__ import annotations

import re
import unicodedata

UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
"""Characters of no width: Default_Ignorable_Code_Point of the Unicode standard, as far as it is assigned."""

BLANK = re.compile(r"[^\S\n]", re.UNICODE)
WELL_KNOWN = {"\u00ad": "a soft hyphen", "\ufeff": "a byte order mark", "\u200b": "a zero-width space"}


def without_unseen(text: str) -> str:
    return UNSEEN.sub("", text)


def name_letter(letter: str) -> str:
    """`a zero-width space`, `a Cyrillic small letter o`."""
    if letter in WELL_KNOWN:
        return WELL_KNOWN[letter]
    name = unicodedata.name(letter, "").lower()
    if not name:
        return f"the character U+{ord(letter):04X}"
    script, _, rest = name.partition(" ")
    known = f"{script.capitalize()} {rest}" if rest.startswith(("small", "capital", "letter")) else name
    return f"{'an' if known[0].lower() in 'aeiou' else 'a'} {known}"


def place_of(text: str, at: int) -> str:
    """`after cor`, `at the beginning`: where in a text something stands, for people."""
    before = without_unseen(text[:at])
    return f'after "{before[-20:]}"' if before else "at the beginning"


def tell_unseen(text: str) -> str:
    """A sentence that names the first letter in `text` that nobody can see, or ""."""
    found = UNSEEN.search(text)
    if not found:
        return ""
    name = name_letter(found.group())
    return f"It holds {name} {place_of(text, found.start())}, which nobody can see."
