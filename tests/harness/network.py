"""A network of a test's own, joined to this one by one cable that can be pulled: nobody says goodbye then.

Making it takes the rights of root. What the vendor of the tests is given to stands on loopback in both networks.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

HERE, THERE = "10.213.77.1", "10.213.77.2"
CLONE_NEWNET = 0x40000000


@dataclass(frozen=True, slots=True)
class Network:
    """`name` is its namespace, `cable` this end of the cable. Programs in it reach this network at HERE."""

    name: str
    cable: str

    def pull(self) -> None:
        command("ip", "link", "set", self.cable, "down")

    def plug_in(self) -> None:
        command("ip", "link", "set", self.cable, "up")

    def enter(self) -> None:
        """Have this thread open its sockets there from here on."""
        enter(Path("/run/netns") / self.name)

    @contextmanager
    def bridged(self, port: int) -> Iterator[None]:
        """Have `port` of loopback there lead to the same port here, also while the cable is pulled."""
        with Path("/proc/thread-self/ns/net").open() as back:
            self.enter()
            listener = socket.create_server(("127.0.0.1", port))
            set_namespace(back.fileno())
        with listener:
            bridge = Thread(target=serve_bridge, args=(listener, port))
            bridge.start()
            try:
                yield
            finally:
                listener.shutdown(socket.SHUT_RDWR)
                bridge.join()


def enter(namespace: Path) -> None:
    with namespace.open() as opened:
        set_namespace(opened.fileno())


def set_namespace(fd: int) -> None:
    if ctypes.CDLL(None, use_errno=True).setns(fd, CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "The network namespace cannot be entered.")


def serve_bridge(listener: socket.socket, port: int) -> None:
    """Until `listener` is shut down."""
    with ExitStack() as opened, suppress(OSError):
        while True:
            near = opened.enter_context(listener.accept()[0])
            far = opened.enter_context(socket.create_connection(("127.0.0.1", port)))
            for one, other in ((near, far), (far, near)):
                Thread(target=pump, args=(one, other), daemon=True).start()


def pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(65536):
            target.sendall(piece)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


def command(*words: str) -> bool:
    return subprocess.run(words, check=False, capture_output=True).returncode == 0


@contextmanager
def network() -> Iterator[Network | None]:
    """None where none can be made."""
    made = Network(f"away{os.getpid()}", f"here{os.getpid()}")
    end = f"there{os.getpid()}"
    if not shutil.which("ip") or not command("ip", "netns", "add", made.name):
        yield None
        return
    inside = ("ip", "netns", "exec", made.name)
    joined = (
        command("ip", "link", "add", made.cable, "type", "veth", "peer", "name", end)
        and command("ip", "link", "set", end, "netns", made.name)
        and command("ip", "addr", "add", f"{HERE}/24", "dev", made.cable)
        and command("ip", "link", "set", made.cable, "up")
        and command(*inside, "ip", "addr", "add", f"{THERE}/24", "dev", end)
        and command(*inside, "ip", "link", "set", end, "up")
        and command(*inside, "ip", "link", "set", "lo", "up")
    )
    try:
        yield made if joined else None
    finally:
        command("ip", "link", "del", made.cable)
        command("ip", "netns", "del", made.name)
