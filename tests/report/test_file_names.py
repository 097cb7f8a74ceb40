"""Names of the files that are handed back: one number for a round, taken names kept, never growing."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from batch_orders.core.file_names import name_of, stem_of
from batch_orders.core.model import Problem, Severity
from batch_orders.core.results import BatchResult, Kind, Status
from batch_orders.service.deliver import deliver
from tests.report_parts import (
    make_lines,
    make_order,
    make_result,
    make_worksheet,
    one_of_each,
    read_report,
    texts_of,
)

USUAL = (Kind.REPORT, Kind.CORRECTIONS)


def faulty() -> BatchResult:
    problem = Problem(Severity.ERROR, "Orders", 2, "Mailbox", "x", "code", "Not in the domain.")
    return make_result(
        [make_worksheet(make_lines(1))], [make_order(0, Status.INVALID)], [problem], held_back=(0,)
    )


def test_files_are_named_after_their_sheet_with_a_number_for_each_round() -> None:
    assert name_of("orders.xlsx", Kind.REPORT, 1) == "orders – report.xlsx"
    assert name_of("orders.xlsx", Kind.REPORT, 2) == "orders – report 2.xlsx"
    assert name_of("orders.xlsx", Kind.CORRECTIONS, 2) == "orders – to correct 2.xlsx"
    assert name_of("orders.csv", Kind.RESULT_CSV, 1) == "orders – result.csv"
    assert name_of("orders.TSV", Kind.RESULT_CSV, 1) == "orders – result.TSV"
    assert name_of("orders.xlsx", Kind.RESULT_CSV, 1) == "orders – result.csv"


@pytest.mark.parametrize(
    "sheet",
    [
        "orders.xlsx",
        "orders – report.xlsx",
        "orders – to correct 2.xlsx",
        "orders – to correct (2).xlsx",
        "orders – to correct 2 – report 3.xlsx",
        "orders – result.csv",
        "orders to correct 2.xlsx",
        "orders with suggestions to correct – report.xlsx",
        "orders – to correct 2 to correct.xlsx",
        "orders 2026-11-23 041205.xlsx",
        "orders 2026-11-23 041205 corrections.xlsx",
        "orders 2026-11-23 041205 (2) corrections (3) – report.xlsx",
    ],
)
def test_a_name_never_grows(sheet: str) -> None:
    assert stem_of(sheet) == "orders"


@pytest.mark.parametrize(
    "sheet", ["my report.xlsx", "a – reporting.xlsx", "orders 2026-11-23.xlsx", " – report.xlsx"]
)
def test_what_a_person_called_a_sheet_stays(sheet: str) -> None:
    assert stem_of(sheet) == sheet.removesuffix(".xlsx").strip()


@pytest.mark.parametrize(
    ("sheet", "stem"),
    [
        ("a:b?c*.xlsx", "a_b_c_"),
        ("CON.xlsx", "_CON"),
        ("lpt1.x.csv", "_lpt1.x"),
        ("nul .csv", "_nul"),
        ("..xlsx", "sheet"),
        (" . .csv", "sheet"),
        ("", "sheet"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot"),
        ("new\nline\x00.csv", "new_line_"),
        ("raw-\udcff.csv", "raw-_"),
    ],
)
def test_any_sheet_name_gives_a_name_that_every_system_takes(tmp_path: Path, sheet: str, stem: str) -> None:
    name = name_of(sheet, Kind.REPORT, 1)
    assert name == f"{stem} – report.xlsx"
    (tmp_path / name).touch()


@pytest.mark.parametrize("letter", ["x", "ü", "\U0001d518", "名"])
def test_a_long_name_is_bounded(tmp_path: Path, letter: str) -> None:
    name = name_of(letter * 300 + ".xlsx", Kind.CORRECTIONS, 12)
    assert len(name.encode()) < 200
    (tmp_path / name).touch()


def test_report_and_corrections_of_a_round_have_one_number_and_tell_of_each_other(tmp_path: Path) -> None:
    (tmp_path / "shops – report.xlsx").write_text("of the last round")
    files = deliver(faulty(), tmp_path, USUAL).files
    assert {kind: path.name for kind, path in files.items()} == {
        Kind.REPORT: "shops – report 2.xlsx",
        Kind.CORRECTIONS: "shops – to correct 2.xlsx",
    }
    assert "shops – to correct 2.xlsx" in texts_of(read_report(files[Kind.REPORT])["To do"])
    assert (tmp_path / "shops – report.xlsx").read_text() == "of the last round"


def test_a_name_that_is_taken_where_the_files_end_is_not_given(tmp_path: Path) -> None:
    taken = {"shops – to correct.xlsx", "shops – report 2.xlsx"}
    files = deliver(faulty(), tmp_path, USUAL, is_taken=taken.__contains__).files
    assert sorted(path.name for path in files.values()) == [
        "shops – report 3.xlsx",
        "shops – to correct 3.xlsx",
    ]


def test_beside_a_report_that_somebody_named_lie_its_corrections(tmp_path: Path) -> None:
    for corrections in ("r corrections.xlsx", "r corrections (2).xlsx"):
        files = deliver(faulty(), tmp_path, USUAL, tmp_path / "r.xlsx").files
        assert files[Kind.REPORT] == tmp_path / "r.xlsx"
        assert files[Kind.CORRECTIONS].name == corrections
        assert corrections in texts_of(read_report(tmp_path / "r.xlsx")["To do"])


def test_runs_at_the_same_time_keep_all_reports(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as runs:
        paths = list(
            runs.map(lambda _: deliver(one_of_each(), tmp_path, (Kind.REPORT,)).files[Kind.REPORT], range(8))
        )
    assert len(set(paths)) == 8
    assert set(tmp_path.iterdir()) == set(paths)
    assert all(read_report(path) for path in paths)
