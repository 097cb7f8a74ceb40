"""The report's first worksheet: what is to be done, by whom it was approved, what it cost."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from batch_orders.core.base_url import SANDBOX
from batch_orders.core.model import Problem, Severity
from batch_orders.core.money import Cost
from batch_orders.core.records import Approval
from batch_orders.core.results import BatchResult, OrderResult, Status
from batch_orders.core.stops import Stop, StopReason
from batch_orders.core.to_do import headline
from batch_orders.report import write_report
from batch_orders.report.bar import CELLS, cut_bar
from batch_orders.report.to_do import MOST_DOMAINS
from tests.report_parts import (
    START,
    make_lines,
    make_order,
    make_result,
    make_worksheet,
    read_report,
    texts_of,
)


def result_of(orders: Sequence[OrderResult], **more: Any) -> BatchResult:
    return make_result([make_worksheet(make_lines(len(orders)))], orders, **more)


def orders_of(**counts: int) -> list[OrderResult]:
    """So many orders of each status, by its name."""
    statuses = [Status[name.upper()] for name, count in counts.items() for _ in range(count)]
    cost = Cost(Decimal("17.50"), "USD")
    return [make_order(number, status, cost=cost, vendor="1") for number, status in enumerate(statuses)]


def to_do(path: Path, result: BatchResult, corrections: str = "") -> Any:
    write_report(result, path / "r.xlsx", corrections)
    return read_report(path / "r.xlsx")["To do"]


@pytest.mark.parametrize(
    ("orders", "said"),
    [
        (
            orders_of(placed=14, unconfirmed=1, rejected=1, invalid=4),
            "6 of 20 orders need you: 1 may have been bought, 1 was refused, 4 have mistakes. "
            "14 placed for about 245.00 USD.",
        ),
        (
            orders_of(already_placed=2, bought_elsewhere=1),
            "1 of 3 orders needs you: 1 was bought elsewhere. 2 were placed before.",
        ),
        (orders_of(invalid=1), "1 of 1 order needs you: 1 has mistakes. Nothing was placed."),
        (
            orders_of(placed=1),
            "Nothing is left to do: the one order is placed. 1 placed for about 17.50 USD.",
        ),
        (
            orders_of(placed=1, already_placed=1),
            "Nothing is left to do: all 2 orders are placed. 1 placed for about 17.50 USD. 1 was placed before.",
        ),
        (
            [make_order(0, vendor_status="Failed"), make_order(1)],
            "1 of 2 orders needs you: 1 failed after it was placed. 1 placed.",
        ),
    ],
)
def test_the_first_line_says_it_in_one_sentence(
    tmp_path: Path, orders: Sequence[OrderResult], said: str
) -> None:
    assert headline(result_of(orders)) == said
    assert to_do(tmp_path, result_of(orders))["A1"].value == said


def test_a_dry_run_is_said_clearly(tmp_path: Path) -> None:
    result = result_of(orders_of(not_submitted=2, invalid=1), dry_run=True)
    texts = texts_of(to_do(tmp_path, result))
    assert texts[0] == (
        "Dry run, nothing was sent: 2 of 3 orders would be placed for about 35.00 USD. 1 needs you: 1 has mistakes."
    )
    assert "Dry run: nothing was sent and nothing was bought." in texts
    assert any("not as a dry run" in text for text in texts)


def test_a_refused_sheet_has_its_reason_in_the_first_line_and_no_bar(tmp_path: Path) -> None:
    fault = Problem(Severity.ERROR, "", None, "", "", "unreadable", "shops.xlsx cannot be read: it is a PDF.")
    worksheet = to_do(tmp_path, make_result([], problems=[fault]))
    assert worksheet["A1"].value == "shops.xlsx cannot be read: it is a PDF."
    assert not [cell for line in worksheet for cell in line if cell.fill.fill_type]
    assert any("Mend it and hand it in again" in text for text in texts_of(worksheet))


def test_each_thing_to_do_has_its_domains_and_what_is_to_be_typed(tmp_path: Path) -> None:
    orders = orders_of(placed=1, unconfirmed=1, rejected=2, invalid=1)
    problems = [
        Problem(Severity.ERROR, "Orders", row, "Mailbox", "x", "code", "Not in the domain.")
        for row in (6, 7, 9)
    ]
    result = result_of(orders, problems=problems, account="acme ltd")
    worksheet = to_do(tmp_path, result, "shops – to correct.xlsx")
    texts = texts_of(worksheet)
    place = "--account 'acme ltd' --base-url https://vendor.example"
    for part in (
        "1 may have been bought",
        f"batch-orders reconcile {place}",
        f"batch-orders resolve shop-1.com --not-bought --reason 'HOW YOU KNOW' {place}",
        "2 were refused",
        "shops – to correct.xlsx",
        "3 rows: 6–7, 9",
        "Mailbox: Not in the domain.",
    ):
        assert part in texts
    links = {cell.value: cell.hyperlink.location for line in worksheet for cell in line if cell.hyperlink}
    assert links == {f"shop-{number}.com": f"'Orders'!A{number + 1}" for number in (1, 2, 3, 4)}


def test_a_rehearsal_leaves_nothing_to_be_looked_up(tmp_path: Path) -> None:
    """Its vendor and its ledger are gone with it: a command would find nothing, on no worksheet."""
    failed = make_order(1, vendor_status="Cancelled")
    result = result_of([*orders_of(unconfirmed=1), failed])
    rehearsed = replace(result, draft=replace(result.draft, environment=SANDBOX))
    write_report(rehearsed, tmp_path / "r.xlsx")
    told = " ".join(text for worksheet in read_report(tmp_path / "r.xlsx") for text in texts_of(worksheet))
    assert told.count("This was a rehearsal: nothing was bought") == 2
    assert told.count("Nothing: this was a rehearsal") == 2
    for asked in (
        "batch-orders re",
        "batch-orders track",
        "Look it up: ",
        "Ask Smart Senders what became of it",
    ):
        assert asked not in told


def test_many_domains_are_cut_short_and_counted(tmp_path: Path) -> None:
    worksheet = to_do(tmp_path, result_of(orders_of(rejected=MOST_DOMAINS + 5)))
    linked = [cell for line in worksheet for cell in line if cell.hyperlink]
    assert len(linked) == MOST_DOMAINS + 1
    assert linked[-1].value == "and 5 more, on the worksheet Orders"
    assert linked[-1].hyperlink.location == f"'Orders'!A{MOST_DOMAINS + 2}"


def test_what_a_limit_left_over_is_not_told_to_be_handed_in_again(tmp_path: Path) -> None:
    stop = Stop(StopReason.LIMIT, "1 order does not fit under the limit.")
    texts = texts_of(to_do(tmp_path, result_of(orders_of(placed=1, not_submitted=1), stop=stop)))
    assert any("Do not hand the same sheet in again" in text for text in texts)
    assert "Stopped before the end: 1 order does not fit under the limit." in texts
    assert "batch-orders resume batch-1" in texts


def test_the_foot_says_what_it_was_and_who_approved_it(tmp_path: Path) -> None:
    approval = Approval("jo@desk", "upload page", START, "a1b2c3", 2, Decimal("35.00"), "USD")
    result = result_of(
        orders_of(placed=1, unconfirmed=1),
        assumptions=("The encoding was taken to be UTF-8.",),
        remarks=("The look-up failed.",),
        checksum="a1b2c3",
        vendors={"1": "Google"},
        approvals=(approval,),
        rows_invalid=0,
    )
    text = "\n".join(texts_of(to_do(tmp_path, result)))
    started, ended = START.astimezone(), (START + timedelta(minutes=3)).astimezone()
    for part in (
        "shops.xlsx",
        "batch-1",
        "default",
        "https://vendor.example",
        f"{started:%Y-%m-%d %H:%M:%S} {started:%z}"[:-2] + ":",
        f"{ended:%Y-%m-%d %H:%M:%S}",
        "2 orders for 35.00 USD, by jo@desk (upload page)",
        "a1b2c3",
        "The encoding was taken to be UTF-8.",
        "The look-up failed.",
        "17.50 USD placed, 17.50 USD at risk",
        "Google (1)",
    ):
        assert part in text


def test_money_is_told_by_vendor_and_currency(tmp_path: Path) -> None:
    orders = [
        make_order(0, vendor="1", cost=Cost(Decimal("17.50"), "USD")),
        make_order(1, Status.UNCONFIRMED, vendor="1", cost=Cost(Decimal("10"), "EUR")),
        make_order(2, Status.NOT_SUBMITTED, vendor="2", cost=Cost(Decimal("5"), "USD")),
    ]
    worksheet = to_do(tmp_path, result_of(orders, vendors={"1": "Google"}))
    money = [
        ([cell.value for cell in line if cell.value is not None], [cell.number_format for cell in line])
        for line in worksheet
        if line[0].value in ("Vendor", "Google (1)", "2", "All")
    ]
    assert [values for values, _ in money] == [
        ["Vendor", "Placed", "At risk", "Planned"],
        ["Google (1)", 10],
        ["Google (1)", 17.5],
        ["2", 5],
        ["All", 10],
        ["All", 17.5, 5],
    ]
    assert '#,##0.00## "EUR"_w' in money[1][1]


@pytest.mark.parametrize(
    "counts", [[1_997, 3], [1], [5, 5], [50_000, 1, 1, 1, 1, 1, 1], [0, 7, 0], [999_999, 12_345]]
)
def test_every_part_of_the_bar_can_be_seen(counts: list[int]) -> None:
    widths = cut_bar(counts)
    assert sum(widths) == CELLS
    assert all((width > 0) == (count > 0) for width, count in zip(widths, counts, strict=True))
    assert sorted(widths) == [width for _, width in sorted(zip(counts, widths, strict=True))]


def test_a_line_is_as_high_as_its_text_and_no_command_is_cut(tmp_path: Path) -> None:
    unconfirmed = result_of(orders_of(placed=3, unconfirmed=1))
    worksheet = to_do(tmp_path / "r.xlsx", unconfirmed)
    assert worksheet.row_dimensions[1].height < 2 * 15
    commands = {
        number: cell.value
        for number, line in enumerate(worksheet.iter_rows(), 1)
        for cell in line
        if cell.font.name == "Consolas"
    }
    room = (CELLS - 11) * 2.7
    assert commands
    for number, command in commands.items():
        assert worksheet.row_dimensions[number].height >= 15 * (len(str(command)) // room + 1)


def test_the_bar_has_a_part_with_its_figure_for_each_status(tmp_path: Path) -> None:
    worksheet = to_do(tmp_path, result_of(orders_of(placed=297, rejected=3)))
    (line,) = [line for line in worksheet if [cell.value for cell in line if cell.value] == ["297", "3"]]
    joined = {str(each) for each in worksheet.merged_cells.ranges if each.min_row == line[0].row}
    assert (
        joined == {f"A{line[0].row}:AV{line[0].row}", f"AW{line[0].row}:AX{line[0].row}"} or len(joined) == 1
    )
