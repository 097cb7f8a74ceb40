"""Text that is struck through, in an xlsx workbook: by a cell's style, or in a part of its text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from typing import IO

PIECE = 1 << 20
STRIKE = b"strike"
PREFIX = rb"(?:[\w.-]+:)?"
ITEM = re.compile(rb"<" + PREFIX + rb"si(?:\s*/>|(?:\s[^>]*)?>(.*?)</" + PREFIX + rb"si>)", re.DOTALL)
ITEM_BEGIN = re.compile(rb"<" + PREFIX + rb"si(?=[\s>/])")
RUN = re.compile(rb"<" + PREFIX + rb"r(?:\s[^>]*)?>(.*?)</" + PREFIX + rb"r>", re.DOTALL)
LOOK = re.compile(rb"<" + PREFIX + rb"rPr(?:\s*/>|(?:\s[^>]*)?>(.*?)</" + PREFIX + rb"rPr>)", re.DOTALL)
LINE_THROUGH = re.compile(rb"<" + PREFIX + rb"strike(?=[\s/>])([^>]*)>")
TEXT = re.compile(rb"<" + PREFIX + rb"t(?:\s[^>]*)?>([^<]*)</")
NOT_SO = re.compile(rb"""\sval\s*=\s*["'](?:0|false|off)["']""")

Runs = Sequence[tuple[str, bool | None]]
"""A text in its parts: whether each is struck through; None for as its cell is."""


@dataclass(frozen=True, slots=True)
class Struck:
    """The styles, by their numbers as text, and the shared texts of a workbook that are struck through."""

    styles: frozenset[bytes] = frozenset()
    texts: Mapping[bytes, Runs] = field(default_factory=dict)


def runs_of(content: bytes) -> Runs:
    """The parts of a rich text, such as the content of `<si>` or `<is>`."""
    found: list[tuple[str, bool | None]] = []
    for run in RUN.findall(content):
        look = LOOK.search(run)
        through = LINE_THROUGH.search(look.group(1) or b"") if look else None
        text = "".join(unescape(part.decode("utf-8", "replace")) for part in TEXT.findall(run))
        found.append((text, None if look is None else bool(through and not NOT_SO.search(through.group(1)))))
    return found


def what_remains(runs: Runs, cell_struck: bool) -> str | None:
    """The text without what is struck through: None where nothing is, "" where all of it is."""
    told = [(text, cell_struck if struck is None else struck) for text, struck in runs]
    if not any(text.strip() for text, struck in told if struck):
        return None
    return "".join(text for text, struck in told if not struck).strip()


def struck_texts(part: IO[bytes]) -> dict[bytes, Runs]:
    """The shared texts with a part that is struck through, by their numbers."""
    found: dict[bytes, Runs] = {}
    number = 0
    for piece, tag in pieces(part):
        if STRIKE not in piece:
            # Counted and not searched: there may be millions of them.
            number += sum(piece.count(tag + end) for end in (b">", b" ", b"/")) if tag else 0
            continue
        for item in ITEM.finditer(piece):
            content = item.group(1) or b""
            if STRIKE in content:
                found[str(number).encode()] = runs_of(content)
            number += 1
    return found


def pieces(part: IO[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """The part in pieces that each end where a text begins, and the beginning of a text's tag."""
    tag = rest = b""
    while read := part.read(PIECE):
        piece = rest + read
        if not tag and (begin := ITEM_BEGIN.search(piece)):
            tag = begin.group()
        cut = max(piece.rfind(tag + end) for end in (b">", b" ")) if tag else 0
        if cut > 0:
            yield piece[:cut], tag
        rest = piece[max(cut, 0) :]
    yield rest, tag
