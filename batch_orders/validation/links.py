"""Links that lead elsewhere: whoever pastes one does not mean its host."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote, urlsplit

LEAD_ELSEWHERE = frozenset(
    [
        "safelinks.protection.outlook.com",
        "urldefense.com",
        "urldefense.proofpoint.com",
        "linkprotect.cudasvc.com",
        "protect.mimecast.com",
        "protect-us.mimecast.com",
        "protect-eu.mimecast.com",
        "protect-uk.mimecast.com",
        "protect-de.mimecast.com",
        "protect-au.mimecast.com",
        "web.archive.org",
        "translate.goog",
        "mimecastprotect.com",
        "clicktime.symantec.com",
        "secure-web.cisco.com",
        "protection.sophos.com",
        "l.facebook.com",
        "lm.facebook.com",
        "l.instagram.com",
        "l.messenger.com",
        "out.reddit.com",
        "slack-redir.net",
        "googleadservices.com",
        "doubleclick.net",
        "lnkd.in",
        "t.co",
        "bit.ly",
        "bitly.com",
        "j.mp",
        "tinyurl.com",
        "goo.gl",
        "ow.ly",
        "buff.ly",
        "is.gd",
        "v.gd",
        "rb.gy",
        "cutt.ly",
        "shorturl.at",
        "t.ly",
        "tiny.cc",
        "rebrand.ly",
        "bl.ink",
        "s.id",
        "dub.sh",
        "short.io",
        "linktr.ee",
        "linktree.com",
        "beacons.ai",
        "lnk.bio",
        "bio.link",
        "bio.site",
        "campsite.bio",
        "taplink.cc",
        "solo.to",
        "linkin.bio",
        "sendgrid.net",
        "list-manage.com",
        "mailchi.mp",
        "hubspotlinks.com",
        "awstrack.me",
        "click.pstmrk.it",
        "youtu.be",
        "forms.gle",
        "page.link",
        "app.link",
        "wa.me",
        "m.me",
        "deref-gmx.net",
        "deref-web.de",
        "deref-mail.com",
        "href.li",
        "anonym.to",
        "vadesecure.com",
        "avanan.click",
        "protect.checkpoint.com",
        "amzn.to",
        "adf.ly",
        "aka.ms",
        "fb.me",
        "ift.tt",
        "dlvr.it",
        "trib.al",
        "bit.do",
        "clck.ru",
        "tiny.one",
        "gg.gg",
        "hubs.ly",
        "hubs.la",
        "smarturl.it",
        "snip.ly",
        "qrco.de",
        "surl.li",
        "msha.ke",
        "about.me",
        "allmylinks.com",
        "lnk.to",
        "heylink.me",
        "stan.store",
        "tap.bio",
        "flow.page",
        "mlsend.com",
        "mandrillapp.com",
        "klclick.com",
        "rs6.net",
    ]
)
"""Mail scanners, redirectors, shorteners and link trees; names under them count as well."""

SHARED = frozenset(
    [
        "facebook.com",
        "instagram.com",
        "linkedin.com",
        "twitter.com",
        "x.com",
        "youtube.com",
        "tiktok.com",
        "pinterest.com",
        "docs.google.com",
        "drive.google.com",
        "sites.google.com",
        "forms.office.com",
        "sharepoint.com",
        "dropbox.com",
        "calendly.com",
        "notion.so",
        "medium.com",
        "airtable.com",
        "typeform.com",
        "eventbrite.com",
    ]
)
"""Where everybody has a page: of a link to one, the host alone is not what was meant."""

TARGETS = (
    "url",
    "u",
    "q",
    "target",
    "to",
    "redirect",
    "redirecturl",
    "uddg",
    "dest",
    "destination",
    "link",
    "a",
)
PROOFPOINT = frozenset(["urldefense.proofpoint.com"])
"""Writes `https://lane.io/` as `https-3A__lane.io_`."""

TARGETS_WITHOUT_SCHEME = ("url", "u", "domain", "target")
LINK_IN_PATH = re.compile(r"https?(?::|%3a)(?:/|%2f){2}", re.IGNORECASE)


def leads_elsewhere(text: str, host: str) -> bool:
    """Whether `text`, whose host this is, leads to another one: so does every link that names a target."""
    target = target_of(text)
    if target:
        return host not in (target, host_in(target))
    return ends_in(host, LEAD_ELSEWHERE) or (ends_in(host, SHARED) and has_path(text))


def ends_in(host: str, names: frozenset[str]) -> bool:
    labels = host.split(".")
    return any(".".join(labels[at:]) in names for at in range(len(labels) - 1))


def has_path(link: str) -> bool:
    return bool(re.sub(r"^[a-z]+://", "", link).partition("/")[2])


def target_of(link: str) -> str:
    """The address that a link tells it leads to, or ""."""
    _, wrapped, rest = link.partition("/__http")  # as urldefense.com writes it
    if wrapped:
        return "http" + rest.partition("__;")[0]
    if "?" not in link and not LINK_IN_PATH.search(link, len("https://")):
        return ""
    try:
        url = urlsplit(link)
        said = dict(parse_qsl(url.query))
    except ValueError:
        return ""
    if ends_in(url.hostname or "", PROOFPOINT) and "u" in said:
        return unquote(said["u"].replace("_", "/").replace("-", "%"))
    found = (unquote(said[name]) for name in TARGETS if name in said)
    if target := next((target for target in found if target.startswith(("http://", "https://"))), ""):
        return target
    if not ends_in(url.hostname or "", LEAD_ELSEWHERE):
        return ""
    behind = f"{url.path}?{url.query}"
    if within := LINK_IN_PATH.search(behind):
        return unquote(behind[within.start() :])
    bare = (unquote(said[name]) for name in TARGETS_WITHOUT_SCHEME if name in said)
    return next((target for target in bare if "." in target), "")


def host_in(link: str) -> str:
    try:
        return urlsplit(link).hostname or ""
    except ValueError:
        return ""
