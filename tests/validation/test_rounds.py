"""Realistic sheets with the usual mistakes: whoever follows what is said of them needs one round.

The script does literally what is suggested, and where nothing is, fills the cell that is named from the answers.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

import pytest

from batch_orders.core.model import Severity
from batch_orders.core.rules import RowRules
from batch_orders.core.vendors import Offer, VendorNames
from batch_orders.validation.grouping import Grouping
from tests.sheets import HEADERS, Row
from tests.validation.judged import bought, coral, judge, problems

VENDORS = {1: "inboxkitGoogle", 2: "inboxkitMicrosoft", 3: "mailreefAzure"}
MISSPELT = {
    "inboxkitGoogle": ("inboxkitGogle", "InboxKit Googel"),
    "inboxkitMicrosoft": ("inboxkit Mircosoft", "inboxkitMicrosft"),
    "mailreefAzure": ("mailreef Azur", "MailReef Azzure"),
}
RULES = RowRules(names=VendorNames.of({}, [Offer(number, name) for number, name in VENDORS.items()]))
FIRST = ("coral", "silver", "gold", "amber", "north", "river", "bright", "oak")
SECOND = ("peak", "fern", "reef", "field", "lane", "brook", "stone", "harbor")
ENDINGS = ("com", "net", "io", "co", "de")
PEOPLE = ("anna", "ben", "cara", "dora", "emil", "m.o'brien", "finn.lee", "gus2", "hello", "sales")
CONTACTS = ("Anna Roe", "Ben Okafor", "Zoë Née", "Jean-Luc Weiß")

Line = dict[str, str]
Spoil = Callable[[list[Line], random.Random], None]


def good_sheet(rows: int, chosen: random.Random) -> list[Line]:
    """Domains of one to five mailboxes, each row filled in."""
    names = [f"{one}{two}{more}" for one in FIRST for two in SECOND for more in ("", "-mail")]
    chosen.shuffle(names)
    lines: list[Line] = []
    while len(lines) < rows:
        domain = f"{names.pop()}.{chosen.choice(ENDINGS)}"
        shared = {
            "vendor": chosen.choice([*map(str, VENDORS), *VENDORS.values()]),
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
    for rows in rows_of_some_domains([line for line in lines if line["domain"].endswith(".com")], chosen, 3):
        for line in rows:
            for field in ("domain", "mailbox"):
                line[field] = line[field].replace(".com", ".con")


def mailbox_elsewhere(lines: list[Line], chosen: random.Random) -> None:
    for line in some(lines, chosen):
        line["mailbox"] = f"{line['mailbox'].partition('@')[0]}@gmail.com"


def vendor_misspelt(lines: list[Line], chosen: random.Random) -> None:
    for rows in rows_of_some_domains([line for line in lines if line["vendor"] in MISSPELT], chosen):
        for line in rows:
            line["vendor"] = chosen.choice(MISSPELT[line["vendor"]])


def contradiction(lines: list[Line], chosen: random.Random) -> None:
    for line in some(lines, chosen, 0.05):
        line["forwarding_domain"] = "elsewhere-agency.com"
    for line in some(lines, chosen, 0.05):
        line["contact"] = "Dora Lee"


def contact_missing(lines: list[Line], chosen: random.Random) -> None:
    for rows in rows_of_some_domains(lines, chosen):
        for line in rows:
            line["contact"] = ""


def pasted_links(lines: list[Line], chosen: random.Random) -> None:
    for line in some(lines, chosen):
        line["domain"] = f"https://www.{line['domain']}/"
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


def follow(grouping: Grouping, lines: Sequence[Row], answers: Sequence[Row]) -> Sequence[Row]:
    """What a person makes of the sheet who does what is said, cell by cell."""
    mended: list[dict[str, str]] = [dict(line) for line in lines]
    fields = {header: field for field, header in HEADERS.items()}
    for problem in problems(grouping):
        if problem.severity is Severity.ERROR and problem.column and problem.row:
            field, at = fields[problem.column], problem.row - 2
            mended[at][field] = problem.suggestion or answers[at][field]
    return mended


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("name", SPOILS)
def test_a_sheet_is_clean_after_one_round(name: str, seed: int) -> None:
    chosen = random.Random(f"{name} {seed}")
    answers = good_sheet(chosen.randint(60, 200), chosen)
    before = judge(*answers, rules=RULES)
    assert problems(before) == ()
    lines = [dict(line) for line in answers]
    SPOILS[name](lines, chosen)
    first = judge(*lines, rules=RULES)
    assert first.findings.errors
    second = judge(*follow(first, lines, answers), rules=RULES)
    assert [problem for problem in problems(second) if problem.severity is Severity.ERROR] == []
    assert sorted(bought(second)) == sorted(bought(before))


def test_the_script_fails_where_a_suggestion_is_no_help() -> None:
    lines = [coral(mailbox="tbd")]
    grouping = judge(*lines)
    assert judge(*follow(grouping, lines, lines)).findings.errors
