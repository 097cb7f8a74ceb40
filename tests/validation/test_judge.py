"""The quick judgement of a whole column says what the judgement of each single value says.

It is the quick one that decides what is bought, and the single one that the rules are written in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch_orders.core.vendors import Offer, VendorNames
from batch_orders.validation.judge import (
    LARGEST_VENDOR,
    Validated,
    judge_domains,
    judge_hosts,
    judge_mailboxes,
    judge_present,
    judge_vendor,
    judge_vendors,
)
from batch_orders.validation.mailboxes import judge_mailbox
from batch_orders.validation.names import Verdict, judge_domain, judge_host, suffix_rules
from tests.validation.test_mailboxes import CREATABLE
from tests.validation.test_mailboxes import FAULTY as FAULTY_MAILBOXES
from tests.validation.test_names import BUYABLE, FAULTY, FAULTY_HOSTS, HOSTS

RULES = sorted(rule.removeprefix("*.").removeprefix("!") for rule in suffix_rules())

LABELS = st.one_of(
    st.text("abcxn019-", max_size=8),
    st.text("abc1-_ [:]", max_size=8),
    st.text("abcxn019-", min_size=60, max_size=66),
    st.text("aä中ß_.@ \n\r\0-\u00ad\u200b\u200d\ufe0f\U0001f4a9", max_size=6),
    st.text(max_size=5),
)
ENDINGS = st.one_of(
    st.sampled_from(RULES),
    st.sampled_from(["com", "co.uk", "github.io", "ck", "onion", "xn--fiqs8s", "notatld", "con", "1", ""]),
)
NAMES = st.one_of(
    st.builds(".".join, st.lists(LABELS, max_size=3)),
    st.builds(lambda labels, ending: ".".join([*labels, ending]), st.lists(LABELS, max_size=2), ENDINGS),
).map(str.lower)
LOCAL_PARTS = st.one_of(
    st.text("abc09._'-", max_size=10), st.text("abc.", min_size=60, max_size=68), st.text(max_size=6)
).map(str.lower)


@st.composite
def mailboxes_of_domains(draw: st.DrawFn) -> tuple[str, str]:
    # The domain that a row means is a good one, or there is none.
    domain = draw(st.sampled_from([*BUYABLE.values(), ""]))
    host = draw(st.one_of(st.just(domain), st.just("münchen.de"), NAMES))
    at = draw(st.sampled_from(["@", "", "@@", "@x@"]))
    return draw(LOCAL_PARTS) + at + (host if at else ""), domain


def column(values: Sequence[str]) -> pd.Series[str]:
    """With an index as it is after cells were taken apart: of whole numbers, but no plain 0, 1, 2 …"""
    return pd.Series(list(values), index=range(7, 7 + len(values)), dtype="str")


def verdicts(judged: Validated) -> list[Verdict]:
    values, faults = judged
    assert list(values.index) == list(faults.index) == list(range(7, 7 + len(values)))
    return [Verdict(value, fault) for value, fault in zip(values, faults, strict=True)]


@given(st.lists(NAMES, max_size=12))
def test_domains_at_random(names: list[str]) -> None:
    assert verdicts(judge_domains(column(names))) == [judge_domain(name) for name in names]


@given(st.lists(st.one_of(NAMES, NAMES.map("https://{}/".format), NAMES.map("{}:80/".format)), max_size=12))
def test_hosts_at_random(hosts: list[str]) -> None:
    judged = judge_hosts(column(hosts), column([""] * len(hosts)))
    assert verdicts(judged) == [judge_host(host) for host in hosts]


@pytest.mark.long
@given(st.lists(mailboxes_of_domains(), max_size=12))
def test_mailboxes_at_random(pairs: list[tuple[str, str]]) -> None:
    addresses, domains = column([pair[0] for pair in pairs]), column([pair[1] for pair in pairs])
    assert verdicts(judge_mailboxes(addresses, domains)) == [judge_mailbox(*pair) for pair in pairs]


def test_domains_by_hand() -> None:
    names = [*BUYABLE, *FAULTY]
    assert verdicts(judge_domains(column(names))) == [judge_domain(name) for name in names]


@pytest.mark.long
@pytest.mark.parametrize("beginning", ["", "a.", "a.b.", "ab--c.", "-."], ids=ascii)
def test_every_rule_of_the_public_suffix_list(beginning: str) -> None:
    names = [beginning + rule for rule in RULES]
    assert verdicts(judge_domains(column(names))) == [judge_domain(name) for name in names]
    hosts = judge_hosts(column(names), column([""] * len(names)))
    assert verdicts(hosts) == [judge_host(name) for name in names]


def test_mailboxes_by_hand() -> None:
    pairs = [*CREATABLE, *((address, "acmemail.com") for address in FAULTY_MAILBOXES)]
    addresses, domains = column([pair[0] for pair in pairs]), column([pair[1] for pair in pairs])
    assert verdicts(judge_mailboxes(addresses, domains)) == [judge_mailbox(*pair) for pair in pairs]


def test_hosts_by_hand() -> None:
    hosts = [*HOSTS, *FAULTY_HOSTS] * 2
    judged = judge_hosts(column(hosts), column(["acmemail.com"] * len(hosts)))
    assert verdicts(judged) == [judge_host(host) for host in hosts]


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("acmemail.com", "acmemail.com"),
        ("https://acmemail.com/x", "acmemail.com"),
        ("münchen.de", "xn--mnchen-3ya.de"),
    ],
)
def test_a_domain_cannot_forward_to_itself(host: str, domain: str) -> None:
    assert verdicts(judge_hosts(column([host]), column([domain])))[0].fault == "forwarding-is-the-domain"


def test_a_domain_can_forward_to_its_own_www() -> None:
    assert verdicts(judge_hosts(column(["www.acmemail.com"]), column(["acmemail.com"])))[0].fault == ""


VENDORS = {
    "1": ("1", ""),
    "01": ("1", ""),
    str(LARGEST_VENDOR): (str(LARGEST_VENDOR), ""),
    "": ("", "vendor-missing"),
    "1.0": ("1.0", "vendor-unknown"),
    "-1": ("-1", "vendor-unknown"),
    "+1": ("+1", "vendor-unknown"),
    "1,000": ("1,000", "vendor-unknown"),
    "1 2": ("1 2", "vendor-unknown"),
    "1e3": ("1e3", "vendor-unknown"),
    "one": ("one", "vendor-unknown"),
    "\u0661": ("\u0661", "vendor-unknown"),
    "²": ("²", "vendor-unknown"),
    "0": ("0", "vendor-out-of-range"),
    str(LARGEST_VENDOR + 1): (str(LARGEST_VENDOR + 1), "vendor-out-of-range"),
    "9" * 5000: ("9" * 5000, "vendor-out-of-range"),
}


@pytest.mark.parametrize(("text", "verdict"), VENDORS.items(), ids=lambda value: ascii(value)[:20])
def test_a_vendor_is_a_positive_whole_number(text: str, verdict: tuple[str, str]) -> None:
    assert judge_vendor(text, VendorNames()) == verdict


def test_a_vendor_goes_by_its_name_in_any_spelling() -> None:
    offers = [Offer(4, "Mail Kit"), Offer(5, "mailkit"), Offer(6, "Other")]
    names = VendorNames.of({"Our vendor": 9, "other": 7}, offers)
    assert judge_vendor("OUR  Vendor", names) == ("9", "")
    assert judge_vendor("mail kit", names) == ("mail kit", "vendor-ambiguous")
    assert judge_vendor("Other", names) == ("7", "")
    assert judge_vendor("12", VendorNames.of({"12": 9})) == ("12", "")


def test_vendors_and_contacts_in_a_column() -> None:
    assert verdicts(judge_vendors(column(list(VENDORS)), VendorNames())) == list(VENDORS.values())
    assert verdicts(judge_present(column(["Jane", ""]), "contact-missing")) == [
        ("Jane", ""),
        ("", "contact-missing"),
    ]


JUDGES: Sequence[Callable[[pd.Series[str]], Validated]] = (
    judge_domains,
    lambda values: judge_vendors(values, VendorNames()),
    lambda values: judge_present(values, "contact-missing"),
    lambda values: judge_hosts(values, values),
    lambda values: judge_mailboxes(values, values),
)


@pytest.mark.parametrize("judge", JUDGES)
def test_an_empty_column(judge: Callable[[pd.Series[str]], Validated]) -> None:
    assert verdicts(judge(column([]))) == []
