"""What a header means, and which row it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from batch_orders.core.rules import KEPT_PROBLEMS
from batch_orders.errors import SheetError
from batch_orders.sheet.tables.header import Header, find_header
from batch_orders.sheet.tables.header_names import Names, match_columns
from batch_orders.sheet.tables.no_header import NoHeader
from tests.sheet.made import HEADER


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Domain", "domain"),
        ("DOMAIN_NAME", "domain"),
        (" domain-name * ", "domain"),
        ("Domain\u00a0name:", "domain"),
        ("E-mail", "mailbox"),
        ("Email Address", "mailbox"),
        ("Mailboxes", "mailbox"),
        ("VendorID", "vendor"),
        ("Vendor Id", "vendor"),
        ("Forward to", "forwarding_domain"),
        ("Redirect-URL", "forwarding_domain"),
        ("forwarding_domain", "forwarding_domain"),
        ("Contact name", "contact"),
        ("First name", "first_name"),
        ("Last Name", "last_name"),
        ("Contact email", "contact_email"),
        ("contactEmail", "contact_email"),
        ("contact_phone", "contact_phone"),
        ("Contact Company", "contact_company"),
        ("Contact ZIP code", "contact_postal_code"),
        ("contactAddressLineOne", "contact_address_line_one"),
        ("Contact tax number", "contact_tax_number"),
        ("Notes", ""),
        ("Name", ""),
        ("Status", ""),
        ("Contacts", ""),
        ("Website", ""),
        ("", ""),
    ],
)
def test_a_header_means_a_field(header: str, field: str) -> None:
    assert list(match_columns([header], Names())) == ([field] if field else [])


def test_the_first_row_with_every_required_field_is_the_header() -> None:
    rows = [(1, ["Orders"]), (2, ["Domain", "Mailbox"]), (4, ["No.", *HEADER]), (5, ["No.", *HEADER])]
    header = find_header(rows, Names())
    assert isinstance(header, Header)
    assert header.row == 4
    assert header.columns["domain"] == 1


def test_two_columns_for_one_field_are_refused_by_name() -> None:
    with pytest.raises(SheetError, match=r'"Email" and "Mailbox" in row 3 both mean Mailbox'):
        find_header([(3, ["Email", *HEADER])], Names())


def test_a_name_of_ones_own_beats_the_built_in_ones() -> None:
    header = find_header([(1, ["Primary_URL", *HEADER])], Names(own={"primary url": "domain"}))
    assert isinstance(header, Header)
    assert header.columns["domain"] == 0


def test_a_field_that_need_not_be_there_is_not_missed() -> None:
    names = Names(required=frozenset({"domain", "mailbox"}))
    assert isinstance(find_header([(1, ["Domain", "Mailbox"])], names), Header)


def test_a_miss_tells_what_lacks_and_likely_typos() -> None:
    miss = find_header([(1, ["A title"]), (3, ["Domian", "Mailbox", "Vendor", "Contact"])], Names())
    assert isinstance(miss, NoHeader)
    assert miss.row == 3
    assert miss.missing == ("domain", "forwarding_domain")
    assert miss.sentence() == (
        "nearest header in row 3 with the columns Domian, Mailbox, Vendor, Contact, lacks Domain, "
        "Forwarding domain (`Domian`: did you mean Domain?)"
    )


def test_no_likeness_to_a_header_is_told_as_such() -> None:
    miss = find_header([(1, ["x", "y"])], Names())
    assert isinstance(miss, NoHeader)
    assert miss.sentence().startswith("no header found, lacks Domain, Mailbox")


SHEETS = (Path(__file__).parents[2] / "docs" / "sheets.md").read_text("utf-8")


def test_the_names_of_columns_in_the_documentation_are_understood() -> None:
    table = [line.strip("|").split("|")[:2] for line in SHEETS.splitlines() if line.startswith("| ")][1:]
    assert len(table) == 7
    names = Names()
    for column, others in table[:5]:
        field = names.field_of(column.strip())
        assert field == column.strip().lower().replace(" ", "_")
        assert {names.field_of(other.strip()) for other in others.split(",")} == {field}


def test_the_number_of_marked_errors_in_the_documentation_is_the_true_one() -> None:
    assert f"first {KEPT_PROBLEMS:,} errors are marked" in SHEETS
