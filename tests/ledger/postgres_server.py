"""A real PostgreSQL server for the tests: started once, shared by all workers, gone with the last of them.

`python postgres_server.py FOLDER` serves until nobody holds the lock on FOLDER/users. The operating system
gives that lock back when a worker ends, however it ends, so that no server is left behind.
"""

from __future__ import annotations

import fcntl
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

USER = "batch_orders"
PASSWORD = "canary-password-5d1f"
"""The server trusts its socket and asks for no password; the tests look for this one in messages."""
USUAL_PORT = 5432
PATIENCE = 60.0
UNSAFE = ("fsync=off", "full_page_writes=off", "autovacuum=off")


def find_binaries() -> Path | None:
    """The folder of `initdb` and `postgres`: Debian keeps them off the path."""
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda place: place.parent.name)
    on_path = shutil.which("postgres")
    places += [Path(on_path).resolve().parent] if on_path else []
    return next((place for place in reversed(places) if (place / "initdb").exists()), None)


def not_as_root() -> Mapping[str, Any]:
    """How to start a program as somebody else: PostgreSQL refuses to run as root."""
    if os.geteuid():
        return {}
    try:
        user = pwd.getpwnam("postgres")
    except KeyError:
        user = pwd.getpwnam("nobody")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


@dataclass(slots=True)
class PostgresServer:
    """A running server, held by this process until it ends or lets go."""

    folder: Path
    _hold: TextIO = field(repr=False)

    def new_database(self) -> str:
        """The URL of a new, empty database."""
        import psycopg

        name = f"ledger_{secrets.token_hex(6)}"
        with psycopg.connect(
            host=str(self.folder), user=USER, dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return f"postgresql://{USER}:{PASSWORD}@/{name}?host={self.folder}"

    def let_go(self) -> None:
        self._hold.close()


def share_server(shared: Path, binaries: Path) -> PostgresServer:
    """Join the server that the other workers use, or start it. `shared` is a folder that all of them know."""
    with (shared / "postgres.lock").open("w") as starting:
        fcntl.flock(starting, fcntl.LOCK_EX)
        known = shared / "postgres"
        if not known.exists():
            known.write_text(tempfile.mkdtemp(prefix="batch-orders-pg-"))
        folder = Path(known.read_text())
        hold = (folder / "users").open("a")
        fcntl.flock(hold, fcntl.LOCK_SH)
        if not (folder / "ready").exists():
            quiet = subprocess.DEVNULL
            words = [sys.executable, __file__, str(folder), str(binaries)]
            subprocess.run(words, check=True, stdin=quiet, stdout=quiet, stderr=quiet)
            wait_until_ready(folder)
    return PostgresServer(folder, hold)


def wait_until_ready(folder: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while not (folder / "ready").exists():
        if time.monotonic() > deadline:
            raise TimeoutError(f"PostgreSQL did not start. See {folder / 'server.log'}.")
        time.sleep(0.05)


def serve(folder: Path, binaries: Path) -> None:
    """Make a database cluster in `folder`, serve it on a socket there, and remove it all at the end."""
    make_cluster(folder, binaries)
    # The clients are killed here, never the machine: the disk need not be waited for.
    server = start_server(
        folder, binaries, "-h", "", *(f"-c{name}" for name in ("max_connections=200", *UNSAFE))
    )
    try:
        (folder / "ready").touch()
        with (folder / "users").open() as users:
            fcntl.flock(users, fcntl.LOCK_EX)
    finally:
        # SIGQUIT is an immediate shutdown: nothing of this is to be kept.
        server.send_signal(signal.SIGQUIT)
        server.wait()
    shutil.rmtree(folder, ignore_errors=True)


def make_cluster(folder: Path, binaries: Path) -> None:
    somebody = not_as_root()
    if somebody:
        os.chown(folder, somebody["user"], somebody["group"])
    words: list[str | Path] = [
        binaries / "initdb",
        "-D",
        folder / "data",
        "-U",
        USER,
        "-A",
        "trust",
        "-E",
        "UTF8",
    ]
    with (folder / "server.log").open("ab") as log:
        subprocess.run([*words, "--no-sync", "--locale=C"], check=True, stdout=log, stderr=log, **somebody)


def start_server(
    folder: Path, binaries: Path, *options: str, port: int = USUAL_PORT
) -> subprocess.Popen[bytes]:
    """Serve the cluster in `folder`, on a socket there, and wait until it answers."""
    with (folder / "server.log").open("ab") as log:
        server = subprocess.Popen(
            [binaries / "postgres", "-D", folder / "data", "-k", folder, "-p", str(port), *options],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            **not_as_root(),
        )
    wait_until_answering(folder, binaries, server, port)
    return server


def wait_until_answering(folder: Path, binaries: Path, server: subprocess.Popen[bytes], port: int) -> None:
    asked: list[str | Path] = [binaries / "pg_isready", "-q", "-h", folder, "-p", str(port), "-U", USER]
    while server.poll() is None and subprocess.run(asked, check=False).returncode:
        time.sleep(0.05)


if __name__ == "__main__":
    # In the background, on its own: the worker that happened to start it may end before the others.
    if os.fork() == 0:
        os.setsid()
        serve(Path(sys.argv[1]), Path(sys.argv[2]))
