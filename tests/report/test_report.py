"""The report's worksheets: what they say and how they look."""

from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.comments import Comment

from batch_orders.core.model import Problem, Severity
from batch_orders.core.money import Cost
from batch_orders.core.results import OrderResult, Status
from batch_orders.report import table, tables, write_report
from batch_orders.report.style import BOLD
from batch_orders.report.tables import ORDER_HEADERS
from tests.report_parts import (
    HEADERS,
    START,
    lines_of,
    make_lines,
    make_order,
    make_result,
    make_worksheet,
    one_of_each,
    read_report,
)


def test_the_worksheets_stand_in_their_order(tmp_path: Path) -> None:
    write_report(one_of_each(), tmp_path / "r.xlsx")
    assert read_report(tmp_path / "r.xlsx").sheetnames == ["To do", "Orders", "Rows", "Problems"]


def test_an_order_is_one_line_with_all_that_is_known_of_it(tmp_path: Path) -> None:
    order = make_order(
        0,
        rows=(0, 1, 3),
        vendor_order_id="895641",
        message="Taken.",
        mailboxes=("jane@shop-0.com", "joe@shop-0.com"),
        vendor="1",
        forwarding_domain="acmemail.org",
        contact="Jane",
        attempts=2,
        time=START,
        vendor_status="Payment Pending",
        cost=Cost(Decimal("17.50"), "USD"),
    )
    result = make_result([make_worksheet(make_lines(4))], [order], vendors={"1": "Google"})
    write_report(result, tmp_path / "r.xlsx")
    header, line = lines_of(read_report(tmp_path / "r.xlsx")["Orders"])
    assert header == [*ORDER_HEADERS, "Vendor status"]
    told = dict(zip(header, line, strict=True))
    assert told == {
        "Status": "placed",
        "Domain": "shop-0.com",
        "What to do": None,
        "Price": 17.5,
        "Order ID": "895641",
        "Message": "Taken.",
        "Rows": "2-3, 5",
        "Mailboxes": "jane@shop-0.com, joe@shop-0.com",
        "Vendor": "Google (1)",
        "Forwarding domain": "acmemail.org",
        "Contact": "Jane",
        "Attempts": 2,
        "Time": START.astimezone().replace(tzinfo=None),
        "Currency": "USD",
        "Vendor status": "Payment Pending",
    }


def test_orders_that_need_somebody_come_first_and_lead_to_their_rows(tmp_path: Path) -> None:
    orders = [
        make_order(0, cost=Cost(Decimal("17.50"), "USD"), time=START),
        make_order(1, Status.REJECTED, message="Not for sale."),
        make_order(2),
        make_order(3, Status.UNCONFIRMED),
    ]
    result = make_result([make_worksheet(make_lines(4))], orders)
    write_report(result, tmp_path / "r.xlsx", "shops – to correct.xlsx")
    worksheet = read_report(tmp_path / "r.xlsx")["Orders"]
    lines = list(worksheet.iter_rows(min_row=2))
    assert [line[1].value for line in lines] == ["shop-1.com", "shop-3.com", "shop-0.com", "shop-2.com"]
    assert [line[2].value for line in lines] == [
        "Correct the rows and hand them in again: shops – to correct.xlsx",
        "Do not order it by hand. Look it up: batch-orders reconcile",
        None,
        None,
    ]
    links = [line[1].hyperlink.location if line[1].hyperlink else None for line in lines]
    assert links == ["'Rows'!A3", "'Rows'!A5", None, None]
    assert lines[2][3].number_format == '#,##0.00## "USD"_w'
    offset = f"{START.astimezone():%z}"
    assert lines[2][12].number_format.endswith(f'"{offset[:3]}:{offset[3:]}"_w')
    # Nothing is known of what the vendor says, and so it has no column.
    assert [cell.value for cell in worksheet[1]] == list(ORDER_HEADERS)


def test_links_stay_below_what_excel_takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MOST_LINKS", 2)
    orders = [make_order(number, Status.REJECTED) for number in range(4)]
    write_report(make_result([make_worksheet(make_lines(4))], orders), tmp_path / "r.xlsx")
    book = read_report(tmp_path / "r.xlsx")
    for worksheet in book:
        assert len([cell for line in worksheet for cell in line if cell.hyperlink]) <= 2


def test_faulty_cells_are_marked_among_the_sheets_own_columns(tmp_path: Path) -> None:
    problems = [
        Problem(Severity.ERROR, "Orders", 3, "Mailbox", "x", "code", "Not in the domain.", "jane@shop-1.com"),
        Problem(Severity.WARNING, "Orders", 2, "Contact", "Jane", "code", "Odd."),
    ]
    write_report(make_result([make_worksheet(make_lines(2))], problems=problems), tmp_path / "r.xlsx")
    rows = read_report(tmp_path / "r.xlsx")["Rows"]
    assert [cell.value for cell in rows["D"]] == ["Suggestion", None, "jane@shop-1.com"]
    own = [cell for line in rows.iter_rows(min_row=2, min_col=6) for cell in line]
    marked = {cell.coordinate: cell.fill.fgColor.rgb for cell in own if cell.fill.fill_type}
    assert marked == {"G3": "00FFC7CE", "J2": "00FFEB9C"}


def test_rows_of_a_corrections_workbook_come_back_without_what_it_added(tmp_path: Path) -> None:
    headers = ("Row in your sheet", "What is wrong", "Suggestion", "Domain", "Mailbox")
    fields = {"domain": 3, "mailbox": 4}
    worksheet = make_worksheet([("7", "It is wrong.", "", "a.com", "x")], headers=headers, fields=fields)
    write_report(make_result([worksheet], [make_order(0)]), tmp_path / "r.xlsx")
    header, row = lines_of(read_report(tmp_path / "r.xlsx")["Rows"])
    assert header == ["Status", "Order ID", "Reason", "Suggestion", "Row in your sheet", "Domain", "Mailbox"]
    assert row[4:] == [7, "a.com", "x"]


def test_rows_are_named_with_their_worksheet_where_there_are_several(tmp_path: Path) -> None:
    worksheets = [make_worksheet(make_lines(3), "East", first=4), make_worksheet(make_lines(2), "West")]
    order = make_order(0, rows=(4, 0, 2, 3))
    write_report(make_result(worksheets, [order]), tmp_path / "r.xlsx")
    assert lines_of(read_report(tmp_path / "r.xlsx")["Orders"])[1][6] == "East!4, 6; West!2-3"


def test_every_row_comes_back_in_its_own_columns_with_one_status_and_a_reason(tmp_path: Path) -> None:
    lines = make_lines(5)
    orders = [
        make_order(0, Status.PLACED, vendor_order_id="7", message="All well."),
        make_order(1, Status.REJECTED, rows=(1, 2), message="Not for sale."),
        make_order(3, Status.INVALID, message="A row is invalid."),
    ]
    result = make_result([make_worksheet(lines)], orders, row_problems={3: "No vendor.", 4: "No domain."})
    write_report(result, tmp_path / "r.xlsx")
    header, *rows = lines_of(read_report(tmp_path / "r.xlsx")["Rows"])
    assert header == ["Status", "Order ID", "Reason", "Suggestion", "Row in your sheet", *HEADERS]
    assert [tuple(row[5:]) for row in rows] == lines
    assert [row[:5] for row in rows] == [
        ["placed", "7", None, None, 2],
        ["rejected", None, "Not for sale.", None, 3],
        ["rejected", None, "Not for sale.", None, 4],
        ["invalid", None, "No vendor.", None, 5],
        ["invalid", None, "No domain.", None, 6],
    ]


def test_columns_of_several_worksheets_are_joined_by_field_then_by_text(tmp_path: Path) -> None:
    east = make_worksheet(
        [("a.com", "x", "y", "z")], "East", ("Domain", "", "Note", "Note"), fields={"domain": 0}
    )
    west = make_worksheet(
        [("n", "b.com", "new")], "West", ("Note", "Domain name", "More"), fields={"domain": 1}
    )
    write_report(make_result([east, west]), tmp_path / "r.xlsx")
    header, *rows = lines_of(read_report(tmp_path / "r.xlsx")["Rows"])
    assert header[5:] == ["Domain", None, "Note", "Note", "More"]
    assert [row[4] for row in rows] == ["East!2", "West!2"]
    assert [row[5:] for row in rows] == [["a.com", "x", "y", "z", None], ["b.com", None, "n", None, "new"]]


def test_a_table_longer_than_a_worksheet_goes_on_in_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table, "MOST_ROWS", 4)
    write_report(make_result([make_worksheet(make_lines(7))]), tmp_path / "r.xlsx")
    book = read_report(tmp_path / "r.xlsx")
    assert book.sheetnames == ["To do", "Orders", "Rows", "Rows 2", "Rows 3", "Problems"]
    assert [book[name].max_row for name in ("Rows", "Rows 2", "Rows 3")] == [4, 4, 2]
    assert [book[name].auto_filter.ref for name in ("Rows", "Rows 3")] == ["A1:K4", "A1:K2"]
    assert book["Rows 3"]["F1"].value == "Domain"
    assert book["Rows 3"]["F2"].value == "shop-6.com"


def test_a_comment_stays_with_its_cell(tmp_path: Path) -> None:
    book = Workbook(write_only=True)
    lines = table.Table(book, "Marked", ["A"], 2, [])
    lines.append(["first"], {0: BOLD}, {0: Comment("Look here.", "us")})
    lines.append(["second"], {0: BOLD})
    book.save(tmp_path / "t.xlsx")
    worksheet = read_report(tmp_path / "t.xlsx")["Marked"]
    assert [bool(cell.comment) for cell in worksheet["A"]] == [False, True, False]


def test_problems_are_listed_and_those_not_kept_are_counted(tmp_path: Path) -> None:
    problem = Problem(Severity.ERROR, "Orders", 3, "Vendor", "x", "vendor-odd", "Not a number.", "1")
    orders = [make_order(number) for number in range(3)]
    result = make_result([make_worksheet(make_lines(3))], orders, problems=[problem], problem_count=1_201)
    write_report(result, tmp_path / "r.xlsx")
    header, line, last = lines_of(read_report(tmp_path / "r.xlsx")["Problems"])
    told = dict(zip(header, line, strict=True))
    assert told == {
        "Severity": "error",
        "Row": 3,
        "Domain": "shop-1.com",
        "Column": "Vendor",
        "Value": "x",
        "Suggestion": "1",
        "Message": "Not a number.",
        "Code": "vendor-odd",
        "Worksheet": "Orders",
    }
    assert last[6].startswith("1,200 more problems are not listed here.")


def test_each_status_has_a_colour_of_its_own_on_orders_and_rows(tmp_path: Path) -> None:
    write_report(one_of_each(), tmp_path / "r.xlsx")
    book = read_report(tmp_path / "r.xlsx")
    for column in (book["Orders"]["A"], book["Rows"]["A"]):
        fills = [cell.fill.fgColor.rgb for cell in column[1:]]
        assert len(set(fills)) == len(Status)
        assert "00000000" not in fills


def test_the_message_of_an_order_is_in_sight_on_a_usual_screen(tmp_path: Path) -> None:
    """1,440 pixels hold about 190 digits beside the numbers of the rows."""
    long = "It was refused for a reason that is told at length, in several sentences. " * 3
    write_report(
        make_result([make_worksheet(make_lines(1))], [refused_order(long)]), tmp_path / "r.xlsx", LONG_NAME
    )
    widths = read_report(tmp_path / "r.xlsx")["Orders"].column_dimensions
    assert sum(widths[letter].width for letter in "ABCDEF") < 190


LONG_NAME = "a sheet of june with a rather long name – to correct.xlsx"


def refused_order(message: str) -> OrderResult:
    mailboxes = tuple(f"jane{number}@a-rather-long-domain.com" for number in range(9))
    return make_order(0, Status.REJECTED, message=message, mailboxes=mailboxes)


@pytest.mark.parametrize(("name", "frozen"), [("Orders", "C2"), ("Rows", "B2"), ("Problems", "D2")])
def test_tables_have_a_frozen_header_a_filter_and_bounded_widths(
    tmp_path: Path, name: str, frozen: str
) -> None:
    lines = [(*make_lines(1)[0][:5], "word " * 100)]
    write_report(make_result([make_worksheet(lines)], [make_order(0)]), tmp_path / "r.xlsx")
    worksheet = read_report(tmp_path / "r.xlsx")[name]
    assert worksheet.freeze_panes == frozen
    assert worksheet.auto_filter.ref == worksheet.dimensions
    assert worksheet["A1"].font.b
    assert worksheet.print_title_rows == "$1:$1"
    footer = worksheet.oddFooter
    assert footer is not None
    assert (footer.left.text, footer.right.text) == ("&F", "Page &P of &N")
    widths = [dimension.width for dimension in worksheet.column_dimensions.values()]
    assert all(8 < width < 70 for width in widths)


def test_a_line_with_a_long_text_is_wrapped_and_high_enough(tmp_path: Path) -> None:
    lines = [(*make_lines(1)[0][:5], "word " * 60)]
    write_report(make_result([make_worksheet(lines)]), tmp_path / "r.xlsx")
    rows = read_report(tmp_path / "r.xlsx")["Rows"]
    assert rows["K2"].alignment.wrap_text
    assert rows["A2"].alignment.vertical == "top"
    assert rows.row_dimensions[2].height >= 60


def test_numbers_beside_a_time_stay_numbers_also_on_a_wrapped_line(tmp_path: Path) -> None:
    orders = [make_order(n, message="word " * 60, attempts=3, time=START) for n in range(2)]
    write_report(make_result([make_worksheet(make_lines(2))], orders), tmp_path / "r.xlsx")
    orders_sheet = read_report(tmp_path / "r.xlsx")["Orders"]
    assert [cell.value for cell in orders_sheet["L"][1:]] == [3, 3]
    assert [cell.number_format for cell in orders_sheet["L"][1:]] == ["General", "General"]
    assert all(cell.is_date for cell in orders_sheet["M"][1:])
