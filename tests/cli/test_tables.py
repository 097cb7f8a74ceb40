"""What is shown on narrow and wide terminals: no word is broken, and problems stand together by what is wrong."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.text import Text

from batch_orders.cli.problems import show_problems
from batch_orders.cli.progress import Lines, say_duration
from batch_orders.cli.show import SteadyConsole
from batch_orders.cli.tables import make_table, share_width
from batch_orders.core.faults import group_problems
from batch_orders.core.model import Problem, Severity
from batch_orders.core.outcomes import Outcome, Placed, Rejected, Unconfirmed
from batch_orders.service.submission import OrderToSend
from tests.harness.command_line import Machine
from tests.sheets import row

DOMAIN = "a-really-long-domain-name-of-somebody.example.com"
SENTENCE = "No answer came within 30 s, so that the order may have been bought all the same."
WIDTHS = (20, 40, 80, 100, 130, 200)


def shown(width: int, *objects: object) -> str:
    console = SteadyConsole(file=io.StringIO(), width=width, highlight=False, markup=False)
    console.print(*objects)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def table_of(*rows: tuple[str, ...]) -> object:
    table = make_table("Domain", "Status", "Message")
    for cells in rows:
        table.add_row(*map(Text, cells))
    return table


@pytest.mark.parametrize("width", WIDTHS)
def test_no_word_of_a_table_is_broken(width: int) -> None:
    told = shown(width, table_of((DOMAIN, "unconfirmed", SENTENCE), ("b.com", "rejected", "No.")))
    assert set(told.split()) >= {DOMAIN, "unconfirmed", "b.com", "rejected", *SENTENCE.split()}


@pytest.mark.parametrize("width", WIDTHS)
def test_no_word_of_a_sentence_is_broken_and_lines_fit_where_words_do(width: int) -> None:
    told = shown(width, Text(f"  {DOMAIN}: {SENTENCE}"))
    assert told.split() == [f"{DOMAIN}:", *SENTENCE.split()]
    assert all(len(line) <= width or len(line.split()) == 1 for line in told.splitlines())


def test_a_column_gets_its_longest_word_first_and_a_share_of_the_rest() -> None:
    assert share_width([5, 5], [10, 10], 20) == [10, 10]
    assert share_width([5, 5], [6, 100], 30) == [6, 24]
    assert share_width([20, 20], [30, 30], 30) == []


def test_where_a_cell_would_be_a_sliver_of_many_lines_rows_are_blocks() -> None:
    long = ("status", "a.com", "20261126-021831-e752f30a", f"{SENTENCE} {SENTENCE}")
    table = make_table("Status", "Domain", "Batch", "Message")
    table.add_row(*map(Text, long))
    assert f"  Message: {SENTENCE}" in " ".join(shown(70, table).split()).replace("Message", "  Message")
    assert shown(200, table).splitlines()[0].split() == ["Status", "Domain", "Batch", "Message"]


def test_a_sentence_that_differs_in_its_value_alone_is_told_once() -> None:
    said = "The rows name more than one vendor: 1 in row 31; 2 in row 32."
    found = [Problem(Severity.ERROR, "June", n, "Vendor", v, "two", said) for n, v in ((31, "1"), (32, "2"))]
    assert shown_problems(100, found).count(said) == 1


def problems(*rows: int) -> list[Problem]:
    return [
        Problem(
            Severity.ERROR, "June", number, "Domain", f"shop {number}", "bad-domain", "No domain.", "x.com"
        )
        for number in rows
    ]


def shown_problems(width: int, found: list[Problem], several: bool = False) -> str:
    console = SteadyConsole(file=io.StringIO(), width=width, highlight=False, markup=False)
    show_problems(console, found, len(found), several)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_on_a_narrow_terminal_a_fault_is_told_once_with_its_rows() -> None:
    told = shown_problems(100, problems(11, 12, 13, 30))
    assert told.count("No domain.") == 1
    assert "4 rows: 11\N{EN DASH}13, 30" in told
    assert "row 30: shop 30  → x.com" in told


def test_on_a_wide_terminal_problems_are_a_table() -> None:
    assert shown_problems(130, problems(11, 12)).count("No domain.") == 2


def test_errors_come_first_and_rows_of_several_worksheets_are_told_apart() -> None:
    found = [
        Problem(Severity.WARNING, "June", None, "", "", "odd", "It is odd."),
        *problems(2),
        Problem(Severity.ERROR, "July", 2, "Domain", "y", "bad-domain", "No domain."),
    ]
    told = shown_problems(80, found, several=True)
    assert told.index("error Domain: No domain.") < told.index("warning It is odd.")
    assert told.count("No domain.") == 1
    assert "2 rows: July!2, June!2" in told
    assert "row July!2: y" in told


def test_the_terminal_groups_as_the_report_does_and_names_more_runs_of_rows() -> None:
    found = [*problems(1), *(replace(problem, column="Mailbox") for problem in problems(*range(1, 31, 2)))]
    told = shown_problems(100, found)
    faults = group_problems(found)
    assert [told.index(f"{fault.first.column}:") for fault in faults] == sorted(
        told.index(f"{fault.first.column}:") for fault in faults
    )
    assert "15 rows: 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23 …" in told
    assert faults[0].places() == "15 rows: 1, 3, 5, 7 …"
    assert faults[0].places(1, several=True) == f"15 rows: {found[1].worksheet}!1 …"


def test_piped_output_follows_columns(machine: Machine) -> None:
    sheet = machine.hand_in(*(row(f"bad {number}") for number in range(150)))
    narrow = machine.run("check", sheet, COLUMNS="80").output
    assert "150 rows: 2\N{EN DASH}151" in narrow
    assert len(narrow.splitlines()) < 40
    assert machine.run("check", sheet).output.count("bad 7") > 1


def test_long_work_says_how_far_it_is_and_how_long_it_takes() -> None:
    console = SteadyConsole(file=io.StringIO(), width=200, highlight=False, markup=False)
    clock = iter([0.0, 100.0, 200.0]).__next__
    lines = Lines(console, clock)
    lines.begins(150)
    outcomes: list[Outcome] = [Placed("1"), Rejected("No."), Unconfirmed("Lost."), *[Placed("1")] * 147]
    for number, outcome in enumerate(outcomes):
        lines.outcome(OrderToSend(1, f"shop-{number}.com", {}), outcome)
    assert isinstance(console.file, io.StringIO)
    told = [line for line in console.file.getvalue().splitlines() if " of 150: " in line]
    assert told == [
        "50 of 150: 48 placed, 1 rejected, 1 unconfirmed; about 3 min left",
        "100 of 150: 98 placed, 1 rejected, 1 unconfirmed; about 2 min left",
    ]
    assert [say_duration(seconds) for seconds in (40, 89, 3600, 7500)] == [
        "40 s",
        "89 s",
        "1 h 0 min",
        "2 h 5 min",
    ]
