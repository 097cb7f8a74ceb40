"""An inbox of one test's own, and nights that work it through as processes of their own."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from batch_orders.inbox import Folder
from tests.harness.command_line import KEY, Before, Ended, Machine
from tests.harness.starts import Forked, begin_together
from tests.sheets import Row, row, write_csv, write_workbook


@dataclass(frozen=True, slots=True)
class Night:
    """How a night ended, and what it told people and programs."""

    code: int
    told: str

    @property
    def said(self) -> list[dict[str, Any]]:
        """Every JSON object that was printed."""
        return [json.loads(line) for line in self.told.splitlines() if line.startswith('{"exit_code"')]

    @property
    def sheets(self) -> dict[str, dict[str, int]]:
        """Sheet → counts of its orders without zeros."""
        return {
            sheet["sheet"]: {status: count for status, count in sheet["orders"].items() if count}
            for said in self.said
            for sheet in said["sheets"]
        }


class Inbox:
    """`root` holds the five folders, `machine` works them through."""

    def __init__(self, folder: Path, base_url: str) -> None:
        self.machine = Machine.in_folder(folder, SMARTLEAD_API_KEY=KEY)
        self.root = folder / "drop"
        self.base_url = base_url
        (self.root / "inbox").mkdir(parents=True)

    def drop(self, name: str, *rows: Row, age: float = 0) -> Path:
        """Put a sheet into the inbox, `age` seconds older than now."""
        path = self.root / "inbox" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write = write_workbook if path.suffix == ".xlsx" else write_csv
        write(path, *(rows or (row(f"{path.stem}.com"),)))
        if age:
            when = path.stat().st_mtime - age
            os.utime(path, (when, when))
        return path

    def words(self, *words: str, folder: str | Path | None = None) -> list[str]:
        place = folder if folder is not None else self.root
        usual = ("--json", "--rate", "none", "--settle", "0", "--base-url", self.base_url)
        return ["inbox", str(place), *usual, "--ledger", self.ledger, *words]

    def start(self, *words: str, before: Before = None, folder: str | Path | None = None) -> Forked:
        """Begin a night; `wait` must follow."""
        self.log.unlink(missing_ok=True)
        start = self.machine.prepare(*self.words(*words, folder=folder), before=before)
        (process,) = begin_together({self.log: start})
        return process

    def wait(self, process: Forked) -> Night:
        night = Night(process.wait(), self.log.read_text("utf-8"))
        assert "Traceback" not in night.told
        return night

    def night(self, *words: str, before: Before = None, folder: str | Path | None = None) -> Night:
        return self.wait(self.start(*words, before=before, folder=folder))

    def nights(self, words: list[str], *machines: Machine) -> list[int]:
        """Nights that begin at the same moment, each on a machine. Returns how they ended."""
        starts = {
            machine.here / f"{number}.txt": machine.prepare(*words) for number, machine in enumerate(machines)
        }
        return [process.wait() for process in begin_together(starts)]

    def run(self, *words: str) -> Ended:
        """Another command of the program, on the same ledger."""
        return self.machine.run(*words, "--ledger", self.ledger)

    @property
    def ledger(self) -> str:
        return str(self.machine.home / "ledger.db")

    @property
    def log(self) -> Path:
        return self.machine.here / "log.txt"

    def all_files(self) -> Iterator[str]:
        """Every file that is not hidden, by its path below the root."""
        for path in sorted(self.root.rglob("*")):
            below = path.relative_to(self.root)
            if path.is_file() and not any(part.startswith(".") for part in below.parts):
                yield below.as_posix()

    def files(self, folder: Folder | str) -> list[str]:
        """The files in one of the folders, by their paths below it."""
        return [each.partition("/")[2] for each in self.all_files() if each.startswith(f"{folder}/")]

    def sheets(self, *names: str) -> dict[str, str]:
        """Sheet → the only folder that it lies in."""
        found = Counter(
            (name, each.partition("/")[0])
            for name in names
            for each in self.all_files()
            if each.partition("/")[2] == name
        )
        assert sorted(name for name, _ in found) == sorted(names), list(self.all_files())
        return dict(found.keys())
