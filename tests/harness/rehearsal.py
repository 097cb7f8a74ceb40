"""What a warmed process does once itself: much is worked out the first time that it is needed, and kept."""

from __future__ import annotations

import os
import threading
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from batch_orders.cli.program import run_command
from tests.harness.command_line import surroundings
from tests.sheets import row, write_csv


def rehearse(folder: str) -> None:
    """Order a good and a faulty sheet from the embedded sandbox. The environment is another one afterwards."""
    here = Path(folder) / "rehearsal"
    here.mkdir()
    os.environ.update(surroundings(here / "home", here))
    good = write_csv(here / "good.csv", row("one.com"), row("two.com", "ben"))
    faulty = write_csv(here / "faulty.csv", row("one.com"), row("not a domain", "ben@"))
    with Path(os.devnull).open("w") as nothing, redirect_stdout(nothing), redirect_stderr(nothing):
        for sheet, code in ((good, 0), (faulty, 1)):
            words = ["run", str(sheet), "--sandbox", "--yes", "--reports-dir", str(here / "reports")]
            assert run_command(words) == code
    assert threading.active_count() == 1, (
        "A fork would have none of the other threads, but the locks that they held."
    )
