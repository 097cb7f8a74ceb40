"""The bytes of a CSV file → UTF-8, its encoding found by BOM, then UTF-8, then chardet."""

from __future__ import annotations

import codecs
import re
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

NON_ASCII_LINE = re.compile(rb"[^\r\n]*[\x80-\xff][^\r\n]*")


@dataclass(frozen=True, slots=True)
class Decoded:
    """`data` is UTF-8 without BOM and with "\\n" or "\\r\\n" as line ends, save for lone "\\r" among them."""

    data: bytes
    encoding: str
    guessed: bool = False


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
        data.decode("utf-8")
    except UnicodeDecodeError:
        return guess(data)
    return Decoded(plain_line_ends(data), "utf-8")


def transcode(data: bytes, encoding: str) -> Decoded:
    try:
        text = data.decode(encoding)
    except LookupError as error:
        raise SheetError(f'there is no encoding "{encoding}". Try utf-8 or windows-1252.') from error
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SheetError(
            f"the text is not valid {encoding} in line {line}. Save the sheet as UTF-8, or name its encoding "
            "with --encoding."
        ) from error
    except (UnicodeError, ValueError) as error:
        raise SheetError(f"the text is not valid {encoding}. Name its encoding with --encoding.") from error
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


def guess(data: bytes) -> Decoded:
    """chardet's guess from the lines that are not ASCII: those alone carry evidence."""
    import chardet

    sample = bytearray()
    for line in NON_ASCII_LINE.finditer(data):
        sample += line.group()[:SAMPLE] + b"\n"
        if len(sample) > SAMPLE:
            break
    for encoding in (chardet.detect(bytes(sample))["encoding"], "windows-1252", "latin-1"):
        try:
            text = data.decode(encoding or "ascii")
        except (UnicodeError, LookupError):
            continue
        return Decoded(
            plain_line_ends(text.encode("utf-8", "replace")), codecs.lookup(str(encoding)).name, True
        )
    raise SheetError("the encoding of the text is unknown. Name it with --encoding.")


def plain_line_ends(data: bytes) -> bytes:
    """Old Mac files end every line with a lone CR."""
    return data.replace(b"\r", b"\n") if b"\r" in data and b"\n" not in data else data
