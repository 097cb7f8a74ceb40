"""`prune` takes away what is old and ours, and nothing else."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from batch_orders.cli.prune import PruneOptions, prune
from batch_orders.inbox.names import TAKEN_ENDINGS
from batch_orders.report.file import unfinished_path
from batch_orders.service.retention import (
    Kept,
    find_finished,
    find_reports,
    is_ours,
    is_sheet,
    look,
    remove,
)
from tests.harness.command_line import Machine, pasted
from tests.harness.rights import give_up_writing_everywhere
from tests.sheets import row

REPORT = "june 2026-08-01 023000.xlsx"
LATER = datetime.now(UTC) + timedelta(days=100)
"""A day on which everything that a test writes is a hundred days old."""


def write(path: Path, age: timedelta = timedelta(0)) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("x")
    written = (datetime.now(UTC) - age).timestamp()
    os.utime(path, (written, written))
    return path


def words(folder: Path, **more: object) -> PruneOptions:
    given = {
        "older_than": timedelta(days=90),
        "reports_dir": folder / "reports",
        "ledger": str(folder / "ledger.db"),
        "snapshots": None,
        "inbox": None,
        "attention": False,
        "dry_run": False,
        "yes": True,
        **more,
    }
    return PruneOptions(**given)  # type: ignore[arg-type]


def left(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}


def test_what_a_killed_process_left_of_a_report_is_ours() -> None:
    assert is_ours(unfinished_path(Path()).name)


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        (REPORT, True),
        ("june 2026-08-01 023000 (2).xlsx", True),
        ("june 2026-08-01 023000 (12) corrections.xlsx", True),
        ("june – report.xlsx", True),
        ("june – report 12.xlsx", True),
        ("june – to correct 2.xlsx", True),
        ("june – to correct (2).xlsx", True),
        ("june – result.tsv", True),
        ("june – report.csv", False),
        ("– report.xlsx", False),
        ("june - report.xlsx", False),
        ("two\nlines 2026-08-01 023000.xlsx", True),
        (".batch-orders-0123456789abcdef.tmp", True),
        (".batch-orders-notes.tmp", False),
        ("june.xlsx", False),
        ("june 2026-08-01.xlsx", False),
        ("june 2026-08-01 023000.csv", False),
        ("june 2026-08-01 023000.xlsx.bak", False),
        ("README.md", False),
        ("ledger.db", False),
    ],
)
def test_what_looks_like_a_report(name: str, ours: bool) -> None:
    assert is_ours(name) is ours


def test_what_looks_like_a_sheet() -> None:
    assert all(map(is_sheet, ("a.CSV", "b.xlsx", "c.ods", "d 2026-08-01 023000 result.csv")))
    # Whatever an inbox takes, it puts away: with the contact details in it, it must not stay for ever.
    assert all(is_sheet(f"june{ending}") for ending in TAKEN_ENDINGS)
    assert not any(
        map(is_sheet, (".batch-orders.lock", "~$a.xlsx", "ledger.db", "a.csv.ready", "key", ".a.csv"))
    )


def test_a_report_that_a_run_writes_looks_like_one(buyer: Machine) -> None:
    buyer.order(row(), row("bad"))
    names = [path.name for path in (buyer.here / "reports").iterdir()]
    assert (len(names), all(map(is_ours, names))) == (2, True)


def test_only_old_reports_go(tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    old = write(folder / REPORT)
    for name in ("notes.xlsx", "ledger.db", f"deeper/{REPORT}"):
        write(folder / name)
    (folder / "link 2026-08-01 023000.xlsx").symlink_to(old)
    before = left(folder)
    assert prune(words(tmp_path), LATER - timedelta(days=20)) == 0
    assert left(folder) == before
    assert prune(words(tmp_path), LATER) == 0
    assert left(folder) == before - {REPORT}


def test_a_finished_file_is_as_old_as_its_end(tmp_path: Path) -> None:
    """People drop files that they wrote long ago."""
    file = write(tmp_path / "inbox" / "june.csv", age=timedelta(days=400))
    (tmp_path / "done").mkdir()
    file.rename(tmp_path / "done" / "june.csv")
    assert list(find_finished(tmp_path / "done", datetime.now(UTC) - timedelta(days=90))) == []


FOLDERS = ("inbox", "working", "done", "attention", "refused")


def stock(root: Path) -> None:
    for folder in FOLDERS:
        for name in ("june.csv", f"blue/{REPORT}", "ledger.db", ".batch-orders.lock"):
            write(root / folder / name)
    (root / "done" / "linked").symlink_to(root / "inbox")


def test_done_and_refused_are_pruned_and_nothing_that_waits(tmp_path: Path) -> None:
    stock(tmp_path)
    before = left(tmp_path)
    assert prune(words(tmp_path, inbox=str(tmp_path)), LATER) == 0
    gone = {f"{folder}/{name}" for folder in ("done", "refused") for name in ("june.csv", f"blue/{REPORT}")}
    assert left(tmp_path) == before - gone


def test_attention_is_pruned_on_request_and_an_inbox_may_be_named_itself(tmp_path: Path) -> None:
    stock(tmp_path)
    before = left(tmp_path)
    assert prune(words(tmp_path, inbox=str(tmp_path / "inbox"), attention=True), LATER) == 0
    kept = {
        name
        for name in before
        if name.startswith(("inbox/", "working/")) or "ledger" in name or "lock" in name
    }
    assert left(tmp_path) == kept


def test_a_dry_run_says_it_and_removes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = write(tmp_path / "reports" / REPORT)
    assert prune(words(tmp_path, dry_run=True, yes=False), LATER) == 0
    assert report.exists()
    output = capsys.readouterr().out
    assert str(report) in output
    assert "1 file, 0.0 MB." in output


def test_what_a_dry_run_found_is_removed_by_the_line_that_it_ends_with(machine: Machine) -> None:
    report = write(machine.here / "reports" / REPORT)
    assert all(
        words[0] != "prune" for words in pasted(machine.run("prune", "--older-than", "90d", "--dry-run"))
    )
    (line,) = pasted(machine.run("prune", "--older-than", "0d", "--dry-run"))
    assert line == ["prune", "--older-than", "0d"]
    assert machine.run(*line, "--yes").code == 0
    assert not report.exists()


def test_a_file_that_somebody_has_just_changed_stays(tmp_path: Path) -> None:
    report = write(tmp_path / REPORT)
    (kept,) = find_reports(tmp_path, LATER)
    report.write_text("corrected")
    assert "has just been changed" in remove(kept)
    assert report.exists()


def test_a_file_that_has_gone_is_gone(tmp_path: Path) -> None:
    assert remove(Kept(tmp_path / REPORT, LATER, 1)) == ""
    assert look(tmp_path / REPORT) is None


def test_without_a_terminal_and_without_a_yes_nothing_is_removed(machine: Machine) -> None:
    report = write(machine.here / "reports" / REPORT)
    ended = machine.run("prune", "--older-than", "0h")
    assert (ended.code, "--yes" in ended.errors, report.exists()) == (2, True, True)
    assert machine.run("prune", "--older-than", "90d", "--yes").output.startswith("No file is that old.\n")
    assert machine.run("prune", "--older-than", "0h", "--yes").code == 0
    assert not report.exists()


@pytest.mark.parametrize("age", ["", "90", "-1d", "ninety", "1.5d", "9999999w"])
def test_an_age_that_is_none_is_refused(age: str, machine: Machine) -> None:
    ended = machine.run("prune", f"--older-than={age}", "--yes")
    assert (ended.code, "is not an age" in ended.errors) == (2, True)


@pytest.mark.parametrize(
    "more", [("--inbox", "missing"), ("--inbox", "sftp://host/inbox"), ("--attention",)], ids=str
)
def test_wrong_usage(more: tuple[str, ...], machine: Machine) -> None:
    report = write(machine.here / "reports" / REPORT)
    assert machine.run("prune", "--older-than", "0h", "--yes", *more).code == 2
    assert report.exists()


def test_a_file_that_cannot_be_removed_is_said(machine: Machine) -> None:
    folder = machine.here / "reports"
    report = write(folder / REPORT)
    folder.chmod(0o555)
    ended = machine.run("prune", "--older-than", "0h", "--yes", before=give_up_writing_everywhere)
    folder.chmod(0o755)
    assert (ended.code, "cannot be removed" in ended.output) == (1, True)
    assert report.exists()
