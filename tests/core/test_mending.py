"""What the vendor refused is told at the cell of the sheet that it named, the vendor's own words beside it."""

from __future__ import annotations

import pytest

from batch_orders.core.mending import problems_of_orders, rows_to_mend
from batch_orders.core.results import OrderResult, Status
from batch_orders.core.to_do import Need, tasks_of
from tests.sheets import make_result, row, sheet_of

ROWS = (
    row(mailbox="jane", contact_email="j@reef.io", contact_postal_code="00123"),
    row(mailbox="john@acmemail.com", contact_email="j@reef.io", contact_postal_code="00123"),
)
MAILBOXES = ("jane@acmemail.com", "john@acmemail.com")


def refused(message: str) -> OrderResult:
    return OrderResult("acmemail.com", Status.REJECTED, (0, 1), message=message, mailboxes=MAILBOXES)


@pytest.mark.parametrize(
    ("message", "place", "told"),
    [
        (
            '"domains[0].mailboxes[1]" must be shorter',
            (3, "Mailbox", "john@acmemail.com"),
            "mailbox john@acmemail.com",
        ),
        ('"domains[0].domain_name" is not for sale', (2, "Domain", "acmemail.com"), "domain acmemail.com"),
        ('"vendor_id" must be one of 3, 4', (2, "Vendor", "1"), "vendor 1"),
        (
            '"forwarding_domain" is blocked',
            (2, "Forwarding domain", "acmemail.org"),
            "forwarding domain acmemail.org",
        ),
        (
            '"user_details.email" must be valid',
            (2, "Contact email", "j@reef.io"),
            "contact's email j@reef.io",
        ),
        (
            '"user_details.postalCode" is odd',
            (2, "Contact postal code", "00123"),
            "contact's postal code 00123",
        ),
        ('"user_details.fax" is required', (2, "", ""), "contact's fax"),
        ("No money is left.", (2, "Domain", "acmemail.com"), "order of acmemail.com"),
        ('"domains[0].mailboxes[7]" is odd', (2, "Mailbox", "jane"), "mailbox jane"),
    ],
)
def test_a_refused_order_is_told_at_its_cell(message: str, place: tuple[int, str, str], told: str) -> None:
    result = make_result(sheet_of(*ROWS), refused(message))
    assert rows_to_mend(result) == (0, 1)
    (problem,) = problems_of_orders(result)
    assert (problem.row, problem.column, problem.value) == place
    assert f"The vendor refused the {told}." in problem.message
    assert f"who said: {message}" in problem.message


def test_what_no_limit_lets_pass_is_to_be_mended_and_what_waits_is_not() -> None:
    hopeless = OrderResult(
        "acmemail.com",
        Status.NOT_SUBMITTED,
        (0,),
        message="It would cost 9 USD and go over it.",
        to_mend=True,
    )
    waiting = OrderResult("reef.io", Status.NOT_SUBMITTED, (1,), message="It is the second.")
    result = make_result(sheet_of(*ROWS), hopeless, waiting)
    assert rows_to_mend(result) == (0,)
    assert [problem.code for problem in problems_of_orders(result)] == ["out-of-reach"]
    assert [(task.need, task.orders) for task in tasks_of(result)] == [
        (Need.INVALID, (hopeless,)),
        (Need.NOT_SENT, (waiting,)),
    ]
