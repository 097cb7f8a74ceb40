"""A process that has imported what children need, and forks one for each job.

It has one thread, opens no database and reads no key, so that a fork has nothing of it but modules. It
ends when the process that listens does; the children that it forked go on. Their sheets are read by a reader
that was started ahead as well, which knows nothing of them.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import socket
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path

from batch_orders.sheet.ahead import ReaderAhead
from batch_orders.web.warming import HEADER

FOR_UPLOADS = (
    *("batch_orders.web.child", "batch_orders.service.upload_work", "batch_orders.validation.grouping"),
    "sqlalchemy.dialects.sqlite",
)
"""What a sheet without faults needs until its plan is stored: nothing else keeps the first one waiting."""
FOR_OTHERS = (
    *("batch_orders.validation.schema", "batch_orders.service.deliver", "batch_orders.service.followup"),
    *("batch_orders.service.result", "batch_orders.report.template", "openpyxl"),
)
TASKS = Path("/proc/self/task")


def main(fd: int, ahead: ReaderAhead | None) -> None:
    """Take jobs from the socket `fd` until it is closed. `ahead` reads the sheets of the children."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    # What is imported holds on to nothing: looking through it for cycles is in vain, here and in every child.
    gc.disable()
    with socket.socket(fileno=fd) as line:
        for steps in (FOR_UPLOADS, *((name,) for name in FOR_OTHERS)):
            warm(steps)
            if len(list(TASKS.iterdir())) > 1:
                return  # who asks finds the socket closed, and starts each child anew
            while is_asked(line):
                if not fork_next(line, ahead):
                    return
        while fork_next(line, ahead):
            pass


def warm(names: Iterable[str]) -> None:
    for name in names:
        import_module(name)
    import_module("batch_orders.validation.vectorised").load_lists()
    gc.freeze()


def is_asked(line: socket.socket) -> bool:
    return bool(select.select([line], [], [], 0)[0])


def fork_next(line: socket.socket, ahead: ReaderAhead | None) -> bool:
    """Take one job. False where nobody can ask any more."""
    received = receive(line)
    if received is None:
        return False
    told, writer = received
    if os.fork() == 0:
        become_child(line, writer)
        run(told, ahead)
    os.close(writer)
    return True


def receive(line: socket.socket) -> tuple[bytes, int] | None:
    header, writers, *_ = socket.recv_fds(line, HEADER, 1)
    if len(header) < HEADER:
        return None
    length, told = int.from_bytes(header), b""
    while len(told) < length:
        piece = line.recv(length - len(told))
        if not piece:
            return None
        told += piece
    return told, writers[0]


def become_child(line: socket.socket, writer: int) -> None:
    """A session of its own, its result's pipe as standard output, and signals as a new process has them."""
    gc.enable()
    os.close(line.detach())
    os.setsid()
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    os.dup2(writer, 1)
    os.close(writer)


def run(told: bytes, ahead: ReaderAhead | None) -> None:
    """Does not return."""
    try:
        from batch_orders.web.child import main as run_child

        run_child(json.loads(told), ahead)
    finally:
        os._exit(1)
