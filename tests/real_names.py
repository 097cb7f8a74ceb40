"""Real names that people bought, and names of mailboxes as people have them.

The list of bought names lies beside the checkout and is never copied in.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.corpus import REQUIRED

REAL_NAMES = Path(__file__).parents[2] / "shared" / "cases" / "real-names.txt"
ORDINARY_MAILBOXES = [
    "info",
    "m.o'brien",
    "2024team",
    "j-p",
    "a",
    "x",
    "nan.li",
    "may",
    "jan",
    "na",
    "mai",
    "juli",
    "dez",
    "no",
    "yes",
    "example",
    "kontakt",
    "ventas",
    "contato",
    "biuro",
    "bonjour",
    "ciao",
    "hallo",
    "anfragen",
    "vertrieb",
    "buchhaltung",
    "rechnungen",
    "comptabilite",
    "facturation",
    "ventes",
    "amministrazione",
    "vendite",
    "acquisti",
    "sprzedaz",
    "faktury",
    "verkoop",
    "inkoop",
    "ledning",
    "forsaljning",
    "salg",
    "myynti",
    "obchod",
    "info-de",
    "sales_eu",
    "o.neill",
    "d'angelo",
    "x-ray",
    "nullmann",
    "tbdesign",
    "truett",
    "april",
    "june",
    "august",
    "null.pointer",
    "none-of-",
    "us",
    "trueman",
    "falsetti",
    "march.simpson",
    "sunday",
    "4you",
    "3d",
    "team1",
    "24-7",
    "r2d2",
    "zhang.wei",
    "nguyen.van.a",
    "al-khatib",
    "ibn_sina",
    "hello",
    "hi",
    "support24",
    "no-reply",
    "noreply",
    "postmaster",
    "abuse",
    "marina-22",
    "mars-2024",
    "nonell",
    "365team",
    "maya",
    "verkauf",
]
"""Names of mailboxes that people really have, in many languages: none is worth a word."""

needs_real_names = pytest.mark.skipif(
    not REAL_NAMES.exists() and os.environ.get(REQUIRED) != "1",
    reason="the list of real names is not beside this checkout",
)


def real_names() -> list[str]:
    lines = REAL_NAMES.read_text("utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]
