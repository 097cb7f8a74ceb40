"""The HTTP session: one connection, no redirects, no retries; proxies and certificates as the system says."""

from __future__ import annotations

import logging
import ssl
from pathlib import Path
from urllib.parse import urlsplit

import requests
from requests.structures import CaseInsensitiveDict

from batch_orders import __version__
from batch_orders.core.base_url import is_loopback
from batch_orders.errors import ConfigurationError
from batch_orders.smart_senders.connections import WatchedAdapter
from batch_orders.smart_senders.deadline import Deadline

# It logs whole addresses, and the key is part of them.
logging.getLogger("urllib3.connectionpool").disabled = True


class StraightSession(requests.Session):
    """A session that sees no redirects.

    `requests` looks at where a redirect leads even where it may not follow, after the order was sent,
    and stumbles over an address that cannot be parsed.
    """

    def get_redirect_target(self, resp: requests.Response) -> None:
        return None


def open_session(base_url: str, deadline: Deadline) -> requests.Session:
    """A session whose proxies and certificates are looked up once, not at every call.

    `trust_env` stays off: it would also let a .netrc file add credentials to the request. Raises
    ConfigurationError where the proxies or certificates cannot be used.
    """
    session = StraightSession()
    surroundings = session.merge_environment_settings(base_url, {}, None, None, None)
    session.trust_env = False
    # A proxy cannot reach what only this machine can, and would be shown the key in the clear.
    session.proxies = {} if is_loopback(urlsplit(base_url).hostname or "") else dict(surroundings["proxies"])
    session.verify = surroundings["verify"]
    session.headers = CaseInsensitiveDict(
        {"User-Agent": f"batch-orders/{__version__}", "Accept": "application/json"}
    )
    adapter = WatchedAdapter(deadline)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    if base_url.startswith("https:"):
        prove_certificates(session.verify)
    prove_proxy(session, adapter, base_url)
    return session


def prove_certificates(verify: bool | str | None) -> None:
    """The stack would find out with the first order, and that order would be unconfirmed."""
    if not isinstance(verify, str):
        return
    try:
        folder = Path(verify).is_dir()
        ssl.create_default_context(cafile=None if folder else verify, capath=verify if folder else None)
    except (OSError, ValueError):
        raise ConfigurationError(
            f"The certificates at {verify} cannot be used. Nothing was sent. Check REQUESTS_CA_BUNDLE."
        ) from None


def prove_proxy(session: requests.Session, adapter: WatchedAdapter, base_url: str) -> None:
    """As for certificates: everything that the stack does with a proxy before it connects."""
    request = session.prepare_request(requests.Request("POST", base_url))
    try:
        adapter.get_connection_with_tls_context(request, session.verify, session.proxies)
    # The stack raises whatever comes up. The text is not shown: a proxy's address may hold a password.
    except Exception:  # noqa: BLE001
        raise ConfigurationError(
            "The proxy that the environment names cannot be used. Nothing was sent. "
            "Check HTTPS_PROXY and ALL_PROXY."
        ) from None
