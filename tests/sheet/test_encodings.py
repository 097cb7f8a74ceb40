"""Encodings: Windows-1252 unless another one clearly beats it, and nothing is ordered by a guess."""

# ruff: noqa: RUF001  names in other scripts look like Latin letters

from __future__ import annotations

import pytest

from batch_orders.core.model import Severity
from batch_orders.errors import SheetError
from batch_orders.sheet.csv.text import decode
from tests.sheet.made import HEADER, ROW, Read, found, rows_of

WESTERN = [
    "Hélène Bézier",
    "Nicolò Conti",
    "Zoë",
    "José Ñandú",
    "João Conceição",
    "Åsa Öberg",
    "Søren Kjær",
    "Jürgen Groß",
    "Niccolò Città",
    "Jo “Jay” O’Neil",
    "Bœuf à 5 €",
]
OTHERS = {
    "cp1250": "Paweł Dąbrowski",
    "cp1251": "Иван Петров",
    "cp1253": "Γιώργος Παπαδόπουλος",
    "cp1255": "יוסי כהן",
    "koi8_r": "Мария Смирнова",
    "shift_jis": "田中太郎",
    "gb18030": "王小明",
    "big5": "王小明",
    "euc_kr": "김철수",
}


def sheet_with(name: str, column: int = 4) -> str:
    row = [name if position == column else cell for position, cell in enumerate(ROW)]
    return f"{','.join(HEADER)}\n{','.join(row)}\n"


@pytest.mark.parametrize("name", WESTERN)
@pytest.mark.parametrize("rows", [1, 40])
def test_a_few_accents_are_windows_1252(name: str, rows: int) -> None:
    text = sheet_with(name) + f"{','.join((*ROW[:4], name))}\n" * rows
    decoded = decode(text.encode("cp1252"))
    assert (decoded.encoding, decoded.data.decode()) == ("cp1252", text)
    assert decoded.guessed


@pytest.mark.parametrize(("encoding", "name"), OTHERS.items(), ids=OTHERS)
def test_what_cannot_be_western_is_guessed_as_what_it_is(encoding: str, name: str) -> None:
    assert name in decode(sheet_with(name).encode(encoding)).data.decode()


@pytest.mark.parametrize("column", [0, 1, 3, 4], ids=[HEADER[column] for column in (0, 1, 3, 4)])
def test_a_cell_of_an_order_that_depends_on_the_guess_is_an_error(read: Read, column: int) -> None:
    data = (sheet_with("crème-x.fr", column) + ",".join(ROW)).encode("cp1252")
    sheet = read(data)
    errors = [problem for problem in sheet.problems if problem.severity is Severity.ERROR]
    assert [(each.code, each.row, each.column, each.value) for each in errors] == [
        ("encoding-guessed", 2, HEADER[column], "crème-x.fr")
    ]
    assert "name cp1252 as its encoding" in errors[0].message
    assert len(rows_of(sheet)) == 2
    assert read(data, encoding="cp1252").problems == ()


def test_a_guess_beside_the_orders_is_a_warning_only(read: Read) -> None:
    text = f"{','.join(HEADER)},Note\n{','.join(ROW)},Café\n"
    assert found(read(text.encode("cp1252"))) == [("encoding-guessed", None, "")]


def test_a_contact_field_is_part_of_the_order(read: Read) -> None:
    text = f"{','.join(HEADER)},Contact city\n{','.join(ROW)},Orléans\n"
    assert ("encoding-guessed", 2, "Contact city") in found(read(text.encode("cp1252")))


def test_more_cells_than_problems_are_kept_refuse_the_sheet(read: Read) -> None:
    text = sheet_with("Zoë") + f"{','.join((*ROW[:4], 'Zoë'))}\n" * 100_000
    with pytest.raises(
        SheetError, match=r"more than 100,000 cells depend on a guess. The encoding was guessed"
    ):
        read(text.encode("cp1252"))


@pytest.mark.parametrize("encoding", ["utf-32", "utf-32-le", "utf-32-be"])
def test_utf32_is_read_by_its_mark(read: Read, encoding: str) -> None:
    text = sheet_with("Zoë 李")
    mark = "" if encoding == "utf-32" else "\ufeff"
    sheet = read((mark + text).encode(encoding))
    assert rows_of(sheet)[2][4] == "Zoë 李"
    assert sheet.problems == ()
    assert sheet.csv
    assert sheet.csv.encoding.startswith("utf-32-")


def test_a_web_page_whose_encoding_is_guessed_is_held_back_too(read: Read) -> None:
    cells = [f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in (HEADER, (*ROW[:4], "Zoë"))]
    page = f"<table>{''.join(cells)}</table>"
    assert found(read(page.encode("cp1252"), "o.html")) == [
        ("encoding-guessed", None, ""),
        ("encoding-guessed", 2, "Contact"),
    ]
    named = "<meta charset=windows-1252>" + page
    assert found(read(named.encode("cp1252"), "o.html")) == []
    assert found(read(page.encode("cp1252"), "o.html", encoding="cp1252")) == []
