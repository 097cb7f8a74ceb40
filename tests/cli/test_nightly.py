"""What docs/nightly.md tells people to install is well formed and says what the program does."""

from __future__ import annotations

import ast
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from batch_orders.cli.commands import batch_orders
from batch_orders.cli.exits import Exit
from batch_orders.settings import load_settings
from tests.harness.starts import ROOT

NIGHTLY = ROOT / "docs" / "nightly"
TEXT = (ROOT / "docs" / "nightly.md").read_text(encoding="utf-8")
PROGRAM = "/opt/batch-orders/bin/batch-orders"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed.")
def test_systemd_has_nothing_to_say_about_the_units(tmp_path: Path) -> None:
    units = []
    for name in ("batch-orders.service", "batch-orders.timer"):
        text = (NIGHTLY / name).read_text(encoding="utf-8")
        units.append(tmp_path / name)
        # verify wants a program that is there.
        units[-1].write_text(text.replace(PROGRAM, sys.executable), encoding="utf-8")
    verified = subprocess.run(
        ["systemd-analyze", "verify", *map(str, units)], capture_output=True, text=True, check=False
    )
    assert (verified.returncode, verified.stdout, verified.stderr) == (0, "", "")


def commands() -> list[list[str]]:
    """Every command line of ours in the page and the files, without what the shell makes of the rest."""
    files = [path.read_text(encoding="utf-8") for path in NIGHTLY.iterdir() if path.is_file()]
    text = "\n".join([TEXT, *files]).replace("\\\n", " ")
    lines = re.findall(r"(?:^|[\s`\"])(?:\S*[/\\])?batch-orders(?:\.exe)?\s+([a-z][^`\n;\"<>#]*)", text)
    found = [shlex.split(line.split(" >>")[0].replace("\\", "/")) for line in lines]
    return [words for words in found if words and words[0] in batch_orders.commands]


def test_every_command_that_is_shown_is_one() -> None:
    found = commands()
    assert {"doctor", "inbox", "prune", "reconcile"} <= {words[0] for words in found}
    for name, *words in found:
        known = {
            option: parameter
            for parameter in batch_orders.commands[name].params
            if isinstance(parameter, click.Option)
            for option in parameter.opts
        }
        unknown = [word for word in words if word.startswith("--") and word not in known]
        assert unknown == []


def test_the_airflow_file_is_python_and_keeps_what_the_page_says() -> None:
    tree = ast.parse((NIGHTLY / "airflow_dag.py").read_text(encoding="utf-8"))
    said = {
        keyword.arg: keyword.value.value
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        for keyword in call.keywords
        if isinstance(keyword.value, ast.Constant)
    }
    assert (said["catchup"], said["max_active_runs"], said["retries"]) == (False, 1, 0)


def test_every_exit_code_has_its_line() -> None:
    assert re.findall(r"^\| (\d) \|", TEXT, re.MULTILINE) == [str(int(code)) for code in Exit]


def test_the_settings_that_are_shown_are_understood(tmp_path: Path) -> None:
    (shown,) = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    path = tmp_path / "batch-orders.toml"
    path.write_text(shown, encoding="utf-8")
    settings = load_settings({}, {}, path)
    assert len(settings.notify.targets) == 1
    assert settings.heartbeat.start == "https://hc-ping.com/your-uuid/start"


def test_the_crontab_line_has_five_times_and_no_percent_sign() -> None:
    (line,) = [line for line in (NIGHTLY / "crontab").read_text().splitlines() if line[:1].isdigit()]
    assert re.fullmatch(r"\d+ \d+ \* \* \* /\S+ .*", line)
    # cron makes a line break of it.
    assert "%" not in line
