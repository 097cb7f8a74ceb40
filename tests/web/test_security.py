"""Who may do what: over real sockets, each line of the promise by itself."""

from __future__ import annotations

import re
import signal
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
import requests

from batch_orders.web import server
from batch_orders.web.site import Limits, Site
from tests.harness.command_line import KEY, Machine
from tests.harness.page import Page, heading_of, serve_warmly, serving
from tests.sheets import row

pytestmark = pytest.mark.long
CONTACT = "Wilhelmina Quist"


def ledger_of(machine: Machine) -> Path:
    return next(Path(machine.home).rglob("ledger.db"))


def dump(ledger: Path) -> list[str]:
    """Everything that the ledger holds, but for sessions."""
    with closing(sqlite3.connect(ledger)) as connection:
        return [line for line in connection.iterdump() if '"sessions"' not in line]


def test_another_host_is_not_answered(page: Page) -> None:
    answer = page.get("/", headers={"Host": "evil.example"})
    assert answer.status_code == 421
    assert "Hand in" not in heading_of(answer.text)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "own"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "http://evil.example"},
    ],
)
def test_a_change_from_elsewhere_is_refused_and_nothing_is_stored(
    page: Page, buyer: Machine, headers: dict[str, str]
) -> None:
    sent = {name: page.origin if value == "own" else value for name, value in headers.items()}
    files = {"sheet": ("june.csv", b"domain\n")}
    answer = page.session.post(page.url("/uploads"), headers=sent, files=files, allow_redirects=False)
    assert answer.status_code == 403
    assert '<a href="/">Back to the first page</a>' in answer.text
    with closing(sqlite3.connect(ledger_of(buyer))) as connection:
        assert connection.execute("SELECT count(*) FROM uploads").fetchone() == (0,)


def test_the_browsers_own_word_is_enough(page: Page, buyer: Machine) -> None:
    files = {"sheet": ("june.csv", buyer.hand_in(row("alder-shop.com")).read_bytes())}
    headers = {"Sec-Fetch-Site": "same-origin"}
    assert (
        page.session.post(
            page.url("/uploads"), headers=headers, files=files, allow_redirects=False
        ).status_code
        == 303
    )


def test_the_token_is_good_once(page: Page) -> None:
    second = requests.get(page.address, allow_redirects=False, timeout=30)
    assert second.status_code == 401
    assert "Set-Cookie" not in second.headers


def test_without_the_cookie_nothing_is_shown_or_done(page: Page, buyer: Machine) -> None:
    upload = page.hand_in(buyer.hand_in(row("alder-shop.com")))
    page.settle(upload)
    for path in ("/", upload, f"{upload}/plan", "/batches", "/unconfirmed", "/domains/alder-shop.com"):
        assert requests.get(page.url(path), timeout=30).status_code == 401
    posted = requests.post(page.url(f"{upload}/confirm"), headers={"Origin": page.origin}, timeout=30)
    assert posted.status_code == 401


def test_signing_out_ends_the_session_on_the_server(page: Page) -> None:
    kept = page.session.cookies.copy()
    assert page.post("/sign-out").status_code == 303
    page.session.cookies = kept
    assert page.get("/").status_code == 401


def test_the_cookie_is_for_this_page_alone(buyer: Machine) -> None:
    with serving(buyer, sign_in=False) as page:
        answer = requests.get(page.address, allow_redirects=False, timeout=60).headers
    said = answer["Set-Cookie"].lower()
    assert "httponly" in said
    assert "samesite=strict" in said
    assert answer["Location"] == "/"


def test_every_answer_keeps_the_page_to_itself(page: Page) -> None:
    for path in ("/", "/nowhere", "/static/page.js", "/batches"):
        headers = page.get(path).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_crawl_of_every_link_changes_nothing(page: Page, buyer: Machine) -> None:
    page.order(
        buyer.hand_in(row("alder-shop.com"), row("drop-after-shop.com"), row("birch-shop.com", "no mailbox"))
    )
    before = dump(ledger_of(buyer))
    seen: set[str] = set()
    waiting = ["/"]
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        answer = page.get(path)
        assert answer.status_code < 400, path
        if "html" in answer.headers["Content-Type"]:
            links = re.findall(r'<a [^>]*href="([^"#]+)"', answer.text)
            waiting += [urlsplit(urljoin(answer.url, link.replace("&amp;", "&"))).path for link in links]
    assert {"/batches", "/vendors", "/budget", "/unconfirmed"} <= seen
    assert dump(ledger_of(buyer)) == before


def raw(page: Page, head: str, body: bytes = b"") -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", urlsplit(page.origin).port or 0), 60)
    cookies = "; ".join(f"{name}={value}" for name, value in page.session.cookies.items())
    lines = (
        head,
        f"Host: {urlsplit(page.origin).netloc}",
        f"Origin: {page.origin}",
        f"Cookie: {cookies}",
        "",
        "",
    )
    connection.sendall("\r\n".join(lines).encode() + body)
    return connection


FORM = "Content-Type: multipart/form-data; boundary=x"


def test_a_body_that_is_too_large_is_refused_before_it_came(page: Page) -> None:
    with raw(page, f"POST /uploads HTTP/1.1\r\nContent-Length: 999999999\r\n{FORM}") as connection:
        assert connection.recv(4096).startswith(b"HTTP/1.1 413")


def test_a_sheet_that_is_too_large_is_refused(page: Page) -> None:
    answer = page.post("/uploads", files={"sheet": ("large.csv", b"x" * (64 * 1024 * 1024 + 1))})
    assert answer.status_code == 413
    assert "64 MB" in answer.text or "too large" in heading_of(answer.text)


def test_too_many_fields_are_refused(page: Page) -> None:
    fields = {f"field-{number}": "x" for number in range(101)}
    answer = page.post("/uploads", fields, files={"sheet": ("june.csv", b"domain\n")})
    assert answer.status_code == 413


def hurry() -> None:
    """A page on which a body may stall for half a second only. Called in the process of the server."""
    vars(server)["Site"] = partial(Site, limits=Limits(stall=0.5))
    serve_warmly()


def test_a_body_that_stalls_is_given_up(buyer: Machine) -> None:
    head = f"POST /uploads HTTP/1.1\r\nContent-Length: 900\r\n{FORM}"
    with serving(buyer, before=hurry) as page, raw(page, head, b"--x\r\n") as connection:
        assert connection.recv(4096).startswith(b"HTTP/1.1 408")


def fill_the_disk() -> None:
    """A page that wants more room than any disk has. Called in the process of the server."""
    vars(server)["Site"] = partial(Site, limits=Limits(free=1 << 62))
    serve_warmly()


def test_where_disk_is_short_no_sheet_is_taken(buyer: Machine) -> None:
    with serving(buyer, before=fill_the_disk) as page:
        answer = page.post("/uploads", files={"sheet": ("june.csv", b"domain\n")})
        assert answer.status_code == 507
        assert "nearly full" in answer.text
        assert "Nothing was stored." in answer.text
    with closing(sqlite3.connect(ledger_of(buyer))) as connection:
        assert connection.execute("SELECT count(*) FROM uploads").fetchone() == (0,)


def test_a_body_may_stall_for_half_a_minute_and_a_disk_keeps_some_room() -> None:
    assert Limits().stall == 30
    assert Limits().free >= 1 << 20


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("column", "age", "stays"),
    [
        ("seen_at", 11 * HOUR, True),
        ("seen_at", 13 * HOUR, False),
        ("created_at", 6 * 24 * HOUR, True),
        ("created_at", 8 * 24 * HOUR, False),
    ],
)
def test_a_session_ends_when_nobody_looks_and_after_a_week(
    page: Page, buyer: Machine, column: str, age: timedelta, stays: bool
) -> None:
    then = (datetime.now(UTC) - age).isoformat(timespec="milliseconds")
    with closing(sqlite3.connect(ledger_of(buyer))) as connection, connection:
        assert connection.execute(f"UPDATE sessions SET {column} = ?", [then]).rowcount == 1
    assert page.get("/").status_code == (200 if stays else 401)
    assert page.post("/sign-out").status_code == (303 if stays else 401)


@pytest.mark.parametrize("name", ["../../etc/x.csv", "<script>alert(1)</script>.csv", "a\u202ecsv.exe.csv"])
def test_names_are_text_and_no_files(page: Page, buyer: Machine, name: str) -> None:
    data = buyer.hand_in(row("alder-shop.com"), row("birch-shop.com", "no mailbox")).read_bytes()
    upload = page.hand_in((name, data))
    assert page.settle(upload)["state"] == "problems"
    text = page.get(upload).text
    assert "<script>alert" not in text
    assert "\u202e" not in text
    page.confirm(upload)
    batch = page.settle(upload, wanted=("confirmed",))["next"]
    page.settle(batch)
    answer = page.get(f"{batch}/report.xlsx")
    assert answer.status_code == 200
    assert "/" not in answer.headers["Content-Disposition"].partition("''")[2]


def test_hostile_cells_are_inert(page: Page, buyer: Machine) -> None:
    cells = ["<img src=x onerror=alert(1)>", "=HYPERLINK(1)", "\u202egnp.exe", "x" * 1_000_000]
    upload = page.hand_in(buyer.hand_in(*(row(f"alder-{n}.com", cell) for n, cell in enumerate(cells))))
    assert page.settle(upload)["state"] == "problems"
    text = page.get(upload).text
    assert "<img src=x" not in text
    assert "\u202e" not in text
    assert len(text) < 200_000


def test_neither_key_nor_contact_is_in_any_log_address_or_title(buyer: Machine) -> None:
    with serving(buyer, "--log-format", "json", fresh=True) as page:
        batch = page.order(
            buyer.hand_in(row("alder-shop.com", contact=CONTACT), row("birch-shop.com", "bad mailbox"))
        )
        page.get(f"{batch}/report.xlsx")
        page.get("/nowhere")
        titles = "".join(re.findall("<title>.*?</title>", page.get(batch).text))
        environ = Path(f"/proc/{page.process.pid}/environ").read_bytes()
        page.process.send_signal(signal.SIGTERM)
        assert page.process.wait(60) == 0
        assert page.process.stderr
        said = page.process.stderr.read()
    assert KEY.encode() not in environ
    assert KEY not in said
    assert CONTACT not in said + titles + batch
    assert page.address.partition("token=")[2] not in said


def test_any_other_address_is_refused(machine: Machine) -> None:
    for host in ("0.0.0.0", "::", "192.168.1.1"):
        ended = machine.run("serve", "--host", host, "--port", "0")
        assert ended.code == 2
        assert "127.0.0.1" in ended.errors


def test_beyond_fifty_that_wait_a_sheet_is_not_taken(page: Page, buyer: Machine) -> None:
    with closing(sqlite3.connect(ledger_of(buyer))) as connection, connection:
        upload = page.hand_in(buyer.hand_in(row("alder-shop.com")))
        page.settle(upload)
        now = "2099-01-01T00:00:00.000+00:00"
        # Being read, as far as the ledger knows, by a process that does not live: nobody is quick enough to see it.
        connection.executemany(
            "INSERT INTO uploads SELECT ?, 'queued', created_at, expires_at, actor, account, environment, resumes, "
            "batches, checksum, confirmed_at, rows_read, swept, found FROM uploads WHERE id = ?",
            [(f"{now}-{number}", upload.rpartition("/")[2]) for number in range(50)],
        )
    answer = page.post("/uploads", files={"sheet": ("june.csv", b"domain\n")})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


@pytest.fixture
def lost(page: Page, buyer: Machine) -> Iterator[Page]:
    """A page whose ledger can no longer be read."""
    ledger = ledger_of(buyer)
    page.get("/")
    for path in ledger.parent.glob("ledger.db*"):
        if path.is_file():
            path.write_bytes(b"no database" * 1000)
    yield page


def test_where_the_ledger_is_lost_nothing_is_claimed(lost: Page) -> None:
    answer = lost.get("/batches")
    assert answer.status_code == 503
    assert "not known" in re.findall(r'role="status"[^>]*>([^<]*)', answer.text)[0]
