"""Ten sheets as people hand them in, each with mistakes of one kind: all is bought as it was meant, after one round.

A script does what the program says and nothing else. In a marked cell it writes the suggestion; where there is none,
it writes what the person who made the sheet would have written there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from batch_orders.sandbox import Sandbox
from tests.harness.command_line import Ended, Machine
from tests.sheets import HEADERS, Row, row, write_csv, write_workbook

FIRSTS = (
    *("coral", "silver", "amber", "golden", "maple", "cedar", "harbor"),
    *("summit", "violet", "crimson", "ivory", "copper", "marble", "velvet"),
)
LASTS = ("ledger", "orchard", "compass", "lantern", "bridge")
DOMAINS = [f"{first}{last}.com" for first, last in product(FIRSTS, LASTS)]
PEOPLE = ("anna.roe", "ben", "carla")
SUGGESTION = "Suggestion: "

Cell = tuple[int, str]
"""Position of a row among the sheet's rows, and a field."""

Bought = tuple[str, str, frozenset[str]]
"""Vendor, forwarding domain, mailboxes."""


@dataclass
class Sheet:
    """What was meant, and what was typed instead."""

    meant: list[Row]
    typed: dict[Cell, str] = field(default_factory=dict)

    @classmethod
    def of(cls, count: int) -> Sheet:
        """`count` domains with three mailboxes each."""
        return cls(
            [
                row(
                    domain,
                    f"{person}@{domain}",
                    str(1 + place % 2),
                    f"{domain.removesuffix('.com')}.org",
                    "Anna Roe",
                )
                for place, domain in enumerate(DOMAINS[:count])
                for person in PEOPLE
            ]
        )

    def mistype(self, position: int, name: str, text: str) -> None:
        self.typed[position, name] = text

    @property
    def rows(self) -> list[Row]:
        return [
            {name: self.typed.get((position, name), text) for name, text in meant.items()}
            for position, meant in enumerate(self.meant)
        ]

    @property
    def orders(self) -> dict[str, Bought]:
        """What was meant, by domain."""
        mailboxes: dict[str, set[str]] = {}
        for meant in self.meant:
            mailboxes.setdefault(meant["domain"], set()).add(meant["mailbox"])
        return {
            meant["domain"]: (
                meant["vendor"],
                meant["forwarding_domain"],
                frozenset(mailboxes[meant["domain"]]),
            )
            for meant in self.meant
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


def wrong_endings() -> Sheet:
    sheet = Sheet.of(24)
    for position, ending in ((3, "con"), (4, "con"), (5, "con"), (21, "cmo"), (40, "comm"), (55, "vom")):
        sheet.mistype(position, "domain", sheet.meant[position]["domain"].replace(".com", f".{ending}"))
    return sheet


def mailboxes_elsewhere() -> Sheet:
    sheet = Sheet.of(30)
    for position in (0, 17, 44, 45, 80):
        mailbox = sheet.meant[position]["mailbox"]
        sheet.mistype(position, "mailbox", f"{mailbox.partition('@')[0]}@gmail.com")
    return sheet


def vendors_misspelt() -> Sheet:
    """Nobody can say which vendor was meant by a name that is none's."""
    sheet = Sheet.of(20)
    for position in (0, 1, 2, 30, 31, 32):
        sheet.mistype(position, "vendor", "Gogle")
    return sheet


def contradictions() -> Sheet:
    sheet = Sheet.of(22)
    for position in (2, 13, 40):
        sheet.mistype(position, "vendor", "9")
    sheet.mistype(27, "forwarding_domain", "somewhere-else.org")
    return sheet


def contacts_missing() -> Sheet:
    sheet = Sheet.of(25)
    for position in (6, 7, 8):
        sheet.mistype(position, "contact", "")
    for position in (33, 34, 35):
        sheet.mistype(position, "contact", "n/a")
    return sheet


def pasted_links() -> Sheet:
    sheet = Sheet.of(28)
    for position, form in ((0, "https://{}/"), (1, "http://www.{}"), (30, "www.{}"), (52, "{}/contact?x=1")):
        sheet.mistype(position, "domain", form.format(sheet.meant[position]["domain"]))
    sheet.mistype(61, "mailbox", f"mailto:{sheet.meant[61]['mailbox']}")
    sheet.mistype(62, "mailbox", f"Carla <{sheet.meant[62]['mailbox']}>")
    return sheet


def mend(path: Path, sheet: Sheet) -> None:
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
            cell.value = suggested[0].removeprefix(SUGGESTION) if suggested else sheet.meant[position][name]
    book.save(path)


def corrections_in(machine: Machine) -> Path:
    (path,) = (machine.here / "reports").glob("*to correct*.xlsx")
    return path


def hand_in(machine: Machine, *paths: Path, words: Sequence[str] = ()) -> Ended:
    return machine.run("run", *paths, "--yes", "--json", "--rate", "none", *words)


MENDED: Mapping[str, Callable[[], Sheet]] = {
    make.__name__: make
    for make in (
        wrong_endings,
        mailboxes_elsewhere,
        vendors_misspelt,
        contradictions,
        contacts_missing,
        pasted_links,
    )
}


@pytest.mark.parametrize("kind", MENDED)
@pytest.mark.parametrize("write", [write_csv, write_workbook])
def test_the_corrections_are_clean_after_one_round(
    buyer: Machine, sandbox: Sandbox, kind: str, write: Callable[..., Path]
) -> None:
    sheet = MENDED[kind]()
    path = write(buyer.here / f"june.{'csv' if write is write_csv else 'xlsx'}", *sheet.rows)
    first = hand_in(buyer, path)
    assert first.code == 1, first.errors
    mend(corrections_in(buyer), sheet)
    second = hand_in(buyer, corrections_in(buyer))
    assert second.code == 0, second.errors
    assert bought(sandbox) == sheet.orders


def test_one_domain_in_two_sheets_is_bought_once(buyer: Machine, sandbox: Sandbox) -> None:
    """The two ask for different things of it: one row is taken out, and both are handed in again."""
    sheet = Sheet.of(24)
    twice = row(DOMAINS[0], f"dora@{DOMAINS[0]}", "2", "other.org", "Carl Fox")
    june = write_csv(buyer.here / "june.csv", *sheet.rows)
    first = hand_in(
        buyer, june, write_csv(buyer.here / "july.csv", twice, row("ownbirch.com", "eva@ownbirch.com"))
    )
    assert first.code == 1
    assert "june.csv" in first.errors
    july = write_csv(buyer.here / "july.csv", row("ownbirch.com", "eva@ownbirch.com"))
    assert hand_in(buyer, june, july).code == 0
    assert bought(sandbox) == {
        **sheet.orders,
        "ownbirch.com": ("1", "acmemail.org", frozenset({"eva@ownbirch.com"})),
    }


def test_an_example_row_is_taken_out(buyer: Machine, sandbox: Sandbox) -> None:
    """The person who left it in takes it out."""
    sheet = Sheet.of(21)
    example = row("example.com", "jane", "1", "example.org", "Jane Doe")
    first = hand_in(buyer, write_csv(buyer.here / "june.csv", example, *sheet.rows))
    assert first.code == 1
    book: Any = load_workbook(corrections_in(buyer))
    rows = [line[0] for line in book.worksheets[0].iter_rows(min_row=2, values_only=True)]
    assert rows == [2]
    assert hand_in(buyer, write_csv(buyer.here / "again.csv", *sheet.rows)).code == 0
    assert bought(sandbox) == sheet.orders


def test_a_misspelt_header_is_named_with_the_right_one(buyer: Machine, sandbox: Sandbox) -> None:
    sheet = Sheet.of(20)
    path = write_csv(buyer.here / "june.csv", *sheet.rows)
    path.write_text(path.read_text().replace("Forwarding domain", "Forwarding domian", 1))
    first = hand_in(buyer, path)
    assert first.code == 3
    assert "Forwarding domian" in first.errors and "Forwarding domain" in first.errors
    path.write_text(path.read_text().replace("Forwarding domian", "Forwarding domain", 1))
    assert hand_in(buyer, path).code == 0
    assert bought(sandbox) == sheet.orders


def test_what_a_limit_left_over_is_bought_when_the_sheet_is_handed_in_again(
    buyer: Machine, sandbox: Sandbox
) -> None:
    sheet = Sheet.of(40)
    path = write_csv(buyer.here / "june.csv", *sheet.rows)
    first = hand_in(buyer, path, words=("--max-orders", "30"))
    assert (first.code, first.orders) == (4, {"placed": 30, "not submitted": 10})
    assert hand_in(buyer, path).code == 0
    assert bought(sandbox) == sheet.orders
