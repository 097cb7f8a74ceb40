"""Vendors' names where the vendor's list is not known: said once for the sheet."""

from __future__ import annotations

import pytest

from batch_orders.core.rules import RowRules, UnknownVendors
from batch_orders.core.vendors import VendorNames
from tests.validation.judged import bought, coral, errors, judge, problems, warnings

OWN = VendorNames.of({"mailreef": 4})
ROWS = [
    coral(vendor="inboxkitGoogle"),
    coral("silverfern.com", vendor="inboxkit Azure"),
    coral("goldreef.com"),
]


def test_names_are_passed_and_said_once() -> None:
    grouping = judge(*ROWS, rules=RowRules(unknown_vendors=UnknownVendors.PASS))
    assert warnings(grouping) == [(None, "", "vendors-not-checked", "")]
    (problem,) = problems(grouping)
    assert problem.message.startswith(
        "Vendor names were not checked (2 rows, the first is row 2 with inboxkitGoogle)"
    )
    assert not grouping.held_back.any()
    assert bought(grouping) == ["anna@goldreef.com"]


def test_names_wait_where_numbers_are_needed() -> None:
    grouping = judge(*ROWS, rules=RowRules(unknown_vendors=UnknownVendors.HOLD))
    assert errors(grouping) == [(None, "", "vendors-not-checked", "")]
    assert bought(grouping) == ["anna@goldreef.com"]


@pytest.mark.parametrize("vendor", ["n/a", "1.0", "mailref", "0"])
def test_what_is_no_name_and_typos_of_own_names_are_faults(vendor: str) -> None:
    grouping = judge(coral(vendor=vendor), rules=RowRules(OWN, unknown_vendors=UnknownVendors.PASS))
    assert [column for _, column, _, _ in errors(grouping)] == ["Vendor"]
