"""The page behind nginx with TLS, by the example of the documentation; and the unit of systemd."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
import urllib3

from batch_orders.sandbox import Sandbox
from tests.harness.command_line import Machine
from tests.harness.page import PASSWORD, Page, checksum_of, heading_of, serving, write_team
from tests.harness.starts import PATIENCE
from tests.sheets import row

pytestmark = [pytest.mark.long, pytest.mark.nginx]
EXAMPLES = Path(__file__).parents[2] / "docs" / "behind-a-proxy"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
REQUIRED = "BATCH_ORDERS_REQUIRE_NGINX"
TEAM = """
[users]
carl = { password = "HASH", role = "confirm" }
[proxy]
header = "X-Remote-User"
peers = ["127.0.0.1"]
[page]
address = "https://localhost:TLS"
"""
MAIN = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {server}
}}
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def nginx(folder: Path, port: int, page_port: int) -> Iterator[None]:
    """The example of the documentation, on other ports and with a certificate of its own."""
    assert NGINX
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    words = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    words += ["-subj", "/CN=localhost", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(words, check=True, capture_output=True)
    server = (EXAMPLES / "nginx.conf").read_text("utf-8")
    for shown, here in (
        ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
        ("orders.example.com", "localhost"),
        ("/etc/ssl/batch-orders/certificate.pem", str(certificate)),
        ("/etc/ssl/batch-orders/key.pem", str(key)),
        ("127.0.0.1:8765", f"127.0.0.1:{page_port}"),
        ("Host $host;", "Host $http_host;"),
    ):
        assert shown in server, shown
        server = server.replace(shown, here)
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder, server=server), encoding="utf-8")
    process = subprocess.Popen([NGINX, "-e", f"{folder}/error.log", "-c", f"{folder}/nginx.conf"])
    try:
        wait_for(port)
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE)


def wait_for(port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError("nginx does not listen")


@pytest.fixture
def tls(buyer: Machine, sandbox: Sandbox, tmp_path: Path) -> Iterator[tuple[int, int]]:
    """The ports of nginx and of the page that is to be started behind it."""
    if not NGINX and not os.environ.get(REQUIRED):
        pytest.skip("nginx is not installed")
    urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
    folder = tmp_path / "nginx"
    folder.mkdir()
    port, page_port = free_port(), free_port()
    with nginx(folder, port, page_port):
        yield port, page_port


def through(page: Page, port: int) -> Page:
    """The page as people have it on the other side of nginx."""
    session = requests.Session()
    session.verify = False
    # A bundle of certificates that the environment names would be asked all the same.
    session.trust_env = False
    return Page(page.process, f"https://localhost:{port}/", session)


def sign_in(page: Page, **headers: str) -> requests.Response:
    return page.post("/sign-in", {"name": "carl", "password": PASSWORD}, headers=headers)


def test_the_whole_way_behind_nginx(buyer: Machine, sandbox: Sandbox, tls: tuple[int, int]) -> None:
    port, page_port = tls
    words = ("--port", str(page_port), *write_team(buyer, TEAM.replace("TLS", str(port))))
    with serving(buyer, *words, sign_in=False) as inside:
        page = through(inside, port)
        # Nobody is who they say they are.
        spoofed = {"X-Remote-User": "carl", "X-Forwarded-For": "10.1.2.3", "X-Forwarded-Proto": "http"}
        assert heading_of(page.get("/", headers=spoofed).text) == "Sign in"
        assert page.get("/", headers={"Host": "evil.example"}).status_code == 421
        cookie = sign_in(page).headers["Set-Cookie"].lower()
        assert "secure" in cookie
        largest = b"domain,mailbox\n" + b"x" * (64 * (1 << 20) - 15)
        upload = page.hand_in(("largest.csv", largest))
        assert upload.startswith("/uploads/")
        beyond = page.post("/uploads", files={"sheet": ("beyond.csv", largest + b"x")})
        assert beyond.status_code == 413
        page.settle(upload)
        small = page.hand_in(buyer.hand_in(row("alder-shop.com")))
        page.settle(small)
        checksum = checksum_of(page.plan(small))
    # Restarted under it: the proxy says that nobody answers, then everything is as it was.
    assert page.get("/").status_code == 502
    with serving(buyer, *words, sign_in=False):
        answer = page.post(f"{small}/confirm", {"checksum": checksum})
        assert answer.status_code == 303
        assert page.settle(answer.headers["Location"])["state"] == "done"
    assert len(sandbox.orders) == 1


def test_attempts_are_counted_by_the_address_that_nginx_saw(buyer: Machine, tls: tuple[int, int]) -> None:
    port, page_port = tls
    words = ("--port", str(page_port), *write_team(buyer, TEAM.replace("TLS", str(port))))
    with serving(buyer, *words, sign_in=False) as inside:
        page = through(inside, port)
        for number in range(5):
            page.post(
                "/sign-in", {"name": "carl", "password": "x"}, headers={"X-Forwarded-For": f"10.0.0.{number}"}
            )
        assert sign_in(page, **{"X-Forwarded-For": "10.0.0.9"}).status_code == 429


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed.")
def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / "batch-orders-page.service"
    text = (EXAMPLES / unit.name).read_text("utf-8")
    unit.write_text(text.replace("/opt/batch-orders/bin/batch-orders", "/bin/true"), encoding="utf-8")
    verified = subprocess.run(
        ["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False
    )
    assert verified.returncode == 0, verified.stderr
    assert unit.name not in verified.stderr
