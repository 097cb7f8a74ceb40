"""Time write_report against bare openpyxl, write-only, writing the same cells.

The sheet has one row for each order: 50,000 orders give 50,000 lines on Orders, 50,000 on
Rows and 500 on Problems. Both sides run in a process of their own, in turn, three times. The
cells of the bare side are read back from a report and are in memory before its clock starts;
the report makes its lines while the clock runs. Memory is what each side adds while it writes. The
ratio is the median of the rounds' ratios.

    python benchmarks/report_writing.py [ORDERS]
"""

import json
import pickle
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pandas as pd

from batch_orders.core.model import Problem, Severity, Sheet, Worksheet
from batch_orders.core.results import BatchResult, Draft, OrderResult, Status
from batch_orders.report import write_report

AIM = 1.3
ROUNDS = 3
CLOCKS = ("wall", "cpu")
PROCESS, PEAK_RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")
HEADERS = ("Domain", "Mailbox", "Vendor", "Forwarding domain", "Contact", "Note")
FIELDS = {"domain": 0, "mailbox": 1, "vendor": 2, "forwarding_domain": 3, "contact": 4}
START = datetime(2026, 11, 23, 4, 12, tzinfo=UTC)


def make_result(orders: int) -> BatchResult:
    """A batch in which nine of ten orders were placed."""
    lines = [
        (f"shop-{n}.com", f"jane@shop-{n}.com", "1", "acmemail.org", "Jane Doe", "") for n in range(orders)
    ]
    index = pd.RangeIndex(2, orders + 2, name="row")
    cells = pd.DataFrame(lines, columns=range(len(HEADERS)), index=index, dtype="str")
    worksheet = Worksheet("Orders", 1, HEADERS, FIELDS, cells)
    problems = tuple(make_problem(n) for n in range(0, orders, max(1, orders // 500)))
    draft = Draft(
        sheet=Sheet(Path("benchmark.xlsx"), "xlsx", "0" * 64, (worksheet,)),
        environment="http://127.0.0.1",
        started=START,
        orders=tuple(make_order(n) for n in range(orders)),
        problems=problems,
        problem_count=len(problems),
        rows_invalid=0,
        row_problems={},
    )
    return BatchResult(draft, "benchmark", START + timedelta(hours=1), draft.orders)


def make_order(number: int) -> OrderResult:
    placed = number % 10 != 0
    return OrderResult(
        domain=f"shop-{number}.com",
        status=Status.PLACED if placed else Status.REJECTED,
        rows=(number,),
        vendor_order_id=str(100_000 + number) if placed else "",
        message="" if placed else "Smart Senders refused it: this domain is not for sale.",
        mailboxes=(f"jane@shop-{number}.com",),
        vendor="1",
        forwarding_domain="acmemail.org",
        contact="Jane Doe",
        attempts=1,
        time=START + timedelta(seconds=number),
    )


def make_problem(number: int) -> Problem:
    message = "A web address was given. Only its host is used."
    return Problem(
        Severity.WARNING, "Orders", number + 2, "Forwarding domain", "http://acmemail.org", "url", message
    )


def write_bare(worksheets: dict[str, list[list[object]]], path: Path) -> None:
    book = openpyxl.Workbook(write_only=True)
    for title, rows in worksheets.items():
        worksheet = book.create_sheet(title)
        for row in rows:
            worksheet.append(row)
    book.save(path)


def read_cells(path: Path) -> dict[str, list[list[object]]]:
    book = openpyxl.load_workbook(path, read_only=True)
    return {
        sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets
    }


def measure(write: Callable[[Path], None], path: Path) -> dict[str, float]:
    before = reset_peak()
    start, busy = time.perf_counter(), time.process_time()
    write(path)
    return {
        "cpu": time.process_time() - busy,
        "wall": time.perf_counter() - start,
        "mebibytes": peak_mebibytes() - before,
    }


def reset_peak() -> float:
    """Let the peak begin at what is in memory now. Linux only; elsewhere memory shows as 0."""
    if PEAK_RESET.exists():
        PEAK_RESET.write_text("5")
    return peak_mebibytes()


def peak_mebibytes() -> float:
    if not PROCESS.exists():
        return 0.0
    lines = PROCESS.read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def run_side(side: str, orders: int, folder: Path) -> None:
    """Run in a process of its own; prints its measurement."""
    path = folder / f"{side}.xlsx"
    if side == "report":
        result = make_result(orders)
        print(json.dumps(measure(lambda path: write_report(result, path), path)))
    else:
        cells = pickle.loads((folder / "cells.pickle").read_bytes())
        print(json.dumps(measure(lambda path: write_bare(cells, path), path)))


def start_side(side: str, orders: int, folder: Path) -> dict[str, float]:
    command = [sys.executable, __file__, str(orders), side, str(folder)]
    answer = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    measured: dict[str, float] = json.loads(answer.stdout)
    return measured


def compare(orders: int) -> None:
    sides = ("bare", "report")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_report(make_result(orders), folder / "report.xlsx")
        (folder / "cells.pickle").write_bytes(pickle.dumps(read_cells(folder / "report.xlsx")))
        rounds = [{side: start_side(side, orders, folder) for side in sides} for _ in range(ROUNDS)]
    for side in sides:
        wall, cpu = (statistics.median(turn[side][clock] for turn in rounds) for clock in CLOCKS)
        memory = max(turn[side]["mebibytes"] for turn in rounds)
        print(f"{side:>6}: {wall:6.2f} s by the clock, {cpu:6.2f} s of CPU time, {memory:4.0f} MiB more")
    wall, cpu = (
        statistics.median(turn["report"][clock] / turn["bare"][clock] for turn in rounds) for clock in CLOCKS
    )
    print(f"ratio: {wall:.2f} by the clock, {cpu:.2f} of CPU time (aim: at most {AIM})")


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    if len(sys.argv) > 2:
        run_side(sys.argv[2], count, Path(sys.argv[3]))
    else:
        compare(count)
