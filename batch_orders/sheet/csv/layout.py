"""What a CSV file's first lines tell: its delimiter and its header."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from batch_orders.errors import SheetError
from batch_orders.sheet.csv.rows import Record, UnclosedQuoteError, has_spaced_quotes, records
from batch_orders.sheet.tables.header import HEADER_DEPTH, Header, find_header
from batch_orders.sheet.tables.header_names import Names
from batch_orders.sheet.tables.no_header import NoHeader

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
NAMED = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}

HEAD = 1 << 18
"""Bytes in which the header must lie."""

SEP_LINE = re.compile(rb'"?sep=(.)"?[,;\t|]*(\r\n|\n|\Z)', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Layout:
    """`body` is the byte at which the rows below the header begin, `line` the number of lines above it."""

    delimiter: str
    header: Header
    body: int
    line: int
    guessed: bool = False


def find_layout(data: bytes, names: Names, delimiter: str, header_row: int | None) -> Layout | NoHeader:
    """The delimiter is the one under which a header is found, unless it is told.

    Raises SheetError where what is told is no delimiter, or a quote is never closed.
    """
    sep = SEP_LINE.match(data)
    start = sep.end() if sep else 0
    told = NAMED.get(delimiter.lower(), delimiter) or (sep.group(1).decode("latin-1") if sep else "")
    if told and (len(told) > 1 or told in '"\r\n'):
        raise SheetError(f'"{delimiter}" is no delimiter. Use one of comma, semicolon, tab and pipe.')
    head = data[start : start + HEAD]
    likely = sorted(DELIMITERS, key=lambda each: -first_line(head).count(each.encode()))
    # Under a delimiter that stands nowhere, no line has more than one cell.
    candidates = [told] if told else [each for each in likely if each.encode() in head] or likely
    found = [find_under(head, each, names, header_row) for each in candidates]
    layouts = [each for each in found if isinstance(each, Layout)]
    if not layouts:
        return nearest(found)
    best = max(layouts, key=lambda each: len(each.header.columns))
    above = 1 if sep else 0
    return replace(best, body=start + best.body, line=above + best.line, guessed=len(layouts) > 1)


def nearest(found: Sequence[Layout | NoHeader | UnclosedQuoteError]) -> NoHeader:
    """The best of the misses. Where none is any good, raises what the likeliest delimiter ran into."""
    misses = [each for each in found if isinstance(each, NoHeader)]
    best = max(misses, key=lambda each: (each.likeness, len(each.mistyped)), default=None)
    if isinstance(found[0], UnclosedQuoteError) and not (best and best.likeness):
        raise found[0]
    assert best
    return best


def first_line(head: bytes) -> bytes:
    return head.lstrip(b"\r\n").partition(b"\n")[0]


def find_under(
    head: bytes, delimiter: str, names: Names, header_row: int | None
) -> Layout | NoHeader | UnclosedQuoteError:
    """What the first lines say if `delimiter` it is. Under a wrong one, quotes are wrong too."""
    try:
        top = list(islice(head_records(head, delimiter), header_row or HEADER_DEPTH))
        return find_in_records(head, delimiter, top, names, header_row)
    except UnclosedQuoteError as error:
        return error


def find_in_records(
    head: bytes, delimiter: str, top: Sequence[Record], names: Names, header_row: int | None
) -> Layout | NoHeader:
    skipped = header_row - 1 if header_row else 0
    numbered = ((row, record.cells) for row, record in enumerate(top[skipped:], skipped + 1))
    header = find_header(numbered, names)
    if isinstance(header, NoHeader):
        return header
    line = top[header.row - 1].end
    body = sum(map(len, head.splitlines(keepends=True)[:line]))
    return Layout(delimiter, header, body, line)


def head_records(head: bytes, delimiter: str) -> Iterator[Record]:
    """The head may end amid a quoted cell, which is no fault of the file."""
    try:
        yield from records(head, delimiter, spaced=has_spaced_quotes(head, delimiter))
    except UnclosedQuoteError:
        if len(head) < HEAD:
            raise
