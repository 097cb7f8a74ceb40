"""Reports and corrections workbooks of our own making, handed in again with settings meant for another sheet."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from batch_orders.core.model import Problem, Severity, Sheet
from batch_orders.core.results import OrderResult, Status
from batch_orders.errors import SheetError
from batch_orders.report import write_report
from batch_orders.report.corrections import write_corrections
from batch_orders.sheet import ReadOptions, read_sheet
from tests.sheet.made import rows_of
from tests.sheets import make_result

pytestmark = pytest.mark.long

OWN_HEADER = ("Adresse", "Domaine", "Fournisseur", "Cible", "Client", "Status")
COLUMNS = {
    "Domaine": "domain",
    "Adresse": "mailbox",
    "Fournisseur": "vendor",
    "Cible": "forwarding_domain",
    "Client": "contact",
    "Reason": "contact_company",
    "Order ID": "contact_state",
}
"""Two of them are also headers that a report adds, as a person may have them for other sheets."""

GOOD = ("ann", "one.com", "1", "forward.com", "Ann Lee", "new")
BAD = ("bo", "nonsense", "1", "forward.com", "Bo Ek", "new")
OPTIONS = ReadOptions(worksheet="June", header_row=4, columns=COLUMNS)


@pytest.fixture
def sheet(tmp_path: Path) -> Sheet:
    """A sheet of two worksheets, of which June has its header in row 4 and names of its own."""
    book = openpyxl.Workbook()
    book.worksheets[0].append(["Notes"])
    june: Any = book.create_sheet("June")
    for line in (["Orders of June"], [], [], OWN_HEADER, GOOD, BAD):
        june.append(line)
    book.save(tmp_path / "june.xlsx")
    return read_sheet(tmp_path / "june.xlsx", OPTIONS)


def report_of(sheet: Sheet, path: Path) -> Path:
    placed = OrderResult("one.com", Status.PLACED, (0,), "77", "")
    write_report(make_result(sheet, placed, row_problems={1: "#N/A"}), path)
    return path


def corrections_of(sheet: Sheet, path: Path) -> Path:
    problem = Problem(Severity.ERROR, "June", 6, "Domaine", "nonsense", "domain-not-valid", "It is wrong.")
    write_corrections(sheet, [1], [problem], path)
    return path


def mended(path: Path) -> Path:
    book = openpyxl.load_workbook(path)
    book.worksheets[0]["E2"] = "two.com"
    book.save(path)
    return path


MENDED = [BAD[0], "two.com", *BAD[2:]]


def own_cells(sheet: Sheet) -> dict[int, list[str]]:
    """Without the first three columns, which say what was wrong."""
    return {row: cells[3:] for row, cells in rows_of(sheet).items()}


def test_a_report_gives_the_sheets_rows_again(sheet: Sheet, tmp_path: Path) -> None:
    again = read_sheet(report_of(sheet, tmp_path / "report.xlsx"), OPTIONS)
    assert rows_of(again) == {2: list(GOOD), 3: list(BAD)}
    assert again.worksheets[0].headers == OWN_HEADER
    assert again.worksheets[0].columns == sheet.worksheets[0].columns
    assert again.problems == ()


def test_a_report_whose_columns_are_no_longer_known_is_refused_by_its_rows(
    sheet: Sheet, tmp_path: Path
) -> None:
    # Its worksheet Orders has all columns too, but is no sheet of orders.
    with pytest.raises(SheetError, match=r'Worksheet "Rows": .* lacks Domain'):
        read_sheet(report_of(sheet, tmp_path / "report.xlsx"))


@pytest.mark.parametrize("asked", ["orders", "To do"])
def test_a_worksheet_that_is_asked_for_by_a_name_of_the_report_is_not_taken(
    sheet: Sheet, tmp_path: Path, asked: str
) -> None:
    options = ReadOptions(worksheet=asked, columns=COLUMNS)
    assert len(rows_of(read_sheet(report_of(sheet, tmp_path / "report.xlsx"), options))) == 2


def test_rows_that_go_on_in_another_worksheet_of_the_report_are_read(sheet: Sheet, tmp_path: Path) -> None:
    path = report_of(sheet, tmp_path / "report.xlsx")
    book = openpyxl.load_workbook(path)
    book.copy_worksheet(book["Rows"]).title = "Rows 2"
    book.save(path)
    assert [each.name for each in read_sheet(path, OPTIONS).worksheets] == ["Rows", "Rows 2"]


def test_a_mended_corrections_workbook_is_read(sheet: Sheet, tmp_path: Path) -> None:
    again = read_sheet(mended(corrections_of(sheet, tmp_path / "c.xlsx")), OPTIONS)
    assert own_cells(again) == {2: MENDED}
    columns = {name: at + 3 for name, at in sheet.worksheets[0].columns.items()}
    assert again.worksheets[0].columns == columns
    assert "Columns that were not read into orders: Status." in again.assumptions
    assert again.problems == ()
    assert "corrections workbook" in again.assumptions[0]


def test_a_corrections_workbook_is_known_by_its_form_where_its_mark_was_lost(
    sheet: Sheet, tmp_path: Path
) -> None:
    path = mended(corrections_of(sheet, tmp_path / "c.xlsx"))
    book: Any = openpyxl.load_workbook(path)
    book.custom_doc_props = type(book.custom_doc_props)()
    book.save(path)
    assert own_cells(read_sheet(path, OPTIONS)) == {2: MENDED}


def test_a_worksheet_that_a_corrections_workbook_has_is_the_one_that_is_read(
    tmp_path: Path, sheet: Sheet
) -> None:
    path = mended(corrections_of(sheet, tmp_path / "c.xlsx"))
    book = openpyxl.load_workbook(path)
    book.copy_worksheet(book.worksheets[0]).title = "June"
    book.save(path)
    assert [each.name for each in read_sheet(path, OPTIONS).worksheets] == ["June"]


def test_another_sheet_that_lacks_the_worksheet_or_the_header_is_refused_still(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    worksheet = book.worksheets[0]
    worksheet.append(OWN_HEADER)
    worksheet.append(GOOD)
    book.save(tmp_path / "o.xlsx")
    with pytest.raises(SheetError, match='no worksheet "June"'):
        read_sheet(tmp_path / "o.xlsx", OPTIONS)
    with pytest.raises(SheetError, match="lacks Domain"):
        read_sheet(tmp_path / "o.xlsx", ReadOptions(header_row=4, columns=COLUMNS))


@pytest.fixture
def saved_again(tmp_path: Path) -> Iterator[Any]:
    """Saves a workbook with LibreOffice in another format, or as it is."""
    office = shutil.which("soffice")
    if not office:
        pytest.skip("LibreOffice is not installed")

    def save(path: Path, ending: str) -> Path:
        folder = tmp_path / "saved"
        profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
        command = [office, profile, "--headless", "--convert-to", ending, "--outdir", str(folder), str(path)]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        return folder / f"{path.stem}.{ending}"

    yield save


@pytest.mark.parametrize("ending", ["xlsx", "ods", "xls"])
def test_both_are_known_after_libreoffice_saved_them(
    sheet: Sheet, tmp_path: Path, saved_again: Any, ending: str
) -> None:
    two = (tmp_path / "c.xlsx", tmp_path / "report.xlsx")
    corrections, report = mended(corrections_of(sheet, two[0])), report_of(sheet, two[1])
    # Another title shows that it is known by its mark.
    book = openpyxl.load_workbook(corrections)
    book.worksheets[0].title = "Mine"
    book.save(corrections)
    again = read_sheet(saved_again(corrections, ending), OPTIONS)
    assert own_cells(again) == {2: MENDED}
    assert list(again.origins) == ["Corrections\n6"]
    assert rows_of(read_sheet(saved_again(report, ending), OPTIONS)) == {2: list(GOOD), 3: list(BAD)}
