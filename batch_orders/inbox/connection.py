"""How this machine gets into an SFTP server, and who it is there."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

import paramiko

from batch_orders.errors import ConfigurationError
from batch_orders.inbox.store import Access

SECONDS = 60
"""After which a server that says nothing is given up."""

MACHINE_FILE = "inbox-machine"

FAULTS = (OSError, EOFError, paramiko.SSHException, paramiko.SFTPError, UnicodeDecodeError)
"""What paramiko raises; the last where a server refuses in words that are no UTF-8."""


@dataclass(frozen=True, slots=True)
class Address:
    """Of a folder on a server. `user` is "" for this machine's own."""

    user: str
    host: str
    port: int
    path: PurePosixPath

    def __str__(self) -> str:
        user = f"{self.user}@" if self.user else ""
        port = f":{self.port}" if self.port != paramiko.config.SSH_PORT else ""
        return f"sftp://{user}{self.host}{port}{self.path}"


def read_address(url: str) -> Address:
    """The address in a URL. Raises ConfigurationError where it is none, or holds a password."""
    try:
        parts = urlsplit(url)
        port = parts.port or paramiko.config.SSH_PORT
    except ValueError:
        parts, port = urlsplit(""), 0
    if not parts.hostname or not parts.path.strip("/"):
        raise ConfigurationError("An inbox on a server is written sftp://user@host/path.")
    if parts.password is not None:
        raise ConfigurationError(
            "Do not put a password into the inbox's URL, where others can read it. "
            "Use an SSH key, or name a file that holds it.",
            "sftp-password-file",
        )
    return Address(unquote(parts.username or ""), parts.hostname, port, PurePosixPath(unquote(parts.path)))


class KnownHosts(paramiko.MissingHostKeyPolicy):
    """Takes only servers that a known_hosts file names: sheets that are read are paid for."""

    def __init__(self, file: Path | None) -> None:
        self._file = file or Path.home() / ".ssh" / "known_hosts"

    def missing_host_key(self, client: paramiko.SSHClient, hostname: str, key: paramiko.PKey) -> None:
        with suppress(OSError, paramiko.hostkeys.InvalidHostKey):
            if paramiko.HostKeys(str(self._file)).check(hostname, key):
                return
        raise ConfigurationError(
            f"The server {hostname} is not known by the key that it shows ({key.get_name()}, "
            f"{key.fingerprint}). If that is its key, add it to {self._file}, as ssh-keyscan prints it."
        )


class Answer(paramiko.Message):
    """Its bytes that are no UTF-8 stay in the text as surrogates, as in names of files on this machine."""

    def get_text(self) -> str:
        return self.get_string().decode("utf-8", "surrogateescape")


class Files(paramiko.SFTPClient):
    """paramiko's own fails on a whole folder where one name in it is no UTF-8."""

    def _request(self, kind: int, *words: object) -> tuple[int, paramiko.Message]:
        answered, message = super()._request(kind, *words)  # type: ignore[misc]  # The stubs leave it out.
        return answered, Answer(message.get_remainder())


@contextmanager
def connect(address: Address, access: Access) -> Iterator[Files]:
    """The server's files. Raises ConfigurationError where it cannot be reached or lets nobody in."""
    with paramiko.SSHClient() as client:
        client.set_missing_host_key_policy(KnownHosts(access.known_hosts))
        try:
            client.connect(
                address.host,
                address.port,
                timeout=SECONDS,
                banner_timeout=SECONDS,
                auth_timeout=SECONDS,
                **credentials(address, access),
            )
            transport = client.get_transport()
            assert transport
            channel = transport.open_session(timeout=SECONDS)
            channel.settimeout(SECONDS)
            channel.invoke_subsystem("sftp")
            files = Files(channel)
        except paramiko.AuthenticationException:
            raise ConfigurationError(
                f"{address} does not let this user in. Check the user, the key or the password."
            ) from None
        except FAULTS as error:
            raise ConfigurationError(f"The inbox {address} cannot be reached: {why(error)}.") from None
        yield files


def credentials(address: Address, access: Access) -> dict[str, Any]:
    said: dict[str, Any] = {"username": address.user} if address.user else {}
    if access.key_file:
        said["key_filename"] = str(access.key_file)
    if access.password_file:
        try:
            said["password"] = access.password_file.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError(
                f"The password file {access.password_file} cannot be read: {why(error)}."
            ) from None
    return said


def name_machine(state: Path) -> str:
    """This machine's own name, the same at every start: its host name and eight random characters."""
    file = state / MACHINE_FILE
    try:
        state.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError), file.open("x", encoding="utf-8") as stream:
            stream.write(f"{socket.gethostname()}-{secrets.token_hex(4)}")
        name = file.read_text("utf-8").strip()
    except OSError as error:
        raise ConfigurationError(f"{file} cannot be written: {why(error)}.") from None
    if not name or "/" in name or name.startswith("."):
        raise ConfigurationError(f"{file} does not hold a name. Delete it, and a new one is made.")
    return name


def why(error: Exception) -> str:
    """The reason of a fault in words."""
    return getattr(error, "strerror", None) or str(error).rstrip(".") or type(error).__name__
