"""Realistic sheets with the mistakes that people make: what was meant, and what was typed instead."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator

VENDORS = ("1", "2", "inboxkitGoogle", "inboxkitOutlook", "maildosoSMTP")
MISSPELT = {
    "inboxkitGoogle": ("inboxkitGogle", "InboxKit Googel"),
    "inboxkitOutlook": ("inboxkit Outlok", "inboxkitOutlokk"),
    "maildosoSMTP": ("maildoso SMPT", "Maildosso SMTP"),
}
FIRST = ("coral", "silver", "gold", "amber", "north", "river", "bright", "oak")
SECOND = ("peak", "fern", "reef", "field", "lane", "brook", "stone", "harbor")
ENDINGS = ("com", "net", "io", "co", "de")
PEOPLE = ("anna", "ben", "cara", "dora", "emil", "m.o'brien", "finn.lee", "gus2", "hello", "sales")
CONTACTS = ("Anna Roe", "Ben Okafor", "Zoë Née", "Jean-Luc Weiß")

Line = dict[str, str]
Spoil = Callable[[list[Line], random.Random], None]


def good_sheet(rows: int, chosen: random.Random, own: str) -> list[Line]:
    """Domains of one to five mailboxes, each row filled in. `own` is in every name, so that no two sheets share one."""
    names = [f"{one}{two}{own}{more}" for one in FIRST for two in SECOND for more in ("", "-mail")]
    chosen.shuffle(names)
    lines: list[Line] = []
    while len(lines) < rows:
        domain = f"{names.pop()}.{chosen.choice(ENDINGS)}"
        shared = {
            "vendor": chosen.choice(VENDORS),
            "forwarding_domain": f"{chosen.choice(FIRST)}-agency.com",
            "contact": chosen.choice(CONTACTS),
        }
        for person in chosen.sample(PEOPLE, chosen.randint(1, 5)):
            whole = chosen.random() < 0.7
            mailbox = f"{person}@{domain}" if whole else person
            lines.append({"domain": domain, "mailbox": mailbox, **shared})
    return lines


def some(lines: list[Line], chosen: random.Random, share: float = 0.1) -> list[Line]:
    return chosen.sample(lines, max(1, round(len(lines) * share)))


def rows_of_some_domains(lines: list[Line], chosen: random.Random, count: int = 4) -> Iterator[list[Line]]:
    domains = sorted({line["domain"] for line in lines})
    for domain in chosen.sample(domains, count):
        yield [line for line in lines if line["domain"] == domain]


def wrong_ending(lines: list[Line], chosen: random.Random) -> None:
    coms = [line for line in lines if line["domain"].endswith(".com")]
    for rows in rows_of_some_domains(coms, chosen, 3):
        for line in rows:
            for field in ("domain", "mailbox"):
                line[field] = line[field].replace(".com", ".con")
    for line in some(coms, chosen, 0.05):
        line["domain"] = line["domain"].replace(".com", chosen.choice((".cmo", ".comm", ".vom")))


def mailbox_elsewhere(lines: list[Line], chosen: random.Random) -> None:
    for line in some(lines, chosen):
        line["mailbox"] = f"{line['mailbox'].partition('@')[0]}@gmail.com"


def vendor_misspelt(lines: list[Line], chosen: random.Random) -> None:
    for rows in rows_of_some_domains([line for line in lines if line["vendor"] in MISSPELT], chosen):
        for line in rows:
            line["vendor"] = chosen.choice(MISSPELT[line["vendor"]])


def vendor_unknown(lines: list[Line], chosen: random.Random) -> None:
    """Nobody can say which vendor was meant by a name that is none's."""
    for rows in rows_of_some_domains(lines, chosen):
        for line in rows:
            line["vendor"] = "Gogle"


def contradiction(lines: list[Line], chosen: random.Random) -> None:
    """In one row of a domain that has at least three, so that the others say what is usual."""
    count = Counter(line["domain"] for line in lines)
    firsts = {line["domain"]: line for line in lines if count[line["domain"]] > 2}
    others = {"vendor": "99", "forwarding_domain": "elsewhere-agency.com", "contact": "Dora Lee"}
    for place, line in enumerate(some(list(firsts.values()), chosen, 0.5)):
        field = list(others)[place % 3]
        line[field] = others[field]


def contact_missing(lines: list[Line], chosen: random.Random) -> None:
    for text, rows in zip(("", "", "n/a", "n/a"), rows_of_some_domains(lines, chosen), strict=True):
        for line in rows:
            line["contact"] = text


LINKS = ("https://www.{}/", "https://{}/", "http://www.{}", "www.{}", "{}/contact?x=1")


def pasted_links(lines: list[Line], chosen: random.Random) -> None:
    for line in some(lines, chosen):
        line["domain"] = chosen.choice(LINKS).format(line["domain"])
    for line in some(lines, chosen):
        line["forwarding_domain"] = (
            f"https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2F{line['forwarding_domain']}"
        )


def slips(lines: list[Line], chosen: random.Random) -> None:
    rows = Counter(line["domain"] for line in lines if "@" in line["mailbox"])
    for line in some(
        [line for line in lines if "@" in line["mailbox"] and rows[line["domain"]] > 2], chosen, 0.03
    ):
        at = chosen.randrange(1, 5)
        text = line["domain"]
        line["domain"] = text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def decorated(lines: list[Line], chosen: random.Random) -> None:
    forms = ("Anna Roe <{}>", "'{}'", "mailto:{}", "<{}>", "'{}", "{};")
    for line in some([line for line in lines if "@" in line["mailbox"]], chosen):
        line["mailbox"] = chosen.choice(forms).format(line["mailbox"])


def placeholders(lines: list[Line], chosen: random.Random) -> None:
    for line in some(lines, chosen):
        line["mailbox"] = chosen.choice(("tbd", "n/a", "3", "5-May", "-", ""))
    for line in some(lines, chosen, 0.03):
        line["contact"] = "n/a"


def unseen_letters(lines: list[Line], chosen: random.Random) -> None:
    for line in some(lines, chosen):
        line["domain"] = f"{line['domain'][:3]}\u200b{line['domain'][3:]}"
    for line in some(lines, chosen):
        line["mailbox"] = line["mailbox"].replace("a", "\u0430", 1)


def several(*spoils: Spoil) -> Spoil:
    def spoil(lines: list[Line], chosen: random.Random) -> None:
        for each in spoils:
            each(lines, chosen)

    return spoil


SPOILS: dict[str, Spoil] = {
    "wrong endings": wrong_ending,
    "mailboxes elsewhere": mailbox_elsewhere,
    "vendors misspelt": vendor_misspelt,
    "vendors of no name": vendor_unknown,
    "contradictions": contradiction,
    "contacts missing": contact_missing,
    "pasted links": pasted_links,
    "slips": slips,
    "decorated mailboxes": decorated,
    "placeholders": placeholders,
    "unseen letters": unseen_letters,
    "a bad day": several(mailbox_elsewhere, pasted_links, vendor_misspelt, contact_missing),
    "a worse day": several(wrong_ending, contradiction, decorated, placeholders),
}
