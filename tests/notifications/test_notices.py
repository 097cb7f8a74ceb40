"""What a message about a night says, and what it must not say. Pure."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from batch_orders.core.privacy import details_of_order
from batch_orders.core.results import BatchResult, OrderResult, SheetOutcome, Status
from batch_orders.core.stops import Ending, Stop, StopReason
from batch_orders.notifications.notices import (
    LONGEST_BODY,
    MOST_NEEDS,
    Summary,
    compose_notice,
    list_needy,
)
from tests.sheets import Row, make_result, make_sheet, make_worksheet, row, sheet_of

REPORT = Path("attention/blue/june 2026-11-23 023000.xlsx")


def result_of(rows: list[Row], *orders: OrderResult) -> BatchResult:
    return make_result(sheet_of(*rows), *orders)


def rejected(message: str, domain: str = "one.com", rows: tuple[int, ...] = (0,)) -> OrderResult:
    return OrderResult(domain, Status.REJECTED, rows, message=message)


def placed(domain: str) -> OrderResult:
    return OrderResult(domain, Status.PLACED, (0,))


DONE = SheetOutcome(
    "good.csv",
    Ending.DONE,
    result=replace(
        result_of([row()], placed("three.com"), placed("four.com")), batch="20261123-023000-3fa2b01c"
    ),
)
NEEDY = SheetOutcome(
    "blue/june.csv",
    Ending.ATTENTION,
    source="blue",
    result=result_of([row()], placed("two.com"), rejected("It is taken.")),
    attachments=(REPORT,),
)


def reason(rows: list[Row], order: OrderResult) -> str:
    (need,) = list_needy(result_of(rows, order))
    return need.reason


def test_a_night_in_full() -> None:
    notice = compose_notice(Summary((NEEDY, DONE), exit_code=1))
    assert notice.title == "batch-orders: 1 of 2 sheets needs a person"
    assert notice.body == (
        "june.csv (blue): 1 placed, 1 rejected. It needs a person.\n"
        "  rejected one.com: It is taken.\n"
        f"  Report: {REPORT}\n"
        "\n"
        "good.csv: 2 placed. Done.\n"
        "\n"
        "Exit code 1. Batches: b, 20261123-023000-3fa2b01c."
    )
    assert (notice.attachments, notice.attention) == ((REPORT,), True)


def test_a_night_in_which_all_went_well_needs_nobody() -> None:
    notice = compose_notice(Summary((DONE,)))
    assert notice.title == "batch-orders: 1 sheet, nothing needs a person"
    assert not notice.attention


def test_a_night_that_stopped_says_why_first() -> None:
    notice = compose_notice(Summary((DONE,), Stop(StopReason.VENDOR, "The API key was refused (401).")))
    assert notice.title == "batch-orders: stopped after 1 sheet"
    assert notice.body.startswith("Stopped before the end: The API key was refused (401).\n")
    assert notice.attention


def test_a_night_without_sheets() -> None:
    assert compose_notice(Summary(())).body == "No sheet was taken.\n\nExit code 0."


def test_a_sheet_that_could_not_be_read_says_why() -> None:
    body = compose_notice(Summary((SheetOutcome("x.csv", Ending.REFUSED, fault="x.csv is empty."),))).body
    assert body.startswith("x.csv: no orders. It was refused.\n  x.csv is empty.\n")


def test_what_was_not_taken_is_named_and_needs_a_person() -> None:
    notice = compose_notice(
        Summary((DONE,), left=("inbox/june.csv~ is left out: it is no sheet.",), exit_code=1)
    )
    assert notice.title == "batch-orders: 1 sheet, 1 file not taken"
    assert "Not taken:\n  inbox/june.csv~ is left out: it is no sheet.\n" in notice.body
    assert notice.attention


def test_what_needs_a_person_is_told_with_the_unconfirmed_first_and_bounded() -> None:
    orders = [rejected("no", f"r{number}.com") for number in range(MOST_NEEDS)]
    orders += [
        OrderResult("u.com", Status.UNCONFIRMED, (0,)),
        OrderResult("p.com", Status.PLACED, (0,)),
    ]
    needs = list_needy(result_of([row()], *orders))
    assert [need.domain for need in needs][:2] == ["u.com", "r0.com"]
    assert len(needs) == MOST_NEEDS
    sheet = SheetOutcome("june.csv", Ending.ATTENTION, result=result_of([row()], *orders))
    assert "  … and 1 more, in the report." in compose_notice(Summary((sheet,))).body


DETAILS = {
    "a mailbox": "jane@one.com is taken",
    "somebody else's address": "ask cousin@elsewhere.example about it",
    "the contact": "JANE DOE is blocked",
    "a contact field": "no mail to 1 Canary Street, 00123",
    "a first name": "Wilhelmina is no name",
}


@pytest.mark.parametrize("message", DETAILS.values(), ids=DETAILS)
def test_no_contact_detail_gets_into_a_message(message: str) -> None:
    cells = row(
        "one.com",
        "jane@one.com",
        contact_street="1 Canary Street",
        contact_zip="00123",
        first_name="Wilhelmina",
    )
    told = reason([row(), cells], rejected(message, rows=(1,)))
    assert "[hidden]" in told
    for canary in ("jane", "cousin", "Canary", "00123", "Wilhelmina"):
        assert canary.lower() not in told.lower()


def test_details_are_found_in_whichever_worksheet_they_stand() -> None:
    first, second = (
        make_worksheet([row(), row()]),
        make_worksheet([row("two.com", contact_street="Canary Street")]),
    )
    sheet = make_sheet(first, second)
    order = rejected("no mail to Canary Street", "two.com", rows=(2,))
    assert "Canary Street" in details_of_order(sheet, order)
    assert "Canary Street" not in details_of_order(sheet, rejected("no", rows=(0, 1)))


def test_short_details_leave_other_words_alone() -> None:
    cells = row(contact_country="US", contact_name="al")
    assert reason([cells], rejected("US law: also a status")) == "US law: also a status"


def test_a_domain_that_is_none_is_not_repeated() -> None:
    (need,) = list_needy(result_of([row("Jane Doe")], rejected("Row 2: no domain", domain="Jane Doe")))
    assert need.domain == ""


def test_a_long_reason_is_cut() -> None:
    assert len(reason([row()], rejected("word " * 200))) == 200


def sheet_with(message: str, name: str = "june.csv", source: str = "") -> SheetOutcome:
    result = result_of([row()], *(rejected(message, f"r{number}.com") for number in range(MOST_NEEDS)))
    return SheetOutcome(name, Ending.ATTENTION, source=source, result=result)


MARKUP = {
    "everybody in Discord": ("@everyone read this", "@everyone"),
    "everybody in Slack": ("<!channel> read this", "<!"),
    "a person in Discord": ("<@123456>", "<@"),
    "a link of Slack": ("<https://evil.example/x|your report>", "<https:"),
    "a link of Markdown": ("[your report](https://evil.example/x)", "](http"),
    "a bare link": ("see HTTPS://evil.example/x", "://"),
    "a bare host": ("see www.evil.example", "www."),
    "another scheme": ("see tg://resolve?domain=evil", "://"),
    "a tag": ("<a href='x'>y</a>", "<a"),
    "an escape sequence": ("\x1b]0;title\x07", "\x1b"),
    "right to left": ("\u202ecod.exe", "\u202e"),
}


@pytest.mark.parametrize(("words", "active"), MARKUP.values(), ids=MARKUP)
def test_words_of_others_do_nothing_in_a_chat(words: str, active: str) -> None:
    summary = Summary((sheet_with(words, f"{words}.csv".replace("/", "_"), words),), left=(words,))
    notice = compose_notice(summary)
    assert active not in notice.body + notice.brief + notice.title


def test_a_message_that_is_far_too_long_has_a_line_for_each_sheet() -> None:
    sheets = tuple(sheet_with("no " * 60, f"{number}.csv", "north") for number in range(100))
    notice = compose_notice(Summary(sheets, exit_code=1))
    assert len(notice.body) < LONGEST_BODY + 1_000
    assert all(f"{number}.csv (north): 10 rejected" in notice.body for number in range(100))
    assert notice.body.splitlines()[-1].startswith("Exit code 1. Batches: b")


def test_a_night_beyond_all_bounds_says_how_much_more_there_is() -> None:
    left = tuple(f"inbox/{number} is left out: {'x' * 150}" for number in range(1_000))
    body = compose_notice(Summary(left=left, exit_code=1)).body
    assert len(body) < LONGEST_BODY + 1_000
    assert "more, in the log." in body
    assert body.endswith("Exit code 1.")


def test_the_brief_form_has_counts_code_and_batches() -> None:
    sheets = tuple(replace(sheet_with("no"), name=f"{number}.csv") for number in range(30))
    brief = compose_notice(Summary(sheets, left=("x is left out.",), exit_code=1)).brief
    assert "30 sheets: 300 rejected." in brief
    assert "1 file not taken." in brief
    assert brief.splitlines()[-1].startswith("Exit code 1. Batches: b, b")
    assert brief.endswith("and 10 more.")
    assert len(brief) < 1_000
