"""Words and signs that stand where a value should: formally valid, but nobody's mailbox and nobody's name.

Patterns are read by Python's re and by Arrow alike. They are for trimmed values in lower case.
"""

from __future__ import annotations

import re

WORDS = (
    r"(?:n/a|n\.a\.|none|nan|null|tbd|tba|undefined|true|false|wahr|falsch|vrai|faux|verdadero|falso|verdadeiro|onwaar"
    r"|prawda|#n/a)"
)
"""`na` is not among them, nor `may` and `jan`: people are called so."""

PUNCTUATION = r"[!-/:-@\[-`{-~–—―…·•]+"

MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|mai|okt|dez|ene|abr|ago|dic)"
)
MORE_MONTHS = (
    r"(?:janv|févr?|fev|mars|avr|juin|juil|août|aout|déc|mär|märz|mrz|gen|mag|giu|lug|set|ott|out|mrt|mei|sty|lut|kwi"
    r"|maj|cze|lip|sie|wrz|paź|lis|gru)"
)
"""Of other languages, and only behind a day: `mars-2024` is a name."""

DATE = (
    rf"(?:[0-9]{{1,2}}[-./](?:{MONTH}|{MORE_MONTHS})(?:[-./][0-9]{{2,4}})?|{MONTH}-[0-9]{{2,4}}"
    r"|[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}(?:[ t][0-9:.]+)?|[0-9]{1,2}[-./][0-9]{1,2}[-./][0-9]{2,4})"
)
"""What a spreadsheet makes of `5-may`, `may-26` or `1-2`, and shows or hands over."""

NUMBER = r"[-+]?[0-9]+(?:[.,][0-9]+)*(?:e[-+]?[0-9]+)?"

NOTHING = rf"^(?:{WORDS}|[-–—.?_~*/\\]+)$"
"""Stands for "nothing here"; a ditto mark does not."""

NOBODYS_WORDS = rf"{WORDS}|{DATE}|{NUMBER}|{PUNCTUATION}"
NOBODY = rf"^(?:{NOBODYS_WORDS})$"
NOBODYS_NAME = re.compile(NOBODY)

PLACEHOLDER = rf"^(?:{WORDS}|[!\"'()*+,./:;<=>?@\\^_`{{|}}~-]+)$"
"""What stands for nothing where numbers and dates may be right: in contact data."""

NOBODYS_CONTACT = re.compile(rf"{NOBODY}|{PLACEHOLDER}")

UNLIKELY_CONTACT = (
    r"^(?:(?:your|full|first|contact|client|customer) name|first(?: ?name)?,? last(?: ?name)?|name|same|ditto|dito|idem"
    r"|(?:see|as|same as) above|siehe oben|wie oben|unknown|unbekannt|tbc|todo|pending|test|vorname nachname|ihr name)$"
)
"""Of a contact: likelier a placeholder than anybody's name."""

UNLIKELY = (
    rf"^(?:{NOBODYS_WORDS}|test|testing|test[0-9]+|asdf|qwerty|foo|bar|foobar|x{{2,}}|tbc|todo|unknown|unbekannt"
    r"|pending|empty|blank|leer|missing|dummy|placeholder|ditto|dito|same|mailbox|later|[0-9]{1,2}x"
    r"|keiner?|keine|nein|aucune?|ninguno|ninguna|nessuno|nessuna|nenhum|nenhuma|geen"
    r"|firstname\.lastname|first\.last|name\.surname|first_?name|last_?name|your\.?name|vorname\.nachname|vorname|nachname"
    r"|prenom\.nom|nombre\.apellidos?|nome\.cognome|nome\.sobrenome|imie\.nazwisko|voornaam\.achternaam|x[0-9]{1,2}"
    r"|idem|ibid|kein|folgt|etc|usw|n\.a|vacant|vakant)$"
)
"""Of the local part of a whole address: likelier a placeholder than anybody's mailbox, and bought with a warning."""

UNLIKELY_NAME = re.compile(UNLIKELY)
