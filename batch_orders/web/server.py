"""The process that listens: from what `serve` hands over to the last open page."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from getpass import getuser
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import uvicorn

from batch_orders.core.base_url import LIVE_BASE_URL, SANDBOX
from batch_orders.core.module_path import module_path
from batch_orders.core.people import Person
from batch_orders.errors import BatchOrdersError, ConfigurationError, SandboxError
from batch_orders.logs import LogFormat, set_up_logs
from batch_orders.service.context import open_known_ledger
from batch_orders.service.known_ledger import Expected
from batch_orders.service.living import Living
from batch_orders.settings import Settings, default_ledger, load_settings, user_state
from batch_orders.smart_senders import Environment
from batch_orders.web.app import make_app
from batch_orders.web.children import Children
from batch_orders.web.site import Site, Token, living_folder
from batch_orders.web.warming import Warmed

HOST = "127.0.0.1"
GRACE = 2
"""Seconds that open requests have when the server is asked to end."""
RUN_SANDBOX = (
    "import sys; sys.path[:] = {path!r}; from batch_orders.sandbox.__main__ import main; sys.exit(main())"
)
BASE_URL = re.compile(r"http://127\.0\.0\.1:\d+")


def main(request: Mapping[str, Any], warmed: Warmed, held: Sequence[int]) -> None:
    """Serve until a signal asks to end. `request` is what the command line hands over; see docs/upload-page.md.

    `held` is the pipe that keeps the sandbox alive, if there is one.
    """
    try:
        serve(request, warmed, held)
    except BatchOrdersError as error:
        print(f"Error: {error}", file=sys.stderr)  # noqa: T201
        sys.exit(2)


def serve(request: Mapping[str, Any], warmed: Warmed, held: Sequence[int]) -> None:
    config = request["config"]
    settings = load_settings(request["given"], os.environ, Path(config) if config else None)
    set_up_logs(LogFormat(settings.reporting.log_format))
    expected = Expected(**request["expected"]) if request["expected"] else None
    with ExitStack() as closing:
        place = closing.enter_context(find_ledger(settings, request))
        living = Living(living_folder(place, default_ledger().parent))
        host = request["host"]
        listener = closing.enter_context(listen(host, request["port"]))
        port = listener.getsockname()[1]
        sandbox = closing.enter_context(run_sandbox(*held)) if request["sandbox"] else ""
        told = {
            **{name: request[name] for name in ("given", "config", "expected", "key_fd")},
            "ledger": place,
            "living": str(living.folder),
            "sandbox": sandbox,
            "log_format": settings.reporting.log_format,
        }
        closing.callback(warmed.close)
        ledger = closing.enter_context(open_known_ledger(place, expected, user_state())).ledger
        site = Site(
            settings=settings,
            ledger=ledger,
            environments=find_environments(settings, sandbox),
            living=living,
            children=Children(told, warmed),
            hosts=find_hosts(settings, host, port),
            owner=Person(f"{find_user()}@{socket.gethostname()} (upload page)"),
            has_key=has_key(settings, request),
            token=Token("") if settings.page.has_sign_in else Token(),
        )
        run(site, listener, f"http://{in_address(host)}:{port}/", request["next"])


def find_hosts(settings: Settings, host: str, port: int) -> frozenset[str]:
    """The values of Host that are answered: where it listens, and the address that people open."""
    names = (
        {HOST, "localhost", in_address(host), socket.gethostname()} if host != HOST else {HOST, "localhost"}
    )
    public = settings.page.address.partition("://")[2]
    return frozenset({*(f"{name}:{port}".lower() for name in names), *([public] if public else [])})


def in_address(host: str) -> str:
    return f"[{host}]" if ":" in host else host


@contextmanager
def find_ledger(settings: Settings, request: Mapping[str, Any]) -> Iterator[str]:
    """Where the ledger is. A rehearsal has one of its own, which is thrown away, unless --ledger named another."""
    if request["sandbox"] and "ledger" not in request["given"]:
        with TemporaryDirectory(prefix="batch-orders-rehearsal-", ignore_cleanup_errors=True) as folder:
            yield str(Path(folder) / "ledger.db")
    else:
        yield settings.place.ledger or str(default_ledger())


def find_environments(settings: Settings, sandbox: str) -> dict[str, Environment]:
    """Where the orders of each account go that sheets can be handed in for: the one that was named, or all."""
    named = settings.place.account
    accounts = tuple(settings.accounts) or ("",)
    if sandbox:
        environment = Environment.at(sandbox, SANDBOX)
        return dict.fromkeys(accounts if named is None else (named,), environment)
    if named is not None or not settings.accounts:
        return {named or "": Environment.at(settings.place.base_url or LIVE_BASE_URL)}
    return {
        account: Environment.at(settings.under(account).place.base_url or LIVE_BASE_URL)
        for account in accounts
    }


def has_key(settings: Settings, request: Mapping[str, Any]) -> bool:
    """Whether there may be a key at all: it is neither opened nor read."""
    files = [
        settings.place.api_key_file,
        *(each.values.get("api-key-file") for each in settings.accounts.values()),
    ]
    return bool(request["sandbox"]) or request["key_fd"] is not None or any(files)


def find_user() -> str:
    try:
        return getuser()
    except (OSError, KeyError):
        return "somebody"


@contextmanager
def listen(host: str, port: int) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=256)
        # Every connection inherits it. Else a page that leaves in two parts waits 40 ms for the browser in between.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except OSError as error:
        where = f"Port {port}" if host == HOST else f"Port {port} of {host}"
        raise ConfigurationError(
            f"{where} cannot be listened on: {error.strerror}. Name another one with --port, or 0 for a free one."
        ) from None
    with listener:
        yield listener


def run(site: Site, listener: socket.socket, address: str, following: Sequence[str]) -> None:
    """`following` are the lines under the address that say what to type next."""
    config = uvicorn.Config(
        make_app(site),
        log_config=None,
        access_log=False,
        server_header=False,
        # What a proxy's headers say counts from named addresses alone, and the guard looks at that.
        proxy_headers=False,
        timeout_graceful_shutdown=GRACE,
        limit_concurrency=256,
    )
    server = Server(config)
    token = site.token.value
    print(f"{address}?token={token}" if token else address, flush=True)  # noqa: T201  programs wait for this line
    how = "It can be opened once." if token else "Sign in there."
    opened = f"Open this address in a browser. {how} Ctrl-C stops the server."
    print(opened, *following, sep="\n", file=sys.stderr)  # noqa: T201
    asyncio.run(server.serve(sockets=[listener]))


class Server(uvicorn.Server):
    """Ends on a signal with code 0: batches that were started go on by themselves."""

    def capture_signals(self) -> Any:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.handle_exit)
        return nullcontext()


@contextmanager
def run_sandbox(reader: int, writer: int) -> Iterator[str]:
    """A sandbox in a process of its own, which ends when nobody holds its standard input open any more.

    The batches that were started hold it too, so that it outlives this process as they do.
    """
    with os.fdopen(reader) as ended:
        process = subprocess.Popen(
            [sys.executable, "-c", RUN_SANDBOX.format(path=module_path()), "--until-closed"],
            stdin=ended,
            stdout=subprocess.PIPE,
            start_new_session=True,
            text=True,
        )
    assert process.stdout
    base_url = process.stdout.readline().strip()
    if not BASE_URL.fullmatch(base_url):
        raise SandboxError("The sandbox could not be started.")
    try:
        yield base_url
    finally:
        os.close(writer)
        process.stdout.close()
