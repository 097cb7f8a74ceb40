"""The command `serve`: hands the page over to a process that has no key in its environment.

The process is replaced, so that it stays the one that was started. The key lies in a file without a
name, which the process that listens hands on to its children and never reads.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, NoReturn

from batch_orders.cli.next import NEXT, Line, command_of
from batch_orders.core.module_path import module_path
from batch_orders.errors import ConfigurationError
from batch_orders.logs import logs_are_json
from batch_orders.service.known_ledger import Expected
from batch_orders.settings import Settings
from batch_orders.settings.groups import KEY_VARIABLE

HOST = "127.0.0.1"
FRUGAL = {"MALLOC_ARENA_MAX": "2", "MALLOC_TRIM_THRESHOLD_": "1048576", "MALLOC_MMAP_THRESHOLD_": "131072"}
"""Has memory given back that large uploads needed: the page runs for weeks."""
NEEDED = ("argon2", "starlette", "uvicorn", "jinja2", "python_multipart")
BOOTSTRAP = (
    "import json, os, sys; request = json.load(os.fdopen(int(sys.argv[1]))); sys.path[:] = request['sys_path']; "
    "from batch_orders.web.start import main; main(request)"
)


def serve_page(
    settings: Settings, given: Mapping[str, Any], host: str, port: int, expected: Expected | None
) -> NoReturn:
    """`given` are the settings that were typed; `expected` is what the ledger must be, None for the sandbox.

    Raises ConfigurationError; otherwise it does not return."""
    sandbox = expected is None
    if host != HOST and not settings.page.has_sign_in:
        raise ConfigurationError(
            f"The page is served on {HOST} alone as long as nobody has to sign in: at any other address, others could "
            "reach it. Name its people in [users] of the settings; batch-orders user add NAME prints the line."
        )
    if lacking := [name for name in NEEDED if importlib.util.find_spec(name) is None]:
        raise ConfigurationError(
            f"The page needs {' and '.join(lacking)}, which are not installed: pip install 'batch-orders[web]'."
        )
    variables = {
        KEY_VARIABLE,
        *(each.key_variable for each in settings.accounts.values() if each.key_variable),
    }
    keys = {name: os.environ[name].strip() for name in variables if os.environ.get(name, "").strip()}
    request = {
        "given": dict(given),
        "config": str(settings.path) if settings.path else None,
        "host": host,
        "port": port,
        "sandbox": sandbox,
        "expected": expected and asdict(expected),
        "key_fd": hand_on(json.dumps(keys)) if keys and not sandbox else None,
        "sys_path": module_path(),
        "next": tell_next(sandbox),
    }
    kept = {name: value for name, value in os.environ.items() if name not in variables}
    environment = {**FRUGAL, **kept}
    words = [sys.executable, "-c", BOOTSTRAP, str(hand_on(json.dumps(request)))]
    sys.stdout.flush()
    sys.stderr.flush()
    os.execve(sys.executable, words, environment)  # noqa: S606


def tell_next(sandbox: bool) -> list[str]:
    """The lines that stand under the address, on standard error. None in a log."""
    if logs_are_json():
        return []
    seen = Line("From another terminal, see what the ledger knows:", ("status",))
    line = Line("To order in earnest:", ("serve",)) if sandbox else seen
    return [line.sentence, NEXT + command_of(line)]


def hand_on(text: str) -> int:
    """An open file that has the text and no name, and that outlives this program."""
    with tempfile.TemporaryFile() as file:
        file.write(text.encode())
        file.flush()
        fd = os.dup(file.fileno())
    os.lseek(fd, 0, os.SEEK_SET)
    os.set_inheritable(fd, True)
    return fd
