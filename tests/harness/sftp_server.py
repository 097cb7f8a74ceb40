"""A real SFTP server on loopback, in a process of its own."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable
from functools import partial
from pathlib import Path

import asyncssh

from tests.harness.starts import ROOT, Start, begin


class Files(asyncssh.SFTPServer):
    """With `replacing` its rename overwrites, as some servers' does."""

    def __init__(self, root: Path, replacing: bool, channel: asyncssh.SSHServerChannel[bytes]) -> None:
        super().__init__(channel, chroot=os.fsencode(root))
        self.replacing = replacing

    def rename(self, oldpath: bytes, newpath: bytes) -> Awaitable[None] | None:
        return super().posix_rename(oldpath, newpath) if self.replacing else super().rename(oldpath, newpath)


async def serve(root: Path, keys: Path, replacing: bool) -> None:
    """Serve `root`, write a client's key and a known_hosts file to `keys`, and print the port."""
    host, client = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))
    client.write_private_key(str(keys / "client"))
    client.write_public_key(str(keys / "client.pub"))
    server = await asyncssh.listen(
        "127.0.0.1",
        0,
        server_host_keys=[host],
        authorized_client_keys=str(keys / "client.pub"),
        sftp_factory=partial(Files, root, replacing),
    )
    port = server.sockets[0].getsockname()[1]
    public = host.export_public_key().decode()
    (keys / "known_hosts").write_text(f"[127.0.0.1]:{port} {public}")
    print(port, flush=True)
    await server.wait_closed()


def run(root: Path, keys: Path, replacing: bool) -> None:
    asyncio.run(serve(root, keys, replacing))


class SftpServer:
    def __init__(self, root: Path, keys: Path, replacing: bool = False) -> None:
        keys.mkdir(exist_ok=True)
        self.keys = keys
        self._process = begin(Start([], ROOT, dict(os.environ), program=partial(run, root, keys, replacing)))
        assert self._process.stdout
        self.port = int(self._process.stdout.readline())

    def stop(self) -> None:
        self._process.close()
