"""Domain names in one spelling, so that two spellings of one name are never taken for two names. Pure."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from batch_orders.core.base_url import to_host

SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


def to_domain(text: str) -> str:
    """The domain that a text names, as orders spell it: "https://www.Shop.com/" → "shop.com"; or ""."""
    name = to_host(host_part(text.strip()))
    bare = name.removeprefix("www.")
    domain = bare if "." in bare else name
    # No ending is a number: that would be an IP address or a version.
    return domain if "." in domain and not domain.rpartition(".")[2].isdigit() else ""


def host_part(text: str) -> str:
    """The host of a URL, with or without its scheme; other text as it is."""
    if not SCHEME.match(text) and "/" not in text:
        return text
    try:
        return urlsplit(text if SCHEME.match(text) else f"https://{text}").hostname or ""
    except ValueError:
        return ""
