"""CSV files: encodings, delimiters, quotes and lines that do not fit the header."""

from __future__ import annotations

import csv
import io
import json
from itertools import pairwise
from typing import Literal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch_orders.core.model import Field, Severity
from batch_orders.errors import SheetError
from batch_orders.sheet.csv.fast import chunks, plain, proven_quotes, read_chunk
from batch_orders.sheet.csv.rows import UnclosedQuoteError, records
from tests.corpus import CORPUS, needs_corpus
from tests.sheet.made import HEADER, ROW, Read, found, rows_of

PLAIN = ",".join(HEADER) + "\n" + ",".join(ROW) + "\n"
SPECTRUM = CORPUS / "csv-spectrum"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends_are_found(read: Read, delimiter: str, end: str) -> None:
    sheet = read(PLAIN.replace(",", delimiter).replace("\n", end))
    assert rows_of(sheet) == {2: list(ROW)}
    assert sheet.problems == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_is_read_with_and_without_mark(read: Read, encoding: str) -> None:
    sheet = read(PLAIN.replace("Ann Lee", "Zoë Łuk 李").encode(encoding))
    assert rows_of(sheet)[2][4] == "Zoë Łuk 李"
    assert sheet.problems == ()
    assert sheet.assumptions[0].startswith("Encoding: UTF-")


def test_another_encoding_is_a_guess_and_says_so(read: Read) -> None:
    sheet = read(PLAIN.replace("Ann Lee", "José Ñandú").encode("cp1252"))
    assert rows_of(sheet)[2][4] == "José Ñandú"
    assert [(problem.severity, problem.row, problem.code, problem.value) for problem in sheet.problems] == [
        (Severity.WARNING, None, "encoding-guessed", "Windows-1252"),
        (Severity.ERROR, 2, "encoding-guessed", "José Ñandú"),
    ]
    assert "Encoding: Windows-1252 (guessed)." in sheet.assumptions


def test_an_encoding_that_is_told_overrules(read: Read) -> None:
    data = PLAIN.replace("Ann Lee", "Łódź").encode("cp1250")
    sheet = read(data, encoding="windows-1250")
    assert rows_of(sheet)[2][4] == "Łódź"
    assert sheet.problems == ()
    with pytest.raises(SheetError, match="not valid utf-8 in line 2"):
        read(data, encoding="utf-8")
    with pytest.raises(SheetError, match="no encoding"):
        read(data, encoding="klingon")


def test_utf8_with_a_damaged_line_is_refused_with_its_number(read: Read) -> None:
    lines = [PLAIN.replace("Ann Lee", "Zoë").encode()] + [b"b.com,x,1,f.com,Jos\xc3\xa9\n"] * 3
    with pytest.raises(SheetError, match="UTF-8 but for line 6"):
        read(b"".join(lines) + b"c.com,x,1,f.com,Zo\xeb\n")


def test_a_sep_line_tells_the_delimiter_and_is_no_row(read: Read) -> None:
    sheet = read("sep=|\r\n" + PLAIN.replace(",", "|"))
    assert rows_of(sheet) == {2: list(ROW)}
    assert "Delimiter: pipe." in sheet.assumptions


@pytest.mark.parametrize("told", ["tab", "\t"])
def test_a_delimiter_that_is_told_overrules(read: Read, told: str) -> None:
    assert rows_of(read(PLAIN.replace(",", "\t"), delimiter=told)) == {2: list(ROW)}
    with pytest.raises(SheetError, match="lacks"):
        read(PLAIN, delimiter=told)


def test_title_lines_above_the_header(read: Read) -> None:
    assert rows_of(read(f"Orders; of May\n\n{PLAIN}")) == {4: list(ROW)}


def test_rows_are_numbered_as_a_spreadsheet_program_shows_them(read: Read) -> None:
    lines = [
        ",".join(HEADER),
        "",
        'a.com,"x\ny",1,f.com,Bo',
        " ,\u00a0,,,",
        "b.com,x,1,f.com,Bo",
        "c.com,x,1,f.com,Bo,extra",
    ]
    sheet = read("\n".join(lines))
    assert [(row, cells[:2]) for row, cells in rows_of(sheet).items()] == [
        (3, ["a.com", "x\ny"]),
        (5, ["b.com", "x"]),
        (6, ["c.com", "x"]),
    ]
    assert found(sheet) == [("ragged-line", 6, "")]
    assert "line 7" in sheet.problems[0].message


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("acmemail.com,ann@acmemail.com,1,forward.com,Ann,extra", "ragged-line"),
        ("acmemail.com,ann@acmemail.com,1,forward.com", "ragged-line"),
        ("acmemail.com,ann@acmemail.com,1", "ragged-line"),
        ('acmemail.com,"ann"@acmemail.com,1,forward.com,Ann', "misplaced-quote"),
        ("acmemail.com,ann@exam\0ple.com,1,forward.com,Ann", "nul-byte"),
    ],
)
def test_a_line_that_may_order_the_wrong_thing_is_an_error(read: Read, line: str, code: str) -> None:
    sheet = read(f"{PLAIN}{line}\n{','.join(ROW)}\n")
    assert [(problem.severity, problem.code, problem.row) for problem in sheet.problems] == [
        (Severity.ERROR, code, 3)
    ]
    assert list(rows_of(sheet)) == [2, 3, 4]


def test_cells_missing_only_beside_an_order_are_blank(read: Read) -> None:
    sheet = read(
        ",".join((*HEADER, "Notes", "Contact email")) + "\n" + ",".join(ROW) + "\n" + ",".join(ROW) + ",,,\n"
    )
    assert rows_of(sheet) == {2: [*ROW, "", ""], 3: [*ROW, "", ""]}
    assert sheet.problems == ()


@pytest.mark.parametrize(
    "text",
    [
        PLAIN + 'a.com,"x,1,f.com,Bo\nb.com,y,1,f.com,Bo\n',
        PLAIN + 'a.com,"x,1,f.com,Bo\nb.com,"y",1,f.com,Bo\n',
        PLAIN + 'a.com,x,1,f.com,"Bo',
    ],
)
def test_an_unclosed_quote_refuses_the_sheet_with_its_line(read: Read, text: str) -> None:
    with pytest.raises(SheetError, match="quote that opens in line 3 "):
        read(text)


def test_a_file_ending_in_an_unfinished_line_is_whole(read: Read) -> None:
    assert list(rows_of(read(PLAIN + ",".join(ROW)))) == [2, 3]


@pytest.mark.parametrize("blank", [",,,,,,,", " , , ,,, ,", ",", "  "])
def test_a_blank_line_of_any_width_is_skipped(read: Read, blank: str) -> None:
    sheet = read(f"{PLAIN}{blank}\n{','.join(ROW)}\n")
    assert list(rows_of(sheet)) == [2, 4]
    assert sheet.problems == ()


def test_a_quote_may_open_behind_blanks(read: Read) -> None:
    line = ", ".join(f'"{cell}"' for cell in (*ROW[:4], 'Lee, "Ann"'.replace('"', '""')))
    sheet = read(", ".join(f'"{cell}"' for cell in HEADER) + f"\n{line}\n" + line.replace(", ", ",  "))
    assert next(iter(rows_of(sheet).values())) == [*ROW[:4], 'Lee, "Ann"']
    assert sheet.worksheets[0].headers == HEADER
    assert sheet.problems == ()


def test_a_quoted_cell_of_several_lines_may_stand_behind_blanks(read: Read) -> None:
    lines = f'{",".join(HEADER)}\na.com,x,1,f.com, "Ann\nLee"\n{",".join(ROW)}\n'
    assert rows_of(read(lines)) == {2: ["a.com", "x", "1", "f.com", "Ann\nLee"], 3: list(ROW)}


def test_errors_that_excel_exported_as_text_are_problems(read: Read) -> None:
    assert found(read(PLAIN.replace("Ann Lee", "#N/A"))) == [("error-value", 2, "Contact")]


def test_worksheets_do_not_apply(read: Read) -> None:
    sheet = read(PLAIN, worksheet="Orders")
    assert sheet.worksheets[0].name == "orders"
    assert "no worksheets" in sheet.assumptions[-1]


def answers(name: str) -> list[dict[str, str]]:
    answer = json.loads((SPECTRUM / "json" / f"{name}.json").read_text())
    return answer if isinstance(answer, list) else [answer]


@needs_corpus
@pytest.mark.parametrize("name", ["comma_in_quotes", "location_coordinates"])
def test_csv_spectrum(read: Read, name: str) -> None:
    expected = answers(name)
    header = list(expected[0])
    sheet = read(
        SPECTRUM / "csvs" / f"{name}.csv",
        columns={header[0]: "domain"},
        optional=frozenset(Field) - {Field.DOMAIN},
    )
    assert sheet.worksheets[0].headers == tuple(header)
    # The answer to location_coordinates has another phone number in its first cell than the file.
    first = 1 if name == "location_coordinates" else 0
    assert [row[first:] for row in rows_of(sheet).values()] == [
        list(row.values())[first:] for row in expected
    ]


@needs_corpus
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("newlines", [["1", "2", "3"], ["Once upon \na time", "5", "6"], ["7", "8", "9"]]),
        ("newlines_crlf", [["1", "2", "3"], ["Once upon \na time", "5", "6"], ["7", "8", "9"]]),
        ("quotes_and_newlines", [["1", 'ha \n"ha" \nha'], ["3", "4"]]),
        ("empty", [["1", "", ""], ["2", "3", "4"]]),
    ],
)
def test_csv_spectrum_without_answers(read: Read, name: str, expected: list[list[str]]) -> None:
    only_first = {"columns": {"a": "domain"}, "optional": frozenset(Field) - {Field.DOMAIN}}
    assert list(rows_of(read(SPECTRUM / "csvs" / f"{name}.csv", **only_first)).values()) == expected


TEXTS = st.text(st.sampled_from("ab,;\"\n\r '\u00e9"), max_size=5)


@given(st.lists(st.lists(TEXTS, min_size=3, max_size=3), min_size=1, max_size=8), st.sampled_from([0, 1]))
def test_the_fast_reader_reads_what_the_careful_one_reads(
    rows: list[list[str]], quoting: Literal[0, 1]
) -> None:
    text = io.StringIO()
    csv.writer(text, quoting=quoting, lineterminator="\n").writerows(rows)
    assert_readers_agree(text.getvalue().encode())


@given(st.binary().map(lambda data: bytes(b'a,"\n\r'[byte % 5] for byte in data)))
def test_the_fast_reader_is_trusted_only_with_what_it_reads_alike(data: bytes) -> None:
    assert_readers_agree(data)


ABOVE = b'5" disks, "\0\r\n'
"""Lines above the header, which are not what the readers have to agree on."""


def assert_readers_agree(data: bytes) -> None:
    """Where the bytes are proven, and no line is ragged, the two readers give the same cells."""
    quotes = proven_quotes(ABOVE + data, ",", len(ABOVE)) if plain(ABOVE + data, len(ABOVE)) else None
    fast = None if quotes is None else read_chunk(pa.py_buffer(data), ",", 3, quoted=len(quotes) > 0)
    if fast is None:
        return
    careful = [record.cells or [""] * 3 for record in records(data, ",")]
    assert [list(row) for row in zip(*(column.to_pylist() for column in fast), strict=True)] == careful


@given(st.lists(st.sampled_from(['"', "a", "\n", '""']), max_size=40).map("".join))
def test_chunks_end_with_a_row(text: str) -> None:
    data = text.encode()
    quotes = proven_quotes(data, ",")
    if quotes is not None:
        pieces = [data[chunk] for chunk in chunks(data, quotes, size=4)]
        assert b"".join(pieces) == data
        assert all(piece.endswith(b"\n") and piece.count(b'"') % 2 == 0 for piece, _ in pairwise(pieces))


def test_a_wide_file_is_read_in_many_chunks(read: Read) -> None:
    lines = [",".join((f"d{i}.com", *ROW[1:], "x" * 400)) for i in range(60_000)]
    sheet = read("\n".join([",".join((*HEADER, "Notes")), *lines]))
    cells = sheet.worksheets[0].cells
    assert list(cells.index) == list(range(2, 60_002))
    assert list(cells[0]) == [f"d{i}.com" for i in range(60_000)]


def test_a_ragged_line_in_a_long_file_keeps_its_number(read: Read) -> None:
    lines = [",".join((*ROW, "x" * 400))] * 60_000
    lines[50_000] = "a.com,b"
    sheet = read("\n".join([",".join((*HEADER, "Notes")), *lines]))
    assert found(sheet) == [("ragged-line", 50_002, "")]
    assert len(sheet.worksheets[0].cells) == 60_000


def test_records_tell_the_line_on_which_they_begin() -> None:
    lines = [record.line for record in records(b'a,b\n"1\n2",3\n\n4,"5"6\n7,8', ",")]
    assert lines == [1, 2, 4, 5, 6]


def test_a_quote_closed_by_the_next_cells_quote_is_an_unclosed_one() -> None:
    with pytest.raises(UnclosedQuoteError, match="line 2 "):
        list(records(b'a,b\n1,"2\n3,"4"\n', ","))


def test_a_cell_keeps_the_line_end_that_it_has(read: Read) -> None:
    sheet = read(PLAIN.replace("\n", "\r\n").replace("Ann Lee", '"Ann\r\nLee"'))
    assert rows_of(sheet)[2][4] == "Ann\r\nLee"
