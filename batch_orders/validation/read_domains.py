"""A name that can be bought, read out of a cell that holds it with something around it or written in another way."""

from __future__ import annotations

import html
import re
from urllib.parse import unquote

from batch_orders.validation.confusables import as_latin, changed_letter, decoded, mixed_in
from batch_orders.validation.links import leads_elsewhere, target_of
from batch_orders.validation.names import host_of, judge_domain, registrable_part
from batch_orders.validation.unseen import without_unseen

WRAPPING = "<>()[]{}\"'`´‘’“”«»"
SPELLED_DOT = re.compile(
    r"\s*[\[({]\s*(?:dot|punkt|punto|point|\.)\s*[\])}]\s*|\s+(?:dot|punkt|punto|point)\s+"
)
SPELLED_AT = re.compile(r"\s*[\[({]\s*(?:at|@)\s*[\])}]\s*")
BLANKS = re.compile(r"\s+")
LIST_MARK = re.compile(r"^(?:[-–—*•·‣▪►→>+]+|\(?[0-9]{1,3}[.)])\s+|^[*•·‣▪►→]+")
DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))
SEVERAL_DOTS = re.compile(r"\.{2,}")
PLAIN = re.compile(r"(?:https?://)?[a-z0-9-]+(?:\.[a-z0-9-]+)*/?")
"""As most of them are: nothing stands around a name."""

BEFORE_A_NAME = re.compile(r"^(?:[a-z]+:\s*/*|[/\\#]+\s*)+")
"""`https://https://`, `http:`, `domain:`, `//`."""

BEHIND_A_NAME = re.compile(r"(?::[0-9]+)?(?:[/?#].*)?$")
MAY_BE_A_NAME = re.compile("[.,。．｡]")
WORDS_BEFORE_AT = re.compile(r"\s[^<]*@")
DOTTED = re.compile(r"[^\W_][\w-]*(?:\.[\w-]+)+")
WORDS = re.compile(r"[^\W\d_]+")
OF_A_LINK = frozenset(["http", "https", "www", "mailto"])
NO_NAMES = frozenset(["com", "net", "org"])
"""Of `oakbay.com.com`, nobody means `com.com`."""

SCHEME_IN = re.compile("^[a-z]+:/")
LONGEST_READ = 2_000
"""Characters. A longer text is no name with something around it."""


def read_domain(text: str) -> str:
    """The name that can be bought in a link, an address or a name with something around it, or ""."""
    if len(text) > LONGEST_READ:
        return ""
    if PLAIN.fullmatch(text):
        return other_name(sold_name(host_of(text)), text)
    plain = plain_text(text)
    if not MAY_BE_A_NAME.search(plain) or changed_letter(plain) or WORDS_BEFORE_AT.search(plain):
        return ""
    if leads_elsewhere(plain, host_of(plain)):
        return other_name(sold_name(host_in(target_of(plain))), text)
    for read in dict.fromkeys((plain, without_blanks(plain), plain.replace(",", "."))):
        if part := other_name(sold_name(host_in(read)), text):
            return part
    return other_name(lone_name(plain), text)


def other_name(name: str, text: str) -> str:
    """The name where it can be bought and is not what stands there."""
    return name if name and name != text and not judge_domain(name).fault else ""


def plain_text(text: str) -> str:
    """A text without unseen letters, signs of web pages, what stands around a name and what stands for a dot."""
    signs = unquote(html.unescape(decoded(without_unseen(text))))
    plain = spelled_out(as_latin_label(signs)).translate(DASHES).strip(f"{WRAPPING} \u00a0")
    return SEVERAL_DOTS.sub(".", LIST_MARK.sub("", plain)).rstrip("!?;: ")


def host_in(text: str) -> str:
    """The host of a link or an address, however it is written."""
    behind = BEFORE_A_NAME.sub("", text.removeprefix("mailto:")).rpartition("@")[2]
    return BEHIND_A_NAME.sub("", behind).strip(f".{WRAPPING}")


def sold_name(host: str) -> str:
    """The name that a registry would sell in a host, of which the ending may stand twice; or ""."""
    part = registrable_part(host)
    label, _, ending = part.partition(".")
    if part == host or label not in NO_NAMES:
        return part
    return registrable_part(host.removesuffix(f".{ending}")) if label == ending else ""


def lone_name(text: str) -> str:
    """The one name in a text that has signs beside it, and no word."""
    names = {sold_name(host) for host in DOTTED.findall(text)}
    words = set(WORDS.findall(DOTTED.sub(" ", text))) - OF_A_LINK
    return names.pop() if len(names) == 1 and not words else ""


def without_blanks(text: str) -> str:
    """`pine ridge. com` in one word, or "" where a word is a domain by itself: "new pineridge.com" is two words."""
    words = BLANKS.split(text)
    named = any(registrable_part(word) or SCHEME_IN.search(word) for word in words[1:] if "." in word)
    named = named or ("." in words[0] and registrable_part(words[0]) != "")
    return "" if len(words) < 2 or named else "".join(words)


def as_latin_label(name: str) -> str:
    """A name with the letters that look like Latin ones made so, where its label mixes the two."""
    return as_latin(name) if mixed_in(name) else name


def spelled_out(text: str) -> str:
    """`jane [at] example [dot] com` → `jane@example.com`."""
    return SPELLED_AT.sub("@", SPELLED_DOT.sub(".", text))
