"""Text that others wrote, made safe to show: in a terminal, a log, a message."""

from __future__ import annotations

import re

_CONTROL = r"\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufff9-\ufffb"
_DIRECTION = r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_INVISIBLE = re.compile(rf"[{_CONTROL}{_DIRECTION}\ud800-\udfff\U000e0000-\U000e007f]")
_LINE_BREAKS = re.compile(r"[\t\n]")


def visible(text: str) -> str:
    r"""The text with \x1b and the like for every character that would act in place of being shown.

    These are control characters but tab and line feed, what changes the direction of writing, and
    bytes of a name that are no text.
    """
    if text.isascii() and text.isprintable():
        return text
    return _INVISIBLE.sub(escape, text)


def visible_line(text: str) -> str:
    """As `visible`, for what must stay one line, such as a file's name."""
    return visible(_LINE_BREAKS.sub(escape, text))


def escape(found: re.Match[str]) -> str:
    sign = found[0]
    if "\udc80" <= sign <= "\udcff":  # a byte of a name, as os.fsdecode keeps it
        return f"\\x{ord(sign) - 0xDC00:02x}"
    return sign.encode("unicode_escape", "surrogatepass").decode("ascii")
