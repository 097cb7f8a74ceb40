"""The report's worksheets: what they say and how they look."""

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.comments import Comment

from batch_orders.core.model import Problem, Severity
from batch_orders.core.money import Cost
from batch_orders.core.results import Status
from batch_orders.core.stops import Stop, StopReason
from batch_orders.report import table, write_report
from batch_orders.report.style import BOLD
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
    texts_of,
)


def test_the_worksheets_stand_in_their_order(tmp_path: Path) -> None:
    write_report(one_of_each(), tmp_path / "r.xlsx")
    assert read_report(tmp_path / "r.xlsx").sheetnames == ["Summary", "Orders", "Rows", "Problems"]


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
    write_report(make_result([make_worksheet(make_lines(4))], [order]), tmp_path / "r.xlsx")
    header, line = lines_of(read_report(tmp_path / "r.xlsx")["Orders"])
    assert header == [
        "Domain",
        "Status",
        "Order ID",
        "Message",
        "Rows",
        "Mailboxes",
        "Vendor",
        "Forwarding domain",
        "Contact",
        "Attempts",
        "Time",
        "Vendor status",
        "Price",
        "Currency",
    ]
    assert line[:6] == [
        "shop-0.com",
        "placed",
        "895641",
        "Taken.",
        "2-3, 5",
        "jane@shop-0.com, joe@shop-0.com",
    ]
    assert line[6:10] == ["1", "acmemail.org", "Jane", 2]
    assert line[10] == START.astimezone().replace(tzinfo=None)
    assert line[11:] == ["Payment Pending", 17.5, "USD"]


def test_rows_are_named_with_their_worksheet_where_there_are_several(tmp_path: Path) -> None:
    worksheets = [make_worksheet(make_lines(3), "East", first=4), make_worksheet(make_lines(2), "West")]
    order = make_order(0, rows=(4, 0, 2, 3))
    write_report(make_result(worksheets, [order]), tmp_path / "r.xlsx")
    assert lines_of(read_report(tmp_path / "r.xlsx")["Orders"])[1][4] == "East!4, 6; West!2-3"


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
    assert header == [*HEADERS, "Status", "Order ID", "Reason"]
    assert [tuple(row[:6]) for row in rows] == lines
    assert [row[6:] for row in rows] == [
        ["placed", "7", None],
        ["rejected", None, "Not for sale."],
        ["rejected", None, "Not for sale."],
        ["invalid", None, "No vendor."],
        ["invalid", None, "No domain."],
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
    assert header[:5] == ["Domain", None, "Note", "Note", "More"]
    assert [row[:5] for row in rows] == [["a.com", "x", "y", "z", None], ["b.com", None, "n", None, "new"]]


def test_a_table_longer_than_a_worksheet_goes_on_in_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table, "MOST_ROWS", 4)
    write_report(make_result([make_worksheet(make_lines(7))]), tmp_path / "r.xlsx")
    book = read_report(tmp_path / "r.xlsx")
    assert book.sheetnames == ["Summary", "Orders", "Rows", "Rows 2", "Rows 3", "Problems"]
    assert [book[name].max_row for name in ("Rows", "Rows 2", "Rows 3")] == [4, 4, 2]
    assert [book[name].auto_filter.ref for name in ("Rows", "Rows 3")] == ["A1:I4", "A1:I2"]
    assert book["Rows 3"]["A1"].value == "Domain"
    assert book["Rows 3"]["A2"].value == "shop-6.com"


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
    result = make_result([make_worksheet(make_lines(3))], problems=[problem], problem_count=1_201)
    write_report(result, tmp_path / "r.xlsx")
    header, line, last = lines_of(read_report(tmp_path / "r.xlsx")["Problems"])
    assert header == ["Severity", "Worksheet", "Row", "Column", "Value", "Code", "Message", "Suggestion"]
    assert line == ["error", "Orders", 3, "Vendor", "x", "vendor-odd", "Not a number.", "1"]
    assert last[6].startswith("1,200 more problems are not listed here.")


def test_the_summary_counts_orders_and_rows_by_status(tmp_path: Path) -> None:
    result = make_result(
        [make_worksheet(make_lines(6))],
        [make_order(0, rows=(0, 1)), make_order(2), make_order(3, Status.REJECTED)],
        rows_invalid=2,
    )
    write_report(result, tmp_path / "r.xlsx")
    lines = lines_of(read_report(tmp_path / "r.xlsx")["Summary"])
    counts = {line[0]: (line[1], line[2]) for line in lines}
    assert counts["placed"] == (2, 3)
    assert counts["rejected"] == (1, 1)
    assert counts["unconfirmed"] == (0, 0)
    assert counts["invalid"] == (0, 2)
    assert counts["Total"] == (3, 6)
    assert counts["Rows"][0] == "6 in all, 4 valid, 2 invalid"


def test_the_summary_says_what_it_was_and_what_to_do_next(tmp_path: Path) -> None:
    result = make_result(
        [make_worksheet(make_lines(2))],
        [make_order(0, Status.UNCONFIRMED), make_order(1, Status.NOT_SUBMITTED)],
        assumptions=("The encoding was taken to be UTF-8.",),
        stop=Stop(StopReason.VENDOR, "The API key was refused."),
        remarks=("The look-up failed.",),
        checksum="a1b2c3",
    )
    write_report(result, tmp_path / "r.xlsx")
    text = "\n".join(texts_of(read_report(tmp_path / "r.xlsx")["Summary"]))
    for part in ("shops.xlsx", "batch-1", "https://vendor.example", "a1b2c3", "The look-up failed."):
        assert part in text
    assert "Stopped before the end: The API key was refused." in text
    assert "The encoding was taken to be UTF-8." in text
    assert "may have been bought" in text
    assert "Hand the same sheet in again" in text
    assert re.search(rf"{START.astimezone():%Y-%m-%d %H:%M:%S} [+-]\d\d:\d\d \(\w+", text)
    assert "Dry run" not in text


def test_a_dry_run_is_said_clearly(tmp_path: Path) -> None:
    result = make_result([make_worksheet(make_lines(1))], [make_order(0, Status.NOT_SUBMITTED)], dry_run=True)
    write_report(result, tmp_path / "r.xlsx")
    texts = texts_of(read_report(tmp_path / "r.xlsx")["Summary"])
    assert texts[1] == "Dry run: nothing was sent and nothing was bought."
    assert any("not as a dry run" in text for text in texts)


def test_a_batch_without_trouble_leaves_nothing_to_do(tmp_path: Path) -> None:
    write_report(make_result([make_worksheet(make_lines(1))], [make_order(0)]), tmp_path / "r.xlsx")
    texts = texts_of(read_report(tmp_path / "r.xlsx")["Summary"])
    assert "Nothing: every row's order is placed." in texts


def test_the_chart_draws_the_counts(tmp_path: Path) -> None:
    write_report(one_of_each(), tmp_path / "r.xlsx")
    summary: Any = read_report(tmp_path / "r.xlsx")["Summary"]
    series = summary._charts[0].series[0]
    names, values = summary[series.cat.numRef.f.split("!")[1]], summary[series.val.numRef.f.split("!")[1]]
    assert [line[0].value for line in names] == [status.value for status in Status]
    assert [line[0].value for line in values] == [1] * len(Status)


def test_each_status_has_a_colour_of_its_own_on_orders_and_rows(tmp_path: Path) -> None:
    write_report(one_of_each(), tmp_path / "r.xlsx")
    book = read_report(tmp_path / "r.xlsx")
    for column in (book["Orders"]["B"], book["Rows"]["G"]):
        fills = [cell.fill.fgColor.rgb for cell in column[1:]]
        assert len(set(fills)) == len(Status)
        assert "00000000" not in fills


@pytest.mark.parametrize("name", ["Orders", "Rows", "Problems"])
def test_tables_have_a_frozen_header_a_filter_and_bounded_widths(tmp_path: Path, name: str) -> None:
    lines = [(*make_lines(1)[0][:5], "word " * 100)]
    write_report(make_result([make_worksheet(lines)], [make_order(0)]), tmp_path / "r.xlsx")
    worksheet = read_report(tmp_path / "r.xlsx")[name]
    assert worksheet.freeze_panes == "A2"
    assert worksheet.auto_filter.ref == worksheet.dimensions
    assert worksheet["A1"].font.b
    assert worksheet.print_title_rows == "$1:$1"
    widths = [dimension.width for dimension in worksheet.column_dimensions.values()]
    assert all(8 < width < 70 for width in widths)


def test_a_line_with_a_long_text_is_wrapped_and_high_enough(tmp_path: Path) -> None:
    lines = [(*make_lines(1)[0][:5], "word " * 60)]
    write_report(make_result([make_worksheet(lines)]), tmp_path / "r.xlsx")
    rows = read_report(tmp_path / "r.xlsx")["Rows"]
    assert rows["F2"].alignment.wrap_text
    assert rows["A2"].alignment.vertical == "top"
    assert rows.row_dimensions[2].height >= 60


def test_numbers_beside_a_time_stay_numbers_also_on_a_wrapped_line(tmp_path: Path) -> None:
    orders = [make_order(n, message="word " * 60, attempts=3, time=START) for n in range(2)]
    write_report(make_result([make_worksheet(make_lines(2))], orders), tmp_path / "r.xlsx")
    orders_sheet = read_report(tmp_path / "r.xlsx")["Orders"]
    assert [cell.value for cell in orders_sheet["J"][1:]] == [3, 3]
    assert [cell.number_format for cell in orders_sheet["J"][1:]] == ["General", "General"]
    assert all(cell.is_date for cell in orders_sheet["K"][1:])
