"""Before anything is sent it is said which worksheets were read, with how many rows, and which were not."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook

from batch_orders.core.model import Sheet
from batch_orders.sheet import ReadOptions, read_sheet
from tests.sheets import table_of
from tests.validation.judged import coral

pytestmark = pytest.mark.long


def read(folder: Path, *names: str, options: ReadOptions | None = None) -> Sheet:
    book = Workbook()
    book.remove(book.worksheets[0])
    for at, name in enumerate(names):
        worksheet = book.create_sheet(name)
        for line in [["Legend"]] if name == "Legend" else table_of([coral(f"coral{at}.com")] * (at + 1)):
            worksheet.append(line)
    book.save(folder / "orders.xlsx")
    return read_sheet(folder / "orders.xlsx", options)


def test_worksheets_are_named_with_their_rows(tmp_path: Path) -> None:
    sheet = read(tmp_path, "East", "West", "Legend")
    assert "Worksheets read: East (1 row), West (2 rows). Not read: Legend." in sheet.assumptions
    assert [problem.code for problem in sheet.problems] == ["worksheet-left-out"]


@pytest.mark.parametrize(
    "name",
    [
        *(
            "Example",
            "OLD - do not use",
            "Orders (copy)",
            "Archive 2024",
            "Copy of Orders",
            "Old",
            "Orders_2",
        ),
        *(
            "Orders BAK",
            "OrdersOld",
            "JuneCopy2",
            "Last year",
            "On hold",
            "Alte Bestellungen",
            "Entwurf",
            "Vorjahr",
        ),
        *(
            "Ancienne liste",
            "Brouillon",
            "Copia de junio",
            "Pedidos viejos",
            "Antigos",
            "Vecchie",
            "Oude lijst",
            "Kopia",
        ),
    ],
)
def test_a_name_that_sounds_unmeant_is_a_warning(tmp_path: Path, name: str) -> None:
    sheet = read(tmp_path, "Orders", name)
    assert [(problem.worksheet, problem.code) for problem in sheet.problems] == [(name, "worksheet-doubted")]
    asked_for = read(tmp_path, "Orders", name, options=ReadOptions(worksheet=name))
    assert asked_for.problems == ()


@pytest.mark.parametrize(
    "name",
    ["Orders", "Goldfield", "OLDHAM", "Copyright Ltd", "May 2026", "No 1", "Altona", "Testa", "June_2"],
)
def test_other_names_are_no_warning(tmp_path: Path, name: str) -> None:
    assert read(tmp_path, name).problems == ()


def test_a_worksheet_with_such_a_name_and_no_rows_is_not_spoken_of(tmp_path: Path) -> None:
    book = Workbook()
    header, good = table_of([coral()])
    for line in (header, good):
        book.worksheets[0].append(line)
    book.create_sheet("Copy").append(header)
    book.save(tmp_path / "orders.xlsx")
    assert read_sheet(tmp_path / "orders.xlsx").problems == ()
