"""The template, and the sheets that ship in templates/."""

import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl import Workbook

import batch_orders
from batch_orders.core.vendors import Offer
from batch_orders.core.workbooks import FOLDED_HEADERS, TEMPLATE_HEADERS
from batch_orders.errors import ReportError, SheetError
from batch_orders.report.template import COLUMNS, write_template
from batch_orders.sheet import read_sheet

SHIPPED = Path(__file__).parents[2] / "templates"
HEADERS = [column.header for column in COLUMNS]


def read_template(tmp_path: Path) -> Workbook:
    write_template(tmp_path / "t.xlsx")
    return openpyxl.load_workbook(tmp_path / "t.xlsx")


def facts_of(book: Workbook) -> list[tuple[object, ...]]:
    """All that a person sees or is told by a workbook."""
    return [
        (
            worksheet.title,
            [[cell.value for cell in line] for line in worksheet],
            {letter: (d.width, d.number_format) for letter, d in worksheet.column_dimensions.items()},
            [(c.type, c.prompt, c.error, str(c.sqref)) for c in worksheet.data_validations.dataValidation],
        )
        for worksheet in book
    ]


def test_the_header_is_complete_styled_and_frozen(tmp_path: Path) -> None:
    worksheet = read_template(tmp_path).worksheets[0]
    assert [cell.value for cell in worksheet[1]] == HEADERS
    assert HEADERS[:5] == ["Domain", "Mailbox", "Vendor", "Forwarding domain", "Contact"]
    assert all(header.startswith("Contact ") for header in HEADERS[5:])
    assert worksheet.max_row == 1
    assert worksheet.freeze_panes == "A2"
    assert all(cell.font.b and cell.fill.fill_type == "solid" for cell in worksheet[1])


def test_every_column_has_a_hint_that_excel_can_show(tmp_path: Path) -> None:
    checks = read_template(tmp_path).worksheets[0].data_validations.dataValidation
    assert [check.promptTitle for check in checks] == HEADERS
    for check in checks:
        assert check.showInputMessage
        assert 0 < len(check.prompt) <= 255
        assert len(check.promptTitle) <= 32


def test_the_vendor_must_be_a_whole_number_and_other_columns_keep_what_is_typed(tmp_path: Path) -> None:
    worksheet = read_template(tmp_path).worksheets[0]
    check = worksheet.data_validations.dataValidation[2]
    assert (check.type, check.operator, check.formula1) == ("whole", "greaterThanOrEqual", "1")
    assert check.showErrorMessage
    assert "whole number" in check.error
    assert str(check.sqref) == "C2:C1048576"
    formats = [dimension.number_format for dimension in worksheet.column_dimensions.values()]
    assert formats[: len(COLUMNS)] == ["@", "@", "General", *["@"] * (len(COLUMNS) - 3)]


OFFERS = (Offer(3, "zap mail"), Offer(1, "Google"), Offer(2, "Out, look"), Offer(4, "ZapMail"))


def test_the_vendors_that_are_known_can_be_chosen(tmp_path: Path) -> None:
    write_template(tmp_path / "t.xlsx", OFFERS)
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    check = book.worksheets[0].data_validations.dataValidation[2]
    assert (check.type, check.formula1) == ("list", "Columns!$F$2:$F$5")
    # Two have the same name, as it is read.
    assert [cell.value for cell in book["Columns"]["F"][:6]] == [
        *("Vendors to choose from", "Google", "Out, look", 3, 4),
        None,
    ]


def test_optional_columns_are_folded(tmp_path: Path) -> None:
    columns = read_template(tmp_path).worksheets[0].column_dimensions
    assert [columns[letter].hidden for letter in "ABCDEFS"] == [*[False] * 5, True, True]
    assert columns["F"].outlineLevel == 1


@pytest.mark.parametrize("offers", [(), OFFERS])
def test_what_is_filled_in_is_read_and_the_example_is_passed_over(
    tmp_path: Path, offers: Sequence[Offer]
) -> None:
    path = tmp_path / "t.xlsx"
    write_template(path, offers)
    book = openpyxl.load_workbook(path)
    book.worksheets[0].append(["alder-shop.com", "jane", "Google", "acme.org", "Jane"])
    book.save(path)
    sheet = read_sheet(path)
    assert [each.name for each in sheet.worksheets] == ["Order sheet"]
    assert sheet.worksheets[0].cells.iloc[0].tolist()[:5] == [
        "alder-shop.com",
        "jane",
        "Google",
        "acme.org",
        "Jane",
    ]
    assert sheet.problems == ()


Change = Callable[[Any], object]

CHANGES: dict[str, Change] = {
    "saved again": lambda book: None,
    "example rows deleted": lambda book: book["Example"].delete_rows(5, 3),
    "title of the example deleted": lambda book: book["Example"].delete_rows(1, 3),
    "worksheets renamed": lambda book: rename(book, Example="Beispiel", Columns="Legend"),
    "lines above": lambda book: (book["Example"].insert_rows(1), book["Columns"].insert_rows(1)),
    "columns before": lambda book: (book["Example"].insert_cols(1), book["Columns"].insert_cols(1)),
    "worksheets hidden": lambda book: hide(book, "Example", "Columns"),
    "the example first": lambda book: book.move_sheet("Example", -1),
    "an empty copy": lambda book: book.copy_worksheet(book["Order sheet"]),
    "a column of one's own": lambda book: book["Order sheet"].cell(1, len(COLUMNS) + 1, "Remarks"),
    "an optional column filled in while it is folded": lambda book: None,
}


def rename(book: Any, **new_names: str) -> None:
    for old, new in new_names.items():
        book[old].title = new


def hide(book: Any, *names: str) -> None:
    for name in names:
        book[name].sheet_state = "hidden"


def fill_in(book: Any, *, folded: bool = False) -> None:
    optional = [column.example for column in COLUMNS[5:]] if folded else []
    for place, value in enumerate(["alder-shop.com", "jane", 1, "alder.io", "Eva Holm", *optional], 1):
        book["Order sheet"].cell(2, place, value)


@pytest.mark.parametrize("change", CHANGES)
def test_a_template_filled_in_and_changed_by_people_is_read_without_a_word(
    tmp_path: Path, change: str
) -> None:
    path = tmp_path / "t.xlsx"
    write_template(path)
    book: Any = openpyxl.load_workbook(path)
    CHANGES[change](book)
    fill_in(book, folded="folded" in change)
    book.save(path)
    sheet = read_sheet(path)
    assert [each.cells[0].tolist() for each in sheet.worksheets if len(each.cells)] == [["alder-shop.com"]]
    assert sheet.problems == ()


def test_orders_among_the_example_are_not_lost_in_silence(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    write_template(path)
    book: Any = openpyxl.load_workbook(path)
    book["Example"]["A6"] = "alder-wood.com"
    book.save(path)
    with pytest.raises(
        SheetError, match=r'no rows below its header.*Worksheet "Example": .* 1 row of it is no'
    ):
        read_sheet(path)
    fill_in(book)
    book.save(path)
    assert [(each.worksheet, each.code) for each in read_sheet(path).problems] == [
        ("Example", "worksheet-left-out")
    ]


def test_a_hidden_column_of_the_template_that_is_not_one_of_the_folded_is_told(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    write_template(path)
    book: Any = openpyxl.load_workbook(path)
    fill_in(book)
    book["Order sheet"].column_dimensions["E"].hidden = True
    book.save(path)
    assert [each.code for each in read_sheet(path).problems] == ["hidden-columns"]


def test_the_template_is_known_by_what_reading_knows_of_it() -> None:
    assert tuple(column.header for column in COLUMNS) == TEMPLATE_HEADERS
    assert tuple(column.header for column in COLUMNS if not column.required) == FOLDED_HEADERS


def test_an_example_has_rows_of_one_domain_and_of_another(tmp_path: Path) -> None:
    lines = [line[:5] for line in read_template(tmp_path)["Example"].values]
    assert lines[3] == tuple(HEADERS[:5])
    assert [line[0] for line in lines[4:]] == ["example.com", "example.com", "example.net"]
    assert all(value for line in lines[4:] for value in line)


def test_a_worksheet_explains_each_column(tmp_path: Path) -> None:
    book = read_template(tmp_path)
    assert book.sheetnames == ["Order sheet", "Example", "Columns"]
    header, *lines = book["Columns"].values
    assert header == ("Column", "Required", "What to fill in", "Example")
    assert [line[0] for line in lines] == HEADERS
    assert [line[1] for line in lines] == ["yes"] * 5 + ["no"] * (len(COLUMNS) - 5)
    assert all(line[2] and line[3] for line in lines)


def test_a_csv_template_is_one_line_that_excel_reads_as_utf8(tmp_path: Path) -> None:
    write_template(tmp_path / "t.CSV")
    content = (tmp_path / "t.CSV").read_bytes()
    assert content.startswith(b"\xef\xbb\xbfDomain,")
    assert list(csv.reader(content.decode("utf-8-sig").splitlines())) == [HEADERS]


@pytest.mark.parametrize("name", ["t.xls", "t", "t.ods", ".xlsx"])
def test_another_ending_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ReportError, match=r"\.xlsx or a \.csv"):
        write_template(tmp_path / name)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["t.xlsx", "t.csv"])
def test_an_existing_file_is_never_overwritten(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine")
    with pytest.raises(ReportError, match="exists already and was left as it is"):
        write_template(tmp_path / name)
    assert (tmp_path / name).read_text() == "mine"


def test_a_file_in_place_of_the_folder_is_a_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ReportError, match="The template could not be written to"):
        write_template(tmp_path / "file" / "t.xlsx")


def test_a_missing_folder_is_made(tmp_path: Path) -> None:
    write_template(tmp_path / "new" / "folder" / "t.csv")
    assert [path.name for path in (tmp_path / "new" / "folder").iterdir()] == ["t.csv"]


def test_the_shipped_templates_are_what_is_written_today(tmp_path: Path) -> None:
    shipped = openpyxl.load_workbook(SHIPPED / "order-sheet.xlsx")
    assert facts_of(shipped) == facts_of(read_template(tmp_path))
    write_template(tmp_path / "t.csv")
    assert (SHIPPED / "order-sheet.csv").read_bytes() == (tmp_path / "t.csv").read_bytes()


def test_the_package_holds_what_lies_in_templates() -> None:
    """`make docs` copies them: a wheel has nothing of the clone."""
    package = Path(batch_orders.__file__).with_name("templates")
    shipped, held = (
        {path.name: path.read_bytes() for path in folder.iterdir()} for folder in (SHIPPED, package)
    )
    assert held == shipped


def test_the_shipped_example_has_the_templates_columns_good_orders_and_staged_trouble() -> None:
    book = openpyxl.load_workbook(SHIPPED / "example-orders.xlsx")
    assert book.sheetnames == ["Order sheet", "Columns"]
    header, *lines = book["Order sheet"].values
    assert list(header) == HEADERS
    domains = {str(line[0]) for line in lines}
    assert len(lines) > len(domains) > 12
    for beginning in ("rejected-", "error500-", "drop-after-", "busy-"):
        assert any(domain.startswith(beginning) for domain in domains)
