"""A domain that is written wrongly, and rightly in its row's mailbox: it is suggested, and the mailbox not blamed."""

from __future__ import annotations

import pytest

from tests.validation.judged import bought, coral, errors, judge, problems


@pytest.mark.parametrize(
    ("domain", "host"),
    [
        ("oak_bay_7.com", "oak-bay-7.com"),
        ("oak bay 7.com", "oak-bay-7.com"),
        ("oak bay .com", "oak-bay.com"),
        ("oakbay", "oakbay.com"),
        ("oakbay com", "oakbay.com"),
        ("oakbaycom", "oakbay.com"),
        ("oakbay-com", "oakbay.com"),
        ("oakbay@com", "oakbay.com"),
        ("oak&bay.com", "oakbay.com"),
        ("-oakbay.com", "oakbay.com"),
        ("https://oak_bay.com/", "oakbay.com"),
        ("oakbay.com (main)", "oakbay.com"),
        ("oakbay.con", "oakbay.co"),
        ("oakbay.xyzz", "oakbay.io"),
        ("oakbay\u00b7de", "oakbay.de"),
        ("wwwoakbay,de", "oakbay.de"),
    ],
)
@pytest.mark.parametrize("more", ["", ", tom@{}"])
def test_the_domain_is_suggested_as_the_mailbox_has_it(domain: str, host: str, more: str) -> None:
    ((row, column, _, suggestion),) = errors(judge(coral(domain, f"eva@{host}{more.format(host)}")))
    assert (row, column, suggestion) == (2, "Domain", host)


@pytest.mark.parametrize(
    ("domain", "mailbox"),
    [
        ("oakbay.com / oakbay.net", "eva@oakbay.com"),
        ("oak_bay.com", "eva@oak-bay.com, tom@oakbay.com"),
        ("oak_bay.com", "eva@lane.io"),
        ("oak_bay.com", "eva@oakbay.xyzz"),
        ("oak_bay.com", "eva"),
    ],
)
def test_nothing_is_suggested_where_two_may_be_meant_or_none(domain: str, mailbox: str) -> None:
    assert errors(judge(coral(domain, mailbox)))[0] == (2, "Domain", "domain-not-valid", "")


@pytest.mark.parametrize(
    ("domain", "host"), [("www.oakbay.com", "oakbays.com"), ("oakbay.com.", "oakbay.co")]
)
def test_what_can_be_read_is_not_changed_for_the_mailbox(domain: str, host: str) -> None:
    assert errors(judge(coral(domain, f"eva@{host}")))[0][3] == "oakbay.com"


def test_an_ordered_domain_is_likelier_than_a_mailbox_that_is_wrong_too() -> None:
    grouping = judge(coral("oakbay.com"), coral("oakbay.con", "eva@oakbay.co"))
    assert errors(grouping)[0] == (3, "Domain", "domain-unknown-ending", "oakbay.com")


def test_a_row_with_a_bare_mailbox_means_the_one_domain_of_the_sheet_with_the_same_letters() -> None:
    rows = [coral("oak-bay-7.com"), coral("oak_bay_7.com", "ben"), coral("oak bay 7.com", "cara")]
    assert [said[3] for said in errors(judge(*rows))] == ["oak-bay-7.com"] * 2
    assert [said[3] for said in errors(judge(*rows, coral("oakbay7.com")))] == ["", ""]


def test_an_order_waits_for_a_row_that_writes_its_domain_otherwise() -> None:
    rows = [coral("oak-bay.com"), coral("oak_bay.com", "ben@oak-bay.com"), coral("silverfern.com")]
    assert bought(judge(*rows)) == ["anna@silverfern.com"]


@pytest.mark.parametrize(("domain", "host"), [("oak-bay.com", "oakbay.com"), ("oak--bay.com", "oakbay.com")])
def test_hyphens_are_no_other_name_where_all_mailboxes_are_at_it(domain: str, host: str) -> None:
    grouping = judge(*(coral(domain, f"{name}@{host}") for name in ("anna", "ben")))
    assert errors(grouping) == [(row, "Domain", "domain-slip", host) for row in (2, 3)]


def test_a_www_without_its_dot_is_no_part_of_the_name() -> None:
    grouping = judge(coral("wwwoakbay.com", "anna@oakbay.com"), coral("wwwoakbay.com", "ben"))
    assert errors(grouping) == [(row, "Domain", "domain-slip", "oakbay.com") for row in (2, 3)]
    assert problems(grouping)[0].message.startswith(
        "wwwoakbay.com is nearly oakbay.com, the domain of its mailbox."
    )
    own = judge(coral("wwwoakbay.com", "anna@oakbay.com"), coral("wwwoakbay.com", "ben@wwwoakbay.com"))
    assert errors(own) == [(2, "Mailbox", "mailbox-other-domain", "anna@wwwoakbay.com")]
