"""Sheets that went wrong elsewhere, each in words of our own: what reaches the vendor is what was plainly asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from batch_orders.sandbox import Sandbox
from tests.harness.command_line import Ended, Machine

HEADER = "Domain,Mailbox,Vendor,Forwarding domain,Contact"
REST = "1,lane.io,Eva Holm"

NOBODY = ("-", "n/a", "TBD", "??", "4")

SHEETS: dict[str, tuple[str, list[str]]] = {
    "the domain is written once": (
        f"{HEADER}\noakpeak.com,eva@oakpeak.com,{REST}\n,tom@oakpeak.com,,,",
        ["eva@oakpeak.com", "tom@oakpeak.com"],
    ),
    "the domain is written once, and the mailboxes do not say it": (
        f"{HEADER}\noakfern.com,eva@oakfern.com,{REST}\n,tom,,,",
        [],
    ),
    "a link in one row": (f"{HEADER}\noakreef.com,eva,{REST}\nhttps://oakreef.com/,tom,{REST}", []),
    "a slip in one domain": (f"{HEADER}\noakbrook.com,eva,{REST}\noakborok.com,tom@oakbrook.com,{REST}", []),
    "several columns of mailboxes": (
        f"Domain,Mailbox,Mailbox 2,Vendor,Forwarding domain,Contact\noakstone.com,eva,tom,{REST}",
        ["eva@oakstone.com", "tom@oakstone.com"],
    ),
    "a column that says whether to order": (
        f"{HEADER},Order?\noakfield.com,eva,{REST},yes\noakwood.com,tom,{REST},no",
        ["eva@oakfield.com"],
    ),
    "placeholders": ("\n".join([HEADER, *(f"oak{at}a.com,{word},{REST}" for at, word in enumerate(NOBODY))]), []),
    "an apostrophe in front": (f"{HEADER}\noaklane.com,'eva,{REST}", []),
    "the domain as mailbox": (f"{HEADER}\noakhill.com,oakhill.com,{REST}\noakdale.com,eva.oakdale.com,{REST}", []),
    "a comma for a dot": (f'{HEADER}\noakport.com,"eva,holm@oakport.com",{REST}', []),
    "a second header": (
        f"{HEADER}\noakbay.com,eva,{REST}\nForwarding domain,Domain,Mailbox,Vendor,Contact\n"
        "lane.io,oakgrove.com,tom,1,Eva Holm",
        ["eva@oakbay.com"],
    ),
    "letters that become others": (
        f"{HEADER}\noak™.com,eva,{REST}\noakcafÃ©.com,eva,{REST}\no\u0430kmoor.com,eva,{REST}",
        [],
    ),
    "rows drawn down": (
        f"No.,{HEADER},Done\n1,oakmill.com,eva,{REST},x\n" + "\n".join(f"{at},,,1,,,x" for at in range(2, 40)),
        ["eva@oakmill.com"],
    ),
    "damaged contacts": (
        f"{HEADER},Contact phone\noakglen.com,eva,{REST},4.9151E+11\noakcove.com,eva,1,lane.io,n/a,1",
        ["eva@oakglen.com"],
    ),
    "mailboxes with something around them": (
        f"{HEADER}\noakvale.com,Eva Holm <eva@oakvale.com>,{REST}\noakpark.com,mailto:eva@oakpark.com,{REST}",
        [],
    ),
    "contacts that look alike": (
        f"{HEADER}\noakrow.com,eva,1,lane.io,Zoe\u0308 Holm\noakrow.com,tom,1,lane.io,Zoë\u00a0Holm",
        ["eva@oakrow.com", "tom@oakrow.com"],
    ),
    "headers with remarks": (
        f"Domain [Required],Email (optional),Vendor (ID),Forwarding domain*,Contact:\noaktop.com,eva,{REST}",
        ["eva@oaktop.com"],
    ),
    "a redirecting link": (
        f"{HEADER}\noakend.com,eva,1,https://nam01.safelinks.protection.outlook.com/?url=lane.io,Eva Holm",
        [],
    ),
    "the header once more": (
        f"{HEADER}\noakkey.com,eva,{REST}\n{HEADER}\noakarc.com,tom,{REST}",
        ["eva@oakkey.com", "tom@oakarc.com"],
    ),
    "rows of a template": (
        f"{HEADER}\nexample.com,jane.doe@example.com,1,example.org,Jane Doe\noakfox.com,eva,{REST}",
        ["eva@oakfox.com"],
    ),
    "notes below": (f"{HEADER}\noakelm.com,eva,{REST}\n,,,,\nTotal,1,,,\nNote: before Friday,,,,", ["eva@oakelm.com"]),
    "letters that nobody sees": (f"{HEADER}\noak\u200bash.com,eva,{REST}\noakbee.com,\u0435va,{REST}", []),
    "one of many in a cell": (f'{HEADER}\noakcat.com,"eva, töm, ben.",{REST}', []),
    "headers of another language": (f"Dominio,Correo,Proveedor,Redirección,Contacto\noakdog.com,eva,{REST}", []),
    "a slip in a header": ("Domain,Mailbox,Vender,Forwarding domain,Contact\noakhen.com,eva,1,lane.io,Eva Holm", []),
}  # fmt: skip


def run_all(buyer: Machine, names: list[Path]) -> Ended:
    return buyer.run("run", *names, "--yes", "--json", "--rate", "none")


def mailboxes_of(sandbox: Sandbox) -> list[str]:
    bodies: list[Any] = list(sandbox.requests)
    return sorted(box for body in bodies for domain in body["domains"] for box in domain["mailboxes"])


def test_what_reaches_the_vendor_is_what_the_sheets_plainly_ask_for(buyer: Machine, sandbox: Sandbox) -> None:
    paths = []
    for at, (text, _) in enumerate(SHEETS.values()):
        path = buyer.here / f"sheet-{at:02}.csv"
        path.write_text(text, encoding="utf-8")
        paths.append(path)
    ended = run_all(buyer, paths)
    counts = [sum(sheet["orders"].values()) for sheet in ended.said["sheets"]]
    refused = [name for name, count in zip(SHEETS, counts, strict=True) if not count]
    assert refused == ["headers of another language", "a slip in a header"]
    assert mailboxes_of(sandbox) == sorted(box for _, boxes in SHEETS.values() for box in boxes)


def test_what_a_workbook_shows_otherwise_than_it_says_is_not_bought(buyer: Machine, sandbox: Sandbox) -> None:
    book = openpyxl.Workbook()
    worksheet: Any = book.active
    struck = CellRichText(TextBlock(InlineFont(strike=True), "eva"), TextBlock(InlineFont(), "tom"))
    rows = [
        ("oakone.com", struck),
        ("oaktwo.com", 46147),
        ("oaksix.com", "eva@oaksix.com"),
        ("oakten.com", 2),
    ]
    worksheet.append(HEADER.split(","))
    for domain, mailbox in rows:
        worksheet.append([domain, mailbox, 1, "lane.io", "Eva Holm"])
    worksheet["B3"].number_format = "d-mmm"
    book.save(buyer.here / "orders.xlsx")
    # A subtotal in two cells that are one.
    worksheet.append(["oaknine.com", 2, 1, "lane.io", "Eva Holm"])
    worksheet.append([None, None, 1, "lane.io", "Eva Holm"])
    worksheet.merge_cells("A6:A7")
    worksheet.merge_cells("B6:B7")
    book.save(buyer.here / "orders.xlsx")
    ended = run_all(buyer, [buyer.here / "orders.xlsx"])
    assert (ended.code, mailboxes_of(sandbox)) == (1, ["eva@oaksix.com"])
    assert "5-may" in ended.errors.lower()


def test_a_default_never_stands_in_for_a_column_with_a_slip_in_its_header(
    buyer: Machine, sandbox: Sandbox
) -> None:
    defaults = '[defaults]\nvendor = 2\nforwarding_domain = "other.io"\ncontact = "Tom Beck"\n'
    (buyer.here / "batch-orders.toml").write_text(defaults, encoding="utf-8")
    for column in ("Vender", "Forwarding domian", "Contakt"):
        known = {"Vender": "Vendor", "Forwarding domian": "Forwarding domain", "Contakt": "Contact"}[column]
        path = buyer.here / "orders.csv"
        path.write_text(f"{HEADER}\noakwren.com,eva,{REST}".replace(known, column), encoding="utf-8")
        ended = run_all(buyer, [path])
        assert (ended.code, f"did you mean {known}?" in ended.errors) == (3, True)
    assert not sandbox.requests


def test_worksheets_are_named_before_anything_is_bought(buyer: Machine, sandbox: Sandbox) -> None:
    book = openpyxl.Workbook()
    for name, rows in {"Orders": 2, "Example": 1, "OLD - do not use": 1, "Prices": 0}.items():
        worksheet: Any = book.create_sheet(name)
        worksheet.append(HEADER.split(",") if rows else ["Vendor", "Price"])
        for at in range(rows):
            domain = f"oak{name[:2].lower()}{at}.com"
            worksheet.append([domain, "eva", 1, "lane.io", "Eva Holm"])
    del book["Sheet"]
    book.save(buyer.here / "orders.xlsx")
    ended = buyer.run("check", "orders.xlsx")
    assert ended.code == 0
    told = ended.output + ended.errors
    assert all(name in told for name in ("Orders", "Example", "OLD - do not use", "Prices"))
    assert not sandbox.requests
    chosen = buyer.run("run", "orders.xlsx", "--worksheet", "Orders", "--yes", "--json", "--rate", "none")
    assert (chosen.code, mailboxes_of(sandbox)) == (0, ["eva@oakor0.com", "eva@oakor1.com"])


def test_corrections_and_report_go_in_again_whatever_the_settings_say_of_the_header(
    buyer: Machine, sandbox: Sandbox
) -> None:
    (buyer.here / "batch-orders.toml").write_text("header-row = 3\n", encoding="utf-8")
    path = buyer.here / "orders.csv"
    path.write_text(
        f"Our orders\n\n{HEADER}\noakfinch.com,eva,{REST}\noaktern.com,tbd,{REST}\n", encoding="utf-8"
    )
    assert run_all(buyer, [path]).code == 1
    (corrections,) = (buyer.here / "reports").glob("*to correct*")
    (report,) = (each for each in (buyer.here / "reports").glob("*.xlsx") if each != corrections)
    book: Any = openpyxl.load_workbook(corrections)
    headers = [cell.value for cell in book.worksheets[0][1]]
    book.worksheets[0].cell(2, headers.index("Mailbox") + 1).value = "tom"
    book.save(corrections)
    assert run_all(buyer, [report]).code in (0, 1)
    assert run_all(buyer, [corrections]).code == 0
    assert mailboxes_of(sandbox) == ["eva@oakfinch.com", "tom@oaktern.com"]
