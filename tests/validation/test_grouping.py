"""Rows of one domain become one order, or are held back together."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch_orders.core.model import Order, Severity, Sheet
from batch_orders.core.vendors import VendorNames
from batch_orders.validation import RowRules, validate_rows
from batch_orders.validation.contradictions import in_doubt, rows_at_odds
from batch_orders.validation.firsts import leading_entries
from batch_orders.validation.grouping import (
    Grouping,
    group_orders,
    group_rows,
)
from tests.sheets import Row, make_sheet, make_worksheet, row, sheet_of


def group(sheet: Sheet, kept: int = 1_000) -> Grouping:
    return group_rows(validate_rows(sheet, kept=kept), kept)


def orders_of(*rows: Row) -> tuple[Order, ...]:
    return group_orders(group(sheet_of(*rows)))


def test_rows_of_one_domain_are_one_order() -> None:
    orders = orders_of(row(mailbox="jane"), row(mailbox="john@acmemail.com", contact=""))
    assert orders == (
        Order(
            "acmemail.com",
            ("jane@acmemail.com", "john@acmemail.com"),
            1,
            "acmemail.org",
            {"name": "Jane Doe"},
        ),
    )
    assert orders[0].rows == (0, 1)


def test_orders_and_mailboxes_keep_the_sheets_order() -> None:
    orders = orders_of(
        row("zebra.com", "z"), row("apple.com", "b"), row("zebra.com", "a, y"), row("apple.com", "a")
    )
    assert [(order.domain, order.mailboxes, order.rows) for order in orders] == [
        ("zebra.com", ("z@zebra.com", "a@zebra.com", "y@zebra.com"), (0, 2)),
        ("apple.com", ("b@apple.com", "a@apple.com"), (1, 3)),
    ]


def test_a_domain_is_one_whatever_its_spelling() -> None:
    orders = orders_of(row("München.de"), row("xn--mnchen-3ya.DE", "john"), row(" münchen.de\u00a0", "jim"))
    assert [(order.domain, order.rows) for order in orders] == [("xn--mnchen-3ya.de", (0, 1, 2))]


def test_a_domain_over_several_worksheets_is_one_order() -> None:
    sheet = make_sheet(make_worksheet([row()], "East"), make_worksheet([row(mailbox="john")], "West"))
    (order,) = group_orders(group(sheet))
    assert (order.mailboxes, order.rows) == (("jane@acmemail.com", "john@acmemail.com"), (0, 1))


def test_contact_columns_become_fields_of_the_contact_and_blank_ones_do_not() -> None:
    rows = [row(contact_email="j@acmemail.org", contact_postal_code="00123", contact_state="")]
    (order,) = orders_of(*rows)
    assert order.contact == {"name": "Jane Doe", "email": "j@acmemail.org", "postal_code": "00123"}


def test_a_contact_field_is_taken_from_any_row_of_the_domain() -> None:
    (order,) = orders_of(row(contact_email=""), row(mailbox="john", contact_email="j@acmemail.org"))
    assert order.contact == {"name": "Jane Doe", "email": "j@acmemail.org"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"vendor": "1"}, {"vendor": "01"}),
        ({"forwarding_domain": "acmemail.org"}, {"forwarding_domain": "https://ACMEMAIL.org/x"}),
        ({"forwarding_domain": "münchen.de"}, {"forwarding_domain": "xn--mnchen-3ya.de"}),
        ({"contact": "Jane Doe"}, {"contact": "\u200bJane Doe "}),
    ],
)
def test_two_spellings_of_one_value_are_no_contradiction(one: dict[str, str], other: dict[str, str]) -> None:
    grouping = group(sheet_of({**row(), **one}, {**row(mailbox="john"), **other}))
    assert grouping.findings.errors == 0
    assert len(group_orders(grouping)) == 1


@pytest.mark.parametrize(
    ("name", "column", "values"),
    [
        ("vendor", "Vendor", ("1", "2")),
        ("forwarding_domain", "Forwarding domain", ("acmemail.org", "acmemail.net")),
        ("contact", "Contact", ("Jane Doe", "John Doe")),
        ("contact_email", "Contact email", ("a@x.io", "b@x.io")),
    ],
)
def test_a_contradiction_names_all_rows_concerned(name: str, column: str, values: tuple[str, str]) -> None:
    one, other = values
    good = row(contact_email="a@x.io")
    rows = [
        {**good, name: one},
        {**good, "mailbox": "b", name: ""},
        {**good, "mailbox": "c", name: other},
        {**good, "mailbox": "d", name: one},
        row("acmemail.net", forwarding_domain="acmemail.io", contact_email="a@x.io"),
    ]
    grouping = group(sheet_of(*rows))
    problems = grouping.findings.kept
    assert [(p.row, p.column, p.code, p.severity) for p in problems] == [
        (number, column, "contradiction", Severity.ERROR) for number in (2, 4, 5)
    ]
    (message,) = {problem.message for problem in problems}
    assert "acmemail.com" in message
    assert f"{one} in rows 2, 5" in message
    assert f"{other} in row 4" in message
    assert grouping.findings.errors == 3
    assert [order.domain for order in group_orders(grouping)] == ["acmemail.net"]


def test_a_long_contradiction_names_its_first_rows_and_counts_the_others() -> None:
    rows = [row(mailbox=f"box{number}", vendor="1" if number else "2") for number in range(30)]
    message = group(sheet_of(*rows)).findings.kept[0].message
    assert "2 in row 2; 1 in rows 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 and 19 more" in message


def test_a_faulty_value_is_told_once_and_is_no_contradiction_as_well() -> None:
    grouping = group(sheet_of(row(vendor="1"), row(mailbox="john", vendor="x")))
    assert [(problem.row, problem.code) for problem in grouping.findings.kept] == [(3, "vendor-unknown")]


@pytest.mark.parametrize("bad", [{"mailbox": "john doe"}, {"vendor": "0"}, {"forwarding_domain": "nowhere"}])
def test_one_bad_row_holds_its_whole_order_back_and_no_other(bad: dict[str, str]) -> None:
    rows = [row("good.com"), row(), {**row(mailbox="john"), **bad}, row("better.com")]
    grouping = group(sheet_of(*rows))
    assert [order.domain for order in group_orders(grouping)] == ["good.com", "better.com"]
    assert list(grouping.held_back) == [False, True, False]
    assert list(grouping.faulty) == [False, False, True, False]


def test_rows_without_a_domain_are_held_back_one_by_one() -> None:
    grouping = group(sheet_of(row(""), row(""), row()))
    assert list(grouping.held_back) == [True, True, False]


def test_one_bad_mailbox_of_a_cell_holds_the_order_back_and_says_so_once() -> None:
    grouping = group(sheet_of(row(mailbox="jane, john doe; jim")))
    assert [problem.code for problem in grouping.findings.kept] == ["mailbox-not-valid"]
    assert group_orders(grouping) == ()


def test_a_mailbox_that_is_named_twice_counts_once_with_a_warning() -> None:
    grouping = group(
        sheet_of(row(mailbox="jane"), row(mailbox="JANE@acmemail.com"), row(mailbox="john, john"))
    )
    (order,) = group_orders(grouping)
    assert order.mailboxes == ("jane@acmemail.com", "john@acmemail.com")
    assert order.rows == (0, 1, 2)
    warnings = grouping.findings.kept
    assert [(p.row, p.code, p.severity) for p in warnings] == [
        (3, "mailbox-twice", Severity.WARNING),
        (4, "mailbox-twice", Severity.WARNING),
    ]
    assert "jane@acmemail.com is already named in row 2" in warnings[0].message
    assert (grouping.findings.errors, grouping.findings.warnings) == (0, 2)


def test_the_same_local_part_in_two_domains_is_no_duplicate() -> None:
    grouping = group(sheet_of(row("one.com"), row("two.com")))
    assert grouping.findings.count == 0


def test_contradictions_and_duplicates_of_a_hopeless_sheet_are_counted_in_full() -> None:
    rows = [row(f"example{number}.com", vendor=vendor) for number in range(20) for vendor in ("1", "2")]
    findings = group(sheet_of(*rows), kept=5).findings
    assert (findings.errors, findings.warnings) == (40, 20)
    kept = [problem.severity for problem in findings.kept]
    assert (kept.count(Severity.ERROR), kept.count(Severity.WARNING)) == (5, 5)


def test_no_more_problems_are_kept_than_the_cap_whatever_found_them() -> None:
    contradicting = [row(vendor=str(9 - number), contact=f"Jane {number}") for number in range(1, 8)]
    findings = group(sheet_of(*contradicting, row("bad"), row("worse"), row("worst")), kept=4).findings
    assert [problem.code for problem in findings.kept].count("mailbox-twice") == 4
    assert [problem.severity for problem in findings.kept].count(Severity.ERROR) == 4
    assert (findings.errors, findings.warnings) == (17, 6)


def test_vendors_by_name_and_by_number_agree() -> None:
    rows = validate_rows(
        sheet_of(row(vendor="Mail Kit"), row(mailbox="john", vendor="9")),
        RowRules(VendorNames.of({"mailkit": 9})),
    )
    (order,) = group_orders(group_rows(rows))
    assert order.vendor == 9


def test_defaults_stand_in_for_blank_cells_and_are_told() -> None:
    rules = RowRules(defaults={"vendor": "7", "contact": "Ops"})
    rows = validate_rows(sheet_of(row(vendor="", contact=""), row("two.com", contact="")), rules)
    orders = group_orders(group_rows(rows))
    assert [(order.vendor, order.contact_name) for order in orders] == [(7, "Ops"), (1, "Ops")]
    assert dict(rows.defaulted) == {"vendor": 1, "contact": 2}


def test_the_owners_of_mailboxes_are_asked_for_only_where_the_body_names_them() -> None:
    owned = row(first_name="Jane", last_name="Doe")
    ownerless = row("two.com", first_name="", last_name="")
    grouping = group_rows(validate_rows(sheet_of(owned, ownerless), RowRules(people=True)))
    assert [problem.code for problem in grouping.findings.kept] == ["name-missing", "name-missing"]
    assert [order.people for order in group_orders(grouping)] == [(("Jane", "Doe"),)]
    assert [order.people for order in orders_of(owned, ownerless)] == [(), ()]


def test_a_sheet_of_faults_only_has_no_orders() -> None:
    assert orders_of(row(""), row("bad")) == ()


def test_the_first_problems_are_the_sheets_first_of_all_kinds() -> None:
    sheet = sheet_of(row(vendor="1"), row(mailbox="jim", vendor="2"), row("bad"), row("worse"))
    assert [(problem.row, problem.code) for problem in group(sheet, kept=3).findings.kept] == [
        (2, "contradiction"),
        (3, "contradiction"),
        (4, "domain-not-valid"),
    ]


@pytest.mark.long
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["one.com", "two.com", "bad", ""]), st.sampled_from(["1", "01", "2", "none", ""])
        ),
        min_size=1,
        max_size=8,
    )
)
def test_what_is_not_in_doubt_holds_no_contradiction(values: list[tuple[str, str]]) -> None:
    entries = validate_rows(sheet_of(*(row(domain, vendor=vendor) for domain, vendor in values))).entries
    leading = leading_entries(entries["group"].to_numpy())
    sound = np.zeros(len(entries), dtype=bool)
    quick = rows_at_odds(entries[in_doubt(entries, "vendor", leading)], "vendor", sound)
    assert list(quick.index) == list(rows_at_odds(entries, "vendor", sound).index)


def test_a_vendor_is_told_and_suggested_as_the_sheet_writes_it() -> None:
    rules = RowRules(VendorNames.of({"Reef": 7, "Fern": 8}))
    rows = [row(vendor="Reef"), row(mailbox="joe", vendor="reef"), row(mailbox="eva", vendor=" Fern ")]
    problems = group_rows(validate_rows(sheet_of(*rows), rules), 1_000).findings.kept
    assert {problem.message for problem in problems} == {
        "The rows of acmemail.com name more than one vendor: Reef in rows 2, 3; Fern in row 4. Make them agree."
    }
    assert [problem.suggestion for problem in problems] == ["", "", "Reef"]
