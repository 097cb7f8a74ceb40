"""A canary key: after runs that meet every failure, nothing that is left behind holds it."""

from __future__ import annotations

import io
import json
import re
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from batch_orders.sandbox import TROUBLES, start_sandbox
from tests.command_line import Ended, run_process, run_words, surroundings
from tests.sheets import row, write_csv
from tests.smart_senders.certificates import make_certificate, server_context
from tests.smart_senders.clients import KEY
from tests.smart_senders.hostile import answer, hostile_server, send

SPELLINGS = {KEY, quote(KEY, safe=""), quote_plus(KEY), json.dumps(KEY)[1:-1], KEY.replace("/", "\\/")}
CANARY = re.compile("|".join(re.escape(spelling) for spelling in SPELLINGS).encode(), re.IGNORECASE)
# Half a key is a leak as well.
HALF = re.compile(rb"canary(/|%2f)Key", re.IGNORECASE)

STOPPING = ("refused-key", "unpaid", "forbidden", "status-302", "always-busy")
GOING_ON = [*sorted({name.removesuffix("-") for name in TROUBLES} - {*STOPPING, "status-NNN"}), "status-409"]


def holds_canary(content: bytes) -> bool:
    """Also inside zip archives: workbooks, and a batch's papers."""
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
        connection.execute("CREATE TABLE orders (message, papers)")
        connection.execute("INSERT INTO orders VALUES (?, ?)", ("fine", packed.getvalue()))
        connection.commit()
    assert any(holds_canary(field) for field in fields_of(tmp_path / "ledger.db"))


def test_no_failure_leaves_the_key_behind(tmp_path: Path) -> None:
    env = surroundings(tmp_path, KEY)
    ledger = tmp_path / "ledger.db"

    def run(name: str, base_url: str, *domains: str) -> Ended:
        sheet = write_csv(tmp_path / f"{name}.csv", *(row(domain) for domain in domains))
        words = run_words(sheet, base_url, ledger, "--timeout", "1", "--max-failures", "99")
        return run_process(words, tmp_path, env, module="tests.hurried")

    with ExitStack() as servers:
        sandbox = servers.enter_context(start_sandbox())
        tls = server_context(make_certificate(tmp_path))
        untrusted = servers.enter_context(hostile_server(send(answer()), tls=tls))
        moved = answer(b"{}", "307 Moved", f"Location: /again?api_key={quote(KEY, safe='')}")
        moving = servers.enter_context(hostile_server(send(moved)))
        ends = [
            run("all", sandbox.base_url, *(f"{trouble}-shop.com" for trouble in GOING_ON)),
            *(run(trouble, sandbox.base_url, f"{trouble}-shop.com") for trouble in STOPPING),
            run("untrusted", f"https://127.0.0.1:{untrusted.port}", "shop.com"),
            run("moving", moving.base_url, "shop.com"),
            run("unreachable", "http://127.0.0.1:1", "shop.com"),
        ]
        status = run_process(["status", "--ledger", str(ledger)], tmp_path, env)
        echoed = run_process(["status", "echo-key-shop.com", "--ledger", str(ledger)], tmp_path, env)

    assert [ended.code for ended in ends] == [1, *([4] * (len(ends) - 1))]
    # The vendor did say the key, and it was taken out, not lost with the whole message.
    assert "[API key]" in echoed.out
    for ended in (*ends, status, echoed):
        assert not holds_canary((ended.out + ended.err).encode())
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) > 2 * len(ends)
    assert [path for path in files if holds_canary(path.read_bytes())] == []
    assert not any(holds_canary(field) for field in fields_of(ledger))
