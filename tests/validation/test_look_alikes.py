"""A domain of one row that is likely a typo of one of several: a warning. What is bought on purpose is not doubted."""

from __future__ import annotations

import pytest

from tests.sheets import Row
from tests.validation.judged import bought, coral, judge, problems, warnings

PEOPLE = ("anna", "ben", "cara", "dora", "emil")


def usual(domain: str = "coralpeak.com") -> list[Row]:
    return [coral(domain, person) for person in PEOPLE]


@pytest.mark.parametrize(
    "slip",
    [
        *("coralpaek.com", "ocralpeak.com", "coralpeka.com"),
        *("corslpeak.com", "coralpek.com", "coralppeak.com", "corralpeak.com"),
        *("coralpeak.cm", "coralpeak.om"),
    ],
)
def test_a_slip_is_named_beside_the_usual_name_and_bought_as_it_is_written(slip: str) -> None:
    grouping = judge(*usual(), coral(slip, "finn"))
    assert warnings(grouping) == [(7, "Domain", "domain-looks-like", "")]
    (told,) = problems(grouping)
    assert told.message == (
        f"{slip} looks like coralpeak.com, which stands in 5 rows. Correct it if that is meant: it is ordered as it "
        "is written."
    )
    assert f"finn@{slip}" in bought(grouping)


def test_swapped_letters_are_named_also_where_the_mailbox_repeats_them() -> None:
    grouping = judge(*usual(), coral("coralpaek.com", "finn@coralpaek.com"))
    assert warnings(grouping) == [(7, "Domain", "domain-looks-like", "")]


def test_another_letter_is_not_doubted_where_the_mailbox_repeats_it() -> None:
    assert problems(judge(*usual(), coral("corslpeak.com", "finn@corslpeak.com"))) == ()


def test_names_that_are_bought_on_purpose_beside_one_another_pass_without_a_word() -> None:
    alike = [
        *("trycoralpeak.com", "getcoralpeak.com", "coralpeakhq.com", "coral-peak.com", "coralpeak.co"),
        *("coralpeak.net", "coralpeak1.com", "coralpeak2.com", "coralpeaks.com", "coralspeak.com"),
        *("mcoralpeak.com", "coralpeake.com", "coralpeaka.com", "coralpeab.com", "c0ralpeak.com"),
    ]
    assert problems(judge(*usual(), *(coral(name, "finn") for name in alike))) == ()


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("citycentre.com", "citycenter.com"),
        ("mycolour.com", "mycolor.com"),
        ("organisehub.com", "organizehub.com"),
        ("mullermail.de", "muellermail.de"),
        ("traveller-hub.com", "traveler-hub.com"),
        ("abcd.com", "abdc.com"),
    ],
)
def test_two_spellings_of_a_word_and_short_names_are_not_doubted(name: str, other: str) -> None:
    assert problems(judge(*usual(other), coral(name, "finn"))) == ()


def test_a_letter_that_changes_in_many_names_is_meant() -> None:
    names = ("coralpaak.com", "coralpbak.com", "coralpcak.com")
    assert problems(judge(*usual(), *(coral(name, "finn") for name in names))) == ()


@pytest.mark.parametrize("slip", ["coralpaek.com", "corslpeak.com"])
def test_a_slip_that_was_drawn_down_over_two_rows_is_named_once(slip: str) -> None:
    many = [*usual(), *(coral(mailbox=f"gus{at}") for at in range(3))]
    assert warnings(judge(*many, coral(slip, "finn"), coral(slip, "hana"))) == [
        (10, "Domain", "domain-looks-like", "")
    ]
    assert problems(judge(*usual(), coral(slip, "finn"), coral(slip, "hana"))) == ()


def test_domains_that_all_stand_in_one_row_are_not_compared() -> None:
    assert problems(judge(coral(), coral("coralpaek.com", "finn"))) == ()


def test_a_link_without_its_dot_is_named_where_the_sheet_has_the_name() -> None:
    names = ("wwwcoralpeak.com", "https-coralpeak.com", "wwcoralpeak.com", "wwwhatsnew.com", "httpwg.org")
    grouping = judge(coral(), *(coral(name, f"finn@{name}") for name in names))
    assert [said[:3] for said in warnings(grouping)] == [
        (3, "Domain", "domain-looks-like"),
        (4, "Domain", "domain-looks-like"),
        (5, "Domain", "domain-looks-like"),
    ]


def test_a_link_without_its_dot_is_named_however_often_it_stands_there_and_whatever_its_mailboxes() -> None:
    rows = [coral("wwwcoralpeak.com", mailbox) for mailbox in ("finn", "hana", "ines@wwwcoralpeak.com")]
    grouping = judge(coral(), coral(mailbox="ben"), *rows)
    assert [said[:3] for said in warnings(grouping)] == [(4, "Domain", "domain-looks-like")]
