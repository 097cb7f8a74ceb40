"""A canary key: after runs that meet every failure, nothing that is left behind holds it."""

from __future__ import annotations

import io
import json
import re
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from batch_orders.sandbox import TROUBLES, start_sandbox
from tests.harness.command_line import KEY, Ended, Machine, run_words
from tests.harness.hurried import hurry
from tests.harness.vendor import answer, hostile_server, send
from tests.sheets import row
from tests.smart_senders.certificates import make_certificate, server_context

pytestmark = pytest.mark.long

SPELLINGS = {KEY, quote(KEY, safe=""), quote_plus(KEY), json.dumps(KEY)[1:-1], KEY.replace("/", "\\/")}
CANARY = re.compile("|".join(re.escape(spelling) for spelling in SPELLINGS).encode(), re.IGNORECASE)
# Half a key is a leak as well.
HALF = re.compile(rb"canary(/|%2f)Key", re.IGNORECASE)

STOPPING = ("refused-key", "unpaid", "forbidden", "status-302", "always-busy")
GOING_ON = [*sorted({name.removesuffix("-") for name in TROUBLES} - {*STOPPING, "status-NNN"}), "status-409"]


def holds_canary(content: bytes) -> bool:
    """Also inside zip archives: workbooks, and a batch's snapshot."""
    if CANARY.search(content) or HALF.search(content):
        return True
    if not content.startswith(b"PK"):
        return False
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return any(holds_canary(archive.read(name)) for name in archive.namelist())


def fields_of(ledger: Path) -> Iterator[bytes]:
    with closing(sqlite3.connect(ledger)) as connection:
        tables = [
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        for table in tables:
            for line in connection.execute(f'SELECT * FROM "{table}"'):
                for value in line:
                    yield value if isinstance(value, bytes) else str(value).encode(errors="surrogateescape")


@pytest.mark.parametrize("content", [KEY.encode(), quote(KEY, safe="").lower().encode(), b"x canary/Key y"])
def test_the_search_finds_the_canary_wherever_it_sits(tmp_path: Path, content: bytes) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inside", content * 3)
    assert holds_canary(content)
    assert holds_canary(packed.getvalue())
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as connection:
        connection.execute("CREATE TABLE orders (message, snapshot)")
        connection.execute("INSERT INTO orders VALUES (?, ?)", ("fine", packed.getvalue()))
        connection.commit()
    assert any(holds_canary(field) for field in fields_of(tmp_path / "ledger.db"))


class Surveyed:
    """Runs with the canary key in one folder, and all that they leave there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ledger = folder / "ledger.db"
        self.machine = Machine.in_folder(folder, SMARTLEAD_API_KEY=KEY)
        self.told = ""

    def run(self, base_url: str, *domains: str) -> Ended:
        sheet = self.machine.hand_in(*map(row, domains), name=f"{domains[0]}.csv")
        words = run_words(sheet, base_url, self.ledger, "--timeout", "1", "--max-failures", "99")
        return self.note(self.machine.run(*words, before=hurry))

    def status(self, *words: str) -> Ended:
        return self.note(self.machine.run("status", *words, "--ledger", self.ledger, fresh=True))

    def note(self, ended: Ended) -> Ended:
        self.told += ended.output + ended.errors
        return ended

    def check(self) -> None:
        assert not holds_canary(self.told.encode())
        files = [path for path in self.folder.rglob("*") if path.is_file()]
        assert {".csv", ".xlsx", ".db"} <= {path.suffix for path in files}
        assert [path for path in files if holds_canary(path.read_bytes())] == []
        assert not any(holds_canary(field) for field in fields_of(self.ledger))


@pytest.fixture
def surveyed(tmp_path: Path) -> Surveyed:
    return Surveyed(tmp_path)


def test_no_answer_of_the_vendor_leaves_the_key_behind(surveyed: Surveyed) -> None:
    with start_sandbox() as sandbox:
        assert surveyed.run(sandbox.base_url, *(f"{trouble}-shop.com" for trouble in GOING_ON)).code == 1
    surveyed.status()
    # The vendor did say the key, and it was taken out, not lost with the whole message.
    assert "[API key]" in surveyed.status("echo-key-shop.com").output
    surveyed.check()


@pytest.mark.parametrize("trouble", STOPPING)
def test_no_refusal_leaves_the_key_behind(surveyed: Surveyed, trouble: str) -> None:
    with start_sandbox() as sandbox:
        assert surveyed.run(sandbox.base_url, f"{trouble}-shop.com", "store.com").code == 4
    surveyed.check()


def test_no_redirect_leaves_the_key_behind(surveyed: Surveyed) -> None:
    moved = answer(b"{}", "307 Moved", f"Location: /again?api_key={quote(KEY, safe='')}")
    with hostile_server(send(moved)) as server:
        assert surveyed.run(server.base_url, "shop.com", "store.com").code == 4
    surveyed.check()


def test_no_connection_that_fails_leaves_the_key_behind(surveyed: Surveyed) -> None:
    with hostile_server(send(answer()), tls=server_context(make_certificate(surveyed.folder))) as server:
        assert surveyed.run(f"https://127.0.0.1:{server.port}", "shop.com").code == 4
    assert surveyed.run("http://127.0.0.1:1", "store.com").code == 4
    surveyed.check()
