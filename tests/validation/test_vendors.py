"""Vendors' numbers: those that nobody has, and those that rise from row to row."""

from __future__ import annotations

import pytest

from batch_orders.core.vendors import Offer, VendorNames
from batch_orders.validation import RowRules
from batch_orders.validation.grouping import group_orders
from tests.validation.judged import coral, errors, judge, problems, warnings

OFFERS = (Offer(1, "alpha"), Offer(2, "beta"))


def rules(own: dict[str, int] | None = None, offers: tuple[Offer, ...] = OFFERS) -> RowRules:
    return RowRules(names=VendorNames.of(own or {}, offers))


def test_a_number_that_no_vendor_has_is_an_error_that_names_them() -> None:
    judged = judge(coral(vendor="3"), coral("other.com", vendor="02"), rules=rules())
    assert errors(judged) == [(2, "Vendor", "vendor-not-sold", "")]
    assert "1 alpha, 2 beta" in problems(judged)[0].message


def test_a_vendor_as_plan_report_and_faults_write_it_is_that_vendor() -> None:
    offers = (*OFFERS, Offer(3, "Al Pha"), Offer(4, "2 beta"))
    told = {"alpha (1)": 1, "Al Pha (3)": 3, "beta(2)": 2, "1 alpha": 1}
    for vendor, number in told.items():
        judged = judge(coral(vendor=vendor), rules=rules(offers=offers))
        assert errors(judged) == []
        assert [order.vendor for order in group_orders(judged)] == [number]
    # A number and a name that are not of one vendor, or a text that may be either of two.
    for vendor in ("alpha (2)", "2 alpha", "2 beta", "(1)"):
        assert len(errors(judge(coral(vendor=vendor), rules=rules(offers=offers)))) == 1


def test_where_no_list_is_known_every_number_may_be_right() -> None:
    assert not problems(judge(coral(vendor="77"), rules=rules(offers=())))


def test_a_list_of_vendors_without_names_counts_as_well() -> None:
    nameless = rules(offers=(Offer(1, ""),))
    assert [code for _, _, code, _ in errors(judge(coral(vendor="3"), rules=nameless))] == ["vendor-not-sold"]
    assert not problems(judge(coral(vendor="1"), rules=nameless))


@pytest.mark.parametrize("vendor", ["77", "ours"])
def test_a_number_that_the_settings_name_passes_with_a_warning(vendor: str) -> None:
    judged = judge(coral(vendor=vendor), coral("other.com", vendor=vendor), rules=rules({"Ours": 77}))
    assert warnings(judged) == [(2, "Vendor", "vendor-not-listed", "")]
    assert errors(judged) == []
    assert "in 2 rows" in problems(judged)[0].message


@pytest.mark.parametrize(
    ("vendors", "rows"),
    [
        (["1", "2", "3"], [2]),
        (["1", "2"], []),
        (["1", "1", "2", "2"], []),
        (["3", "2", "1"], []),
        (["1", "3", "5"], []),
        (["5", "1", "2", "3", "3", "4", "5"], [3, 6]),
        (["1", "2", "x", "3"], []),
    ],
)
def test_numbers_that_rise_down_a_sheet_are_warned_of(vendors: list[str], rows: list[int]) -> None:
    sheet = [coral(f"n{place}.com", vendor=vendor) for place, vendor in enumerate(vendors)]
    judged = judge(*sheet)
    assert [row for row, _, code, _ in warnings(judged) if code == "vendor-rises"] == rows


def test_numbers_that_rise_within_a_domain_are_warned_of_beside_the_contradiction() -> None:
    judged = judge(
        *(coral(mailbox=f"anna.{name}", vendor=vendor) for vendor, name in zip("123", "abc", strict=True))
    )
    assert [(row, code) for row, _, code, _ in warnings(judged)] == [(2, "vendor-rises")]
    assert {code for _, _, code, _ in errors(judged)} == {"contradiction"}
