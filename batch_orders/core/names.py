"""Domain names as people read them. Pure."""

from __future__ import annotations

import idna

ENCODED = "xn--"


def unicode_of(name: str) -> str:
    """A name with A-labels as people read it, or "" where it is none."""
    try:
        return idna.decode(name)
    except UnicodeError:
        return ""


def show_name(name: str) -> str:
    """A name that is bought, beside what people read in it: `münchen.de (xn--mnchen-3ya.de)`."""
    written = unicode_of(name) if ENCODED in name else ""
    return f"{written} ({name})" if written and written != name else name
