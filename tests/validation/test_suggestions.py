"""Corrections are offered only where just one is near."""

from __future__ import annotations

import pytest

from batch_orders.core.model import Sheet
from batch_orders.core.vendors import Offer, VendorNames
from batch_orders.validation import RowRules, validate_rows
from tests.sheets import row, sheet_of
from tests.validation.judged import judge, problems


def suggestions(sheet: Sheet) -> list[str]:
    return [problem.suggestion for problem in validate_rows(sheet).findings.kept]


@pytest.mark.parametrize(
    ("domain", "suggestion"),
    [
        ("https://acmemail.com/path", "acmemail.com"),
        ("www.acmemail.co.uk", "acmemail.co.uk"),
        ("shop.münchen.de", "xn--mnchen-3ya.de"),
        ("acmemail.com.", "acmemail.com"),
        ("jane@acmemail.com", "acmemail.com"),
        ("acmemail.con", "acmemail.com"),
        ("acmemail.cmo", "acmemail.com"),
        ("acmemail.xyzzy", ""),
        ("co.uk", ""),
        ("12345", ""),
        ("not a domain", ""),
    ],
)
def test_a_domain_to_offer(domain: str, suggestion: str) -> None:
    assert suggestions(sheet_of(row(domain))) == [suggestion]


@pytest.mark.parametrize(
    ("mailbox", "suggestion"),
    [
        ("jane@acmemial.com", "jane@acmemail.com"),
        ("jane@acmemail.con", "jane@acmemail.com"),
        ("jane@other.com", "jane@acmemail.com"),
    ],
)
def test_a_mailbox_under_a_domain_one_letter_off(mailbox: str, suggestion: str) -> None:
    assert suggestions(sheet_of(row(mailbox=mailbox))) == [suggestion]


@pytest.mark.parametrize(
    ("vendor", "suggestion"),
    [
        ("1.0", "1"),
        ("#1", "1"),
        ("Vendor 12", "12"),
        ("No. 2", "2"),
        ("\uff11", "1"),
        ("1.5", ""),
        ("0.0", ""),
        ("one", ""),
        ("1 or 2", ""),
        ("1 - inboxkitGoogle", ""),
    ],
)
def test_a_vendor_to_offer(vendor: str, suggestion: str) -> None:
    assert suggestions(sheet_of(row(vendor=vendor))) == [suggestion]


def test_a_forwarding_domain_to_offer() -> None:
    assert suggestions(sheet_of(row(forwarding_domain="https://acmemail.ogr/x"))) == ["acmemail.org"]


def test_an_unknown_vendor_is_named_with_those_that_there_are() -> None:
    rules = RowRules(VendorNames.of({"inboxkitGoogle": 1, "mailkit": 7}))
    (problem,) = validate_rows(sheet_of(row(vendor="Google Workspace")), rules).findings.kept
    assert problem.message == "No vendor is called Google Workspace. Use one of: 1 inboxkitGoogle, 7 mailkit."


@pytest.mark.parametrize(
    ("vendor", "suggestion"),
    [
        ("1 - inboxkitGoogle", "1"),
        ("1 - inboxkitOutlook", ""),
        ("inboxkitGogle", "inboxkitGoogle"),
        ("inboxkit-outlook", "inboxkitOutlook"),
        ("inboxkit", ""),
    ],
)
def test_a_vendor_to_offer_where_names_are_known(vendor: str, suggestion: str) -> None:
    names = VendorNames.of({}, [Offer(1, "inboxkitGoogle"), Offer(2, "inboxkitOutlook")])
    (problem,) = problems(judge(row(vendor=vendor), rules=RowRules(names=names)))
    assert problem.suggestion == suggestion
