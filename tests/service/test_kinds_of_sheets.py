"""Small sheets of every kind that buys wrongly elsewhere: what is bought, and what is said at which cell.

Each is read and judged as any door does it. Of a sheet that is refused the message is looked at.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from batch_orders.core.model import Severity
from batch_orders.errors import SheetError
from batch_orders.service.check import check_sheet
from batch_orders.sheet import ReadOptions
from batch_orders.validation.grouping import group_orders

HEADER = "Domain,Mailbox,Vendor,Forwarding domain,Contact"
REST = "1,lane.io,Eva Holm"
GOOD = f"oakbay.com,eva,{REST}"
EVA, TOM = "eva@oakbay.com", "tom@oakbay.com"


class Kind(NamedTuple):
    """`said` are the errors, or the warnings where there is no error: row, column, suggestion."""

    text: str
    bought: tuple[str, ...] = ()
    said: tuple[tuple[int | None, str, str], ...] = ()
    refused: str = ""


def below(*rows: str, header: str = HEADER) -> str:
    return "\n".join([header, GOOD, *rows])


def more(column: str, *values: str) -> str:
    """A column more, with a row for each value."""
    rows = [f"oak{at}.com,eva,{REST},{value}" for at, value in enumerate(values)]
    return "\n".join([f"{HEADER},{column}", *rows])


def boxes(*cells: str) -> str:
    """A row for each cell of mailboxes, every one with a domain of its own."""
    return "\n".join([HEADER, *(f'oak{at}.com,"{cell}",{REST}' for at, cell in enumerate(cells))])


def links(*cells: str) -> str:
    return "\n".join([HEADER, *(f"oak{at}.com,eva,1,{cell},Eva Holm" for at, cell in enumerate(cells))])


WAITS = (2, "", "")

KINDS: dict[str, Kind] = {
    # 1. Half orders.
    "a word for the same": Kind(below(f"dito,tom,{REST}"), said=((3, "Domain", "oakbay.com"),)),
    "signs for the same": Kind(below(f"->,tom,{REST}"), said=((3, "Domain", "oakbay.com"),)),
    "a name without its ending": Kind(below(f"Oakbay,tom,{REST}"), said=(WAITS, (3, "Domain", ""))),
    "a name with a hyphen, without its ending": Kind(
        below(f"oak-bay,tom,{REST}"), said=(WAITS, (3, "Domain", ""))
    ),
    "two domains in a cell": Kind(
        below(f'"oakbay.com, oakcove.com",tom,{REST}'), said=(WAITS, (3, "Domain", ""))
    ),
    "an address as domain": Kind(below(f"info@oakbay.com,tom,{REST}"), said=((3, "Domain", "oakbay.com"),)),
    "a word before the domain": Kind(below(f"new oakbay.com,tom,{REST}"), said=(WAITS, (3, "Domain", ""))),
    "the domain of another row": Kind(below(f"see row 2,tom,{REST}"), said=(WAITS, (3, "Domain", ""))),
    "a blank in the domain": Kind(below(f"oak bay .com,tom,{REST}"), said=((3, "Domain", "oakbay.com"),)),
    "a list": Kind(
        below(f"• oakcove.com,tom,{REST}", f"2) oakcliff.com,tom,{REST}"),
        (EVA,),
        ((3, "Domain", "oakcove.com"), (4, "Domain", "oakcliff.com")),
    ),
    "domain and mailbox in each other's place": Kind(
        below(
            f"tom,oakbay.com,{REST}",
            f"tom@oakcove.com,oakcove.com,{REST}",
            f'"tom, ben",www.oakreef.com,{REST}',
        ),
        said=(
            (3, "Domain", "oakbay.com"),
            (3, "Mailbox", "tom@oakbay.com"),
            (4, "Domain", "oakcove.com"),
            (4, "Mailbox", "tom@oakcove.com"),
            (5, "Domain", "oakreef.com"),
            (5, "Mailbox", "tom, ben"),
        ),
    ),
    "a row moved by a cell": Kind(
        below(f"oakcove.com,ben,{REST}", ",oakbay.com,tom,1,"),
        said=(
            (3, "", ""),
            (4, "Domain", "oakbay.com"),
            (4, "Mailbox", ""),
            (4, "Vendor", "1"),
            (4, "Forwarding domain", "lane.io"),
        ),
    ),
    "a line with a cell too many": Kind(below("www,oakbay.com,tom,2,lane.com,Mia Berg"), said=((3, "", ""),)),
    "dots and marks too many": Kind(
        below(f"oakcove..com,tom,{REST}", f"oakreef.com!,tom,{REST}"),
        (EVA,),
        ((3, "Domain", "oakcove.com"), (4, "Domain", "oakreef.com")),
    ),
    # 2. Columns passed over.
    "a number in brackets": Kind(
        f"Domain,Mailbox,Mailbox (2),{HEADER[15:]}\noakbay.com,eva,tom,{REST}", (EVA, TOM)
    ),
    "a number with a word for it": Kind(
        f"Domain,Mailbox,Mailbox No. 2,3. Mailbox,{HEADER[15:]}\noakbay.com,eva,tom,eva,{REST}",
        (EVA, TOM),
        ((2, "Mailbox", ""),),
    ),
    "a letter for a number": Kind(
        f"Domain,Mailbox A,Mailbox B,{HEADER[15:]}\noakbay.com,eva,tom,{REST}", (EVA, TOM)
    ),
    "first and second": Kind(
        f"Domain,First mailbox,Second mailbox,{HEADER[15:]}\noakbay.com,eva,tom,{REST}", (EVA, TOM)
    ),
    "the other one": Kind(
        f"Domain,Mailbox,Other mailbox,{HEADER[15:]}\noakbay.com,eva,tom,{REST}", (EVA, TOM)
    ),
    "a header over several columns": Kind(
        f"Domain,Mailboxes,,{HEADER[15:]}\noakbay.com,eva,tom,{REST}", refused='right of "Mailboxes"'
    ),
    "a new domain": Kind(
        f"Domain,Domain (new),Mailbox,{HEADER[15:]}\noakbay.com,oakcove.com,eva,{REST}",
        refused="Domain (new)",
    ),
    "a domain more": Kind(
        f"Domain,Domain 2,Mailbox,{HEADER[15:]}\noakbay.com,oakcove.com,eva,{REST}", refused="Domain 2"
    ),
    "cancelled, and by whom": Kind(
        more("Status", "Cancelled by client", "postponed", "Not ordered yet", "Active"),
        ("eva@oak2.com", "eva@oak3.com"),
        ((2, "Status", ""), (3, "Status", "")),
    ),
    "yes or no": Kind(more("Order (y/n)", "y", "N"), ("eva@oak0.com",), ((3, "Order (y/n)", ""),)),
    "not yet approved": Kind(more("Approved?", "not yet", "yes"), ("eva@oak1.com",), ((2, "Approved?", ""),)),
    "a number as a word, and one of a list": Kind(
        f"Domain,Mailboxes/0,Mailbox: 2,Sixth mailbox,{HEADER[15:]}\noakbay.com,eva,tom,ben,{REST}",
        (EVA, TOM, "ben@oakbay.com"),
    ),
    "a number in another language": Kind(
        f"Domain,Mailbox,Postfach 2,{HEADER[15:]}\noakbay.com,eva,tom,{REST}", refused="Postfach 2"
    ),
    "an alternative that is not read": Kind(
        f"Domain,Mailbox,Backup mailbox,{HEADER[15:]}\noakbay.com,eva,tom,{REST}", (EVA,), ((None, "", ""),)
    ),
    "more mailboxes under any header": Kind(
        more("Sender", "tom@oak0.com", "tom@oak1.com"),
        ("eva@oak0.com", "eva@oak1.com"),
        ((None, "", ""),),
    ),
    "addresses and domains of other people": Kind(
        f"{HEADER},Client email,Website,Mailbox owner,Email status\n{GOOD},eva@gmail.com,lane.com,Eva,active",
        (EVA,),
    ),
    "a second name, which Spaniards have": Kind(
        f"{HEADER},Last name,Second last name\n{GOOD},Holm,Roe", (EVA,)
    ),
    # 3. A second header.
    "one with a column of mailboxes more": Kind(
        f"{HEADER},Notes\n{GOOD},x\n{HEADER},Mailbox 2\noakcove.com,eva,{REST},tom",
        (EVA,),
        ((3, "", ""), (4, "", "")),
    ),
    "other names of the fields": Kind(
        below("Domain name,Email,Provider,Redirect,Owner", f"oakcove.com,tom,{REST}"),
        (EVA,),
        ((3, "", ""), (4, "", "")),
    ),
    "the same in capitals": Kind(
        below(HEADER.upper(), f"oakcove.com,tom,{REST}"), (EVA, "tom@oakcove.com"), ((None, "", ""),)
    ),
    "under a title": Kind(
        below(
            "", "Batch 2,,,,", "Mailbox,Domain,Vendor,Forwarding domain,Contact", f"tom,oakcove.com,{REST}"
        ),
        (EVA,),
        ((5, "", ""), (6, "", "")),
    ),
    "with numbers in front": Kind(
        below("#,Domain,Mailbox,Vendor,Forwarding domain", ",oakcove.com,tom,1,lane.io"),
        (EVA,),
        ((3, "", ""), (4, "", "")),
    ),
    "in another language": Kind(
        below("Weiterleitung,Postfach,Anbieter,Domäne,Kontakt", "lane.io,tom,1,oakcove.com,Eva Holm"),
        (EVA,),
        ((3, "", ""), (4, "", "")),
    ),
    # 4. Formally valid, but nobody's mailbox.
    "not available": Kind(boxes("N.A.", "1e3", "12:30"), said=tuple((at, "Mailbox", "") for at in (2, 3, 4))),
    "words for nobody": Kind(
        boxes("unknown", "xxx", "pending"),
        ("unknown@oak0.com", "xxx@oak1.com", "pending@oak2.com"),
        tuple((at, "Mailbox", "") for at in (2, 3, 4)),
    ),
    "a domain in place of a mailbox": Kind(
        below(
            f"oakcove.com,oakbay.com,{REST}", f"oakreef.com,www.lane.io,{REST}", f"oakpine.com,nan.li,{REST}"
        ),
        ("nan.li@oakpine.com",),
        (WAITS, (3, "Mailbox", ""), (4, "Mailbox", "")),
    ),
    "booleans and dates of other languages": Kind(
        boxes("VRAI", "Verdadero", "5-mars", "12-gen"),
        said=tuple((at, "Mailbox", "") for at in range(2, 6)),
    ),
    "examples in other languages": Kind(
        boxes("vorname.nachname", "nombre.apellido", "idem"),
        ("vorname.nachname@oak0.com", "nombre.apellido@oak1.com", "idem@oak2.com"),
        tuple((at, "Mailbox", "") for at in range(2, 5)),
    ),
    "the domain's name with another ending": Kind(
        boxes("oak0.net", "nan.li"), ("nan.li@oak1.com",), ((2, "Mailbox", ""),)
    ),
    "nobody's contact": Kind(
        f"{HEADER}\noakbay.com,eva,1,lane.io,Same\noakcove.com,eva,1,lane.io,Your name",
        (EVA, "eva@oakcove.com"),
        ((2, "Contact", ""), (3, "Contact", "")),
    ),
    "an example beside a name that is near": Kind(
        f"{HEADER}\nexample.com,eva,{REST}\nexamples.com,tom,{REST}",
        ("tom@examples.com",),
        ((2, "Domain", ""),),
    ),
    # 5. Commas that do not separate.
    "a comma in the domain": Kind(
        boxes("oak0,com", "eva,ben"), ("eva@oak1.com", "ben@oak1.com"), ((2, "Mailbox", ""),)
    ),
    "a name of the contact with a title": Kind(
        f'{HEADER}\noakbay.com,"Holm, Eva",1,lane.io,Ms. Eva B. Holm', said=((2, "Mailbox", ""),)
    ),
    "names in a list": Kind(
        boxes("Roe, Anna; Lee, Ben"),
        ("roe@oak0.com", "anna@oak0.com", "lee@oak0.com", "ben@oak0.com"),
        ((2, "Mailbox", ""),),
    ),
    "a name of the contact": Kind(boxes("Holm, Eva"), said=((2, "Mailbox", ""),)),
    "several with a word between": Kind(
        boxes("anna and ben", "anna / ben", "anna und ben"),
        said=tuple((at, "Mailbox", "") for at in (2, 3, 4)),
    ),
    "a dot and a comma": Kind(boxes("anna.,roe@oak0.com"), said=((2, "Mailbox", "anna.roe@oak0.com"),)),
    # 6. Letters that change in silence.
    "a second dot on an i": Kind(f"{HEADER}\noaki\u0307.com,eva,{REST}", said=((2, "Domain", ""),)),
    "a circled number": Kind(f"{HEADER}\noakpine\u2460.com,eva,{REST}", said=((2, "Domain", ""),)),
    "one Greek letter": Kind(f"{HEADER}\noakpin\u03b5.com,eva,{REST}", said=((2, "Domain", ""),)),
    "a phonetic letter, and a digit of another script": Kind(
        f"{HEADER}\no\u0251kpine.com,eva,{REST}\noakpine\u0967.com,eva,{REST}",
        said=((2, "Domain", "oakpine.com"), (3, "Domain", "")),
    ),
    # 9. Links that lead elsewhere.
    "a link within a link": Kind(
        links(
            "https://click.oakpost.com/track?u=https%3A%2F%2Flane.io",
            "https://www.linkedin.com/redir/redirect?url=https://lane.io",
        ),
        said=((2, "Forwarding domain", "lane.io"), (3, "Forwarding domain", "lane.io")),
    ),
    "scanners that write the target in their own way, and shorteners": Kind(
        links(
            "https://urldefense.proofpoint.com/v2/url?u=https-3A__lane.io_&d=x",
            "https://deref-gmx.net/mail/?redirectUrl=https%3A%2F%2Flane.io",
            "https://href.li/?https://lane.io",
            "https://msha.ke/lane",
        ),
        said=(*((at, "Forwarding domain", "lane.io") for at in (2, 3, 4)), (5, "Forwarding domain", "")),
    ),
    "pages of others": Kind(
        links(
            "https://lane-io.translate.goog/",
            "https://web.archive.org/web/2020/https://lane.io",
            "lnkd.in/abc",
        ),
        said=(
            (2, "Forwarding domain", ""),
            (3, "Forwarding domain", "lane.io"),
            (4, "Forwarding domain", ""),
        ),
    ),
    "pages on what everybody shares": Kind(
        links("https://www.facebook.com/lane", "https://docs.google.com/forms/d/1", "https://youtu.be/lane"),
        said=tuple((at, "Forwarding domain", "") for at in (2, 3, 4)),
    ),
    "a link to itself": Kind(
        links("https://lane.io/go?to=https://lane.io/shop", "https://lane.io/?url=lane"),
        ("eva@oak0.com", "eva@oak1.com"),
        ((2, "Forwarding domain", "lane.io"), (3, "Forwarding domain", "lane.io")),
    ),
    "links that are none": Kind(
        links("https:lane.io", "//lane.io", "ftp://lane.io", "lane.io?x=1", "lane.io or lane.com"),
        said=(
            *((at, "Forwarding domain", "lane.io") for at in (2, 3, 4, 5)),
            (6, "Forwarding domain", ""),
        ),
    ),
    # 10. Suggestions.
    "remarks are no names": Kind(
        boxes("see below", "3 mailboxes", "t.b.d.", "(blank)", "please use google", "e.g. eva"),
        said=tuple((at, "Mailbox", "") for at in range(2, 8)),
    ),
    "signs of a word processor": Kind(
        boxes("o\u2019neil", "\uff45\uff56\uff41", "eva\uff20oak2.com"),
        said=(
            (2, "Mailbox", "o'neil@oak0.com"),
            (3, "Mailbox", "eva@oak1.com"),
            (4, "Mailbox", "eva@oak2.com"),
        ),
    ),
    "at in words": Kind(
        boxes("eva at oak0.com", "eva_at_oak1.com", "eva (at) oak2.com", "eva [at] oak3 [dot] com"),
        said=tuple((at + 2, "Mailbox", f"eva@oak{at}.com") for at in range(4)),
    ),
    "a comma for the dot of the host": Kind(
        boxes("eva@oak0,com", "eva@oak1, com", "tom,eva@oak2,com", "eva@oak3,co,uk", "eva@oak4,tom"),
        said=(
            (2, "Mailbox", "eva@oak0.com"),
            (3, "Mailbox", "eva@oak1.com"),
            (4, "Mailbox", "tom.eva@oak2.com"),
            (5, "Mailbox", "eva@oak3.com"),
            (6, "Mailbox", "eva@oak4.com, tom"),
        ),
    ),
    "an @ too many, or another sign for it": Kind(
        boxes(
            "eva@oak0@com",
            "eva@lane.io@oak1.com",
            "eva#oak2.com",
            "eva%40oak3.com",
            "eva@tom@oak4.com",
            "@eva",
        ),
        said=(
            *((at + 2, "Mailbox", f"eva@oak{at}.com") for at in range(4)),
            (6, "Mailbox", ""),
            (7, "Mailbox", ""),
        ),
    ),
    "marks of lists, labels and links": Kind(
        boxes("1. eva", "\u2022 eva", "eva*", "E-mail: eva@oak3.com", "https://eva@oak4.com"),
        said=tuple((at + 2, "Mailbox", f"eva@oak{at}.com") for at in range(5)),
    ),
    "accents that everybody leaves out, and those that nobody knows how": Kind(
        boxes("Ren\u00e9e", "zo\u00eb", "mu\u00f1oz", "m\u00fcller", "s\u00f8ren"),
        said=(
            (2, "Mailbox", "renee@oak0.com"),
            (3, "Mailbox", "zoe@oak1.com"),
            (4, "Mailbox", "munoz@oak2.com"),
            (5, "Mailbox", ""),
            (6, "Mailbox", ""),
        ),
    ),
    "another name behind it": Kind(boxes("eva@oak0.com ben"), said=((2, "Mailbox", ""),)),
    "something behind it": Kind(
        boxes("eva@oak0.com (main)", "eva@oak1.com/", "mailto:eva@oak2.com?subject=x"),
        said=tuple((at + 2, "Mailbox", f"eva@oak{at}.com") for at in range(3)),
    ),
    # 11. Damaged contact data.
    "a phone cut short": Kind(
        more("Contact phone", "4.9E+10", "########", "+49 151 2345", "1E+11"),
        tuple(f"eva@oak{at}.com" for at in range(4)),
        ((2, "Contact phone", ""), (3, "Contact phone", ""), (5, "Contact phone", "")),
    ),
    "signs of a web page": Kind(
        more("Contact company", "Holm &amp; Roe", "JosÃ©", "Ren&eacute;e"),
        ("eva@oak0.com", "eva@oak1.com", "eva@oak2.com"),
        (
            (2, "Contact company", "Holm & Roe"),
            (3, "Contact company", "José"),
            (4, "Contact company", "Renée"),
        ),
    ),
    "a letter that was lost": Kind(
        more("Contact company", "M?ller", "Who? Ltd", "Mia Berg?"),
        tuple(f"eva@oak{at}.com" for at in range(3)),
        ((2, "Contact company", ""),),
    ),
    "no names of contacts": Kind(
        "\n".join(
            [
                HEADER,
                *(f"oak{at}.com,eva,1,lane.io,{name}" for at, name in enumerate(["12345", "5-May", "3M"])),
            ]
        ),
        ("eva@oak2.com",),
        ((2, "Contact", ""), (3, "Contact", "")),
    ),
    # 12. Differences nobody can see.
    "fillers of no width": Kind(
        boxes("eva\u3164", "eva\ufe0f", "eva\u2060holm"),
        said=(
            (2, "Mailbox", "eva@oak0.com"),
            (3, "Mailbox", "eva@oak1.com"),
            (4, "Mailbox", "evaholm@oak2.com"),
        ),
    ),
    "marks that nobody sees in a contact": Kind(
        below("oakbay.com,tom,1,lane.io,Eva\u200f H\ufe0folm\u200c"), (EVA, TOM)
    ),
    "what the other rows of the domain say": Kind(
        below("oakbay.com,tom,Gogle,lane,n/a", "oakbay.com,mia,Vendor 2,,"),
        said=(
            (3, "Vendor", "1"),
            (3, "Forwarding domain", "lane.io"),
            (3, "Contact", "Eva Holm"),
            (4, "Vendor", "1"),
        ),
    ),
    "what only filled cells say is no help": Kind(
        f"{HEADER}\noakbay.com,eva,Gogle,lane,Eva Holm\noakbay.com,tom,,,",
        said=((2, "Vendor", ""), (2, "Forwarding domain", "")),
    ),
    "blanks of many kinds": Kind(below("oakbay.com,tom,1,lane.io,Eva\u2009\u00a0Holm"), (EVA, TOM)),
    # 13. Filler rows, notes, totals.
    "totals and signatures": Kind(
        below("Subtotal,,5,,", "Total,2 mailboxes,,,", ",,,,Signed: Eva", "***,,,,"),
        (EVA,),
        ((None, "", ""), (None, "", "")),
    ),
    "formulas that point at blank cells": Kind(
        below("0,0,0,0,0", "FALSE,FALSE,1,lane.io,Eva Holm", "oakcove.com,tom,1,lane.io,Eva Holm"),
        (EVA, "tom@oakcove.com"),
        ((None, "", ""),),
    ),
    "a formula for the domain alone": Kind(below(f"0,tom,{REST}"), said=((3, "Domain", "oakbay.com"),)),
    "totals in other words": Kind(
        below("Anzahl,3,,,", "Somme,,2,,", ",Total 3,,,", "Thanks,,,,", "Итого,2,,,", "Celkem,2,,,"),
        (EVA,),
        ((None, "", ""),),
    ),
    "a lone word, told once": Kind(
        below("Eva,,,,", "Questions: eva@lane.io,,,,", "see https://lane.io/a,,,,"),
        (EVA,),
        ((3, "Domain", ""), (4, "Domain", ""), (5, "Domain", "")),
    ),
    "a note that could be a name": Kind(
        below("Total eclipse,tom,1,lane.io,Eva Holm", "sumup.com,tom,1,lane.io,Eva Holm"),
        (EVA, "tom@sumup.com"),
        ((3, "Domain", ""),),
    ),
    # 14. Headers with remarks.
    "remarks in two languages": Kind(
        f"Domain (Pflichtfeld),Mailbox [REQUIRED],Vendor (Optional),Forwarding domain *,Contact (mandatory)\n{GOOD}",
        (EVA,),
    ),
    "stars and brackets of many kinds": Kind(
        f"*Domain,Email(s) (*),Vendor No.,Forwarding domain - required,Contact *optional*\n{GOOD}", (EVA,)
    ),
    "numbered columns": Kind(
        f"1. Domain,2. Mailbox,3. Vendor,4. Forwarding domain,5. Contact\n{GOOD}\n1. Domain,2. Mailbox,3. Vendor,"
        f"4. Forwarding domain,5. Contact\noakcove.com,tom,{REST}",
        (EVA, "tom@oakcove.com"),
        ((None, "", ""),),
    ),
    "columns numbered with letters": Kind(
        f"A) Domain,B) Mailbox,C) Vendor,D) Forwarding domain,E) Contact\n{GOOD}", (EVA,)
    ),
    "numbered columns of which two hold mailboxes": Kind(
        f"1. Domain,2. Mailbox,3. Mailbox,4. Vendor,5. Forwarding domain,6. Contact\noakbay.com,eva,tom,{REST}",
        refused='"2. Mailbox" and "3. Mailbox"',
    ),
    "numbered mailboxes": Kind(
        f"Domain,1. Mailbox,2. Mailbox,{HEADER[15:]}\noakbay.com,eva,tom,{REST}", (EVA, TOM)
    ),
    "a header with remarks again": Kind(
        f"Domain [Required],Mailbox,Vendor (ID),{HEADER[22:]}\n{GOOD}\n"
        f"Domain [Required],Mailbox,Vendor (ID),{HEADER[22:]}\noakcove.com,tom,{REST}",
        (EVA, "tom@oakcove.com"),
        ((None, "", ""),),
    ),
    "an example in a header": Kind(
        f"Domain (e.g. oakbay.com),{HEADER[7:]}\n{GOOD}",
        refused="`Domain (e.g. oakbay.com)`: did you mean Domain?",
    ),
    "a remark that says more": Kind(f"Domain,Mailbox (old),{HEADER[15:]}\n{GOOD}", refused="Mailbox (old)"),
    "headers in Polish": Kind(f"Domena,Skrzynka,Dostawca,Przekierowanie,Kontakt\n{GOOD}", refused="Dostawca"),
    "headers without accents": Kind(
        f"Nombre de dominio,Correo electronico,Proveedor,Dominio de redireccion,Nombre de contacto\n{GOOD}",
        refused="`Dominio de redireccion`: did you mean Forwarding domain?",
    ),
    "other words in English": Kind(
        f"Domain,Mailbox,Provider,Forwarding domain,Contact\n{GOOD}",
        refused="`Provider`: did you mean Vendor?",
    ),
}


@pytest.mark.parametrize("name", KINDS)
def test_what_a_sheet_of_this_kind_buys_and_is_told(tmp_path: Path, name: str) -> None:
    kind = KINDS[name]
    path = tmp_path / "orders.csv"
    path.write_text(kind.text, encoding="utf-8")
    if kind.refused:
        with pytest.raises(SheetError) as refusal:
            check_sheet(path, ReadOptions())
        assert kind.refused in str(refusal.value)
        return
    grouping = check_sheet(path, ReadOptions())
    orders = group_orders(grouping)
    errors = bool(grouping.findings.errors)
    told = {
        (problem.row, problem.column, problem.suggestion)
        for problem in grouping.findings.kept
        if not errors or problem.severity is Severity.ERROR
    }
    assert sorted(box for order in orders for box in order.mailboxes) == sorted(kind.bought)
    assert told == set(kind.said)
