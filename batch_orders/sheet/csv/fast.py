"""The fast reader of CSV, for bytes that are proven to mean the same to it as to the careful one.

pyarrow's reader is lax: it lets a quote run over the rest of the file and takes `"a"b`. So it is trusted
only where every quote opens or closes a cell or is doubled within one. Ragged lines it refuses itself.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.csv

if TYPE_CHECKING:
    import numpy as np

    Quotes = Sequence[int] | np.ndarray
    """The positions of all quotes, in order."""

CHUNK = 8 << 20
QUOTE, NEWLINE, RETURN = b'"\n\r'
LONE_RETURN = re.compile(rb"\r(?!\n)")


def plain(data: bytes, start: int = 0) -> bool:
    """Whether the two readers agree on where lines end, from `start` on."""
    if data.find(b"\0", start) >= 0:
        return False
    return data.find(b"\r", start) < 0 or not LONE_RETURN.search(data, start)


def proven_quotes(data: bytes, delimiter: str, start: int = 0) -> Quotes | None:
    """The positions of all quotes from `start` on, or None where one is misplaced or never closed."""
    if data.find(b'"', start) < 0:
        return ()
    import numpy as np  # not needed where nothing is quoted: see child.import_arrow

    text = np.frombuffer(data, np.uint8)
    quotes = start + np.flatnonzero(text[start:] == QUOTE)
    if len(quotes) % 2:
        return None
    opening, closing = quotes[::2], quotes[1::2]
    before = text[opening - 1]
    opens = np.isin(before, (ord(delimiter), NEWLINE, QUOTE)) | (opening == start)
    after = text[np.minimum(closing + 1, len(text) - 1)]
    closes = np.isin(after, (ord(delimiter), NEWLINE, RETURN, QUOTE)) | (closing == len(text) - 1)
    # A quote before an opening one must itself be a closing one, which makes the two a doubled quote:
    # any other quote before it would have to be of even number, and those are opening.
    return quotes if opens.all() and closes.all() else None


def chunks(data: bytes, quotes: Quotes, start: int = 0, size: int = CHUNK) -> Iterator[slice]:
    """Pieces of `data` that end with a line end outside of quotes."""
    while start < len(data):
        end = start + size
        while end < len(data):
            newline = data.find(b"\n", end)
            end = newline + 1 if newline >= 0 else len(data)
            if bisect_left(quotes, end) % 2 == 0:
                break
        yield slice(start, end)
        start = end


def read_chunk(chunk: pa.Buffer, delimiter: str, width: int, quoted: bool) -> list[pa.Array] | None:
    """The text columns of a chunk, blank lines as blank rows, or None where a line is ragged."""
    names = [str(i) for i in range(width)]
    try:
        table = pa.csv.read_csv(
            pa.BufferReader(chunk),
            read_options=pa.csv.ReadOptions(column_names=names, use_threads=False, block_size=chunk.size + 1),
            parse_options=pa.csv.ParseOptions(
                delimiter=delimiter, newlines_in_values=quoted, ignore_empty_lines=False
            ),
            convert_options=pa.csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.large_string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid:
        return None
    return [
        column.chunk(0) if column.num_chunks == 1 else column.combine_chunks() for column in table.columns
    ]
