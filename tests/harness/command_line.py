"""The command line on a machine of one test's own, and what it leaves behind."""

from __future__ import annotations

import json
import os
import shlex
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from batch_orders.ledger.marks import Marks
from tests.harness.starts import PATIENCE, WARMED_VARIABLES, Forked, Start, begin
from tests.sheets import Row, write_csv

KEY = "canary/Key+7f3a=Zq"
"""The key that nothing may show. Its spelling in a URL is another one."""
Running = Forked | subprocess.Popen[str]
Before = Callable[[], object] | None


@dataclass(frozen=True, slots=True)
class Ended:
    """What a command left behind."""

    code: int
    output: str
    errors: str

    @property
    def said(self) -> dict[str, Any]:
        """The one JSON object on standard output, zeros included."""
        said: dict[str, Any] = json.loads(self.output)
        return said

    @property
    def orders(self) -> dict[str, int]:
        """The counts of the only sheet, without zeros."""
        (sheet,) = self.said["sheets"]
        return {status: count for status, count in sheet["orders"].items() if count}


def pasted(ended: Ended) -> list[list[str]]:
    """The commands of the lines that begin with "Next: ", as a shell would take them."""
    lines = (ended.output + ended.errors).splitlines()
    found = [shlex.split(line.removeprefix("Next: ")) for line in lines if line.startswith("Next: ")]
    assert all(words[0] == "batch-orders" for words in found)
    return [words[1:] for words in found]


@dataclass(frozen=True, slots=True)
class Machine:
    """A home and a working directory of one test's own. Nothing of the real ones is seen.

    A command is a fork of a warmed process. With `fresh`, or with variables that only a new interpreter
    heeds, it is started as people start it. `before` is called in the forked process before the command.
    """

    home: Path
    here: Path
    environment: dict[str, str] = field(default_factory=dict)

    @classmethod
    def in_folder(cls, folder: Path, **environment: str) -> Machine:
        home, here, temporary = folder / "home", folder / "here", folder / "temporary"
        for each in (home, here, temporary):
            each.mkdir(parents=True)
        machine = cls(home, here, {**surroundings(home, temporary), **environment})
        # The word on a new ledger was given.
        marks = Marks.of(str(home / "data" / "batch-orders" / "ledger.db"), machine.state)
        Marks(marks.files[-1:]).write(0)
        return machine

    @property
    def state(self) -> Path:
        return Path(self.environment["XDG_STATE_HOME"]) / "batch-orders"

    def command(self, *words: str | Path) -> list[str]:
        """What people type, for a test that starts it in a way of its own."""
        return [sys.executable, "-m", "batch_orders", *map(str, words)]

    def prepare(self, *words: str | Path, before: Before = None, **environment: str) -> Start:
        """A start of the program here. `environment` is added to the machine's own."""
        return Start([*map(str, words)], self.here, {**self.environment, **environment}, before)

    def run(
        self,
        *words: str | Path,
        before: Before = None,
        fresh: bool = False,
        stdin: int | None = None,
        **environment: str,
    ) -> Ended:
        """Run a command to its end. `environment` is added to the machine's own."""
        with self.start(*words, before=before, fresh=fresh, stdin=stdin, **environment) as process:
            output, errors = process.communicate(timeout=PATIENCE)
        assert process.returncode is not None
        assert "Traceback" not in output + errors
        return Ended(process.returncode, output, errors)

    @contextmanager
    def start(
        self,
        *words: str | Path,
        before: Before = None,
        fresh: bool = False,
        stdin: int | None = None,
        **environment: str,
    ) -> Iterator[Running]:
        """A command that runs beside the test; it does not outlive it."""
        start = self.prepare(*words, before=before, **environment)
        if fresh or not heeded(start):
            assert not before, "Nothing can be done in a process that is yet to import the program."
            with start_interpreter(start, stdin) as process:
                yield process
            return
        with begin(start, stdin) as forked:
            yield forked

    def hand_in(self, *rows: Row, name: str = "june.csv") -> Path:
        """A sheet in the working directory."""
        return write_csv(self.here / name, *rows)

    def order(self, *rows: Row, words: tuple[str, ...] = (), before: Before = None) -> Ended:
        """Hand a sheet in and have it ordered without a question."""
        sheet = self.hand_in(*rows)
        return self.run("run", sheet, "--yes", "--json", "--rate", "none", *words, before=before)

    def reports(self) -> list[Path]:
        return [path for path in self.here.glob("reports/*.xlsx") if "to correct" not in path.name]

    def report_of(self, ended: Ended) -> Path:
        """The report that --json named, from wherever the test looks."""
        return self.here / str(ended.said["sheets"][0]["report"])


def heeded(start: Start) -> bool:
    """Whether a fork of the warmed process heeds all of its variables."""
    given = {name: value for name, value in start.environment.items() if name.startswith("PYTHON")}
    return given == WARMED_VARIABLES


@contextmanager
def start_interpreter(start: Start, stdin: int | None) -> Iterator[subprocess.Popen[str]]:
    """The program as people start it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "batch_orders", *start.words],
        cwd=start.folder,
        env=start.environment,
        stdin=subprocess.DEVNULL if stdin is None else stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate(timeout=PATIENCE)


def surroundings(home: Path, temporary: Path) -> dict[str, str]:
    """Nothing of the person who runs the tests: no settings, no proxies, another home."""
    folders = {"XDG_DATA_HOME": "data", "XDG_CONFIG_HOME": "config", "XDG_CACHE_HOME": "cache"}
    state = {"XDG_STATE_HOME": str(temporary.parent / "state")}
    return {
        "PATH": os.environ["PATH"],
        # As a new interpreter sets it where no language is known.
        "LC_CTYPE": "C.UTF-8",
        "HOME": str(home),
        "TMPDIR": str(temporary),
        **{name: str(home / folder) for name, folder in folders.items()},
        **state,
        **WARMED_VARIABLES,
    }


def run_words(sheet: Path, base_url: str, ledger: Path | str, *more: str) -> list[str]:
    """`run` for one sheet, with its reports beside it and without any limit on the rate."""
    return [
        *("run", str(sheet), "--yes", "--json", "--rate", "none"),
        *("--base-url", base_url, "--ledger", str(ledger), "--reports-dir", str(sheet.parent / "reports")),
        *more,
    ]


def read_states(ledger: Path) -> dict[str, str]:
    """Domain → state, as the tables of a SQLite ledger have it."""
    with closing(sqlite3.connect(ledger)) as connection:
        return dict(connection.execute("SELECT domain, state FROM orders ORDER BY id"))


def read_words(report: Path) -> dict[str, str]:
    """Domain → status, as the report's worksheet Orders has it."""
    book = load_workbook(report, read_only=True)
    lines = list(book["Orders"].iter_rows(values_only=True))
    book.close()
    domain, status = lines[0].index("Domain"), lines[0].index("Status")
    return {str(line[domain]): str(line[status]) for line in lines[1:]}
