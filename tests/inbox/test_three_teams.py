"""A night of three teams in which much goes wrong at once, by every folder, message and log line of it."""

from __future__ import annotations

import json
import os
from collections import Counter

import pytest

from batch_orders.inbox import Folder
from batch_orders.sandbox import Sandbox
from tests.harness.inbox import Inbox
from tests.harness.listener import Listener
from tests.harness.rights import give_up_writing_everywhere
from tests.inbox.test_writers import HALF, writing
from tests.sheets import row, write_csv

pytestmark = pytest.mark.long


def lay_out(inbox: Inbox) -> None:
    """North is well, with clutter; south makes every mistake; west may not be entered."""
    inbox.drop("north/june.csv", row("north-a.com"), row("north-b.com"), age=9)
    inbox.drop("north/@everyone.csv", row("north-c.com"), age=8)
    inbox.drop("south/june.csv", row("south-a.com"), row("rejected-b.com"), row("no domain"), age=7)
    inbox.drop("south/slow.csv").write_text(HALF)
    for name in ("june.csv~", "june.csv.bak", ".june.csv.x7Yq2a"):
        write_csv(inbox.root / "inbox/south" / name, row("before-correction.com"))
    (inbox.root / "inbox/south/book.numbers").write_bytes(b"PK\x03\x04" + b"\0" * 200)
    (inbox.root / "inbox/south/link.csv").symlink_to(inbox.root / "inbox/north/june.csv")
    latin = write_csv(inbox.root / "inbox/south/plain.csv", row("koeln.com"))
    latin.rename(latin.with_name(os.fsdecode(b"K\xf6ln.csv")))
    inbox.drop("west/june.csv", row("west.com"))
    write_csv(inbox.root / "beside.csv", row("beside.com"))
    for name in ("~$june.xlsx", "Thumbs.db", "june.csv.part", ".~lock.june.ods#"):
        (inbox.root / "inbox/north" / name).touch()


def test_a_night_of_three_teams(inbox: Inbox, sandbox: Sandbox, listener: Listener) -> None:
    lay_out(inbox)
    inbox.machine.environment["BATCH_ORDERS_NOTIFY"] = listener.target()
    west = inbox.root / "inbox/west"
    west.chmod(0)
    try:
        with writing(inbox.root / "inbox/south/slow.csv"):
            night = inbox.night("--log-format", "json", before=give_up_writing_everywhere)
    finally:
        west.chmod(0o755)

    bought = Counter(taken.body["domains"][0]["domain_name"] for taken in sandbox.orders)
    assert bought == Counter(["north-a.com", "north-b.com", "north-c.com", "south-a.com", "koeln.com"])
    assert night.code == 3

    sheets = {
        "north/june.csv": Folder.DONE,
        "north/@everyone.csv": Folder.DONE,
        "south/june.csv": Folder.ATTENTION,
        "south/K_ln.csv": Folder.DONE,
        "south/book.numbers": Folder.REFUSED,
        "south/slow.csv": Folder.INBOX,
        "south/june.csv~": Folder.INBOX,
        "west/june.csv": Folder.INBOX,
    }
    assert inbox.sheets(*sheets) == {name: str(folder) for name, folder in sheets.items()}
    assert inbox.files(Folder.WORKING) == []

    (message,) = [heard["message"] for heard in listener.messages]
    for told in (
        "june.csv (north): 2 placed. Done.",
        "\uff20everyone.csv (north): 1 placed. Done.",
        "june.csv (south): 1 placed, 1 rejected, 1 invalid. It needs a person.",
        "book.numbers (south): no orders. It was refused.",
        "inbox/south/june.csv~ is left out",
        "inbox/south/june.csv.bak is left out",
        "inbox/south/.june.csv.x7Yq2a is left out",
        "inbox/south/link.csv is left out: it is a symbolic link",
        "inbox/south/slow.csv is still being written",
        "inbox/west is left out: it cannot be read (Permission denied)",
        "beside.csv is left out: it lies beside the folder inbox",
    ):
        assert told in message, told
    for passed_over in ("~$june", "Thumbs.db", ".part", ".~lock", "Jane", "@"):
        assert passed_over not in message
    (said,) = night.said
    batches = [sheet["batch"] for sheet in said["sheets"] if sheet["batch"]]
    assert len(batches) == 4
    assert message.splitlines()[-1] == f"Exit code 3. Batches: {', '.join(batches)}."

    lines = [json.loads(line) for line in night.told.splitlines() if line.startswith('{"time"')]
    assert {line["batch"] for line in lines if "batch" in line} == set(batches)
    left_out = [line for line in lines if "is left out" in line["message"]]
    assert len(left_out) == 6
    assert {line["level"] for line in left_out} == {"warning"}
    assert not [line for line in lines if "Jane" in line["message"]]
