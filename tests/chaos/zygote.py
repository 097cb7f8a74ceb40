"""Starts the command line many times over: imports everything once, and forks one process per start.

`python -m tests.chaos.zygote` reads one JSON list of starts per line, forks them all at the same moment,
prints their process ids, waits for them, and prints how they ended.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from typing import Any

# All that a run imports, so that a start costs milliseconds and a kill falls into the work.
from batch_orders.cli import run_command
from tests.chaos.meeting import Meeting
from tests.chaos.points import Point


def begin(start: dict[str, Any], gate: int) -> None:
    """What the forked process does: wait for the gate, be the command line, end."""
    code = 70
    try:
        os.environ.clear()
        os.environ.update(start["env"])
        os.chdir(start["folder"])
        said = os.open(start["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for target, source in enumerate((nothing, said, said)):
            os.dup2(source, target)
        if start["point"]:
            Point(**start["point"]).arm()
        if start["meeting"]:
            Meeting(**start["meeting"]).arm()
        os.read(gate, 1)
        code = run_command(start["words"])
        sys.stdout.flush()
    except Exception:  # noqa: BLE001
        traceback.print_exc()
    os._exit(code)


def fork(start: dict[str, Any], gate: int, opener: int) -> int:
    process = os.fork()
    if process == 0:
        os.close(opener)
        begin(start, gate)
    return process


def main() -> None:
    for line in sys.stdin:
        gate, opener = os.pipe()
        processes = [fork(start, gate, opener) for start in json.loads(line)]
        print(json.dumps(processes), flush=True)
        os.close(gate)
        os.close(opener)
        print(
            json.dumps([os.waitstatus_to_exitcode(os.waitpid(each, 0)[1]) for each in processes]), flush=True
        )


if __name__ == "__main__":
    main()
