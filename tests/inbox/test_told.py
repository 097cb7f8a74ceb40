"""Who is told of a night: the message, the heartbeat, the log."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.harness.inbox import Inbox
from tests.sheets import row


class Listener(BaseHTTPRequestHandler):
    """Takes every call and keeps its path and its JSON."""

    calls: list[tuple[str, Any]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.calls.append((self.path, json.loads(body) if body else None))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self) -> None:
        self.do_POST()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def listener() -> Iterator[tuple[int, list[tuple[str, Any]]]]:
    calls: list[tuple[str, Any]] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("OneListener", (Listener,), {"calls": calls}))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server.server_address[1], calls
    server.shutdown()
    thread.join()
    server.server_close()


def write_settings(folder: Path, port: int, when: str) -> str:
    file = folder / "batch-orders.toml"
    file.write_text(
        f'[notify]\ntargets = ["json://127.0.0.1:{port}/told"]\nwhen = "{when}"\n'
        f'[heartbeat]\nurl = "http://127.0.0.1:{port}/beat"\n'
    )
    return str(file)


def test_one_message_a_night_and_a_heartbeat_around_it(
    inbox: Inbox, tmp_path: Path, listener: tuple[int, list[tuple[str, Any]]]
) -> None:
    port, calls = listener
    config = write_settings(tmp_path, port, "attention")
    inbox.drop("good.csv", age=2)
    inbox.drop("north/mixed.csv", row("fine.com"), row("rejected-a.com"), age=1)
    assert inbox.night("--config", config).code == 1
    assert [path for path, _ in calls] == ["/beat/start", "/told", "/beat"]
    message = calls[1][1]
    assert "mixed.csv (north): 1 placed, 1 rejected" in message["message"]
    assert "rejected-a.com" in message["message"]
    assert message["message"].splitlines()[-1].startswith("Exit code 1. Batches: ")
    assert "Jane" not in message["message"]
    names = {each["filename"] for each in message["attachments"]}
    assert {name.rpartition(" ")[2] for name in names} >= {"result.csv"}
    assert len(names) == 5


def test_nobody_is_told_of_a_good_night_and_a_stopped_one_is_a_failure(
    inbox: Inbox, tmp_path: Path, listener: tuple[int, list[tuple[str, Any]]]
) -> None:
    port, calls = listener
    config = write_settings(tmp_path, port, "attention")
    inbox.drop("good.csv")
    assert inbox.night("--config", config).code == 0
    assert [path for path, _ in calls] == ["/beat/start", "/beat"]
    calls.clear()
    inbox.drop("bad.csv", row("refused-key-a.com"))
    assert inbox.night("--config", config).code == 4
    assert [path for path, _ in calls] == ["/beat/start", "/told", "/beat/fail"]
    calls.clear()
    assert inbox.night("--config", config, "--ledger", str(inbox.root)).code == 2
    assert [path for path, _ in calls] == ["/told", "/beat/fail"]
    assert calls[0][1]["message"].endswith("Exit code 2.")


def test_the_log_in_json_names_sheet_team_and_batch(inbox: Inbox) -> None:
    inbox.drop("north/one.csv", row("one.com"))
    ended = inbox.night("--log-format", "json")
    lines = [json.loads(line) for line in ended.told.splitlines()]
    batch = next(line for line in lines if "exit_code" in line)["sheets"][0]["batch"]
    about = {
        tuple(line.get(name) for name in ("sheet", "source", "batch", "domain"))
        for line in lines
        if "level" in line
    }
    assert ("one.csv", "north", batch, "one.com") in about
    assert ("one.csv", "north", batch, None) in about
    assert "Jane" not in ended.told
