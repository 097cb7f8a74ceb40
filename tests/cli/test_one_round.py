"""Everything that has to be mended comes back in one workbook, and a sheet is clean after one round of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from batch_orders.sandbox import Sandbox
from tests.harness.command_line import Ended, Machine
from tests.sheets import row

MASTER = (
    row("good-reef.com", "anna@good-reef.com"),
    row("coralpeak.com", "anna@coralpeak.com"),
    row("coralpaek.com", "ben@coralpeak.com"),
    row("rejected-fern.com", "dora"),
    row("silverfern.com", "jane@other.com"),
    row("goldreef.com", "tbd"),
)
ANSWERS = {"rejected-fern.com": ("Domain", "fern-mail.com"), "tbd": ("Mailbox", "emil")}
"""What a person fills in where nothing is suggested."""


def corrections_of(buyer: Machine, ended: Ended) -> Path:
    return next(iter((buyer.here / "reports").glob("*to correct*")))


def mend(path: Path) -> None:
    """Follow the column Suggestion literally, and the answers where it says nothing."""
    book: Any = load_workbook(path)
    worksheet = book.worksheets[0]
    headers = [cell.value for cell in worksheet[1]]
    for cells in worksheet.iter_rows(min_row=2):
        said = {header: cell.value for header, cell in zip(headers, cells, strict=True)}
        wrong, suggestion = str(said["What is wrong"]), said["Suggestion"]
        if suggestion:
            cells[headers.index(wrong.partition(":")[0])].value = suggestion
        for text, (header, answer) in ANSWERS.items():
            if text in said.values():
                cells[headers.index(header)].value = answer
    book.save(path)


def test_one_round_and_the_master_says_what_was_placed_since(buyer: Machine, sandbox: Sandbox) -> None:
    first = buyer.order(*MASTER)
    assert (first.code, first.orders) == (1, {"placed": 1, "rejected": 1, "invalid": 3})
    path = corrections_of(buyer, first)
    rows = [line[0] for line in load_workbook(path).worksheets[0].iter_rows(min_row=2, values_only=True)]
    assert rows == [3, 4, 5, 6, 7]
    mend(path)
    second = buyer.run("run", path, "--yes", "--json", "--rate", "none")
    assert (second.code, second.orders) == (0, {"placed": 4})
    batch = second.said["sheets"][0]["batch"]
    sent = len(sandbox.requests)

    master = buyer.hand_in(*MASTER, name="master.csv")
    again = buyer.run("run", master, "--yes", "--json", "--rate", "none")
    assert (again.code, again.orders) == (0, {"already placed": 5})
    assert f"Placed since, in batch {batch}, as corrected: rows 3, 4, 5, 6, 7." in again.errors
    assert "nobody's mailbox" in first.errors and "nobody's mailbox" not in again.errors
    assert "6 rows, 0 with errors. 5 orders, 0 held back." in again.errors
    assert len(sandbox.requests) == sent
    told = load_workbook(buyer.report_of(again))["Rows"].iter_rows(min_row=2, values_only=True)
    assert {line[0] for line in told} == {"already placed"}
    assert not list((buyer.here / "reports").glob("master*to correct*"))


def test_rows_below_a_faulty_domain_are_known_to_be_placed_since(buyer: Machine, sandbox: Sandbox) -> None:
    below = {"domain": "", "vendor": "", "forwarding_domain": "", "contact": ""}
    master = (
        row("coralpeak.con", "anna"),
        row(**{**below, "mailbox": "dora"}),
        row("silverfern.con", "anna"),
        row(**{**below, "mailbox": "dora"}),
    )
    path = corrections_of(buyer, buyer.order(*master))
    mend(path)
    assert buyer.run("run", path, "--yes", "--json", "--rate", "none").orders == {"placed": 2}
    again = buyer.order(*master)
    assert (again.code, again.orders) == (0, {"already placed": 2})
    # The same cells below another domain are another order.
    moved = buyer.order(row("goldreef.con", "anna"), row(**{**below, "mailbox": "dora"}), *master)
    assert moved.orders == {"invalid": 1, "already placed": 2}


def test_a_master_that_says_something_else_now_is_judged_anew(buyer: Machine, sandbox: Sandbox) -> None:
    path = corrections_of(buyer, buyer.order(*MASTER))
    mend(path)
    buyer.run("run", path, "--yes", "--json", "--rate", "none")
    changed = buyer.order(*MASTER[:5], row("goldreef.com", "none"))
    assert (changed.code, changed.orders) == (1, {"already placed": 4, "invalid": 1})
    assert "6 rows, 1 with errors. 5 orders, 1 held back." in changed.errors
    assert '"none" is nobody\'s mailbox' in changed.errors and "jane@other.com" not in changed.errors


def test_the_sheet_with_the_suggestions_is_clean(buyer: Machine, sandbox: Sandbox) -> None:
    sheet = buyer.hand_in(*MASTER[1:3], MASTER[4])
    ended = buyer.run("check", sheet, "--apply-suggestions", "filled.xlsx", "--json")
    assert ended.code == 1
    worksheet = load_workbook(buyer.here / "filled.xlsx").worksheets[0]
    lines = list(worksheet.iter_rows(values_only=True))
    assert [line[:2] for line in lines[1:]] == [
        ("coralpeak.com", "anna@coralpeak.com"),
        ("coralpeak.com", "ben@coralpeak.com"),
        ("silverfern.com", "jane@silverfern.com"),
    ]
    marked = [cell.coordinate for line in worksheet for cell in line if cell.comment]
    assert marked == ["A3", "B4"]
    assert "coralpaek.com" in worksheet["A3"].comment.text
    assert buyer.run("check", "filled.xlsx").code == 0
    assert not sandbox.requests


def test_a_run_writes_the_suggestions_too_and_never_over_a_file(buyer: Machine, sandbox: Sandbox) -> None:
    sheet = buyer.hand_in(*MASTER[:3])
    words = ("run", sheet, "--yes", "--json", "--rate", "none", "--apply-suggestions", "filled.xlsx")
    assert buyer.run(*words).code == 1
    assert len(sandbox.requests) == 1
    refused = buyer.run(*words)
    assert (refused.code, "exists already" in refused.errors) == (2, True)


def test_the_master_knows_what_was_placed_of_the_sheet_with_the_suggestions(
    buyer: Machine, sandbox: Sandbox
) -> None:
    rows = (MASTER[0], *MASTER[1:3], MASTER[4])
    (buyer.here / "batch-orders.toml").write_text("header-row = 1\n", encoding="utf-8")
    sheet = buyer.hand_in(*rows, name="master.csv")
    assert buyer.run("check", sheet, "--apply-suggestions", "filled.xlsx", "--json").code == 1
    # Whoever looks at it may delete a row and turn the others round.
    book: Any = load_workbook(buyer.here / "filled.xlsx")
    worksheet = book.worksheets[0]
    lines = [[cell.value for cell in line] for line in worksheet.iter_rows(min_row=3)]
    worksheet.delete_rows(2, 4)
    for line in reversed(lines):
        worksheet.append(line)
    book.save(buyer.here / "filled.xlsx")
    placed = buyer.run("run", "filled.xlsx", "--yes", "--json", "--rate", "none")
    assert (placed.code, placed.orders) == (0, {"placed": 2})
    batch = placed.said["sheets"][0]["batch"]
    again = buyer.run("run", sheet, "--yes", "--json", "--rate", "none")
    assert (again.code, again.orders) == (0, {"placed": 1, "already placed": 2})
    assert f"Placed since, in batch {batch}, as corrected: rows 3, 4, 5." in again.errors


def test_a_row_that_was_changed_once_more_is_not_told_to_be_placed_since(
    buyer: Machine, sandbox: Sandbox
) -> None:
    sheet = buyer.hand_in(MASTER[4], name="master.csv")
    assert buyer.run("check", sheet, "--apply-suggestions", "filled.xlsx", "--json").code == 1
    book: Any = load_workbook(buyer.here / "filled.xlsx")
    book.worksheets[0]["A2"].value = book.worksheets[0]["B2"].value = ""
    book.worksheets[0]["A2"].value, book.worksheets[0]["B2"].value = "otherfern.com", "jane@otherfern.com"
    book.save(buyer.here / "filled.xlsx")
    assert buyer.run("run", "filled.xlsx", "--yes", "--json", "--rate", "none").orders == {"placed": 1}
    again = buyer.run("run", sheet, "--yes", "--json", "--rate", "none")
    assert (again.code, again.orders) == (1, {"invalid": 1})
