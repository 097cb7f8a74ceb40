"""The harness itself: a fork is what a new interpreter would be."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path

import pytest

from tests.harness.command_line import Machine
from tests.harness.starts import PATIENCE, ROOT, Start, begin, warmed

pytestmark = pytest.mark.long

DESCRIBE = (
    "import gc, locale, os, signal, sys, tempfile, threading\n"
    "print(gc.get_freeze_count(), gc.isenabled(), threading.active_count(), sys.argv[1:], os.getcwd())\n"
    "print(sorted(os.environ.items()), tempfile.gettempdir(), locale.getpreferredencoding())\n"
    "print([signal.getsignal(number) for number in (1, 2, 13, 15, 17)])\n"
    "print([signal.pthread_sigmask(signal.SIG_BLOCK, [])], os.umask(0))\n"
    "for stream in (sys.stdin, sys.stdout, sys.stderr):\n"
    "    print(stream.fileno(), stream.encoding, stream.errors, stream.line_buffering, stream.isatty())\n"
    "print(sorted(fd for fd in range(3, 1000) if os.path.exists(f'/proc/self/fd/{fd}')))\n"
)


def start(machine: Machine, code: str, *words: str) -> Start:
    return Start(words, machine.here, machine.environment, program=partial(exec, code, {}))


def test_a_fork_is_what_a_new_interpreter_would_be(machine: Machine) -> None:
    with begin(start(machine, DESCRIBE, "one", "two")) as forked:
        output, errors = forked.communicate()
    fresh = subprocess.run(
        [sys.executable, "-c", DESCRIBE, "one", "two"],
        cwd=machine.here,
        env=machine.environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    assert (output.splitlines(), errors) == (fresh.stdout.splitlines(), fresh.stderr)


@pytest.mark.parametrize(
    ("code", "ending"),
    [
        ("raise SystemExit(3)", 3),
        ("raise SystemExit", 0),
        ("raise SystemExit('a sentence')", 1),
        ("1 / 0", 1),
        ("import os; os._exit(7)", 7),
        ("import os, signal; os.kill(os.getpid(), signal.SIGTERM)", -signal.SIGTERM),
    ],
)
def test_it_ends_as_a_process_ends(machine: Machine, code: str, ending: int) -> None:
    with begin(start(machine, code)) as forked:
        forked.communicate()
    assert forked.returncode == ending


def test_it_waits_for_its_threads_and_calls_what_was_left_for_the_end(machine: Machine) -> None:
    code = (
        "import atexit, threading\natexit.register(print, 'last')\n"
        "threading.Timer(0.05, print, ['thread']).start()\nprint('main')\n"
    )
    with begin(start(machine, code)) as forked:
        assert forked.communicate()[0].split() == ["main", "thread", "last"]


def test_it_takes_signals_and_is_gone_at_the_end_of_the_block(machine: Machine) -> None:
    with begin(start(machine, "import time; print('here', flush=True); time.sleep(1000)")) as forked:
        assert forked.stdout
        assert forked.stdout.readline() == "here\n"
        assert forked.poll() is None
        with pytest.raises(subprocess.TimeoutExpired):
            forked.wait(0.01)
    assert forked.returncode == -signal.SIGKILL
    assert not Path(f"/proc/{forked.pid}").exists()


def test_arrow_computes_in_a_fork(machine: Machine) -> None:
    code = (
        "import pyarrow as pa, pyarrow.compute as pc\n"
        "table = pa.table({'a': pa.chunked_array([list(range(50_000))] * 20)})\n"
        "print(table.group_by('a').aggregate([('a', 'count')]).num_rows, pc.sum(table['a']).as_py())"
    )
    for _ in range(5):
        with begin(start(machine, code)) as forked:
            assert forked.communicate()[0] == f"50000 {20 * sum(range(50_000))}\n"


def test_many_may_be_started_by_threads(machine: Machine) -> None:
    ended: list[str] = []

    def one(number: int) -> None:
        with begin(start(machine, f"print({number})")) as forked:
            ended.append(forked.communicate()[0])

    threads = [threading.Thread(target=one, args=[number]) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ended) == [f"{number}\n" for number in range(10)]


def test_nothing_outlives_the_process_that_started_it() -> None:
    code = (
        "import os, time; from functools import partial; from pathlib import Path\n"
        "from tests.harness.starts import *\n"
        "forked = begin(Start([], Path.cwd(), dict(os.environ), program=partial(time.sleep, 1000)))\n"
        "print(forked.pid, warmed().address, warmed_reader().address, flush=True)\n"
        "time.sleep(1000)"
    )
    owner = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    with owner:
        assert owner.stdout
        forked, *addresses = owner.stdout.readline().split()
        owner.kill()
    deadline = time.monotonic() + PATIENCE
    while any(path.exists() for path in (Path(f"/proc/{forked}"), *map(Path, addresses))):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_warmed_process_lives_on_when_those_who_asked_are_killed(machine: Machine) -> None:
    """While asking, and while waiting for what they started: programs are killed while a sheet is read."""
    for sent in (b"", b"short", (100).to_bytes(8), (100).to_bytes(8) + b"part"):
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(warmed().address)
            line.sendall(sent)
    with begin(start(machine, "import time; time.sleep(1000)")) as abandoned:
        os.close(abandoned.ending)
        os.kill(abandoned.pid, signal.SIGKILL)
        abandoned.returncode = -signal.SIGKILL
    with begin(start(machine, "print('still here')")) as forked:
        assert forked.communicate()[0] == "still here\n"
