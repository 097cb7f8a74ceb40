"""Which mailboxes a mail provider can create, and how a cell of several is taken apart."""

from __future__ import annotations

import pytest
from email_validator import validate_email
from hypothesis import given
from hypothesis import strategies as st

from batch_orders.validation.mailboxes import judge_mailbox, split_mailboxes
from tests.real_names import ORDINARY_MAILBOXES

LONGEST = "a" * 64
IDN = "xn--mnchen-3ya.de"

CREATABLE = {
    ("jane@acmemail.com", "acmemail.com"): "jane@acmemail.com",
    ("jane", "acmemail.com"): "jane@acmemail.com",
    ("j.a.n.e", "acmemail.com"): "j.a.n.e@acmemail.com",
    ("o'brien", "acmemail.com"): "o'brien@acmemail.com",
    ("jane_doe-2", "acmemail.com"): "jane_doe-2@acmemail.com",
    (LONGEST, "acmemail.com"): f"{LONGEST}@acmemail.com",
    ("jane", IDN): f"jane@{IDN}",
    ("test", "acmemail.com"): "test@acmemail.com",
    ("example@acmemail.com", "acmemail.com"): "example@acmemail.com",
    ("nan@acmemail.com", "acmemail.com"): "nan@acmemail.com",
    ("365@acmemail.com", "acmemail.com"): "365@acmemail.com",
    ("jane@münchen.de", IDN): f"jane@{IDN}",
    (f"jane@{IDN}", IDN): f"jane@{IDN}",
    # Whether the domain is missing is said of the domain.
    ("jane@acmemail.com", ""): "jane@acmemail.com",
}

FAULTY = {
    "": "mailbox-missing",
    **dict.fromkeys(
        [
            "-",
            "n/a",
            "none",
            "nan",
            "null",
            "tbd",
            "true",
            "false",
            "3",
            "46147",
            "5-may",
            "may-26",
            "2026-05-05",
            "''",
            "_",
            "--",
            "?",
            "1.5",
            "05.05.2026",
            "-@acmemail.com",
            "''@acmemail.com",
        ],
        "mailbox-placeholder",
    ),
    **dict.fromkeys(
        ["'anna", "-anna", '"anna"', "'anna@acmemail.com", "-anna@acmemail.com"], "mailbox-leading-mark"
    ),
    **dict.fromkeys(["acmemail.com", "anna.acmemail.com", "anna-acmemail.com"], "mailbox-is-the-domain"),
    "anna,roe@acmemail.com": "mailbox-comma",
    "john doe": "mailbox-not-valid",
    "jane+news@acmemail.com": "mailbox-not-valid",
    "@acmemail.com": "mailbox-not-valid",
    "jane@doe@acmemail.com": "mailbox-not-valid",
    ".jane@acmemail.com": "mailbox-not-valid",
    "jane.@acmemail.com": "mailbox-not-valid",
    "ja..ne@acmemail.com": "mailbox-not-valid",
    "jäne@acmemail.com": "mailbox-not-valid",
    "jane\u200bdoe@acmemail.com": "mailbox-not-valid",
    '"jane doe"@acmemail.com': "mailbox-leading-mark",
    "jane <jane@acmemail.com>": "mailbox-not-valid",
    "mailto:jane@acmemail.com": "mailbox-not-valid",
    f"a{LONGEST}@acmemail.com": "mailbox-too-long",
    "jane@acmemail.org": "mailbox-other-domain",
    "jane@mail.acmemail.com": "mailbox-other-domain",
    "jane@münchen.de": "mailbox-other-domain",
}

LOCAL_PARTS = st.text("abcdefghijklmnopqrstuvwxyz0123456789._'-+ @ä", min_size=1, max_size=70)
DOMAINS = st.sampled_from(["acmemail.com", "acmemail.co.uk", IDN, "a" * 63 + ".com"])


@pytest.mark.parametrize(("words", "mailbox"), CREATABLE.items(), ids=ascii)
def test_a_mailbox_that_can_be_created(words: tuple[str, str], mailbox: str) -> None:
    assert judge_mailbox(*words) == (mailbox, "")


def test_ordinary_mailboxes_can_be_created() -> None:
    for name in ORDINARY_MAILBOXES:
        assert judge_mailbox(name, "acmemail.com") == (f"{name}@acmemail.com", "")


@pytest.mark.parametrize(("address", "fault"), FAULTY.items(), ids=ascii)
def test_a_mailbox_that_cannot_be_created(address: str, fault: str) -> None:
    assert judge_mailbox(address, "acmemail.com") == (address, fault)


@given(LOCAL_PARTS, DOMAINS)
def test_what_is_accepted_is_a_valid_address(local_part: str, domain: str) -> None:
    verdict = judge_mailbox(local_part, domain)
    if not verdict.fault:
        assert validate_email(verdict.value, check_deliverability=False).ascii_email == verdict.value


@pytest.mark.parametrize(
    ("cell", "mailboxes"),
    [
        ("jane", ["jane"]),
        ("jane, john", ["jane", "john"]),
        ("jane;john", ["jane", "john"]),
        ("jane\r\njohn\n", ["jane", "john"]),
        ("jane,,john;", ["jane", "john"]),
        ("jane@acmemail.com john@acmemail.com", ["jane@acmemail.com", "john@acmemail.com"]),
        ("jane@acmemail.com\u00a0john@acmemail.com", ["jane@acmemail.com", "john@acmemail.com"]),
        ("b@acmemail.com a@acmemail.com, c", ["b@acmemail.com", "a@acmemail.com", "c"]),
        ("john doe", ["john doe"]),
        ("john doe, jane", ["john doe", "jane"]),
        ("jane@acmemail.com john", ["jane@acmemail.com john"]),
        (",;", [",;"]),
        ("", [""]),
        ("anna,roe@acmemail.com", ["anna,roe@acmemail.com"]),
        ("anna,roe@acmemail.com, ben", ["anna,roe@acmemail.com", "ben"]),
        ("anna, ben@acmemail.com", ["anna", "ben@acmemail.com"]),
        ("anna ,ben@acmemail.com", ["anna", "ben@acmemail.com"]),
        ("anna@acmemail.com,ben@acmemail.com", ["anna@acmemail.com", "ben@acmemail.com"]),
        ("anna@acmemail.com,ben", ["anna@acmemail.com", "ben"]),
    ],
)
def test_a_cell_is_taken_apart_where_it_surely_holds_several(cell: str, mailboxes: list[str]) -> None:
    assert split_mailboxes(cell) == mailboxes
