"""Completion in a shell, and what a newcomer sees who types the program's name alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from shutil import which

import pytest

from tests.harness.command_line import Machine

PROGRAM = Path(sys.executable).with_name("batch-orders")


@pytest.mark.skipif(not PROGRAM.exists(), reason="the program is not installed beside this Python")
def test_bash_completes_a_command_and_an_option(machine: Machine) -> None:
    bash = which("bash")
    if bash is None:
        pytest.skip("there is no bash here")
    script = machine.run("completion", "bash").output
    ask = f"""{script}
COMP_WORDS=(batch-orders {{}}); COMP_CWORD={{}}; _batch_orders_completion batch-orders; echo "${{COMPREPLY[@]}}"
"""
    environment = {**os.environ, "PATH": f"{PROGRAM.parent}{os.pathsep}{os.environ['PATH']}"}

    def completed(words: str, position: int) -> list[str]:
        # What is typed is put in by hand: the script itself is full of braces.
        asked = ask.replace("({", "(").replace("batch-orders {}", f"batch-orders {words}")
        asked = asked.replace("COMP_CWORD={}", f"COMP_CWORD={position}")
        done = subprocess.run(
            [bash, "-c", asked], capture_output=True, text=True, env=environment, check=True
        )
        return done.stdout.split()

    assert completed("che", 1) == ["check"]
    assert completed("run --sand", 2) == ["--sandbox"]


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_have_a_script(machine: Machine, shell: str) -> None:
    ended = machine.run("completion", shell)
    assert ended.code == 0
    assert f"_BATCH_ORDERS_COMPLETE={shell}_complete" in ended.output


def test_a_shell_that_is_not_known_is_refused(machine: Machine) -> None:
    assert machine.run("completion", "tcsh").code == 2


def test_without_words_a_newcomer_is_told_the_first_commands(machine: Machine) -> None:
    ended = machine.run()
    assert ended.code == 0
    for command in ("template", "check", "run"):
        assert f"batch-orders {command}" in ended.output
    assert len(ended.output.splitlines()) < 10


def test_the_options_of_run_stand_in_groups_and_none_is_lost(machine: Machine) -> None:
    told = machine.run("run", "--help").output
    heads = [line for line in told.splitlines() if line.endswith(":") and not line.startswith(" ")]
    assert heads == ["What:", "Limits:", "Reading:", "Where:", "Output:"]
    for option in ("--dry-run", "--max-cost-per-month", "--worksheet", "--ledger", "--log-format", "--help"):
        assert f"{option} " in told
