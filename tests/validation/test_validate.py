"""A whole sheet: what is trimmed, filled and split, and every problem with its place."""

from __future__ import annotations

import pytest

from batch_orders.core.model import Problem, Severity, Sheet
from batch_orders.core.rules import KEPT_PROBLEMS
from batch_orders.core.vendors import VendorNames
from batch_orders.validation import RowRules, validate_rows
from batch_orders.validation.grouping import group_rows
from tests.sheets import make_sheet, make_worksheet, row, sheet_of

NOT_SEEN = ("\u00a0", "\u200b", "\ufeff", "\u3000", " \t\r\n", "\u00ad\u2060", "\u180e", "\x85")


def codes(sheet: Sheet) -> list[tuple[int | None, str, str]]:
    return [(problem.row, problem.column, problem.code) for problem in validate_rows(sheet).findings.kept]


@pytest.mark.parametrize("edge", NOT_SEEN, ids=ascii)
def test_what_nobody_can_see_is_trimmed(edge: str) -> None:
    cells = {name: f"{edge}{value}{edge}" for name, value in row(contact_phone="+91").items()}
    entry = validate_rows(sheet_of(cells)).entries.iloc[0]
    good = row(mailbox="jane@acmemail.com", contact_phone="+91")
    assert {name: entry[name] for name in good} == good
    assert codes(sheet_of(cells)) == []


@pytest.mark.parametrize("edge", NOT_SEEN, ids=ascii)
def test_each_of_several_mailboxes_is_trimmed(edge: str) -> None:
    entries = validate_rows(sheet_of(row(mailbox=f"jane{edge},{edge}john@acmemail.com"))).entries
    assert list(entries["mailbox"]) == ["jane@acmemail.com", "john@acmemail.com"]


def test_names_are_lowered_and_people_are_not() -> None:
    entries = validate_rows(sheet_of(row("Acmemail.COM", "Jane@ACMEMAIL.com", contact="JANE Doe"))).entries
    entry = entries.iloc[0]
    assert (entry["domain"], entry["mailbox"], entry["contact"]) == (
        "acmemail.com",
        "jane@acmemail.com",
        "JANE Doe",
    )


@pytest.mark.parametrize("text", ["00123", "NA", "None", "null", "nan", "1.0", "+91", "-", "True"])
def test_contact_texts_survive_as_they_are(text: str) -> None:
    entry = validate_rows(sheet_of(row(contact=text, contact_postal_code=text))).entries.iloc[0]
    assert (entry["contact"], entry["contact_postal_code"]) == (text, text)


def test_every_problem_is_found_in_one_pass_with_its_place() -> None:
    bad = row("exa!mpl_.com", "john doe", "one", "nowhere", "")
    sheet = make_sheet(make_worksheet([row(), bad, row("", "j d", "0", "co.uk")], "June", [3, 5, 9]))
    assert sorted(codes(sheet)) == [
        (5, "Contact", "contact-missing"),
        (5, "Domain", "domain-not-valid"),
        (5, "Forwarding domain", "forwarding-not-valid"),
        (5, "Mailbox", "mailbox-not-valid"),
        (5, "Vendor", "vendor-unknown"),
        (9, "Domain", "domain-missing"),
        (9, "Forwarding domain", "forwarding-unknown-ending"),
        (9, "Mailbox", "mailbox-not-valid"),
        (9, "Vendor", "vendor-out-of-range"),
    ]
    assert list(validate_rows(sheet).faulty) == [False, True, True]


def test_a_problem_says_where_what_and_why() -> None:
    sheet = make_sheet(make_worksheet([row(" Acmemail.con ")], "June", [7]))
    assert validate_rows(sheet).findings.kept == (
        Problem(
            Severity.ERROR,
            "June",
            7,
            "Domain",
            " Acmemail.con ",
            "domain-unknown-ending",
            "acmemail.con: no registry sells names under this ending. Write acmemail.com.",
            "acmemail.com",
        ),
    )


def test_a_pasted_address_gives_its_host_with_a_warning() -> None:
    rows = validate_rows(sheet_of(row(forwarding_domain="HTTPS://Acmemail.org/Path")))
    assert rows.entries.iloc[0]["forwarding_domain"] == "acmemail.org"
    (warning,) = rows.findings.kept
    assert (warning.severity, warning.code, warning.suggestion, warning.value) == (
        Severity.WARNING,
        "forwarding-was-a-url",
        "acmemail.org",
        "HTTPS://Acmemail.org/Path",
    )
    assert (rows.findings.errors, rows.findings.warnings) == (0, 1)
    assert not rows.faulty.any()


def test_a_pasted_address_without_a_host_is_one_error_and_no_warning() -> None:
    assert codes(sheet_of(row(forwarding_domain="https://user@acmemail.org/"))) == [
        (2, "Forwarding domain", "forwarding-not-valid")
    ]


@pytest.mark.parametrize("name", ["vendor", "forwarding_domain", "contact", "contact_email"])
@pytest.mark.parametrize("filled", [0, 1, 2])
def test_a_blank_cell_takes_its_domains_value(name: str, filled: int) -> None:
    value = {"vendor": "7", "forwarding_domain": "acmemail.net", "contact": "Jim", "contact_email": "j@x.io"}
    rows = [{**row(mailbox=f"jane{number}", contact_email=""), name: ""} for number in range(3)]
    rows[filled] = {**rows[filled], name: value[name]}
    entries = validate_rows(sheet_of(*rows)).entries
    assert list(entries[name]) == [value[name]] * 3
    assert codes(sheet_of(*rows)) == []


def test_a_value_that_is_blank_in_all_rows_of_a_domain_is_missing_in_each() -> None:
    sheet = sheet_of(row(vendor=""), row("acmemail.net", vendor="7"), row(mailbox="john", vendor="\u00a0"))
    assert codes(sheet) == [(2, "Vendor", "vendor-missing"), (4, "Vendor", "vendor-missing")]


def test_a_blank_cell_is_not_blamed_for_the_bad_value_of_another_row() -> None:
    sheet = sheet_of(row(vendor=""), row(mailbox="john", vendor="x"))
    assert codes(sheet) == [(3, "Vendor", "vendor-unknown")]


def test_rows_without_a_domain_take_nothing_from_each_other() -> None:
    sheet = sheet_of(row("", vendor="1"), row("", vendor=""))
    assert (3, "Vendor", "vendor-missing") in codes(sheet)


def test_vendor_names_are_known_in_any_spelling() -> None:
    sheet = sheet_of(row(vendor="Inbox  KIT google"), row("acmemail.net", vendor="other"))
    rows = validate_rows(sheet, RowRules(VendorNames.of({"inboxkitGoogle": 9})))
    assert list(rows.entries["vendor"]) == ["9", "other"]
    assert [problem.code for problem in rows.findings.kept] == ["vendor-unknown"]


def test_worksheets_with_different_columns_are_one_sheet() -> None:
    east = make_worksheet([row(contact_city="Boston")], "East", [4])
    west = make_worksheet([{"mailbox": "x", "domain": "bad", **row("acmemail.net")}], "West", [2])
    rows = validate_rows(make_sheet(east, west))
    assert list(rows.entries["contact_city"]) == ["Boston", ""]
    assert list(rows.cells["row"]) == [4, 2]
    assert rows.total == 2


@pytest.mark.long
@pytest.mark.parametrize("count", [KEPT_PROBLEMS, KEPT_PROBLEMS + 1])
def test_a_hopeless_sheet_is_told_in_part_and_counted_in_full(count: int) -> None:
    sheet = sheet_of(*(row(f"example{number}.con") for number in range(count)))
    rows = validate_rows(sheet)
    findings = rows.findings
    assert len(findings.kept) == min(count, KEPT_PROBLEMS)
    assert findings.errors == findings.count == count
    assert [problem.row for problem in findings.kept] == list(range(2, 2 + len(findings.kept)))
    assert rows.faulty.sum() == count


def test_the_first_problems_of_a_hopeless_sheet_are_kept_whatever_their_columns() -> None:
    bad = [row("bad", "j d", "", "", "") for _ in range(10)]
    kept = validate_rows(sheet_of(*bad), kept=7).findings
    assert [problem.row for problem in kept.kept] == [2, 2, 2, 2, 2, 3, 3]
    assert kept.errors == 50


def test_warnings_are_capped_apart_from_errors() -> None:
    rows = [row(f"example{number}.com", forwarding_domain="https://acmemail.org/") for number in range(9)]
    findings = validate_rows(sheet_of(*rows, row("bad")), kept=4).findings
    assert [problem.severity for problem in findings.kept] == [Severity.ERROR] + [Severity.WARNING] * 4
    assert (findings.errors, findings.warnings) == (1, 9)


def problem_of_reading(number: int | None, column: str, worksheet: str = "Orders") -> Problem:
    return Problem(
        Severity.ERROR, worksheet, number, column, "#N/A", "error-value", "The cell shows an error."
    )


def test_what_reading_found_at_a_cell_is_said_in_place_of_missing() -> None:
    sheet = make_sheet(
        make_worksheet([row(""), row("acmemail.net")]), problems=[problem_of_reading(2, "Domain")]
    )
    assert codes(sheet) == [(2, "Domain", "error-value")]
    assert list(validate_rows(sheet).faulty) == [True, False]


def test_a_row_that_reading_found_broken_is_not_judged_cell_by_cell() -> None:
    sheet = make_sheet(make_worksheet([row("", "", "")]), problems=[problem_of_reading(2, "")])
    assert codes(sheet) == [(2, "", "error-value")]
    assert group_rows(validate_rows(sheet)).held_back.all()
