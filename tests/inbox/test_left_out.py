"""What lies in an inbox and is not taken: it holds up nobody else, and a person hears of each."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from batch_orders.inbox.names import SHEET_ENDINGS, Named, judge_name
from batch_orders.sandbox import Sandbox
from batch_orders.sheet.formats.detect import ENDINGS
from tests.harness.inbox import Inbox, Night
from tests.harness.listener import Listener
from tests.harness.rights import give_up_writing_everywhere
from tests.sheets import row, write_csv

OTHERS = (
    *("june.csv~", "#june.csv#", "june.csv.bak", "june.csv.swp", "june.csv.uploading", "june.csv.!sync"),
    *(".june.csv.x7Yq2a", ".in.june.csv", ".in.june.csv.", ".june.xlsx.swp", ".june.csv.icloud"),
    *("june.csv.ready", "june.docx", "june", "june.csv.old", "june.csv.orig", "june.csv_"),
)
CLUTTER = (
    *("~$june.xlsx", ".~lock.june.ods#", ".DS_Store", "._june.csv", "desktop.ini", "Thumbs.db", ".june.csv"),
    *(
        "june.csv.part",
        "june.csv.filepart",
        "june.csv.crdownload",
        "june.tmp",
        ".june.csv.a1.tmp",
        ".nfs000001",
    ),
)


@pytest.mark.parametrize("name", OTHERS)
def test_a_copy_of_a_sheet_is_named(name: str) -> None:
    assert judge_name(name) is Named.OTHER


@pytest.mark.parametrize("name", CLUTTER)
def test_clutter_is_passed_over(name: str) -> None:
    assert judge_name(name) is Named.CLUTTER


@pytest.mark.parametrize("ending", [*SHEET_ENDINGS, ".CSV", ".numbers", ".gsheet", ".fods", ".pdf"])
def test_sheets_and_what_people_take_for_sheets_are_taken(ending: str) -> None:
    assert judge_name(f"June ~ 2 #1.bak{ending}") is Named.SHEET


def test_whatever_can_be_read_is_taken() -> None:
    assert set(SHEET_ENDINGS) == set(ENDINGS)


def told(inbox: Inbox, listener: Listener, **words: object) -> tuple[Night, str]:
    """A night, and what its one message said."""
    inbox.machine.environment["BATCH_ORDERS_NOTIFY"] = listener.target("/told")
    night = inbox.night(**words)  # type: ignore[arg-type]
    (message,) = listener.messages
    return night, str(message["message"])


def bought(sandbox: Sandbox) -> list[str]:
    return [taken.body["domains"][0]["domain_name"] for taken in sandbox.orders]


def test_an_earlier_version_beside_a_sheet_is_not_bought(
    inbox: Inbox, sandbox: Sandbox, listener: Listener
) -> None:
    for name in OTHERS:
        write_csv(inbox.root / "inbox" / name, row("exmaple.com"))
    for name in CLUTTER:
        write_csv(inbox.root / "inbox" / name, row("clutter.com"))
    inbox.drop("june.csv", row("example-x.com"))
    night, message = told(inbox, listener)
    assert (night.code, bought(sandbox)) == (1, ["example-x.com"])
    for name in OTHERS:
        assert f"inbox/{name} is left out: its name is not that of a sheet" in message
        assert f"inbox/{name} is left out" in night.told
    assert not [name for name in CLUTTER if f"inbox/{name} " in message]
    assert "Exit code 1. Batches: " in message.splitlines()[-1]


def test_links_and_what_is_no_file_are_named(inbox: Inbox, sandbox: Sandbox, listener: Listener) -> None:
    elsewhere = inbox.root.parent / "elsewhere"
    elsewhere.mkdir()
    sheet = write_csv(elsewhere / "june.csv", row("secret.com"))
    place = inbox.root / "inbox"
    (place / "north").symlink_to(elsewhere)
    (place / "single.csv").symlink_to(sheet)
    os.mkfifo(place / "pipe.csv")
    (place / ".#june.csv").symlink_to("somebody@somewhere.1234")
    inbox.drop("good.csv")
    night, message = told(inbox, listener)
    assert (night.code, bought(sandbox)) == (1, ["good.com"])
    for name in ("north", "single.csv"):
        assert f"inbox/{name} is left out: it is a symbolic link" in message
    assert "inbox/pipe.csv is left out: it is neither a file nor a folder" in message
    assert "somebody@" not in message and ".#june" not in message


def close(folder: Path) -> None:
    folder.chmod(0o000)


def forbid_taking(folder: Path) -> None:
    folder.chmod(0o555)


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (close, "inbox/south is left out: it cannot be read (Permission denied)"),
        (forbid_taking, "south/june.csv could not be claimed and stays where it is: Permission denied"),
    ],
)
def test_a_folder_that_the_job_may_not_use_is_its_own_teams_matter(
    inbox: Inbox, sandbox: Sandbox, listener: Listener, spoil: object, sentence: str
) -> None:
    sheet = inbox.drop("south/june.csv", row("south.com"))
    inbox.drop("north/june.csv", row("north.com"))
    assert callable(spoil)
    spoil(sheet.parent)
    try:
        night, message = told(inbox, listener, before=give_up_writing_everywhere)
    finally:
        sheet.parent.chmod(0o755)
    assert (night.code, bought(sandbox)) == (1, ["north.com"])
    assert sentence in message
    assert sheet.exists()


def test_sheets_beside_the_folder_are_named_each(inbox: Inbox, listener: Listener) -> None:
    for name in ("a.csv", "b.tab", "c.numbers"):
        inbox.drop("x.csv").rename(inbox.root / name)
    night, message = told(inbox, listener)
    assert night.code == 1
    for name in ("a.csv", "b.tab", "c.numbers"):
        assert f"{name} is left out: it lies beside the folder inbox." in message


def test_a_watched_inbox_names_what_it_leaves_out_once(inbox: Inbox, listener: Listener) -> None:
    inbox.drop("june.csv", row("unpaid-a.com"))
    (inbox.root / "inbox" / "june.csv~").touch()
    inbox.machine.environment["BATCH_ORDERS_NOTIFY"] = listener.target("/told")
    assert inbox.night("--watch", "--poll", "0.1").code == 4
    (message,) = listener.messages
    assert message["message"].count("june.csv~") == 1
