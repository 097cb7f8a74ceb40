"""The people of a page for several, in the words of the settings."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.harness.command_line import Machine

TEAM = """
[users]
lena = { password = "HASH", role = "look" }
uma = { password = "HASH", role = "upload" }
Carl = { password = "HASH", role = "confirm" }
rosa = { password = "HASH", role = "resolve" }
small = { password = "HASH", max-orders = 1 }
poor = { password = "HASH", max-cost = 0.01 }
[tokens]
nightly = "t0ken-of-the-night"
"""


def environment_of(machine: Machine) -> str:
    with closing(sqlite3.connect(next(Path(machine.home).rglob("ledger.db")))) as connection:
        return str(connection.execute("SELECT environment FROM orders").fetchone()[0])
