"""The upload page as people start it, and a browser's part of talking to it without one."""

from __future__ import annotations

import json
import os
import re
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import requests
from argon2 import PasswordHasher

from batch_orders.web import start, warmed, warming
from batch_orders.web.warming import Warmed
from tests.harness.command_line import Before, Machine, Running
from tests.harness.starts import PATIENCE

PAUSE = 0.03
PASSWORD = "correct horse"
HASHED = PasswordHasher(1, 8, 1).hash(PASSWORD)
"""Quick to check: what a real one costs is tested once."""
DONE = ("done", "attention", "stopped")
"""How a batch stands that nothing carries on."""


@dataclass(slots=True)
class Page:
    """A running page. `session` is signed in; it sends what a browser sends from a page of the same origin."""

    process: Running
    address: str
    session: requests.Session = field(default_factory=requests.Session)

    @property
    def origin(self) -> str:
        return self.address.partition("/?")[0].rstrip("/")

    def sign_in(self) -> None:
        assert self.session.get(self.address, timeout=PATIENCE).status_code == 200

    def person(self, name: str, password: str = "") -> Page:
        """The same page as somebody else has it, signed in with a name and a password."""
        other = replace(self, session=requests.Session())
        answer = other.post("/sign-in", {"name": name, "password": password or PASSWORD})
        assert answer.status_code == 303, answer.text
        return other

    def program(self, token: str) -> Page:
        """The same page as a program has it."""
        other = replace(self, session=requests.Session())
        other.session.headers["Authorization"] = f"Bearer {token}"
        return other

    def get(self, path: str, **words: Any) -> requests.Response:
        return self.session.get(self.url(path), timeout=PATIENCE, **words)

    def post(self, path: str, data: Mapping[str, str] | None = None, **words: Any) -> requests.Response:
        """Without following where it leads."""
        headers = {"Origin": self.origin, **words.pop("headers", {})}
        return self.session.post(
            self.url(path), data=data, headers=headers, timeout=PATIENCE, allow_redirects=False, **words
        )

    def url(self, path: str) -> str:
        return path if path.startswith("http") else f"{self.origin}{path}"

    def hand_in(self, *sheets: Path | tuple[str, bytes], account: str = "") -> str:
        """Hand sheets in, and say where that leads: /uploads/…"""
        named = [sheet if isinstance(sheet, tuple) else (sheet.name, sheet.read_bytes()) for sheet in sheets]
        words = {"account": account} if account else None
        answer = self.post("/uploads", words, files=[("sheet", each) for each in named])
        assert answer.status_code == 303, answer.text
        return answer.headers["Location"]

    def state(self, path: str) -> dict[str, Any]:
        answer = self.get(path, headers={"Accept": "application/json"})
        said: dict[str, Any] = answer.json()
        return said

    def settle(self, path: str, *, wanted: tuple[str, ...] = ()) -> dict[str, Any]:
        """Wait until an upload or a batch does not go on by itself, or stands as wanted."""
        deadline = time.monotonic() + PATIENCE
        under_way = ("queued", "reading", "confirming", "waits", "runs")
        while time.monotonic() < deadline:
            said = self.state(path)
            if (wanted and said["state"] in wanted) or (not wanted and said["state"] not in under_way):
                return said
            time.sleep(PAUSE)
        raise TimeoutError(f"{path} stays {said}")

    def plan(self, path: str) -> str:
        """The text of an upload's plan page."""
        return self.get(f"{path}/plan").text

    def confirm(self, path: str, orders: str = "") -> requests.Response:
        """Say yes to the plan as it is shown."""
        return self.post(f"{path}/confirm", {"checksum": checksum_of(self.plan(path)), "orders": orders})

    def order(self, *sheets: Path | tuple[str, bytes]) -> str:
        """The whole way to a batch that is over. Says where it is: /batches/…"""
        upload = self.hand_in(*sheets)
        self.settle(upload)
        answer = self.confirm(upload)
        assert answer.status_code == 303, answer.text
        batch = answer.headers["Location"]
        self.settle(batch)
        return batch


def checksum_of(text: str) -> str:
    found = re.search(r'name="checksum" value="(\w{12})"', text)
    assert found, text
    return found[1]


def heading_of(text: str) -> str:
    found = re.search(r"<h1>(.*?)</h1>", text, re.DOTALL)
    assert found, text
    return re.sub(r"<[^>]+>", "", found[1]).strip()


def write_team(machine: Machine, text: str) -> tuple[str, str]:
    """Settings with `HASH` in place of everybody's password, as words for `serving`."""
    file = machine.here / "team.toml"
    file.write_text(text.replace("HASH", HASHED), encoding="utf-8")
    return "--config", str(file)


def serve_warmly(in_server: Before = None, in_children: Before = None) -> None:
    """Go on in this process, which has imported everything, where `serve` would replace it by a new interpreter.

    The process that children are forked from is a fork as well. All else is as people have it. `in_server` is
    called in the process that listens, and `in_children` in the one that children are forked from.
    """

    def go_on(_program: str, words: list[str], environment: dict[str, str]) -> None:
        os.environ.clear()
        os.environ.update(environment)
        with os.fdopen(int(words[-1])) as told:
            start.main(json.load(told))

    def warm_up(handed_on: tuple[int, ...]) -> Warmed:
        line, theirs = socket.socketpair()
        if os.fork() == 0:
            line.close()
            os.setsid()
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            # Above all not the listening socket: whoever asked a server that was killed would wait for an answer.
            keep_files(theirs.fileno(), *handed_on)
            if in_children:
                in_children()
            warmed.main(theirs.detach(), None)  # sheets are read in forks of the tests' own
            os._exit(0)
        theirs.close()
        if in_server:
            in_server()
        return Warmed(handed_on, line)

    os.execve = go_on  # type: ignore[assignment]
    warming.warm_up = warm_up


def keep_files(*kept: int) -> None:
    """Close all files but the three streams and these, as it is where a new interpreter is started."""
    last = 2
    for each in sorted(kept):
        os.closerange(last + 1, each)
        last = each
    os.closerange(last + 1, os.sysconf("SC_OPEN_MAX"))


@contextmanager
def serving(
    machine: Machine,
    *words: str,
    fresh: bool = False,
    before: Callable[[], object] = serve_warmly,
    sign_in: bool = True,
) -> Iterator[Page]:
    """`serve` on a free port, signed in. `fresh` starts it as people do."""
    with machine.start(
        "serve",
        "--port",
        "0",
        "--rate",
        "none",
        "--new-ledger",
        *words,
        before=None if fresh else before,
        fresh=fresh,
    ) as process:
        assert process.stdout
        address = next((line.strip() for line in process.stdout if line.startswith("http://")), "")
        assert address, process.stderr.read() if process.stderr else ""
        page = Page(process, address)
        if sign_in:
            page.sign_in()
        try:
            yield page
        finally:
            page.session.close()
