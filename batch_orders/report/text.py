"""Text of any kind → text that a worksheet's XML holds without loss, and that is no formula.

Source of the escape: ECMA-376 part 1, 22.9.2.19 (ST_Xstring). Excel, LibreOffice and
calamine turn `_xHHHH_` back into the character; openpyxl leaves that to its
`openpyxl.utils.escape.unescape`.
"""

import re

LONGEST = 32_767
"""UTF-16 units that Excel keeps in one cell."""

FORMULA_STARTS = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
"""Text that begins so may turn into a formula when its cell is edited; the last four are full-width."""

_HEX = "[0-9A-Fa-f]"
# An underscore that looks like the beginning of an escape is escaped itself, each one on its
# own, so that neighbours which share an underscore survive as well.
_NOT_IN_XML = re.compile(rf"_(?=x{_HEX}{{4}}_)|[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_HALF_ESCAPE = re.compile(rf"(_x{_HEX}{{4}}_)|_(?:x{_HEX}{{0,4}})?$")


def storable_text(text: str) -> str:
    """The text as a cell's XML holds it; spreadsheet programs show the text as it was given.

    Two kinds of text come out changed: a lone surrogate, which is no character at all and
    which XML cannot hold, becomes U+FFFD; and text longer than a cell is cut and ends in "…".
    """
    if len(text) <= LONGEST // 2 and text.isprintable() and "_x" not in text:
        return text
    whole = _SURROGATE.sub("\ufffd", text)
    escaped = _NOT_IN_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", whole)
    units = escaped.encode("utf-16-le")
    return escaped if len(units) <= 2 * LONGEST else _cut(units)


def _cut(units: bytes) -> str:
    kept = units[: 2 * (LONGEST - 1)].decode("utf-16-le", "ignore")
    return _HALF_ESCAPE.sub(lambda found: found[1] or "", kept) + "…"


def may_become_formula(text: str) -> bool:
    """Whether editing a cell with this text could turn it into a formula."""
    return text[:1] in FORMULA_STARTS
