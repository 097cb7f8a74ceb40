"""Makes every workbook that people are handed, and a picture of each of its worksheets, to be looked at.

Needs LibreOffice (`soffice`) and poppler (`pdftoppm`) for pictures of the worksheets as they are printed. With
`--screen`, Xvfb, openbox, xdotool and ImageMagick as well, for pictures of them on a screen of 1440 by 900. A font of
Calibri's widths (Debian: `fonts-crosextra-carlito`) shows columns as wide as people have them.

    python docs/report_pictures.py FOLDER [--screen]
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from openpyxl import load_workbook

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from batch_orders.core.model import Problem, Severity  # noqa: E402
from batch_orders.core.money import Cost  # noqa: E402
from batch_orders.core.results import BatchResult, OrderResult, Status  # noqa: E402
from batch_orders.report import write_report  # noqa: E402
from batch_orders.report.template import write_template  # noqa: E402
from tests.report_parts import START, make_lines, make_order, make_result, make_worksheet  # noqa: E402

EXAMPLE = ROOT / "templates" / "example-orders.xlsx"


def make_all(folder: Path) -> Iterator[Path]:
    """The demo's report and corrections, a report of 2,000 orders, that of a refused sheet, and the template."""
    yield from run_demo(folder / "demo")
    write_report(many_orders(), folder / "many.xlsx", "june – to correct.xlsx")
    write_report(refused(), folder / "refused.xlsx")
    write_template(folder / "template.xlsx")
    yield from (folder / name for name in ("many.xlsx", "refused.xlsx", "template.xlsx"))


def run_demo(folder: Path) -> Iterator[Path]:
    command = [
        sys.executable,
        "-m",
        "batch_orders",
        "run",
        str(EXAMPLE),
        "--sandbox",
        "--yes",
        "--rate",
        "none",
    ]
    command += ["--ledger", str(folder / "ledger.db"), "--reports-dir", str(folder)]
    folder.mkdir(parents=True)
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    yield from sorted(folder.glob("*.xlsx"))


def many_orders() -> BatchResult:
    """2,000 orders, of which three were refused, one may have been bought and twelve have mistakes."""
    count = 2_000
    trouble = {10: Status.REJECTED, 500: Status.REJECTED, 1_400: Status.REJECTED, 77: Status.UNCONFIRMED}
    trouble |= dict.fromkeys(range(900, 912), Status.INVALID)
    orders = [one_order(number, trouble.get(number, Status.PLACED)) for number in range(count)]
    problems = [
        Problem(
            Severity.ERROR,
            "Orders",
            number + 2,
            "Mailbox",
            f"jane@shop{number}.com",
            "mailbox-elsewhere",
            "The mailbox is in another domain than its row.",
            f"jane@shop-{number}.com",
        )
        for number in range(900, 912)
    ]
    return make_result(
        [make_worksheet(make_lines(count))],
        orders,
        problems,
        row_problems={problem.row - 2: problem.message for problem in problems if problem.row},
        rows_invalid=len(problems),
        checksum="5aa3d5dd3735",
        vendors={"1": "Google", "2": "Outlook"},
        assumptions=("Worksheet read: Orders (2,000 rows).", "Columns that were not read: Note."),
    )


def one_order(number: int, status: Status) -> OrderResult:
    told = {
        Status.REJECTED: "This domain is not for sale.",
        Status.UNCONFIRMED: "The connection was lost after the order was sent.",
        Status.INVALID: f"Row {number + 2}: Mailbox: The mailbox is in another domain than its row.",
    }
    return make_order(
        number,
        status,
        message=told.get(status, ""),
        vendor_order_id=str(895_000 + number) if status is Status.PLACED else "",
        mailboxes=(f"jane@shop-{number}.com",),
        vendor=str(1 + number % 2),
        forwarding_domain="acmemail.org",
        contact="Jane",
        attempts=1,
        time=START,
        cost=Cost(Decimal("17.50"), "USD"),
    )


def refused() -> BatchResult:
    sentence = "shops.xlsx was refused: worksheet Orders lacks Forwarding domain. Add the column, or name your own one."
    fault = Problem(Severity.ERROR, "", None, "", "", "unreadable", sentence)
    return make_result([], problems=[fault], remarks=(f"Refused: {sentence}",), batch="")


def draw(workbook: Path) -> None:
    """Print the workbook to a PDF beside it, and each of its pages to a PNG."""
    folder = workbook.parent
    profile = f"-env:UserInstallation={(folder / 'profile').resolve().as_uri()}"
    office = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(workbook)]
    pages = [
        "pdftoppm",
        "-png",
        "-r",
        "70",
        "-l",
        "12",
        str(workbook.with_suffix(".pdf")),
        str(workbook.with_suffix("")),
    ]
    for command in (office, pages):
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=os.environ)


SCREEN = r"""
openbox & soffice "$2" --norestore --nologo --nofirststartwizard --calc "$1" &
for second in $(seq 60); do
  sleep 1; window=$(xdotool search --onlyvisible --name "LibreOffice Calc" | head -n 1); [ -n "$window" ] && break
done
sleep 4; xdotool windowmove "$window" 0 0 windowsize "$window" 1440 900; sleep 1
for sheet in $(seq "$3"); do import -window root "${1%.xlsx} screen $sheet.png"; xdotool key ctrl+Next; sleep 1.5; done
kill $(jobs -p)
"""
"""Opens $1 with the profile $2 and looks at its first $3 worksheets. The plug-in `gen` draws without a desktop."""


def show(workbook: Path) -> None:
    """A picture of each worksheet on a screen, beside the workbook."""
    profile = f"-env:UserInstallation={(workbook.parent / 'profile').resolve().as_uri()}"
    worksheets = len(load_workbook(workbook, read_only=True).sheetnames)
    display = ["xvfb-run", "-a", "-s", "-screen 0 1440x900x24"]
    command = [*display, "bash", "-c", SCREEN, "show", str(workbook), profile, str(worksheets)]
    environment = {**os.environ, "SAL_USE_VCLPLUGIN": "gen"}
    subprocess.run(
        command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
    )


if __name__ == "__main__":
    place = Path(sys.argv[1])
    place.mkdir(parents=True, exist_ok=True)
    for made in make_all(place):
        draw(made)
        if "--screen" in sys.argv[2:]:
            show(made)
