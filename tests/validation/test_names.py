"""Which domains can be bought, and to which hosts they can forward."""

from __future__ import annotations

import pytest

from batch_orders.validation.names import judge_domain, judge_host, registrable_part

LONGEST_LABEL = "a" * 63

BUYABLE = {
    "acmemail.com": "acmemail.com",
    "acmemail.co.uk": "acmemail.co.uk",
    "1.com": "1.com",
    "a--b.com": "a--b.com",
    f"{LONGEST_LABEL}.com": f"{LONGEST_LABEL}.com",
    # Registries in the private section of the list.
    "shop.uk.com": "shop.uk.com",
    "shop.us.org": "shop.us.org",
    # Under a wildcard rule (*.kawasaki.jp), and its exception.
    "a.foo.kawasaki.jp": "a.foo.kawasaki.jp",
    "city.kawasaki.jp": "city.kawasaki.jp",
    "münchen.de": "xn--mnchen-3ya.de",
    "mu\u0308nchen.de": "xn--mnchen-3ya.de",
    "xn--mnchen-3ya.de": "xn--mnchen-3ya.de",
    "straße.de": "xn--strae-oqa.de",
    "кораллриф.com": "xn--80aqefapod1b.com",
    "コーヒー豆.jp": "xn--tck2c4fb4697i.jp",
    "サンゴ礁reef.jp": "xn--reef-4m4cf84bj478b.jp",
    "例え.jp": "xn--r8jz45g.jp",
    "foo.中国": "foo.xn--fiqs8s",
    "acmemail。com": "acmemail.com",
    "\uff41cmemail.com": "acmemail.com",
}

FAULTY = {
    "": "domain-missing",
    "c\u043eralpeak.com": "domain-letters-mixed",
    "xn--cralpeak-nbh.com": "domain-letters-mixed",
    "coral\u03b1.com": "domain-letters-mixed",
    "reef².com": "domain-letters-change",
    "brandreef™.com": "domain-letters-change",
    "ﬁnreef.com": "domain-letters-change",
    "perãºreef.com": "domain-letters-garbled",
    "josã©.com": "domain-letters-garbled",
    "12345": "domain-is-a-number",
    "1.2.3.4": "domain-is-a-number",
    "::1": "domain-is-a-number",
    "[::1]": "domain-is-a-number",
    "com": "domain-not-valid",
    "localhost": "domain-not-valid",
    "exa mple.com": "domain-not-valid",
    "ex_ample.com": "domain-not-valid",
    "acmemail..com": "domain-not-valid",
    ".acmemail.com": "domain-not-valid",
    "acmemail.com.": "domain-not-valid",
    "-acmemail.com": "domain-not-valid",
    "acmemail-.com": "domain-not-valid",
    "ab--cd.com": "domain-not-valid",
    "xn--abc.com": "domain-not-valid",
    f"a{LONGEST_LABEL}.com": "domain-not-valid",
    ".".join([LONGEST_LABEL] * 4) + ".com": "domain-not-valid",
    "https://acmemail.com": "domain-not-valid",
    "acmemail.com/path": "domain-not-valid",
    "jane@acmemail.com": "domain-not-valid",
    "💩.la": "domain-not-valid",
    "acmemail.con": "domain-unknown-ending",
    "acmemail.test": "domain-unknown-ending",
    "acmemail.onion": "domain-unknown-ending",
    "acmemail.in-addr.arpa": "domain-unknown-ending",
    "co.uk": "domain-is-a-suffix",
    "foo.kawasaki.jp": "domain-is-a-suffix",
    "github.io": "domain-of-a-service",
    "uk.com": "domain-is-a-suffix",
    "www.acmemail.com": "domain-is-a-subdomain",
    "shop.acmemail.co.uk": "domain-is-a-subdomain",
    "jane.github.io": "domain-of-a-service",
    "www.jane.github.io": "domain-of-a-service",
    "www.jane.uk.com": "domain-is-a-subdomain",
    "shop.münchen.de": "domain-is-a-subdomain",
}

INVISIBLE = "\u00ad\u034f\u180b\u200b\u200c\u200d\u200e\u2060\u2064\ufe0f\ufeff\U000e0061"


@pytest.mark.parametrize(("name", "ordered"), BUYABLE.items(), ids=ascii)
def test_a_domain_that_can_be_bought(name: str, ordered: str) -> None:
    assert judge_domain(name) == (ordered, "")


@pytest.mark.parametrize(("name", "fault"), FAULTY.items(), ids=ascii)
def test_a_domain_that_cannot_be_bought(name: str, fault: str) -> None:
    assert judge_domain(name).fault == fault


@pytest.mark.parametrize("character", INVISIBLE, ids=ascii)
def test_nothing_invisible_is_dropped_from_a_domain(character: str) -> None:
    assert judge_domain(f"ex{character}ample.com").fault == "domain-not-valid"


HOSTS = {
    "acmemail.org": "acmemail.org",
    "www.acmemail.org": "www.acmemail.org",
    "jane.github.io": "jane.github.io",
    "münchen.de": "xn--mnchen-3ya.de",
    "https://acmemail.org": "acmemail.org",
    "https://acmemail.org/path?utm=1#top": "acmemail.org",
    "http://acmemail.org:80/": "acmemail.org",
    "acmemail.org/": "acmemail.org",
    "https://münchen.de/x": "xn--mnchen-3ya.de",
}

FAULTY_HOSTS = {
    "linktr.ee/jane": "forwarding-leads-elsewhere",
    "bit.ly": "forwarding-leads-elsewhere",
    "https://nam02.safelinks.protection.outlook.com/?url=https%3a%2f%2fcoral.io": "forwarding-leads-elsewhere",
    "https://www.google.com/url?q=https://coral.io&sa=d": "forwarding-leads-elsewhere",
    "c\u043eral.io": "forwarding-letters-mixed",
    "": "forwarding-missing",
    "example": "forwarding-not-valid",
    "localhost": "forwarding-not-valid",
    "1.2.3.4": "forwarding-not-valid",
    "https://1.2.3.4/": "forwarding-not-valid",
    "https://[::1]/": "forwarding-not-valid",
    "https://[broken": "forwarding-not-valid",
    "https://": "forwarding-not-valid",
    "https://acmemail.org:99999/": "forwarding-not-valid",
    "https://acmemail.org:8080/": "forwarding-not-valid",
    "https://jane@acmemail.org/": "forwarding-not-valid",
    "ftp://acmemail.org/": "forwarding-not-valid",
    "jane@acmemail.org": "forwarding-not-valid",
    "exa mple.org": "forwarding-not-valid",
    "acmemail.orgg": "forwarding-unknown-ending",
    "acmemail.onion": "forwarding-unknown-ending",
    "co.uk": "forwarding-unknown-ending",
}


@pytest.mark.parametrize(("text", "host"), HOSTS.items(), ids=ascii)
def test_a_host_that_can_be_forwarded_to(text: str, host: str) -> None:
    assert judge_host(text) == (host, "")


@pytest.mark.parametrize(("text", "fault"), FAULTY_HOSTS.items(), ids=ascii)
def test_a_host_that_cannot_be_forwarded_to(text: str, fault: str) -> None:
    assert judge_host(text) == (text, fault)


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("www.acmemail.co.uk", "acmemail.co.uk"),
        ("shop.münchen.de", "xn--mnchen-3ya.de"),
        ("jane.github.io", ""),
        ("co.uk", ""),
        ("not a name", ""),
    ],
)
def test_the_part_that_a_registry_would_sell(name: str, part: str) -> None:
    assert registrable_part(name) == part
