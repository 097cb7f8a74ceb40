"""Links that lead elsewhere: whoever pastes one does not mean its host."""

from __future__ import annotations

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
    ]
)
"""Mail scanners, redirectors, shorteners and link trees; names under them count as well."""

TARGETS = ("url", "u", "q", "target", "to", "redirect", "dest", "destination", "link", "a")


def leads_elsewhere(text: str, host: str) -> bool:
    """Whether `text`, whose host this is, leads to another one: so does every link that names a target."""
    labels = host.split(".")
    return bool(target_of(text)) or any(
        ".".join(labels[at:]) in LEAD_ELSEWHERE for at in range(len(labels) - 1)
    )


def target_of(link: str) -> str:
    """The address that a link tells it leads to, or ""."""
    _, wrapped, rest = link.partition("/__http")  # as urldefense.com writes it
    if wrapped:
        return "http" + rest.partition("__;")[0]
    try:
        said = dict(parse_qsl(urlsplit(link).query))
    except ValueError:
        return ""
    found = (unquote(said[name]) for name in TARGETS if name in said)
    return next((target for target in found if target.startswith(("http://", "https://"))), "")
