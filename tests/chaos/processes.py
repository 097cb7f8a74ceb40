"""The processes of a story, as the harness sees them: the vendor, and the program that is killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import requests

from tests.chaos.meeting import Meeting
from tests.chaos.points import Point
from tests.command_line import ROOT, surroundings

ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}


class Helper:
    """A process that ends when its standard input does, and so never outlives the tests."""

    def __init__(self, module: str, *words: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, *words],
            cwd=ROOT,
            env={**os.environ, **ONE_THREAD},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def read(self) -> str:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise EOFError("A process of the harness has ended.")
        return line.strip()

    def write(self, line: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def stop(self) -> None:
        with self._process:
            assert self._process.stdin
            self._process.stdin.close()


class CountingServer(Helper):
    """`listed` says whether it has get-domain-list; without it nothing can be looked up."""

    def __init__(self, listed: bool) -> None:
        super().__init__("tests.chaos.counting_server", *(() if listed else ("--unlisted",)))
        self.base_url = self.read()

    def seen(self) -> dict[str, int]:
        """Domain → how many orders for it the vendor has taken."""
        answer = requests.get(f"{self.base_url}/seen", timeout=30)
        seen: dict[str, int] = answer.json()
        return seen


@dataclass(frozen=True, slots=True)
class Start:
    """One start of the command line: where, with which words, where it dies and whom it meets.

    What it prints goes to a file of its own in `folder`.
    """

    words: Sequence[str]
    folder: Path
    point: Point | None = None
    meeting: Meeting | None = None
    log: str = "log.txt"

    def describe(self) -> dict[str, Any]:
        return {
            "words": list(self.words),
            "folder": str(self.folder),
            "env": surroundings(self.folder),
            "log": str(self.folder / self.log),
            "point": asdict(self.point) if self.point else None,
            "meeting": asdict(self.meeting) if self.meeting else None,
        }


class Zygote(Helper):
    """Forks the command line. See tests.chaos.zygote."""

    def __init__(self) -> None:
        super().__init__("tests.chaos.zygote")

    def start(self, *starts: Start) -> list[int]:
        """Start all of them at the same moment. Returns their process ids."""
        self.write(json.dumps([start.describe() for start in starts]))
        processes: list[int] = json.loads(self.read())
        return processes

    def wait(self) -> list[int]:
        """How they ended: exit codes, or a signal's number below zero."""
        codes: list[int] = json.loads(self.read())
        return codes
