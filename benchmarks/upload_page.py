"""The upload page: from last byte to the plan, over a large ledger, and its memory.

    python benchmarks/upload_page.py [UPLOADS] [LEDGER]

Each ratio is of two things that took turns in one run. LEDGER is one that `ledger_scale.py` has made; without it the
pages over a large ledger are left out. Needs the extra `web`.
"""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import requests
from openpyxl import Workbook
from side_by_side import measure

ROWS = 5_000
TURNS = 5
PAGES = ("/", "/batches", "/unconfirmed")
SETTLED = {"problems", "ready", "refused", "nothing to buy"}
WAIT = {"Accept": "application/json"}
LARGE = 5 << 20
AT_ONCE = 50


def main() -> None:
    uploads = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder) / "ledger.db") as page:
        sheet = write_sheet(Path(folder) / "orders.xlsx", ROWS)
        compare_with_check(page, sheet)
        if len(sys.argv) > 2:
            with serving(Path(sys.argv[2])) as large:
                compare_pages(large, page)
        small = write_sheet(Path(folder) / "small.xlsx", 5)
        for _ in range(uploads):
            page.settle(page.hand_in(small))
        print(f"web process after {uploads} uploads worked off: {page.mebibytes('VmRSS'):.0f} MiB (aim: 100)")
        hand_in_at_once(page)


class Page:
    """A server that listens, and a signed-in visitor."""

    def __init__(self, process: subprocess.Popen[str], address: str) -> None:
        self.process = process
        self.origin = re.sub(r"/\?.*", "", address)
        self.visitor = requests.Session()
        self.visitor.get(address, timeout=60).raise_for_status()

    def hand_in(self, path: Path) -> str:
        """Returns the address of the upload."""
        with path.open("rb") as file:
            answer = self.visitor.post(
                f"{self.origin}/uploads",
                files={"sheet": (path.name, file)},
                headers={"Origin": self.origin},
                allow_redirects=False,
                timeout=120,
            )
        if answer.status_code != 303:
            raise SystemExit(f"The upload was answered {answer.status_code}.")
        return self.origin + answer.headers["Location"].removeprefix(self.origin)

    def settle(self, upload: str) -> float:
        """Wait until the upload is judged. Returns the seconds that it took."""
        begun = time.perf_counter()
        while self.visitor.get(upload, headers=WAIT, timeout=60).json()["state"] not in SETTLED:
            time.sleep(0.01)
        return time.perf_counter() - begun

    def open(self, path: str) -> float:
        begun = time.perf_counter()
        self.visitor.get(self.origin + path, timeout=60).raise_for_status()
        return time.perf_counter() - begun

    def processor(self) -> float:
        """Seconds that the process that listens has used."""
        used = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(used[11]) + int(used[12])) / os.sysconf("SC_CLK_TCK")

    def mebibytes(self, what: str) -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.findall(rf"{what}:\s+(\d+) kB", status)[0]) / 1024


@contextmanager
def serving(ledger: Path) -> Iterator[Page]:
    """`serve` as people start it, on the embedded sandbox."""
    words = ["serve", "--sandbox", "--port", "0", "--ledger", str(ledger), "--new-ledger"]
    command = [sys.executable, "-m", "batch_orders", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout
        address = next(line.strip() for line in process.stdout if line.startswith("http://"))
        yield Page(process, address)
        process.terminate()


def write_sheet(path: Path, rows: int) -> Path:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Orders")
    sheet.append(["Domain", "Mailbox", "Vendor", "Forwarding domain", "Contact"])
    for number in range(rows):
        sheet.append([f"maple-{number}.com", "anna", 1, "maple.org", "Anna Roe"])
    book.save(path)
    return path


def compare_with_check(page: Page, sheet: Path) -> None:
    check = [sys.executable, "-m", "batch_orders", "check", str(sheet)]
    took: dict[str, list[float]] = {"page": [], "check": []}
    for _ in range(TURNS):
        took["page"].append(page.settle(page.hand_in(sheet)))
        took["check"].append(measure(check).seconds)
    first, later = took["page"][0], statistics.median(took["page"][1:])
    usual = statistics.median(took["check"])
    print(f"{ROWS:,} rows: check {usual:.2f} s")
    print(f"  page, first upload: {first:.2f} s, {first / usual:.2f} of check (aim: 1.5)")
    print(f"  page, warm: {later:.2f} s, {later / usual:.2f} of check (aim: 0.5)")


def compare_pages(large: Page, small: Page) -> None:
    """By the clock, and by the processor, which a busy machine spoils less."""
    for path in PAGES:
        used = [page.processor() for page in (large, small)]
        turns = [(large.open(path), small.open(path)) for _ in range(10 * TURNS)]
        slow, quick = (statistics.median(took) for took in zip(*turns, strict=True))
        much, little = (page.processor() - before for page, before in zip((large, small), used, strict=True))
        print(
            f"{path}: {slow * 1e3:.1f} ms over the large ledger, {slow / quick:.2f} of an empty one's, "
            f"{much / little:.2f} in seconds of processor (aim: 2)"
        )


def hand_in_at_once(page: Page) -> None:
    with tempfile.TemporaryDirectory() as folder:
        large = Path(folder) / "large.csv"
        line = "maple-{}.com,anna,1,maple.org,Anna Roe\n"
        lines = (line.format(number) for number in range(LARGE // len(line)))
        large.write_text("Domain,Mailbox,Vendor,Forwarding domain,Contact\n" + "".join(lines))
        with ThreadPoolExecutor(AT_ONCE) as many:
            uploads = set(many.map(lambda _: page.hand_in(large), range(AT_ONCE)))
    peak = page.mebibytes("VmHWM")
    print(f"{len(uploads)} uploads of 5 MB at once: web process peaked at {peak:.0f} MiB (aim: 200)")


if __name__ == "__main__":
    main()
