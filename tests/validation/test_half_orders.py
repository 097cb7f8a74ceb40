"""An order is bought whole or not at all: a faulty row holds back every order that it may belong to."""

from __future__ import annotations

import pytest

from tests.validation.judged import below, bought, coral, errors, judge, problems, warnings


def test_a_blank_domain_is_the_one_above_where_the_mailbox_proves_it() -> None:
    grouping = judge(coral(), below("ben@coralpeak.com"), below("cara@coralpeak.com, dan@coralpeak.com"))
    assert bought(grouping) == [f"{name}@coralpeak.com" for name in ("anna", "ben", "cara", "dan")]
    assert grouping.total == 1
    assert warnings(grouping) == [
        (number, "Domain", "domain-from-above", "coralpeak.com") for number in (3, 4)
    ]
    assert errors(grouping) == []


def test_in_another_script_too() -> None:
    grouping = judge(coral("münchen.de"), below("ben@münchen.de"))
    assert bought(grouping) == ["anna@xn--mnchen-3ya.de", "ben@xn--mnchen-3ya.de"]


@pytest.mark.parametrize("mailbox", ["ben", "ben@goldreef.com", "ben@coralpeak.com, cara"])
def test_a_blank_domain_is_not_guessed_and_holds_the_order_above_back(mailbox: str) -> None:
    grouping = judge(coral(), below(mailbox), coral("silverfern.com"))
    assert bought(grouping) == ["anna@silverfern.com"]
    assert (3, "Domain", "domain-missing") in [said[:3] for said in errors(grouping)]


def test_the_domain_above_is_suggested_and_nothing_else_is_said_of_the_row() -> None:
    grouping = judge(coral(), below("ben"))
    assert errors(grouping) == [(3, "Domain", "domain-missing", "coralpeak.com")]


@pytest.mark.parametrize("mark", ['"', "''", "〃", "”", '-"-', "ditto", "Same as above", "idem"])
def test_a_ditto_mark_is_no_domain_and_holds_the_order_above_back(mark: str) -> None:
    grouping = judge(coral(), coral(mark, "ben@coralpeak.com"), coral("silverfern.com"))
    assert bought(grouping) == ["anna@silverfern.com"]
    assert errors(grouping) == [(3, "Domain", "domain-not-valid", "coralpeak.com")]


@pytest.mark.parametrize(
    "domain",
    [
        "http://coralpeak.com/",
        "www.coralpeak.com",
        "coralpeak.con",
        "coral peak.com",
        "coralpeak,com",
        "coralpeak.com/contact?x=1",
        "info@coralpeak.com",
        "<coralpeak.com>",
        "coralpeak[dot]com",
        "shop.coralpeak.com",
        "CORALPEAK.COM.",
        "https://coralpeak.com:8080/x",
        "https://me@coralpeak.com/",
        "[coralpeak.com](http://coralpeak.com)",
        "**coralpeak.com**",
        "coralpeak&#46;com",
        "coralpeak.com&nbsp;",
        "coralpeak%2Ecom",
        "coralpeak dot com",
        "coralpeak..com",
        "coralpeak.com!",
        "coralpeak.com.com",
        "coralpeak.com?utm=1",
        "coralpeak.com:443",
        "coralpeak.c",
        "http:coralpeak.com",
        "https://https://coralpeak.com",
        "domain: coralpeak.com",
        "✅ coralpeak.com",
        "coralpeak.com (2)",
        "https://www.google.com/url?q=https://coralpeak.com",
    ],
)
@pytest.mark.parametrize("mailbox", ["ben@coralpeak.com", "ben"])
def test_a_domain_that_can_be_read_holds_its_order_back_and_its_mailbox_is_not_blamed(
    domain: str, mailbox: str
) -> None:
    grouping = judge(coral(), coral(domain, mailbox), coral("silverfern.com"))
    assert bought(grouping) == ["anna@silverfern.com"]
    ((number, column, _, suggestion),) = errors(grouping)
    assert (number, column, suggestion) == (3, "Domain", "coralpeak.com")


@pytest.mark.parametrize(
    "domain",
    [
        "coralpeak",
        "Coral Peak",
        "www.coralpeak",
        "info@coralpeak",
        "coralpeak.com.net",
        "coralpeak.com (as agreed)",
        "3x coralpeak.com",
        "coralpeak.com / coralpeak.net",
        "coralpeak.com tbd",
    ],
)
def test_a_domain_that_may_be_another_one_holds_that_order_back_and_nothing_is_suggested(domain: str) -> None:
    grouping = judge(coral(), coral(domain, "ben"), coral("silverfern.com"))
    assert bought(grouping) == ["anna@silverfern.com"]
    assert [said[3] for said in errors(grouping)] == ["", ""]


def test_a_row_of_several_mailboxes_tells_the_faults_of_its_other_cells_once() -> None:
    grouping = judge(coral("coralpeak.con", "anna, ben, cara", contact="n/a"))
    assert errors(grouping) == [
        (2, "Domain", "domain-unknown-ending", "coralpeak.com"),
        (2, "Contact", "contact-is-nobody", ""),
    ]


def test_a_slip_in_the_domain_is_mended_there_and_not_in_the_mailbox() -> None:
    grouping = judge(coral(mailbox="anna@coralpeak.com"), coral("coralpaek.com", "ben@coralpeak.com"))
    assert bought(grouping) == []
    assert errors(grouping) == [(3, "Domain", "domain-slip", "coralpeak.com")]


def test_several_rows_with_the_same_slip_are_mended_at_the_domain() -> None:
    rows = [coral("coralpaek.com", f"{name}@coralpeak.com") for name in ("anna", "ben")]
    grouping = judge(*rows)
    assert bought(grouping) == []
    assert errors(grouping) == [(row, "Domain", "domain-slip", "coralpeak.com") for row in (2, 3)]


def test_a_domain_that_other_rows_stand_by_is_no_slip() -> None:
    grouping = judge(
        coral("coralpeak.com"), coral("coralpeaks.com", "ben"), coral("coralpeaks.com", "cara@coralpeak.com")
    )
    assert bought(grouping) == []
    assert errors(grouping)[-1] == (4, "Mailbox", "mailbox-other-domain", "")


def test_two_names_one_letter_apart_are_bought_without_a_word() -> None:
    grouping = judge(coral(), coral("coralpeaks.com"), coral("coralpeek.com", "ben@coralpeek.com"))
    assert len(bought(grouping)) == 3
    assert problems(grouping) == ()


def test_a_mailbox_in_another_order_holds_that_one_back_too_and_says_why() -> None:
    grouping = judge(coral(), coral("goldreef.com", "ben@coralpeak.com"), coral("silverfern.com"))
    assert bought(grouping) == ["anna@silverfern.com"]
    assert errors(grouping) == [
        (2, "", "order-not-whole", ""),
        (3, "Mailbox", "mailbox-other-domain", ""),
    ]
    assert "coralpeak.com waits, because row 3 may belong to it" in problems(grouping)[0].message
    assert list(grouping.held_back) == [True, True, False]


def test_a_slip_in_the_mailboxs_host_holds_the_meant_order_back() -> None:
    grouping = judge(coral(), coral("goldreef.com", "ben@coralpaek.com"))
    assert bought(grouping) == []


def test_a_host_that_is_ordered_is_no_typo_of_another_one() -> None:
    grouping = judge(coral(mailbox="ben@goldreef.com"), coral("goldreef.com"), coral("goldreed.com"))
    assert bought(grouping) == ["anna@goldreed.com"]


def test_the_block_above_may_be_faulty_itself() -> None:
    grouping = judge(coral("http://coralpeak.com"), below("ben@coralpeak.com"), coral(mailbox="cara"))
    assert bought(grouping) == []
    assert [said[0] for said in errors(grouping)] == [2, 3]


def test_a_row_that_points_nowhere_holds_no_order_back() -> None:
    grouping = judge(coral(), coral("12345", "ben"), coral("gold reef", "cara"))
    assert bought(grouping) == ["anna@coralpeak.com"]


def test_a_contradiction_in_a_row_with_a_faulty_domain_is_told_in_the_same_round() -> None:
    grouping = judge(coral(), coral("www.coralpeak.com", "ben", vendor=""))
    assert errors(grouping) == [(3, "Domain", "domain-is-a-subdomain", "coralpeak.com")]
