"""A sentence names the value, and the repair: what is suggested where that is known."""

from __future__ import annotations

import re

import pytest

from batch_orders.validation.cell_sentences import CELL_SENTENCES, say_fault
from batch_orders.validation.sentences import SENTENCES
from tests.sheets import Row
from tests.validation.judged import below, coral, judge, problems, sentence


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (coral("http://coralpeak.com/"), "http://coralpeak.com/ is not a valid domain. Write coralpeak.com."),
        (
            coral("coralpeak.con", "anna"),
            "no registry sells names under this ending. Write coralpeak.com.",
        ),
        (
            coral("example.com"),
            "example.com is an example of a template, not a domain to buy. Delete the row",
        ),
        (
            coral(mailbox="tbd"),
            '"tbd" is nobody\'s mailbox: a placeholder, a number or a date. Fill in',
        ),
        (
            coral(mailbox="anna.coralpeak.com"),
            "is the domain, or ends in it, without an @. Write anna@coralpeak.com.",
        ),
        (coral(mailbox="coralpeak.com"), "Write the mailbox, such as jane@coralpeak.com."),
        (
            coral(mailbox="anna roe"),
            "No mail provider can create the mailbox anna roe. Write anna.roe@coralpeak.com.",
        ),
        (
            coral(mailbox="anna / ben"),
            "Where several mailboxes are meant, put a comma and a blank between them.",
        ),
        (coral(contact="n/a"), "\"n/a\" is nobody's name. Fill in the contact's name."),
        (coral(contact=""), "The contact is missing, in this row and in every other row of this domain."),
        (coral(forwarding_domain="bit.ly/x"), "bit.ly/x leads elsewhere: to the page behind it"),
    ],
)
def test_a_sentence_names_the_value_and_the_repair(row: Row, said: str) -> None:
    assert said in sentence(judge(row))


@pytest.mark.parametrize(
    "row",
    [
        *(coral(mailbox=mailbox) for mailbox in ("finn.", "anna!", "x?", "a, b.")),
        *(coral(vendor=vendor) for vendor in ("Goggle Inc.", "1.", "99999999999.")),
        coral(contact="Roe &amp; Co."),
        coral(mailbox=f"{'a' * 90}."),
    ],
)
def test_no_sentence_ends_twice(row: Row) -> None:
    told = [problem.message for problem in problems(judge(row))]
    assert told
    assert not [text for text in told if re.search(r"[.,;:!?…]\.(?: |$)", text)]


def test_every_fault_of_a_value_is_told_with_it() -> None:
    for code in CELL_SENTENCES:
        assert "reef-7" in say_fault(code, "reef-7", "coralpeak.com", "")
    untold = {code for code in SENTENCES if code not in CELL_SENTENCES and not code.endswith("-missing")}
    # These have sentences of their own, or speak of several cells.
    assert untold <= {
        "vendor-unknown",
        "vendor-ambiguous",
        "vendor-not-sold",
        "mailbox-is-a-name",
        "vendor-not-offered",
    }


def test_a_long_value_is_cut_and_a_blank_one_has_the_codes_own_sentence() -> None:
    assert len(say_fault("domain-not-valid", "x" * 5_000, "", "")) < 250
    assert say_fault("mailbox-other-domain", "a@b.com", "", "") == SENTENCES["mailbox-other-domain"]


def test_a_domain_that_is_blank_or_a_sign_alone_is_told_with_the_one_that_is_suggested() -> None:
    told = [problem.message for problem in problems(judge(coral(), below("dora"), below("finn", domain='"')))]
    assert "The domain is missing. Write coralpeak.com if that is meant." in told
    assert '" alone names no domain. Write coralpeak.com if that is meant.' in told
