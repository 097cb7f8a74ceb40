"""A pooler in transaction mode: every client's transactions are carried out by the one session that it has."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

HEADER = 5
READY, IDLE = b"Z", b"I"


class Pooler:
    """Listens on a socket in `folder`. What it knows of the protocol: where a message ends, and a transaction."""

    def __init__(self, server: Path, folder: Path, user: str, database: str) -> None:
        self.url = f"postgresql://{user}@/{database}?host={folder}"
        self._session = socket.socket(socket.AF_UNIX)
        self._session.connect(str(server / ".s.PGSQL.5432"))
        said = b"".join(word.encode() + b"\0" for word in ("user", user, "database", database)) + b"\0"
        self._session.sendall((len(said) + 8).to_bytes(4) + (196608).to_bytes(4) + said)
        self._greeting = b"".join(read_answers(self._session))
        self._turn = threading.Lock()
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / ".s.PGSQL.5432"))
        self._listener.listen()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=[client], daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client:
            read_exactly(client, int.from_bytes(read_exactly(client, 4)) - 4)
            client.sendall(self._greeting)
            while kind := client.recv(1, socket.MSG_PEEK):
                if kind == b"X":
                    return
                with self._turn:
                    self._carry_out(client)

    def _carry_out(self, client: socket.socket) -> None:
        """One transaction: until the server says that it is in none."""
        status = b""
        while status != IDLE:
            kind = b""
            while kind not in (b"Q", b"S"):
                message = read_message(client)
                kind = message[:1]
                self._session.sendall(message)
            for answer in read_answers(self._session):
                client.sendall(answer)
            status = answer[-1:]

    def close(self) -> None:
        self._listener.close()
        self._session.close()


def read_answers(session: socket.socket) -> list[bytes]:
    """All that the server says until it is ready for more."""
    answers = [read_message(session)]
    while answers[-1][:1] != READY:
        answers.append(read_message(session))
    return answers


def read_message(line: socket.socket) -> bytes:
    header = read_exactly(line, HEADER)
    return header + read_exactly(line, int.from_bytes(header[1:]) - 4)


def read_exactly(line: socket.socket, count: int) -> bytes:
    read = b""
    while len(read) < count:
        piece = line.recv(count - len(read))
        if not piece:
            raise EOFError
        read += piece
    return read
