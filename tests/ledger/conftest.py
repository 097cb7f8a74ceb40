"""Every test of the ledger runs on both databases, and each on one of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from batch_orders.ledger import Ledger
from tests.ledger.databases import ledger_url, postgres_server, postgres_url, sqlite_path

__all__ = ["ledger", "ledger_url", "postgres_server", "postgres_url", "sqlite_path"]


@pytest.fixture(scope="session")
def new_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ledger") / "new.db"
    Ledger.open(str(path)).close()
    return path


@pytest.fixture
def ledger(ledger_url: str, new_ledger: Path) -> Iterator[Ledger]:
    """Empty. On SQLite a copy of a new one: making its tables takes longer than most tests."""
    if "://" not in ledger_url:
        shutil.copy(new_ledger, ledger_url)
    opened = Ledger.open(ledger_url)
    yield opened
    opened.close()
