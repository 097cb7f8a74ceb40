"""What is shown never stops what is bought: closed pipes, dead terminals, encodings that lack a letter."""

from __future__ import annotations

import errno
import fcntl
import io
import json
import logging
import os
import pty
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

from batch_orders.cli.json_out import say_json
from batch_orders.cli.output import Unbreakable, steady
from batch_orders.cli.show import SteadyConsole
from batch_orders.core.outcomes import Outcome, Placed
from batch_orders.logs import log
from batch_orders.sandbox import Sandbox
from batch_orders.service.events import Events, guard
from batch_orders.service.submission import OrderToSend
from tests.harness.command_line import Machine
from tests.harness.starts import PATIENCE
from tests.sheets import row

pytestmark = pytest.mark.long

ROWS = [row(f"{letter}-one.com") for letter in "abcd"]
FOREIGN = "注文.csv"


def run_shell(
    machine: Machine, redirection: str, *words: str | Path, **environment: str
) -> subprocess.CompletedProcess[str]:
    """The command in a shell, with what stands behind it there. The exit code is the command's own."""
    script = f'"$@" {redirection}; exit "${{PIPESTATUS[0]}}"'
    return subprocess.run(
        ["bash", "-c", script, "bash", *machine.command(*words)],
        cwd=machine.here,
        env={**machine.environment, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        # What is written in another encoding is not UTF-8.
        errors="replace",
        timeout=PATIENCE,
        check=False,
    )


@pytest.mark.parametrize(
    "redirection", ["| head -n 1", ">&- 2>&-", "<&- >/dev/full"], ids=["reader gone", "closed", "disk full"]
)
def test_a_run_whose_output_is_gone_buys_everything_and_reports(
    redirection: str, buyer: Machine, sandbox: Sandbox
) -> None:
    done = run_shell(buyer, redirection, "run", buyer.hand_in(*ROWS), "--yes", "--rate", "none")
    assert (done.returncode, done.stderr) == (0, "")
    assert len(sandbox.orders) == len(ROWS)
    assert len(buyer.reports()) == 1


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "latin-1"])
def test_what_an_encoding_lacks_is_a_question_mark_and_stops_nothing(
    encoding: str, buyer: Machine, sandbox: Sandbox
) -> None:
    sheet = buyer.hand_in(*ROWS, name=FOREIGN)
    done = run_shell(buyer, "", "run", sheet, "--yes", "--rate", "none", PYTHONIOENCODING=encoding)
    assert (done.returncode, len(sandbox.orders), len(buyer.reports())) == (0, len(ROWS), 1)
    assert "??.csv" in done.stdout


@pytest.mark.parametrize("redirection", ["| true", ">&-", "2>&- >/dev/full"])
def test_status_ends_as_always_where_nobody_reads_it(redirection: str, machine: Machine) -> None:
    done = run_shell(machine, redirection, "status")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_status_shows_what_an_encoding_lacks_as_a_question_mark(encoding: str, machine: Machine) -> None:
    done = run_shell(machine, "", "status", "--ledger", "注.db", PYTHONIOENCODING=encoding)
    assert (done.returncode, done.stderr) == (0, "")
    assert "?.db" in done.stdout


def test_a_fault_keeps_its_exit_code_where_nobody_reads_it(machine: Machine) -> None:
    assert run_shell(machine, ">&- 2>&-", "status", "--config", "missing.toml").returncode == 2


def test_a_closed_terminal_finishes_the_order_in_flight_and_writes_the_report(
    buyer: Machine, sandbox: Sandbox
) -> None:
    sheet = buyer.hand_in(*(row(f"slow-{letter}.com") for letter in "abcdef"))
    person, program = pty.openpty()

    def own_terminal() -> None:
        os.setsid()
        fcntl.ioctl(program, termios.TIOCSCTTY, 0)

    process = subprocess.Popen(
        buyer.command("run", sheet, "--yes"),
        cwd=buyer.here,
        env=buyer.environment,
        stdin=program,
        stdout=program,
        stderr=program,
        preexec_fn=own_terminal,
    )
    try:
        os.close(program)
        while not sandbox.requests:
            assert process.poll() is None
            time.sleep(0.01)
        os.close(person)  # the kernel sends SIGHUP, and whatever is written from now on fails
        code = process.wait(PATIENCE)
    finally:
        process.kill()
    assert code == 4
    assert 1 <= len(sandbox.orders) == len(sandbox.requests) < 6
    assert len(buyer.reports()) == 1


def test_a_run_that_was_started_with_nohup_outlives_its_terminal(buyer: Machine, sandbox: Sandbox) -> None:
    sheet = buyer.hand_in(row("slow-a.com"), row("slow-b.com"))
    process = subprocess.Popen(
        ["nohup", *buyer.command("run", sheet, "--yes")],
        cwd=buyer.here,
        env=buyer.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while not sandbox.requests:
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(signal.SIGHUP)
        assert process.wait(PATIENCE) == 0
    finally:
        process.kill()
    assert len(sandbox.orders) == 2


BROKEN_DISPLAY = """
import sys
from batch_orders.cli import progress
from batch_orders.cli.program import run_command
def break_down(*_):
    raise RuntimeError("canary")
progress.Lines.outcome = break_down
sys.exit(run_command(sys.argv[1:]))
"""


def test_a_display_that_breaks_stops_no_order(buyer: Machine, sandbox: Sandbox) -> None:
    done = subprocess.run(
        [sys.executable, "-c", BROKEN_DISPLAY, "run", buyer.hand_in(*ROWS), "--yes", "--rate", "none"],
        cwd=buyer.here,
        env=buyer.environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (done.returncode, len(sandbox.orders), len(buyer.reports())) == (0, len(ROWS), 1)
    assert done.stderr.count("can no longer be shown (RuntimeError)") == 1
    assert "canary" not in done.stdout + done.stderr


class Broken(Events):
    """A display that breaks at each word, and counts them."""

    def __init__(self) -> None:
        self.words: list[str] = []

    def begins(self, orders: int) -> None:
        self.words.append("begins")

    def outcome(self, order: OrderToSend, outcome: Outcome) -> None:
        self.words.append("outcome")
        raise OSError("gone")

    def ends(self) -> None:
        self.words.append("ends")
        raise OSError("gone")


def test_a_broken_display_is_ended_once_and_asked_no_more(caplog: pytest.LogCaptureFixture) -> None:
    broken = Broken()
    display = guard(broken)
    display.begins(2)
    for _ in range(2):
        display.outcome(OrderToSend(1, "one.com", {}), Placed(""))
    display.ends()
    assert broken.words == ["begins", "outcome", "ends"]


def test_a_stream_that_nobody_reads_takes_everything() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    stream = steady(io.TextIOWrapper(io.FileIO(writer, "w", closefd=False), encoding="ascii"))
    for _ in range(3):
        stream.write("ü" * 100_000 + "\n")
        stream.flush()
    handler = logging.StreamHandler(stream)
    handler.emit(log.makeRecord("a", logging.ERROR, "", 1, "b", (), None))
    stream.close()
    os.close(writer)


def test_a_slow_reader_gets_every_byte_also_through_a_pipe_that_does_not_wait() -> None:
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    told = b"".join(b"%d\n" % number for number in range(50_000))
    script = "import sys; sys.stdout.write(str(len(sys.stdin.buffer.read())))"
    slow = subprocess.Popen([sys.executable, "-c", script], stdin=reader, stdout=subprocess.PIPE, text=True)
    os.close(reader)
    with io.FileIO(writer, "w") as stream, io.BufferedWriter(Unbreakable(stream)) as steadied:
        steadied.write(told)
    assert slow.communicate(timeout=PATIENCE)[0] == str(len(told))


class Gone(io.StringIO):
    """A stream whose reader went away."""

    def __init__(self, fault: Exception) -> None:
        super().__init__()
        self.fault = fault
        self.writes = 0

    def write(self, text: str) -> int:
        self.writes += 1
        raise self.fault


@pytest.mark.parametrize(
    "fault", [BrokenPipeError(), OSError(errno.EIO, "the terminal"), ValueError("closed")]
)
def test_a_console_whose_stream_breaks_ends_nothing(fault: Exception) -> None:
    stream = Gone(fault)
    console = SteadyConsole(file=stream)
    console.print("one")
    console.print("two")
    assert stream.writes


def test_brackets_are_text_and_no_markup(capsys: pytest.CaptureFixture[str]) -> None:
    from batch_orders.cli.show import open_console

    open_console(aside=False).print("[/june] [bold]")
    assert capsys.readouterr().out == "[/june] [bold]\n"


@pytest.mark.parametrize("encoding", ["ascii", "utf-8"])
def test_json_is_whole_in_any_encoding(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(shown, encoding=encoding))
    say_json(0, [{"sheet": "ü\udcfc"}])
    assert json.loads(shown.getvalue())["sheets"] == [{"sheet": "ü\udcfc"}]


ACTING = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202e"


def test_what_others_wrote_does_not_steer_the_terminal(machine: Machine) -> None:
    name = f"or{ACTING}\nError: ders.csv"
    machine.hand_in(row(f"bad{ACTING}.com"), row("good.com", contact=ACTING), name=name)
    told = ""
    for words in (
        ["check", name],
        ["run", name, "--sandbox", "--yes", "--json"],
        ["status"],
        ["check", f"no{name}"],
    ):
        ended = machine.run(*words)
        told += ended.output + ended.errors
    assert not set("\x1b\x07\x9b\u202e").intersection(told)
    assert r"\x1b]0;owned\x07" in told
    assert "\nError: ders.csv" not in told
