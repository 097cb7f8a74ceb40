"""A mail server on loopback that takes every message: what a person finds in the mailbox."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

ANSWERS = {b"EHLO": b"250 here\r\n", b"DATA": b"354 go on\r\n", b"QUIT": b"221 bye\r\n"}


class MailServer(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Session)
        self.letters: list[EmailMessage] = []

    def target(self, to: str) -> str:
        """What the settings name: mail to `to` by way of this server, without encryption and password."""
        port = self.server_address[1]
        return f"mailto://127.0.0.1:{port}?from=batch-orders@example.com&to={to}&smtp=127.0.0.1&mode=insecure"


class Session(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        for line in self.rfile:
            word = line[:4].upper()
            self.wfile.write(ANSWERS.get(word, b"250 fine\r\n"))
            if word == b"DATA":
                letter = b"".join(iter(self.rfile.readline, b".\r\n"))
                self.server.letters.append(message_from_bytes(letter, policy=policy.default))
                self.wfile.write(b"250 taken\r\n")
            if word == b"QUIT":
                return


@contextmanager
def mail_server() -> Iterator[MailServer]:
    with MailServer() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
