"""The fixture `ledger_url`: every test that takes it runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ledger.postgres_server import PostgresServer, find_binaries, share_server

REQUIRED = "BATCH_ORDERS_REQUIRE_POSTGRES"


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    binaries = find_binaries()
    if binaries is None:
        reason = "No PostgreSQL server was found (Debian: apt-get install postgresql)."
        if os.environ.get(REQUIRED) == "1":
            pytest.fail(f"{reason} {REQUIRED} asks for one.")
        pytest.skip(reason)
    own = tmp_path_factory.getbasetemp()
    # Under pytest-xdist each worker has a folder of its own inside the one that they share.
    server = share_server(own.parent if "PYTEST_XDIST_WORKER" in os.environ else own, binaries)
    yield server
    server.let_go()


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> str:
    return postgres_server.new_database()


@pytest.fixture
def sqlite_path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


ON_POSTGRES = pytest.param("postgres_url", id="postgresql", marks=pytest.mark.postgres)


@pytest.fixture(params=[pytest.param("sqlite_path", id="sqlite"), ON_POSTGRES])
def ledger_url(request: pytest.FixtureRequest) -> str:
    """What `--ledger` takes: a path for SQLite, a URL for PostgreSQL."""
    return str(request.getfixturevalue(request.param))
