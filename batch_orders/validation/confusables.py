"""Letters that look like others, or turn into others on the way to what is bought.

A label of a domain is good where it is "highly restrictive" (Unicode Technical Standard 39, section 5.2):
letters of one script, or the mixtures that Japanese, Korean and Chinese are written in. The standard library
knows the script of a letter by its name, which is enough for that.
"""

from __future__ import annotations

import re
import unicodedata

import idna

from batch_orders.core.names import unicode_of
from batch_orders.validation.unseen import UNSEEN, name_letter, place_of, tell_unseen

LOOKALIKES = str.maketrans(
    dict(zip("аеорсухіјѕԁһԛԝοανρυχ", "aeopcyxijsdhqwoavpux", strict=True))
    | {"ı": "i", "ɑ": "a", "ɡ": "g", "ѵ": "v"}
)
"""Cyrillic and Greek small letters that nobody can tell from a Latin one."""

MIXTURES = (
    frozenset({"LATIN", "CJK", "HIRAGANA", "KATAKANA"}),
    frozenset({"LATIN", "CJK", "BOPOMOFO"}),
    frozenset({"LATIN", "CJK", "HANGUL"}),
)
COMMON = frozenset(
    {"DIGIT", "COMBINING", "MIDDLE", "KATAKANA-HIRAGANA", "IDEOGRAPHIC", "GREEK-LATIN", "MODIFIER"}
)
SECOND_DOT = re.compile("[ijı]\u0307")
"""A dot above a letter that has one: nobody sees it (section 5.4, "non-spacing marks")."""

TECHNICAL = re.compile(
    "[\u01c0-\u01c3\u0250-\u0252\u0255\u0258\u025a\u025c-\u0262\u0264-\u0267\u026a-\u0271\u0273-\u0282\u0284-\u0288"
    "\u028d-\u0291\u0293\u0295-\u02af]"
)
"""Latin letters of phonetic writing (section 3.1, "technical"), most of which look like usual ones: `ɑ`, `ɡ`. Those
that African languages are written in are not among them."""

DOTS = "。．｡"
WRONGLY_DECODED = re.compile(
    "[\u00c2-\u00f4][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6"
    "\u02dc\u2013\u2014\u2018-\u201a\u201c-\u201e\u2020-\u2022\u2026\u2030\u2039\u203a\u20ac\u2122]"
)
REPLACED = "\ufffd"


def script_of(letter: str) -> str:
    """`LATIN`, `CYRILLIC`, …, or "" where it belongs to every script."""
    if letter.isascii():
        return "LATIN" if letter.isalpha() else ""
    word = unicodedata.name(narrow(letter), "").partition(" ")[0]
    kind = unicodedata.category(letter)
    if kind == "Nd":
        word = "ARABIC" if "ARABIC" in unicodedata.name(letter) else word
    return "" if word in COMMON or not (kind.startswith("L") or kind == "Nd") else word


def mixed_letter(label: str) -> str:
    """The letter that stands out in a label that is not highly restrictive, or ""."""
    if label.isascii():
        return ""
    if SECOND_DOT.search(label):
        return "\u0307"
    if technical := TECHNICAL.search(label):
        return technical.group()
    scripts = [script_of(letter) for letter in label]
    found = {script for script in scripts if script}
    if len(found) < 2 or any(found <= mixture for mixture in MIXTURES):
        return ""
    foreign = next((i for i, script in enumerate(scripts) if script and script != "LATIN"), 0)
    return label[foreign]


def changed_letter(name: str) -> str:
    """The first letter that IDNA (UTS 46) maps to others, beyond case, width and accents, or ""."""
    for letter in unicodedata.normalize("NFC", name):
        if letter.isascii() or letter in DOTS or UNSEEN.match(letter):
            continue
        mapped = idna.uts46_remap(letter) if idna_maps(letter) else letter
        if mapped not in (letter, letter.lower(), narrow(letter)):
            return letter
    return ""


def idna_maps(letter: str) -> bool:
    try:
        return idna.uts46_remap(letter) != letter
    except UnicodeError:
        return False


def narrow(letter: str) -> str:
    """A letter of full or half width as the usual one."""
    kind, _, code = unicodedata.decomposition(letter).partition(" ")
    return chr(int(code, 16)).lower() if kind in ("<wide>", "<narrow>") and " " not in code else letter


def judge_letters(name: str) -> str:
    """The fault of the letters of a name in lower case, or "". Plain ASCII has none."""
    if name.isascii():
        return "letters-mixed" if "xn--" in name and mixed_in(unicode_of(name)) else ""
    if REPLACED in name or decoded(name) != name:
        return "letters-garbled"
    if changed_letter(name):
        return "letters-change"
    return "letters-mixed" if mixed_in(name) else ""


def mixed_in(name: str) -> bool:
    return any(map(mixed_letter, name.split(".")))


def decoded(text: str) -> str:
    """UTF-8 that was read as Windows-1252 (`Ã©`), as it was; other text as it is. Also in lower case."""
    if not WRONGLY_DECODED.search(text):
        return text
    for tried in (text, raised(text)):
        try:
            return tried.encode("cp1252").decode("utf-8")
        except UnicodeError:
            continue
    return text


def raised(text: str) -> str:
    """Lower case moved the first of two letters that stand for one: `ãº` was `Ãº`."""
    return re.sub(
        f"[\u00e2-\u00fe](?={WRONGLY_DECODED.pattern.partition(']')[2]})", lambda m: m.group().upper(), text
    )


def as_latin(text: str) -> str:
    """The text without letters of other scripts that look like Latin ones."""
    return text.translate(LOOKALIKES)


def tell_letter(text: str) -> str:
    """A sentence that names the first letter that nobody can see or tell from another one, or ""."""
    if text.isascii():
        return ""
    if UNSEEN.search(text):
        return tell_unseen(text)
    if decoded(text) != text:
        return f"It reads like {decoded(text)} that was decoded wrongly."
    odd = changed_letter(text) or next(filter(None, map(mixed_letter, re.split(r"[.@\s,;_-]", text))), "")
    if not odd:
        return ""
    return f'It holds {name_letter(odd)} ("{odd}") {place_of(text, text.index(odd) if odd in text else 0)}.'
