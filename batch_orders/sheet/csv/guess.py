"""A guess at the encoding of text that is not UTF-8 and has no mark.

Most of it is Western and in Windows-1252, but a short text with an accent or two is as likely in any encoding to
a statistic. So another one is believed only where it clearly beats Windows-1252.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import chardet

SAMPLE = 1 << 16
"""Bytes that a guess is made from: of a longer file the rest hardly changes it."""

LEAST_CONFIDENCE = 0.003
"""Below it, chardet has seen a letter or two."""

USUAL = "Windows-1252"
LATIN = {"windows-1250", "windows-1254", "windows-1257", "windows-1258"}
"""The encodings of languages with Latin letters, which are read alike but for a few of them."""

CLEARLY, SOMEWHAT = 2.2, 1.5
"""Times the confidence in Windows-1252: French and Italian names reach 1.2 in others, Polish and Czech ones 2.3."""

NON_ASCII_LINE = re.compile(rb"[^\r\n]*[\x80-\xff][^\r\n]*")
WORD = re.compile(r"\w+")
PUNCTUATION = "\u2018\u2019\u201c\u201d\u2013\u2014\u2026\xab\xbb\xae\u2122\xb0"
"""What may well touch a letter: quotes, dashes and signs."""

MOST_MIXED = 0.2


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
    eras = chardet.EncodingEra.MODERN_WEB | (chardet.EncodingEra.LEGACY_MAC if old_mac else 0)
    found = chardet.detect_all(sample, ignore_threshold=True, encoding_era=eras)
    confidence = {each["encoding"]: each["confidence"] for each in found if each["encoding"]}
    usual = confidence.pop(USUAL, 0.0)
    best = max(confidence.values(), default=0.0)
    least = max(best / 2, LEAST_CONFIDENCE)
    others = [
        name for name in sorted(confidence, key=lambda name: -confidence[name]) if confidence[name] >= least
    ]
    if best > usual or symbol_in_word(sample, USUAL):
        yield from (name for name in others if beats_usual(name, confidence[name] / (usual or best), sample))
    yield USUAL
    yield from others
    yield chardet.detect(sample)["encoding"] or "latin-1"
    yield "latin-1"


def beats_usual(encoding: str, times: float, sample: bytes) -> bool:
    """Whether an encoding that is `times` as likely as Windows-1252 is believed."""
    if encoding.lower() in LATIN:
        return times >= CLEARLY or (symbol_in_word(sample, USUAL) and not symbol_in_word(sample, encoding))
    words = foreign_words(sample, encoding)
    if not words or symbol_in_word(sample, encoding):
        return False
    mixed = sum(any(letter.isascii() for letter in word) for word in words)
    longer = any(len(word) > 1 for word in words)
    # A word of both alphabets, such as "Nicolς", is an accent that was misread.
    return mixed <= MOST_MIXED * len(words) and (longer or times >= SOMEWHAT)


def symbol_in_word(sample: bytes, encoding: str) -> bool:
    """Whether the text reads as if symbols touched letters, as in "Pawe³": it is in another encoding."""
    text = sample.decode(encoding, "replace")
    return any(
        not (letter.isascii() or letter.isalpha() or letter.isspace() or letter in PUNCTUATION)
        and (before.isalpha() or after.isalpha())
        for before, letter, after in zip(text, text[1:], text[2:], strict=False)
    )


def foreign_words(sample: bytes, encoding: str) -> Sequence[str]:
    """The words with letters beyond ASCII, as they read in an encoding."""
    try:
        text = sample.decode(encoding, "replace")
    except LookupError:
        return ()
    words = (re.sub(r"[\d_]", "", word) for word in WORD.findall(text))
    return [word for word in words if not word.isascii()]
