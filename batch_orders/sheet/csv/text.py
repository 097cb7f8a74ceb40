"""The bytes of a CSV file → UTF-8, its encoding found by BOM, then UTF-8, then a guess."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from batch_orders.errors import SheetError
from batch_orders.sheet.formats.detect import MARKS

HEAD = 1 << 16
"""Bytes that show whether a text without a mark is UTF-16."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """`data` is UTF-8 without BOM, `encoding` the name of what it was in before."""

    data: bytes
    encoding: str
    guessed: bool = False

    @property
    def label(self) -> str:
        """The encoding as people know it."""
        family = re.sub(r"-[lb]e$", "", self.encoding)
        windows = re.sub(r"^cp(125\d)$", r"Windows-\1", family)
        return windows if windows != family else re.sub(r"^iso8859", "ISO-8859", family).upper()


def decode(data: bytes, encoding: str = "") -> Decoded:
    """Raises SheetError where the text is not valid in `encoding` or in the one its BOM tells."""
    for bom, told in MARKS:
        if data.startswith(bom) and encoding.lower().replace("_", "-") in ("", told, told[:6], "utf-8-sig"):
            return transcode(data[len(bom) :], told)
    if encoding:
        return transcode(data, encoding)
    if unmarked := utf16_without_bom(data[:HEAD]):
        return transcode(data, unmarked)
    try:
        # Only to see whether it can be: most sheets need not be copied for that.
        _ = data.isascii() or data.decode("utf-8")
    except UnicodeDecodeError as error:
        refuse_damaged_utf8(data, error.start)
        return guess(data)
    return Decoded(plain_line_ends(data), "utf-8")


def transcode(data: bytes, encoding: str) -> Decoded:
    try:
        text = data.decode(encoding)
    except LookupError as error:
        raise SheetError(
            f'there is no encoding "{encoding}". Try utf-8 or windows-1252.', "encoding"
        ) from error
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SheetError(
            f"the text is not valid {encoding} in line {line}. Save the sheet as UTF-8, or name its encoding.",
            "encoding",
        ) from error
    except (UnicodeError, ValueError) as error:
        raise SheetError(f"the text is not valid {encoding}. Name its encoding.", "encoding") from error
    if encoding != "utf-8":
        data = text.removeprefix("\ufeff").encode("utf-8", "replace")
    return Decoded(plain_line_ends(data), codecs.lookup(encoding).name)


def utf16_without_bom(head: bytes) -> str:
    """UTF-16 shows by a NUL in nearly every second byte of Western text."""
    half = len(head) // 2
    even, odd = head[::2].count(0), head[1::2].count(0)
    if half and odd > 0.6 * half and even < 0.05 * half:
        return "utf-16-le"
    return "utf-16-be" if half and even > 0.6 * half and odd < 0.05 * half else ""


def refuse_damaged_utf8(data: bytes, start: int) -> None:
    """Raises SheetError where most lines are UTF-8: in another encoding all of them would be misread."""
    from batch_orders.sheet.csv.guess import evidence

    lines = evidence(data).splitlines()
    if sum(map(is_utf8, lines)) > len(lines) / 2:
        line = data.count(b"\n", 0, start) + 1
        raise SheetError(
            f"the text is UTF-8 but for line {line}, which is damaged. Correct that line, or name the "
            "encoding.",
            "encoding",
        )


def is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def guess(data: bytes) -> Decoded:
    """The first of the likely encodings in which the text is valid."""
    from batch_orders.sheet.csv.guess import evidence, likely_encodings  # chardet is seldom needed

    for encoding in likely_encodings(evidence(data), old_mac=b"\n" not in data):
        try:
            text = data.decode(encoding)
        except (UnicodeError, LookupError):
            continue
        return Decoded(plain_line_ends(text.encode("utf-8", "replace")), codecs.lookup(encoding).name, True)
    raise SheetError("the encoding of the text is unknown. Name it.", "encoding")


def plain_line_ends(data: bytes) -> bytes:
    """Old Mac files end every line with a lone CR."""
    return data.replace(b"\r", b"\n") if b"\r" in data and b"\n" not in data else data
