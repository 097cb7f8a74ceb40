"""A link that leads elsewhere is no forwarding domain."""

from __future__ import annotations

import pytest

from tests.validation.judged import bought, coral, errors, judge


@pytest.mark.parametrize(
    ("link", "suggestion"),
    [
        (
            "https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fcoral.io%2Fa&data=05",
            "coral.io",
        ),
        ("https://www.google.com/url?q=https://coral.io/&sa=D", "coral.io"),
        ("https://urldefense.com/v3/__https://coral.io/x__;!!abc", "coral.io"),
        ("https://l.facebook.com/l.php?u=https%3A%2F%2Fwww.coral.io", "www.coral.io"),
        ("https://bit.ly/3xYz", ""),
        ("bit.ly", ""),
        ("linktr.ee/anna", ""),
        ("https://t.co/abc", ""),
    ],
)
def test_a_link_that_leads_elsewhere(link: str, suggestion: str) -> None:
    grouping = judge(coral(forwarding_domain=link))
    assert bought(grouping) == []
    assert errors(grouping) == [(2, "Forwarding domain", "forwarding-leads-elsewhere", suggestion)]


@pytest.mark.parametrize(
    "host", ["coral.io", "https://coral.io/?utm=1", "google.com", "youtube.com", "habit.ly"]
)
def test_a_plain_host_does_not(host: str) -> None:
    assert errors(judge(coral(forwarding_domain=host))) == []


def test_no_link_is_suggested_to_the_domain_itself() -> None:
    grouping = judge(coral(forwarding_domain="https://www.google.com/url?q=https://coralpeak.com/"))
    assert errors(grouping) == [(2, "Forwarding domain", "forwarding-leads-elsewhere", "")]
