"""A night as cron starts it: what waits is taken, ordered, and handed back where it belongs."""

from __future__ import annotations

import os

import pytest

from batch_orders.sandbox import Sandbox
from tests.harness.inbox import Inbox
from tests.harness.workbooks import read_workbook
from tests.sheets import row, write_csv


def bought(sandbox: Sandbox) -> list[str]:
    return [taken.body["domains"][0]["domain_name"] for taken in sandbox.orders]


def test_a_sheet_ends_where_its_exit_code_says_with_its_results(inbox: Inbox) -> None:
    inbox.drop("good.xlsx")
    inbox.drop("mixed.csv", row("fine.com"), row("bad"))
    (inbox.root / "inbox" / "broken.xlsx").write_bytes(b"PK\x03\x04" + b"\0" * 200)
    ended = inbox.night()
    assert ended.code == 3
    assert inbox.sheets("good.xlsx", "mixed.csv", "broken.xlsx") == {
        "good.xlsx": "done",
        "mixed.csv": "attention",
        "broken.xlsx": "refused",
    }
    kinds = {
        folder: sorted(name.rpartition(" – ")[2] for name in inbox.files(folder) if " – " in name)
        for folder in ("done", "attention", "refused")
    }
    assert len(kinds["done"]) == len(kinds["refused"]) == 1
    assert len(kinds["attention"]) == 3
    assert {"to correct.xlsx", "result.csv"} < set(kinds["attention"])
    assert inbox.files("inbox") == inbox.files("working") == []


def test_json_is_the_object_of_run_for_the_whole_night(inbox: Inbox) -> None:
    inbox.drop("one.csv", age=2)
    inbox.drop("north/two.csv", row("two.com"), row("bad"), age=1)
    ended = inbox.night()
    (said,) = ended.said
    assert (ended.code, said["exit_code"]) == (1, 1)
    assert [sheet["sheet"] for sheet in said["sheets"]] == ["one.csv", "north/two.csv"]
    assert ended.sheets == {"one.csv": {"placed": 1}, "north/two.csv": {"placed": 1, "invalid": 1}}
    for sheet in said["sheets"]:
        assert read_workbook(sheet["report"]).sheetnames[0] == "To do"
        assert set(sheet) == {"sheet", "batch", "rows", "orders", "prices", "report"}


def test_an_empty_inbox_is_no_trouble(inbox: Inbox) -> None:
    ended = inbox.night()
    assert (ended.code, ended.said) == (0, [{"exit_code": 0, "sheets": []}])
    assert sorted(each.name for each in inbox.root.iterdir()) == [
        "attention",
        "done",
        "inbox",
        "refused",
        "working",
    ]


def test_sheets_are_taken_in_the_order_of_arrival(inbox: Inbox, sandbox: Sandbox) -> None:
    inbox.drop("a.csv", age=1)
    inbox.drop("north/c.csv", age=3)
    inbox.drop("b.csv", age=2)
    assert inbox.night().code == 0
    assert bought(sandbox) == ["c.com", "b.com", "a.com"]


@pytest.mark.parametrize("name", ["~$x.xlsx", "x.csv.part", "x.tmp", "x.filepart", "x.crdownload", ".x.csv"])
def test_what_is_not_whole_by_its_name_stays(inbox: Inbox, name: str, sandbox: Sandbox) -> None:
    path = inbox.root / "inbox" / name
    write_csv(path, row("one.com"))
    assert inbox.night().code == 0
    assert path.exists()
    assert sandbox.orders == ()


def test_with_ready_files_only_what_is_said_to_be_ready_is_taken(inbox: Inbox, sandbox: Sandbox) -> None:
    one = inbox.drop("one.csv")
    inbox.drop("two.csv")
    one.with_name("one.csv.ready").touch()
    ended = inbox.night("--ready-files")
    assert ended.code == 1
    assert bought(sandbox) == ["one.com"]
    assert inbox.files("inbox") == ["two.csv"]
    assert "two.csv has no sign that it is ready" in ended.told


def test_the_same_bytes_handed_in_twice_are_recognised(inbox: Inbox, sandbox: Sandbox) -> None:
    inbox.drop("june.csv", row("one.com"))
    first = inbox.night().said[0]["sheets"][0]["batch"]
    inbox.drop("again.csv", row("one.com"))
    ended = inbox.night()
    told = "handed in before, as june.csv on"
    assert told in ended.told
    assert first in ended.told
    assert ended.sheets == {"again.csv": {"already placed": 1}}
    summary = read_workbook(ended.said[0]["sheets"][0]["report"])["To do"]
    assert any(told in str(cell.value) for line in summary.iter_rows() for cell in line)
    assert bought(sandbox) == ["one.com"]


def test_names_that_collide_never_overwrite(inbox: Inbox) -> None:
    contents = set()
    for number in range(3):
        contents.add(inbox.drop("june.csv", row(f"shop-{number}.com")).read_bytes())
        assert inbox.night().code == 0
    sheets = ["june.csv", "june (2).csv", "june (3).csv"]
    reports = {"june – report.xlsx", "june – report 2.xlsx", "june – report 3.xlsx"}
    assert reports < set(inbox.files("done"))
    assert {(inbox.root / "done" / name).read_bytes() for name in sheets} == contents
    assert len(inbox.files("done")) == 3 * 3


def test_a_team_keeps_its_results_apart_and_is_the_source(inbox: Inbox) -> None:
    inbox.drop("north/june.csv", row("one.com"))
    inbox.drop("south/berlin/june.csv", row("bad"))
    inbox.night()
    assert inbox.sheets("north/june.csv", "south/berlin/june.csv") == {
        "north/june.csv": "done",
        "south/berlin/june.csv": "attention",
    }
    assert all(name.startswith("north/june") for name in inbox.files("done"))
    assert "north/june.csv" in inbox.run("status").output


def test_a_refused_key_ends_the_night_and_the_files_stay(inbox: Inbox, sandbox: Sandbox) -> None:
    inbox.drop("a.csv", row("one.com"), age=3)
    inbox.drop("b.csv", row("refused-key-two.com"), row("three.com"), age=2)
    inbox.drop("c.csv", row("four.com"), age=1)
    ended = inbox.night()
    assert ended.code == 4
    assert inbox.sheets("a.csv", "b.csv", "c.csv") == {"a.csv": "done", "b.csv": "inbox", "c.csv": "inbox"}
    assert bought(sandbox) == ["one.com"]
    assert "The night ends here" in ended.told


def test_a_sheet_that_stopped_in_the_middle_needs_a_person(inbox: Inbox, sandbox: Sandbox) -> None:
    inbox.drop("a.csv", row("one.com"), row("unpaid-two.com"), row("three.com"), age=1)
    inbox.drop("b.csv", row("four.com"))
    ended = inbox.night()
    assert ended.code == 4
    assert inbox.sheets("a.csv", "b.csv") == {"a.csv": "attention", "b.csv": "inbox"}
    assert ended.sheets == {"a.csv": {"placed": 1, "not submitted": 2}}


def test_a_limit_is_for_the_whole_night(inbox: Inbox, sandbox: Sandbox) -> None:
    for name, age in (("a.csv", 3), ("b.csv", 2), ("c.csv", 1)):
        inbox.drop(name, age=age)
    ended = inbox.night("--max-orders", "1")
    assert ended.code == 4
    assert bought(sandbox) == ["a.com"]
    assert inbox.sheets("a.csv", "b.csv", "c.csv") == {"a.csv": "done", "b.csv": "inbox", "c.csv": "inbox"}


def test_one_bad_file_never_stops_the_others(inbox: Inbox, sandbox: Sandbox) -> None:
    bad = inbox.root / "inbox"
    (bad / "empty.csv").touch()
    (bad / "picture.pdf").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 200)
    (bad / "notes.txt").write_text("These are only notes.\n")
    (bad / "link.csv").symlink_to("nowhere.csv")
    os.mkfifo(bad / "pipe.csv")
    inbox.drop("good.csv")
    assert inbox.night().code == 3
    assert bought(sandbox) == ["good.com"]
    assert inbox.sheets("good.csv", "empty.csv", "picture.pdf", "notes.txt") == {
        "good.csv": "done",
        "empty.csv": "refused",
        "picture.pdf": "refused",
        "notes.txt": "refused",
    }


def test_a_name_that_is_no_utf8_becomes_one_that_can_be_told(inbox: Inbox) -> None:
    sheet = write_csv(inbox.root / "inbox" / "plain.csv", row("one.com"))
    sheet.rename(sheet.with_name(os.fsdecode(b"caf\xe9\nbar.csv")))
    (inbox.root / "inbox" / os.fsdecode(b"team\xff")).mkdir()
    write_csv(inbox.root / "inbox" / os.fsdecode(b"team\xff/x\xfe.csv"), row("bad"))
    ended = inbox.night()
    assert ended.code == 1
    assert inbox.sheets("caf__bar.csv", "team_/x_.csv") == {
        "caf__bar.csv": "done",
        "team_/x_.csv": "attention",
    }
    assert sorted(ended.sheets) == ["caf__bar.csv", "team_/x_.csv"]
    assert not any("\udce9" in name for name in inbox.all_files())


def test_a_very_long_name_and_its_twin(inbox: Inbox) -> None:
    name = "ü" * 125 + ".csv"
    for number in range(2):
        inbox.drop(name, row(f"shop-{number}.com"))
        assert inbox.night().code == 0
    assert len([each for each in inbox.files("done") if each.startswith("ü" * 100)]) == 2


def test_a_report_of_a_refused_sheet_says_why(inbox: Inbox) -> None:
    inbox.drop("x.csv").write_text("Domain,Mailbox\nacmemail.com,jane\n")
    (sheet,) = inbox.night().said[0]["sheets"]
    book = read_workbook(sheet["report"])
    words = " ".join(str(cell.value) for name in book.sheetnames for line in book[name] for cell in line)
    assert "Vendor" in words
    assert "The sheet was not read, so nothing of it was ordered." in words
    assert "every row's order is placed" not in words
