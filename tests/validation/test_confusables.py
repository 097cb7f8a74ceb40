"""Letters that nobody can tell apart, or that turn into others, buy nothing; the sentence names them."""

from __future__ import annotations

import pytest

from tests.validation.judged import bought, coral, errors, judge, sentence


@pytest.mark.parametrize(
    ("domain", "code", "suggestion", "named"),
    [
        (
            "c\u043eralpeak.com",
            "domain-letters-mixed",
            "coralpeak.com",
            'a Cyrillic small letter o ("о") after "c"',
        ),
        ("brandreef™.com", "domain-letters-change", "", 'a trade mark sign ("™") after "brandreef"'),
        ("reef².com", "domain-letters-change", "", 'a superscript two ("²") after "reef"'),
        ("PerÃºreef.com", "domain-letters-garbled", "xn--perreef-81a.com", "perúreef.com"),
        ("cor\u200balpeak.com", "domain-not-valid", "coralpeak.com", 'a zero-width space after "cor"'),
        ("gol\u00add.io", "domain-not-valid", "gold.io", 'a soft hyphen after "gol"'),
    ],
    ids=ascii,
)
def test_a_letter_that_is_not_what_it_seems(domain: str, code: str, suggestion: str, named: str) -> None:
    grouping = judge(coral(domain))
    assert bought(grouping) == []
    assert errors(grouping) == [(2, "Domain", code, suggestion)]
    assert named in sentence(grouping)


def test_the_order_that_it_seems_to_belong_to_waits() -> None:
    assert bought(judge(coral(), coral("c\u043eralpeak.com", "ben"), coral("silverfern.com"))) == [
        "anna@silverfern.com"
    ]


@pytest.mark.parametrize(
    "domain",
    [
        "münchen.de",
        "straße.de",
        "çelik.com.tr",
        "łódź.pl",
        "кораллриф.com",
        "例え.jp",
        "サンゴ礁reef.jp",
        "한국.com",
    ],
)
def test_names_in_other_scripts_are_bought(domain: str) -> None:
    grouping = judge(coral(domain))
    assert len(bought(grouping)) == 1
    assert errors(grouping) == []


def test_a_letter_of_another_script_in_a_mailbox_is_named() -> None:
    assert 'a Cyrillic small letter a ("а") at the beginning' in sentence(judge(coral(mailbox="\u0430nna")))


def test_a_letter_in_the_forwarding_domain_is_named_and_mended() -> None:
    grouping = judge(coral(forwarding_domain="gol\u00add.io"))
    assert errors(grouping) == [(2, "Forwarding domain", "forwarding-not-valid", "gold.io")]
    assert "a soft hyphen" in sentence(grouping)
