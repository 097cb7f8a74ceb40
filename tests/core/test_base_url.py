"""One spelling of a base URL: two environments of one server would buy everything twice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch_orders.core.base_url import LIVE_BASE_URL, normalise_base_url
from batch_orders.errors import ConfigurationError
from batch_orders.smart_senders import Environment

SPELLINGS: dict[str, tuple[str, ...]] = {
    LIVE_BASE_URL: (
        *(
            "https://smart-senders.smartlead.ai.",
            "HTTPS://SMART-senders.smartlead.ai:443/",
            f" {LIVE_BASE_URL}/. ",
        ),
        *(
            f"{LIVE_BASE_URL}//",
            f"{LIVE_BASE_URL}/a/..",
            f"{LIVE_BASE_URL}/%2E",
            f"{LIVE_BASE_URL}?",
            f"{LIVE_BASE_URL}#",
        ),
        *(
            "https://smart%2Dsenders.smartlead.ai",
            "https://smart-senders。smartlead.ai",
            f"{LIVE_BASE_URL}:",
            f"{LIVE_BASE_URL}#",
        ),
    ),
    "https://orders.example/~a/b": (
        *(
            "https://orders.example/%7Ea/b/",
            "https://orders.example/%7ea/./b",
            "https://orders.example/x/../~a//b",
        ),
    ),
    "https://orders.example/a%2Fb": ("https://orders.example/a%2fb",),
    "https://xn--bcher-kva.example": (
        "https://bücher.example",
        "https://BÜCHER.example.",
        "https://XN--BCHER-kva.example",
    ),
    "http://127.0.0.1:8080": (
        *("http://localhost:8080", "http://LOCALHOST.:8080/", "http://127.1:8080", "http://2130706433:8080"),
        *(
            "http://0x7f.0.0.1:8080",
            "http://0177.1:8080",
            "http://127.0.00.0x1:8080",
            "http://[::1]:8080",
            "http://[0:0:0:0:0:0:0:1]:8080",
            "http://[::ffff:127.0.0.1]:8080",
        ),
    ),
    "http://127.0.0.2": ("http://127.0.0.2:80/",),
    "https://[2001:db8::1]": ("https://[2001:DB8:0:0::1]:443/",),
}


@pytest.mark.parametrize(
    ("normal", "spelling"), [(n, s) for n, all_ in SPELLINGS.items() for s in (n, *all_)]
)
def test_every_spelling_of_a_base_url_is_one_environment(normal: str, spelling: str) -> None:
    assert normalise_base_url(spelling) == Environment.at(spelling).name == normal


@pytest.mark.parametrize(
    "wrong",
    [
        *(
            "",
            "orders.example",
            "ftp://orders.example",
            "https://",
            "https://jane@orders.example",
            "https://a b",
        ),
        *(
            "https://orders.example?x=1",
            "https://orders.example#x",
            "https://orders.example:99999",
            "https://a..b",
        ),
        *(
            "http://orders.example",
            "http://localhost.example",
            "http://0.0.0.0:80",
            "https://1.2.3.4.5",
            "https://[::1",
        ),
        *("https://1.256.1", "https://1.1.65536", "https://4294967296", "https://127.08", "https://0x"),
        *("http://127.0.0.1.example", "http://128.1", "https://\x00", "https://-", "https://\u200b"),
    ],
    ids=ascii,
)
def test_what_is_no_address_to_order_at_is_refused(wrong: str) -> None:
    with pytest.raises(ConfigurationError):
        normalise_base_url(wrong)


@given(
    host=st.sampled_from(["orders.example", "ORDERS.example.", "bücher.example", "localhost", "[::1]"]),
    path=st.text("aA/.%27eE~é ", max_size=12),
)
def test_the_normal_form_is_its_own_normal_form(host: str, path: str) -> None:
    normal = normalise_base_url(f"https://{host}/{path}")
    assert normalise_base_url(normal) == normal
