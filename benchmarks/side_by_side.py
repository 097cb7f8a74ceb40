"""Whole processes timed against each other: in turn, so that a busy machine is as busy for both."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROUNDS = 5
NEEDS_A_PERSON = 1
"""How `check` ends on a sheet with problems."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Wall-clock and processor seconds of a process with its children; MiB of the largest one of them."""

    seconds: float
    processor: float
    mebibytes: float


def take_turns(commands: Mapping[str, Sequence[str]], rounds: int = ROUNDS) -> dict[str, Measured]:
    """The medians of each command, and its highest memory."""
    measured: dict[str, list[Measured]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            measured[name].append(measure(command))
    return {name: median(each) for name, each in measured.items()}


def measure(command: Sequence[str]) -> Measured:
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, NEEDS_A_PERSON):
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}.")
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return Measured(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / unit)


def median(measured: Sequence[Measured]) -> Measured:
    return Measured(
        statistics.median(each.seconds for each in measured),
        statistics.median(each.processor for each in measured),
        max(each.mebibytes for each in measured),
    )


def compare_check(path: Path, what: str, bare: Sequence[str], aim: float) -> None:
    """Print how much longer `check` of the file takes than the `bare` command."""
    check = [sys.executable, "-m", "batch_orders", "check", str(path)]
    medians = take_turns({"bare": bare, "check": check})
    print(f"{path.name}: {what}")
    for name, each in medians.items():
        print(
            f"{name:>6}: {each.seconds:6.2f} s, {each.processor:6.2f} s of processor, "
            f"{each.mebibytes:5.0f} MiB in the largest process"
        )
    ratio = medians["check"].seconds / medians["bare"].seconds
    print(f" ratio: {ratio:.2f} (aim: at most {aim})", flush=True)
