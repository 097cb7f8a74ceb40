"""Which mailboxes a mail provider can create, and how a cell of several is taken apart."""

from __future__ import annotations

import pytest
from email_validator import validate_email
from hypothesis import given
from hypothesis import strategies as st

from batch_orders.validation.mailboxes import judge_mailbox, split_mailboxes

LONGEST = "a" * 64
IDN = "xn--mnchen-3ya.de"

CREATABLE = {
    ("jane@example.com", "example.com"): "jane@example.com",
    ("jane", "example.com"): "jane@example.com",
    ("j.a.n.e", "example.com"): "j.a.n.e@example.com",
    ("o'brien", "example.com"): "o'brien@example.com",
    ("jane_doe-2", "example.com"): "jane_doe-2@example.com",
    (LONGEST, "example.com"): f"{LONGEST}@example.com",
    ("jane", IDN): f"jane@{IDN}",
    **{
        (name, "example.com"): f"{name}@example.com"
        for name in [
            "info",
            "m.o'brien",
            "2024team",
            "j-p",
            "a",
            "x",
            "nan.li",
            "may",
            "jan",
            "na",
            "mai",
            "juli",
            "dez",
            "example",
            "no",
            "test",
            "marina-22",
            "mars-2024",
            "truett",
            "nullmann",
            "tbdesign",
            "nonell",
            "365team",
            "maya",
            "august",
            "kontakt",
            "ventas",
            "contato",
            "biuro",
            "sprzedaz",
            "verkauf",
            "zhang.wei",
        ]
    },
    ("example@example.com", "example.com"): "example@example.com",
    ("nan@example.com", "example.com"): "nan@example.com",
    ("365@example.com", "example.com"): "365@example.com",
    ("jane@münchen.de", IDN): f"jane@{IDN}",
    (f"jane@{IDN}", IDN): f"jane@{IDN}",
    # Whether the domain is missing is said of the domain.
    ("jane@example.com", ""): "jane@example.com",
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
            "-@example.com",
            "''@example.com",
        ],
        "mailbox-placeholder",
    ),
    **dict.fromkeys(
        ["'anna", "-anna", '"anna"', "'anna@example.com", "-anna@example.com"], "mailbox-leading-mark"
    ),
    **dict.fromkeys(["example.com", "anna.example.com", "anna-example.com"], "mailbox-is-the-domain"),
    "anna,roe@example.com": "mailbox-comma",
    "john doe": "mailbox-not-valid",
    "jane+news@example.com": "mailbox-not-valid",
    "@example.com": "mailbox-not-valid",
    "jane@doe@example.com": "mailbox-not-valid",
    ".jane@example.com": "mailbox-not-valid",
    "jane.@example.com": "mailbox-not-valid",
    "ja..ne@example.com": "mailbox-not-valid",
    "jäne@example.com": "mailbox-not-valid",
    "jane\u200bdoe@example.com": "mailbox-not-valid",
    '"jane doe"@example.com': "mailbox-leading-mark",
    "jane <jane@example.com>": "mailbox-not-valid",
    "mailto:jane@example.com": "mailbox-not-valid",
    f"a{LONGEST}@example.com": "mailbox-too-long",
    "jane@example.org": "mailbox-other-domain",
    "jane@mail.example.com": "mailbox-other-domain",
    "jane@münchen.de": "mailbox-other-domain",
}

LOCAL_PARTS = st.text("abcdefghijklmnopqrstuvwxyz0123456789._'-+ @ä", min_size=1, max_size=70)
DOMAINS = st.sampled_from(["example.com", "example.co.uk", IDN, "a" * 63 + ".com"])


@pytest.mark.parametrize(("words", "mailbox"), CREATABLE.items(), ids=ascii)
def test_a_mailbox_that_can_be_created(words: tuple[str, str], mailbox: str) -> None:
    assert judge_mailbox(*words) == (mailbox, "")


@pytest.mark.parametrize(("address", "fault"), FAULTY.items(), ids=ascii)
def test_a_mailbox_that_cannot_be_created(address: str, fault: str) -> None:
    assert judge_mailbox(address, "example.com") == (address, fault)


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
        ("jane@example.com john@example.com", ["jane@example.com", "john@example.com"]),
        ("jane@example.com\u00a0john@example.com", ["jane@example.com", "john@example.com"]),
        ("b@example.com a@example.com, c", ["b@example.com", "a@example.com", "c"]),
        ("john doe", ["john doe"]),
        ("john doe, jane", ["john doe", "jane"]),
        ("jane@example.com john", ["jane@example.com john"]),
        (",;", [",;"]),
        ("", [""]),
        ("anna,roe@example.com", ["anna,roe@example.com"]),
        ("anna,roe@example.com, ben", ["anna,roe@example.com", "ben"]),
        ("anna, ben@example.com", ["anna", "ben@example.com"]),
        ("anna ,ben@example.com", ["anna", "ben@example.com"]),
        ("anna@example.com,ben@example.com", ["anna@example.com", "ben@example.com"]),
        ("anna@example.com,ben", ["anna@example.com", "ben"]),
    ],
)
def test_a_cell_is_taken_apart_where_it_surely_holds_several(cell: str, mailboxes: list[str]) -> None:
    assert split_mailboxes(cell) == mailboxes
