"""Differences that nobody can see, or that nobody means, are no contradiction; a real one suggests the majority."""

from __future__ import annotations

import pytest

from tests.validation.judged import bought, coral, errors, judge, warnings


@pytest.mark.parametrize(
    "other",
    [
        "Jose\u0301 Roe",
        "José\u00a0Roe",
        "José  Roe",
        "José\u2009Roe",
        "JOSÉ ROE",
        "José\t\u200bRoe",
        "Jos\u00e9 Ro\u00ade",
    ],
)
def test_contacts_that_look_alike_are_one(other: str) -> None:
    grouping = judge(coral(contact="José Roe"), coral(mailbox="ben", contact=other))
    assert errors(grouping) == []
    assert len(bought(grouping)) == 2


def test_a_contradiction_suggests_what_most_rows_say() -> None:
    names = ["Anna Roe", "Dora Lee", "anna roe"]
    grouping = judge(*(coral(mailbox=f"box{at}", contact=name) for at, name in enumerate(names)))
    assert bought(grouping) == []
    assert [(row, suggestion) for row, _, _, suggestion in errors(grouping)] == [
        (2, ""),
        (3, "Anna Roe"),
        (4, ""),
    ]


def test_two_against_two_suggests_nothing() -> None:
    grouping = judge(coral(vendor="1"), coral(mailbox="ben", vendor="2"))
    assert [said[3] for said in errors(grouping)] == ["", ""]


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("JosÃ© GarcÃ\xada", "José García"),
        ("Roe &amp; Co", "Roe & Co"),
        ("########", ""),
        ("4.41235E+11", ""),
        ("'Dora Lee", "Dora Lee"),
        ("n/a", ""),
        ("-", ""),
    ],
)
def test_damaged_contact_data_is_warned_of_at_its_cell(text: str, suggestion: str) -> None:
    grouping = judge(coral(contact_company=text))
    assert bought(grouping) == ["anna@coralpeak.com"]
    ((row, column, code, suggested),) = warnings(grouping)
    assert (row, column, suggested) == (2, "Contact company", suggestion)
    assert code in ("contact-damaged", "contact-placeholder")


@pytest.mark.parametrize("word", ["n/a", "None", "-", "TBD", "true", "''"])
def test_a_contact_that_is_nobody_is_an_error(word: str) -> None:
    grouping = judge(coral(contact=word))
    assert errors(grouping) == [(2, "Contact", "contact-is-nobody", "")]


@pytest.mark.parametrize("mailbox", ["nan", "365", "test", "5-may", "tbd"])
def test_an_unlikely_whole_address_is_warned_of_and_bought(mailbox: str) -> None:
    grouping = judge(coral(mailbox=f"{mailbox}@coralpeak.com"))
    assert bought(grouping) == [f"{mailbox}@coralpeak.com"]
    assert warnings(grouping) == [(2, "Mailbox", "mailbox-unlikely", "")]


def test_a_name_in_the_order_of_a_directory() -> None:
    own = judge(coral(mailbox="Roe, Anna"))
    assert (bought(own), [said[2] for said in errors(own)]) == ([], ["mailbox-is-a-name"])
    other = judge(coral(mailbox="Lee, Dora"))
    assert (len(bought(other)), [said[2] for said in warnings(other)]) == (2, ["mailboxes-of-a-name"])
    assert warnings(judge(coral(mailbox="lee, dora"))) == []


@pytest.mark.parametrize(
    "domain",
    ["example.com", "Example.org", "yourdomain.com", "your-company.com", "MyWebsite.com", "yourdomain.io"],
)
def test_an_example_of_a_template_is_not_bought(domain: str) -> None:
    grouping = judge(coral(domain), coral())
    assert bought(grouping) == ["anna@coralpeak.com"]
    assert errors(grouping) == [(2, "Domain", "domain-is-an-example", "")]


@pytest.mark.parametrize(
    ("field", "column", "value"),
    [
        ("forwarding_domain", "Forwarding domain", "yourcompany.com"),
        ("forwarding_domain", "Forwarding domain", "https://www.example.net/shop"),
        ("contact_email", "Contact email", "jane.doe@example.org"),
    ],
)
def test_an_example_elsewhere_is_warned_of(field: str, column: str, value: str) -> None:
    grouping = judge(coral(**{field: value}))
    assert len(bought(grouping)) == 1
    assert (2, column, "example-value", "") in warnings(grouping)


def test_what_a_person_may_be_called_is_no_example() -> None:
    contacts = {"contact": "Jane Doe", "contact_company": "Example Ltd", "contact_email": "jane@examples.org"}
    assert warnings(judge(coral("example-shop.com", "jane.doe", **contacts))) == []


@pytest.mark.parametrize(
    ("domain", "written"),
    [
        ("\uff43oralpeak.com", "coralpeak.com"),
        ("mu\u0308nchen.de", "münchen.de"),
        ("MÜNCHEN.de", "münchen.de"),
    ],
)
def test_a_name_that_is_bought_in_another_spelling_is_said(domain: str, written: str) -> None:
    grouping = judge(coral(domain), coral("silverfern.com", forwarding_domain=domain))
    assert errors(grouping) == []
    assert warnings(grouping) == [
        (2, "Domain", "bought-as", written),
        (3, "Forwarding domain", "bought-as", written),
    ]


@pytest.mark.parametrize("domain", ["CoralPeak.com", "münchen.de", "xn--mnchen-3ya.de"])
def test_a_name_that_is_bought_as_it_stands_is_not(domain: str) -> None:
    assert warnings(judge(coral(domain))) == []


def test_a_contact_that_is_nobody_suggests_the_domains_usual_one() -> None:
    rows = [coral(mailbox=f"box{at}") for at in range(3)]
    grouping = judge(*rows, coral(mailbox="dora", contact="n/a"), coral("silverfern.com", contact="n/a"))
    assert errors(grouping) == [
        (5, "Contact", "contact-is-nobody", "Anna Roe"),
        (6, "Contact", "contact-is-nobody", ""),
    ]
