"""A PostgreSQL server of one test's own, which can be set up badly, crashed and started again."""

from __future__ import annotations

import secrets
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.ledger.postgres_server import USER, make_cluster, start_server

LOOPBACK = "127.0.0.1"


class OwnServer:
    def __init__(self, folder: Path, binaries: Path, *settings: str, host: str = LOOPBACK) -> None:
        """`settings` are options of the server, such as synchronous_commit=off. It listens at `host`."""
        self.host = host
        self.folder = folder
        self.binaries = binaries
        self.port = free_port()
        self.options = [f"-c{setting}" for setting in ("fsync=off", "autovacuum=off", *settings)]
        self._process: subprocess.Popen[bytes]
        make_cluster(folder, binaries)
        with (folder / "data" / "pg_hba.conf").open("a") as rules:
            rules.write("host all all samenet trust\n")
        self.start()

    @property
    def url(self) -> str:
        """A database of it, by its socket."""
        return f"postgresql://{USER}@/postgres?host={self.folder}&port={self.port}"

    @property
    def url_over_tcp(self) -> str:
        return f"postgresql://{USER}@{self.host}:{self.port}/postgres"

    def start(self) -> None:
        self._process = start_server(
            self.folder, self.binaries, "-h", self.host, *self.options, port=self.port
        )

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGINT ends every connection and writes all down; SIGQUIT is a crash."""
        self._process.send_signal(how)
        self._process.wait()

    def crash(self) -> None:
        self.stop(signal.SIGQUIT)

    def crash_and_start(self) -> None:
        self.crash()
        self.start()

    def new_database(self) -> str:
        """The URL of a new, empty database, by its socket."""
        import psycopg

        name = f"ledger_{secrets.token_hex(6)}"
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self.url.replace("/postgres?", f"/{name}?")


@contextmanager
def own_server(binaries: Path, *settings: str, host: str = LOOPBACK) -> Iterator[OwnServer]:
    with tempfile.TemporaryDirectory(prefix="batch-orders-pg-") as folder:
        server = OwnServer(Path(folder), binaries, *settings, host=host)
        try:
            yield server
        finally:
            server.crash()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
