"""The result CSV: the lines of the file byte for byte, and what became of each row."""

from __future__ import annotations

import codecs
import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest

from batch_orders.core.model import CsvForm, Sheet
from batch_orders.core.results import BatchResult, OrderResult, Status
from batch_orders.errors import ReportError
from batch_orders.report.result_csv import write_cell, write_result_csv
from batch_orders.sheet import ReadOptions, read_sheet
from tests.sheets import make_result

HEADER = "Domain,Mailbox,Vendor,Forwarding domain,Contact"
ROWS = ("one.com,jane,1,acmemail.org,Jané Doe", "two.com,jane,1,acmemail.org,Jané Doe")
PLACED = ("placed", "77", "")


def result_of(sheet: Sheet, *said: tuple[str, str, str]) -> BatchResult:
    """What became of each row: status, order id, message."""
    orders = tuple(
        OrderResult(f"{number}.com", Status(status), (number,), order_id, message)
        for number, (status, order_id, message) in enumerate(said)
    )
    return make_result(sheet, *orders)


def hand_back(
    folder: Path, data: bytes, *said: tuple[str, str, str], options: ReadOptions | None = None
) -> bytes:
    source = folder / "in.csv"
    source.write_bytes(data)
    options = options or ReadOptions()
    sheet = read_sheet(source, options, keep_data=True)
    told = [*said, *[PLACED] * (sum(len(each.cells) for each in sheet.worksheets) - len(said))]
    source.unlink()  # the sheet has all that is needed
    write_result_csv(result_of(sheet, *told), folder / "out.csv")
    return (folder / "out.csv").read_bytes()


def text_of(*lines: str, end: str = "\r\n") -> str:
    return "".join(line + end for line in lines)


ENCODINGS = {
    "utf-8": ("utf-8", b""),
    "utf-8 with BOM": ("utf-8", codecs.BOM_UTF8),
    "utf-16 le": ("utf-16-le", codecs.BOM_UTF16_LE),
    "utf-16 be": ("utf-16-be", codecs.BOM_UTF16_BE),
    "utf-16 without BOM": ("utf-16-le", b""),
    "windows-1252": ("cp1252", b""),
}


@pytest.mark.parametrize(("encoding", "bom"), ENCODINGS.values(), ids=ENCODINGS)
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"], ids=["crlf", "lf", "cr"])
def test_every_line_is_kept_byte_for_byte(tmp_path: Path, encoding: str, bom: bytes, end: str) -> None:
    lines = [HEADER, *ROWS]
    out = hand_back(tmp_path, bom + text_of(*lines, end=end).encode(encoding))
    told = [f"{HEADER},Status,Order ID,Reason", *(f"{line},placed,77," for line in ROWS)]
    assert out == bom + text_of(*told, end=end).encode(encoding)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"], ids=["comma", "semicolon", "tab", "pipe"])
def test_the_delimiter_is_the_files_own(tmp_path: Path, delimiter: str) -> None:
    text = text_of(HEADER, *ROWS).replace(",", delimiter)
    out = hand_back(tmp_path, text.encode(), ("rejected", "", "No, | ; never")).decode()
    line = out.splitlines()[1]
    assert line.startswith(ROWS[0].replace(",", delimiter) + delimiter)
    (cells,) = csv.reader([line], delimiter=delimiter)
    assert cells[5:] == ["rejected", "", "No, | ; never"]


def test_a_sep_line_titles_and_blank_lines_stay_as_they_are(tmp_path: Path) -> None:
    text = text_of(
        "sep=;",
        "Orders of June;;;;",
        "",
        HEADER.replace(",", ";"),
        ROWS[0].replace(",", ";"),
        "",
        ";;;;",
        ROWS[1].replace(",", ";"),
    )
    lines = hand_back(tmp_path, text.encode()).decode().split("\r\n")
    assert lines[:3] == ["sep=;", "Orders of June;;;;", ""]
    assert lines[3].endswith(";Contact;Status;Order ID;Reason")
    assert lines[4].endswith(";placed;77;")
    assert lines[5:7] == ["", ";;;;"]
    assert lines[7].endswith(";placed;77;")
    assert lines[8:] == [""]


def test_a_record_of_several_lines_gets_its_status_at_its_end(tmp_path: Path) -> None:
    first = 'one.com,jane,1,acmemail.org,"Jane\nDoe, ""J"""'
    text = f"{HEADER}\n{first}\n{ROWS[1]}"
    out = hand_back(tmp_path, text.encode(), ("rejected", "", "No."), PLACED).decode()
    assert out == f"{HEADER},Status,Order ID,Reason\n{first},rejected,,No.\n{ROWS[1]},placed,77,"


def test_quotes_are_the_headers(tmp_path: Path) -> None:
    quoted = [",".join(f'"{cell}"' for cell in line.split(",")) for line in (HEADER, ROWS[0])]
    out = hand_back(tmp_path, text_of(*quoted).encode()).decode()
    assert out == text_of(f'{quoted[0]},"Status","Order ID","Reason"', f'{quoted[1]},"placed","77",""')


def test_quotes_behind_blanks_are_counted_as_in_the_sheet(tmp_path: Path) -> None:
    first = 'one.com,jane,1,acmemail.org, "Jane\nDoe"'
    out = hand_back(tmp_path, f"{HEADER}\n{first}\n{ROWS[1]}".encode(), ("rejected", "", "No."), PLACED)
    assert out.decode() == f"{HEADER},Status,Order ID,Reason\n{first},rejected,,No.\n{ROWS[1]},placed,77,"


def test_a_line_that_leaves_out_its_last_cells_keeps_its_status_in_its_column(tmp_path: Path) -> None:
    text = text_of(f"{HEADER},Note,Other", ROWS[0], f"{ROWS[1]},x,y")
    out = hand_back(tmp_path, text.encode()).decode()
    assert out.splitlines()[1] == f"{ROWS[0]},,,placed,77,"
    (_, one, two) = csv.reader(io.StringIO(out))
    assert one[7:] == two[7:] == ["placed", "77", ""]


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\uff1d1"]


@pytest.mark.parametrize("message", FORMULAS)
def test_an_added_cell_is_never_a_formula(tmp_path: Path, message: str) -> None:
    own = "one.com,jane,1,acmemail.org,=HYPERLINK(1)"
    out = hand_back(tmp_path, text_of(HEADER, own).encode(), ("rejected", message, message)).decode()
    line = out.split("\r\n")[1]
    assert line.startswith(f"{own},rejected,")
    (cells,) = csv.reader([line])
    assert all(cell.startswith("'") for cell in cells[6:])


def test_an_added_cell_stays_on_one_line(tmp_path: Path) -> None:
    out = hand_back(
        tmp_path, text_of(HEADER, ROWS[0]).encode(), ("rejected", "", 'No,\r\n\x00 "never"\u2028!')
    ).decode()
    assert out.splitlines()[1] == f'{ROWS[0]},rejected,,"No, ""never"" !"'


def test_what_the_encoding_cannot_hold_is_replaced_in_added_cells_only(tmp_path: Path) -> None:
    data = text_of(HEADER, *ROWS).encode("cp1252")
    out = hand_back(tmp_path, data, ("rejected", "", "Café 漢字"))
    assert out.split(b"\r\n")[1] == ROWS[0].encode("cp1252") + b",rejected,,Caf\xe9 ??"


def test_an_encoding_that_was_asked_for_is_kept(tmp_path: Path) -> None:
    data = text_of(HEADER, "one.com,jane,1,acmemail.org,Łukasz").encode("cp1250")
    out = hand_back(tmp_path, data, ("rejected", "", "Łódź"), options=ReadOptions(encoding="cp1250"))
    assert out.split(b"\r\n")[1] == "one.com,jane,1,acmemail.org,Łukasz,rejected,,Łódź".encode("cp1250")


@pytest.mark.parametrize("encoding", ["shift_jis", "gb18030", "big5"])
def test_encodings_of_several_bytes_a_letter(tmp_path: Path, encoding: str) -> None:
    data = text_of(HEADER, "one.com,jane,1,acmemail.org,田中 表").encode(encoding)
    out = hand_back(tmp_path, data, options=ReadOptions(encoding=encoding))
    assert out.split(b"\r\n")[1] == data.split(b"\r\n")[1] + b",placed,77,"


def test_a_file_whose_text_is_not_the_same_after_its_encoding_has_no_result_csv(tmp_path: Path) -> None:
    # Two sequences of bytes stand for one letter of this encoding, and only one of them is written back.
    data = (
        text_of(HEADER, "one.com,jane,1,acmemail.org,Jane").encode() + b"two.com,jane,1,acmemail.org,\xfa\x54"
    )
    path = tmp_path / "in.csv"
    path.write_bytes(data)
    sheet = read_sheet(path, ReadOptions(encoding="cp932"), keep_data=True)
    assert sheet.csv is None
    assert "There can be no result CSV" in " ".join(sheet.assumptions)
    with pytest.raises(ReportError, match=r"No result CSV can be made of in\.csv"):
        write_result_csv(result_of(sheet, PLACED, PLACED), tmp_path / "out.csv")
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("no;=HYPERLINK(A1)", "no;'=HYPERLINK(A1)"),
        ("no,+1|-2", "no,'+1|'-2"),
        ('no; @SUM("x")', 'no; \'@SUM("x")'),
        ("a, b; c", "a, b; c"),
    ],
)
def test_no_locale_splits_a_formula_out_of_an_added_cell(message: str, shown: str) -> None:
    form = CsvForm("utf-8", b"", ",", 1, 2)
    for delimiter in (",", ";", "\t"):
        cell = write_cell(message, replace(form, delimiter=delimiter), quoted=False)
        assert cell == '"' + shown.replace('"', '""') + '"'
