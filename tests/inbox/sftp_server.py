"""A real SFTP server on loopback, in a process of its own, until its standard input ends.

`python -m tests.inbox.sftp_server ROOT KEYS [--replacing]` serves ROOT, writes a client's key and a
known_hosts file to KEYS, and prints its port. With --replacing its rename overwrites, as some servers' does.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable
from pathlib import Path

import asyncssh

REPLACING = "--replacing" in sys.argv


class Files(asyncssh.SFTPServer):
    def __init__(self, channel: asyncssh.SSHServerChannel[bytes]) -> None:
        super().__init__(channel, chroot=os.fsencode(sys.argv[1]))

    def rename(self, oldpath: bytes, newpath: bytes) -> Awaitable[None] | None:
        return super().posix_rename(oldpath, newpath) if REPLACING else super().rename(oldpath, newpath)


async def serve(keys: Path) -> None:
    host, client = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))
    client.write_private_key(str(keys / "client"))
    client.write_public_key(str(keys / "client.pub"))
    server = await asyncssh.listen(
        "127.0.0.1",
        0,
        server_host_keys=[host],
        authorized_client_keys=str(keys / "client.pub"),
        sftp_factory=Files,
    )
    port = server.sockets[0].getsockname()[1]
    public = host.export_public_key().decode()
    (keys / "known_hosts").write_text(f"[127.0.0.1]:{port} {public}")
    print(port, flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[2])))
