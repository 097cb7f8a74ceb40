"""Sheets as people hand them in, each with mistakes of its kind: all is bought as it was meant, after one round.

A script does what the program says and nothing else. In a marked cell it writes the suggestion; where there is none,
it writes what the person who made the sheet would have written there.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from batch_orders.core.rules import RowRules
from batch_orders.core.vendors import Offer, VendorNames
from batch_orders.sandbox import Sandbox
from tests.harness.command_line import Ended, Machine
from tests.sheets import HEADERS, Row, row, write_csv, write_workbook
from tests.spoilt_sheets import SPOILS, good_sheet
from tests.validation.judged import judge, problems

FIRSTS = (
    *("coral", "silver", "amber", "golden", "maple", "cedar", "harbor"),
    *("summit", "violet", "crimson", "ivory", "copper", "marble", "velvet"),
)
LASTS = ("ledger", "orchard", "compass", "lantern", "bridge")
DOMAINS = [f"{first}{last}.com" for first, last in product(FIRSTS, LASTS)]
PEOPLE = ("anna.roe", "ben", "carla")
NUMBERS = {"inboxkitGoogle": "1", "inboxkitOutlook": "2", "maildosoSMTP": "9"}
"""Of the sandbox's vendors, those that sheets call by their names."""

SUGGESTION = "Suggestion: "

Bought = tuple[str, str, frozenset[str]]
"""Vendor, forwarding domain, mailboxes."""


def good(count: int) -> list[Row]:
    """`count` domains with three mailboxes each."""
    return [
        row(
            domain, f"{person}@{domain}", str(1 + place % 2), f"{domain.removesuffix('.com')}.org", "Anna Roe"
        )
        for place, domain in enumerate(DOMAINS[:count])
        for person in PEOPLE
    ]


def meant(rows: Sequence[Row]) -> dict[str, Bought]:
    """What these rows ask for, by domain."""
    mailboxes: dict[str, set[str]] = {}
    for line in rows:
        name = line["mailbox"]
        mailboxes.setdefault(line["domain"], set()).add(name if "@" in name else f"{name}@{line['domain']}")
    return {
        line["domain"]: (
            NUMBERS.get(line["vendor"], line["vendor"]),
            line["forwarding_domain"],
            frozenset(mailboxes[line["domain"]]),
        )
        for line in rows
    }


def bought(sandbox: Sandbox) -> dict[str, Bought]:
    return {
        order["domain_name"]: (
            str(taken.body["vendor_id"]),
            taken.body["forwarding_domain"],
            frozenset(order["mailboxes"]),
        )
        for taken in sandbox.orders
        for order in taken.body["domains"]
    }


def mend(path: Path, answers: Sequence[Row]) -> None:
    """Do in the corrections workbook what it says, and nothing else."""
    book: Any = load_workbook(path)
    fields = {header: name for name, header in HEADERS.items()}
    worksheet = book.worksheets[0]
    headers = [cell.value for cell in worksheet[1]]
    for cells in worksheet.iter_rows(min_row=2):
        position = int(cells[0].value) - 2
        for header, cell in zip(headers, cells, strict=True):
            if cell.comment is None or header not in fields:
                continue
            name = fields[header]
            suggested = [line for line in cell.comment.text.split("\n") if line.startswith(SUGGESTION)]
            cell.value = suggested[0].removeprefix(SUGGESTION) if suggested else answers[position][name]
    book.save(path)


def corrections_in(machine: Machine) -> Path:
    (path,) = (machine.here / "reports").glob("*to correct*.xlsx")
    return path


def hand_in(machine: Machine, *paths: Path, words: Sequence[str] = ()) -> Ended:
    return machine.run("run", *paths, "--yes", "--json", "--rate", "none", *words)


def spoilt(kind: str, number: int) -> tuple[list[Row], list[Row]]:
    """A sheet of 60 to 200 rows as it was meant, and as it was typed; every third is a large one."""
    chosen = random.Random(kind)
    answers = good_sheet(
        chosen.randint(160, 200) if number % 3 == 0 else chosen.randint(60, 100), chosen, f"{number:02}"
    )
    lines = [dict(line) for line in answers]
    SPOILS[kind](lines, chosen)
    return list(answers), list(lines)


def test_every_sheet_is_clean_after_one_round(buyer: Machine, sandbox: Sandbox) -> None:
    sheets = {kind: spoilt(kind, number) for number, kind in enumerate(SPOILS)}
    answers = [line for rows, _ in sheets.values() for line in rows]
    rules = RowRules(names=VendorNames.of({}, [Offer(int(number), name) for name, number in NUMBERS.items()]))
    assert problems(judge(*answers, rules=rules)) == ()
    paths: dict[str, Path] = {}
    for number, (kind, (_, lines)) in enumerate(sheets.items()):
        write, ending = ((write_csv, "csv"), (write_workbook, "xlsx"))[number % 2]
        paths[kind] = write(buyer.here / f"{kind}.{ending}", *lines)
    first = hand_in(buyer, *paths.values())
    assert first.code == 1, first.errors
    corrections = {kind: buyer.here / "reports" / f"{kind} – to correct.xlsx" for kind in sheets}
    for kind, path in corrections.items():
        mend(path, sheets[kind][0])
    second = hand_in(buyer, *corrections.values())
    assert second.code == 0, second.errors
    assert bought(sandbox) == meant(answers)


def test_the_script_fails_where_what_is_written_is_no_help(buyer: Machine, sandbox: Sandbox) -> None:
    answers = [row("ownbirch.com", "tbd")]
    assert hand_in(buyer, write_csv(buyer.here / "june.csv", *answers)).code == 1
    mend(corrections_in(buyer), answers)
    assert hand_in(buyer, corrections_in(buyer)).code == 1
    assert bought(sandbox) == {}


def test_one_domain_in_two_sheets_is_bought_once(buyer: Machine, sandbox: Sandbox) -> None:
    """The two ask for different things of it: one row is taken out, and both are handed in again."""
    sheet = good(24)
    twice = row(DOMAINS[0], f"dora@{DOMAINS[0]}", "2", "other.org", "Carl Fox")
    june = write_csv(buyer.here / "june.csv", *sheet)
    first = hand_in(
        buyer, june, write_csv(buyer.here / "july.csv", twice, row("ownbirch.com", "eva@ownbirch.com"))
    )
    assert first.code == 1
    assert "june.csv" in first.errors
    july = write_csv(buyer.here / "july.csv", row("ownbirch.com", "eva@ownbirch.com"))
    assert hand_in(buyer, june, july).code == 0
    assert bought(sandbox) == {
        **meant(sheet),
        "ownbirch.com": ("1", "acmemail.org", frozenset({"eva@ownbirch.com"})),
    }


def test_an_example_row_is_taken_out(buyer: Machine, sandbox: Sandbox) -> None:
    """The person who left it in takes it out."""
    sheet = good(21)
    example = row("example.com", "jane", "1", "example.org", "Jane Doe")
    first = hand_in(buyer, write_csv(buyer.here / "june.csv", example, *sheet))
    assert first.code == 1
    book: Any = load_workbook(corrections_in(buyer))
    rows = [line[0] for line in book.worksheets[0].iter_rows(min_row=2, values_only=True)]
    assert rows == [2]
    assert hand_in(buyer, write_csv(buyer.here / "again.csv", *sheet)).code == 0
    assert bought(sandbox) == meant(sheet)


def test_a_misspelt_header_is_named_with_the_right_one(buyer: Machine, sandbox: Sandbox) -> None:
    sheet = good(20)
    path = write_csv(buyer.here / "june.csv", *sheet)
    path.write_text(path.read_text().replace("Forwarding domain", "Forwarding domian", 1))
    first = hand_in(buyer, path)
    assert first.code == 3
    assert "Forwarding domian" in first.errors and "Forwarding domain" in first.errors
    path.write_text(path.read_text().replace("Forwarding domian", "Forwarding domain", 1))
    assert hand_in(buyer, path).code == 0
    assert bought(sandbox) == meant(sheet)


def test_what_a_limit_left_over_is_bought_when_the_sheet_is_handed_in_again(
    buyer: Machine, sandbox: Sandbox
) -> None:
    sheet = good(40)
    path = write_csv(buyer.here / "june.csv", *sheet)
    first = hand_in(buyer, path, words=("--max-orders", "30"))
    assert (first.code, first.orders) == (4, {"placed": 30, "not submitted": 10})
    assert hand_in(buyer, path).code == 0
    assert bought(sandbox) == meant(sheet)
