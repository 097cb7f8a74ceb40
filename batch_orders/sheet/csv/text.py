"""The bytes of a CSV file → UTF-8, its encoding found by BOM, then UTF-8, then a guess."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

from batch_orders.errors import SheetError

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
SAMPLE = 1 << 16
"""Bytes that a guess is made from: of a longer file the rest hardly changes it."""

LEAST_CONFIDENCE = 0.003
"""Below it, chardet has seen a letter or two, and Windows-1252 is the better guess for a sheet."""

NON_ASCII_LINE = re.compile(rb"[^\r\n]*[\x80-\xff][^\r\n]*")


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
    for bom, told in BOMS:
        if data.startswith(bom) and encoding.lower().replace("_", "-") in ("", told, told[:6], "utf-8-sig"):
            return transcode(data[len(bom) :], told)
    if encoding:
        return transcode(data, encoding)
    if unmarked := utf16_without_bom(data[:SAMPLE]):
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
    for encoding in likely_encodings(evidence(data), old_mac=b"\n" not in data):
        try:
            text = data.decode(encoding)
        except (UnicodeError, LookupError):
            continue
        return Decoded(plain_line_ends(text.encode("utf-8", "replace")), codecs.lookup(encoding).name, True)
    raise SheetError("the encoding of the text is unknown. Name it.", "encoding")


def evidence(data: bytes) -> bytes:
    """The lines that are not ASCII: they alone tell encodings apart."""
    sample = bytearray()
    for line in NON_ASCII_LINE.finditer(data):
        sample += line.group()[:SAMPLE] + b"\n"
        if len(sample) > SAMPLE:
            break
    return bytes(sample)


def likely_encodings(sample: bytes, old_mac: bool) -> Iterator[str]:
    """Those that sheets are saved in first; the rest, such as MS-DOS ones, only where no other fits."""
    import chardet

    eras = chardet.EncodingEra.MODERN_WEB | (chardet.EncodingEra.LEGACY_MAC if old_mac else 0)
    modern = chardet.detect_all(sample, ignore_threshold=True, encoding_era=eras)
    best = max(each["confidence"] for each in modern)
    named = [each["encoding"] for each in modern if each["encoding"] and each["confidence"] == best]
    if best >= LEAST_CONFIDENCE and "Windows-1252" not in named:
        yield from named
    yield "windows-1252"
    yield chardet.detect(sample)["encoding"] or "latin-1"
    yield "latin-1"


def plain_line_ends(data: bytes) -> bytes:
    """Old Mac files end every line with a lone CR."""
    return data.replace(b"\r", b"\n") if b"\r" in data and b"\n" not in data else data
