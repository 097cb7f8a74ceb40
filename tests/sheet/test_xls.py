"""xls workbooks in forms that Excel reads: every cell is read, at its place."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
from pathlib import Path

import olefile  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch_orders.sheet.formats.ole import one_stream, read_stream
from batch_orders.sheet.formats.xls_patches import LARGEST_AREA
from tests.sheet.biff import Formatted, Formula, label, lines, record, xls
from tests.sheet.made import HEADER, ROW, Read, found, rows_of

FIRST = (*HEADER, "Time")


def test_a_time_in_a_format_of_several_sections_is_shown(read: Read) -> None:
    cells = lines(FIRST, (*ROW, Formatted(0.6875)))
    assert rows_of(read(xls(cells, "[$-409]h:mm AM/PM;@"), "o.xls")) == {2: [*ROW, "4:30 PM"]}


@pytest.mark.parametrize("code_page", [1252, 1251, 932, 437, 0xFFFF])
def test_the_code_page_of_unicode_text_does_not_count(read: Read, code_page: int) -> None:
    name = "Łukasz 李"
    sheet = read(xls(lines(HEADER, (*ROW[:4], name)), code_page=code_page), "o.xls")
    assert rows_of(sheet) == {2: [*ROW[:4], name]}


@pytest.mark.parametrize("kind", [0x0006, 0x0206, 0x0406])
def test_a_formula_is_read_under_each_of_its_record_numbers(read: Read, kind: int) -> None:
    sheet = read(xls(lines(HEADER, (*ROW[:2], Formula(kind, 12.0), *ROW[3:]))), "o.xls")
    assert rows_of(sheet) == {2: [*ROW[:2], "12", *ROW[3:]]}


@pytest.mark.parametrize("kind", [0x0006, 0x0406])
def test_an_error_of_a_formula_is_an_error_under_each_of_them(read: Read, kind: int) -> None:
    result = b"\2\0\x2a\0\0\0\xff\xff"
    broken = record(
        kind, struct.pack("<HHH", 1, 0, 0) + result + bytes(6) + struct.pack("<H", 3) + b"\x1e\1\0"
    )
    cells = lines(HEADER, ("", *ROW[1:])) + broken
    assert found(read(xls(cells), "o.xls")) == [("error-value", 2, "Domain")]


def test_errors_hidden_rows_and_formats_are_told(read: Read) -> None:
    cells = lines(HEADER, (*ROW[:2], Formatted(12), *ROW[3:]), (*ROW[:2], "1", *ROW[3:]))
    hidden = record(0x0208, struct.pack("<H10xHH", 2, 0x20, 0))
    error = record(0x0205, struct.pack("<HHHBB", 2, 3, 0, 0x2A, 1))
    packed = record(0x027E, struct.pack("<HHHI", 2, 2, 1, (7 << 2) | 2))
    sheet = read(xls(cells + hidden + error + packed, "00000"), "o.xls")
    assert [row[2] for row in rows_of(sheet).values()] == ["00012", "00007"]
    assert found(sheet) == [("error-value", 3, "Forwarding domain"), ("hidden-rows", None, "")]


MEASURE = """
import resource, sys
from pathlib import Path
from batch_orders.sheet import read_sheet
sheet = read_sheet(Path(sys.argv[1]))
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10)
print(*(f"{row} {cells[0]}" for row, cells in zip(sheet.worksheets[0].cells.index, sheet.worksheets[0].cells.values)))
print(*((problem.code, problem.value) for problem in sheet.problems))
"""


@pytest.mark.long
def test_a_stray_cell_in_the_last_corner_takes_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "o.xls"
    dimensions = struct.pack("<IIHHH", 0, 65536, 0, 256, 0)
    path.write_bytes(xls(lines(HEADER, ROW) + label(65536, 255, "x"), dimensions=dimensions))
    done = subprocess.run([sys.executable, "-c", MEASURE, path], capture_output=True, text=True, check=True)
    memory, rows, problems = done.stdout.splitlines()
    assert int(memory) < 512
    assert rows == "2 acmemail.com"
    assert problems == "('cells-without-header', '1')"


def test_cells_below_a_header_are_never_left_out(read: Read) -> None:
    wide = (*HEADER, *[""] * 95, "Note")
    last = LARGEST_AREA // len(wide) + 2
    cells = lines(wide, ROW) + label(last, 0, "late.com") + label(last, len(wide) - 1, "here")
    sheet = read(xls(cells), "o.xls")
    assert {row: (texts[0], texts[-1]) for row, texts in rows_of(sheet).items()} == {
        2: ("acmemail.com", ""),
        last: ("late.com", "here"),
    }


@given(st.binary(max_size=3 * 4096), st.sampled_from(["Workbook", "Book"]))
def test_a_compound_file_of_one_stream_gives_it_back(data: bytes, name: str) -> None:
    made = one_stream(name, data)
    assert read_stream(made, name).rstrip(b"\0") == data.rstrip(b"\0")
    with olefile.OleFileIO(io.BytesIO(made)) as ole:
        assert ole.listdir() == [[name]]
