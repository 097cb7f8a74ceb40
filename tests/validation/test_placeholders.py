"""Nothing is bought that stands for nothing, for a number or for a date."""

from __future__ import annotations

import pytest

from tests.validation.judged import bought, coral, errors, judge, problems, sentence


@pytest.mark.parametrize(
    "word", ["-", "N/A", "None", "nan", "NULL", "TBD", "TRUE", "3", "''", "2026-05-05", "5-May"]
)
def test_a_placeholder_is_nobodys_mailbox_and_none_is_suggested(word: str) -> None:
    grouping = judge(coral(mailbox=word), coral("silverfern.com"))
    assert bought(grouping) == ["anna@silverfern.com"]
    assert errors(grouping) == [(2, "Mailbox", "mailbox-placeholder", "")]
    assert word.lower() in sentence(grouping)


@pytest.mark.parametrize(
    ("mailbox", "code", "suggestion"),
    [
        ("'anna", "mailbox-leading-mark", "anna@coralpeak.com"),
        ("-anna", "mailbox-leading-mark", "anna@coralpeak.com"),
        ("'anna@coralpeak.com'", "mailbox-leading-mark", "anna@coralpeak.com"),
        ("coralpeak.com", "mailbox-is-the-domain", ""),
        ("anna.coralpeak.com", "mailbox-is-the-domain", "anna@coralpeak.com"),
        ("anna-coralpeak.com", "mailbox-is-the-domain", "anna@coralpeak.com"),
        ("anna,roe@coralpeak.com", "mailbox-comma", "anna.roe@coralpeak.com"),
        ("Anna Roe <anna@coralpeak.com>", "mailbox-not-valid", "anna@coralpeak.com"),
        ("mailto:emil@coralpeak.com", "mailbox-not-valid", "emil@coralpeak.com"),
        ("anna [at] coralpeak [dot] com", "mailbox-not-valid", "anna@coralpeak.com"),
        ("anna@www.coralpeak.com", "mailbox-other-domain", "anna@coralpeak.com"),
        ("anna roe", "mailbox-not-valid", "anna.roe@coralpeak.com"),
        ("anna@coralpeak.com.", "mailbox-other-domain", "anna@coralpeak.com"),
        ("finn.", "mailbox-not-valid", "finn@coralpeak.com"),
        ("\u0430nna", "mailbox-not-valid", "anna@coralpeak.com"),
        ("an\u200bna", "mailbox-not-valid", "anna@coralpeak.com"),
        ("cära", "mailbox-not-valid", ""),
    ],
    ids=ascii,
)
def test_what_surrounds_a_mailbox_is_understood_and_only_suggested(
    mailbox: str, code: str, suggestion: str
) -> None:
    grouping = judge(coral(mailbox=mailbox))
    assert bought(grouping) == []
    assert errors(grouping) == [(2, "Mailbox", code, suggestion)]


def test_a_comma_with_a_blank_separates_two_mailboxes() -> None:
    assert bought(judge(coral(mailbox="anna, ben@coralpeak.com"))) == [
        "anna@coralpeak.com",
        "ben@coralpeak.com",
    ]


def test_of_several_mailboxes_each_sentence_names_the_one() -> None:
    grouping = judge(coral(mailbox="anna, ben, cära, dora, émil, finn."))
    assert bought(grouping) == []
    said = [problem.message for problem in problems(grouping)]
    assert [name in sentence for name, sentence in zip(["cära", "émil", "finn."], said, strict=True)] == [
        True
    ] * 3


def test_the_suggestion_for_one_of_several_mailboxes_keeps_the_others() -> None:
    grouping = judge(coral(mailbox="anna@coralpeak.com, 'ben, cara"))
    assert [said[3] for said in errors(grouping)] == ["anna@coralpeak.com, ben@coralpeak.com, cara"]


def test_a_mailbox_elsewhere_is_named_with_its_repair() -> None:
    assert sentence(judge(coral(mailbox="anna@gmail.com"))) == (
        "anna@gmail.com is not at coralpeak.com, the domain of this row. Write anna@coralpeak.com."
    )
