"""No column is passed over in silence, and no header further down is read as a row."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from batch_orders.core.model import Field, Severity, Sheet
from batch_orders.errors import SheetError
from batch_orders.sheet import ReadOptions, read_sheet
from tests.validation.judged import bought, errors, judge_sheet, warnings

GOOD = "coralpeak.com,anna,1,coral.io,Anna Roe"
HEADER = "Domain,Mailbox,Vendor,Forwarding domain,Contact"
DEFAULTS = ReadOptions(optional=frozenset({Field.VENDOR, Field.FORWARDING_DOMAIN, Field.CONTACT}))


def read(folder: Path, *lines: str, options: ReadOptions | None = None) -> Sheet:
    path = folder / "orders.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return read_sheet(path, options)


@pytest.mark.parametrize(
    "headers",
    [
        "Mailbox,Mailbox 2,Mailbox 3",
        "Mailbox 1,Mailbox 2,Mailbox 3",
        "Mailbox,Mailbox.1,Mailbox.2",
        "Email,Second email,Third email",
        "Mailbox,Mailbox2,Mailbox #3",
        "Mailbox,Mailbox two,Mailbox (third)",
        "Email,Secondary email,Additional email",
    ],
)
def test_further_mailboxes_are_all_ordered(tmp_path: Path, headers: str) -> None:
    sheet = read(
        tmp_path,
        f"Domain,{headers},Vendor,Forwarding domain,Contact",
        "coralpeak.com,anna,ben,cara,1,coral.io,Anna Roe",
        "silverfern.com,dora,,emil@silverfern.com,1,coral.io,Anna Roe",
        "goldreef.com,,finn,,1,coral.io,Anna Roe",
    )
    assert bought(judge_sheet(sheet)) == [
        *(f"{name}@coralpeak.com" for name in ("anna", "ben", "cara")),
        *(f"{name}@silverfern.com" for name in ("dora", "emil")),
        "finn@goldreef.com",
    ]


@pytest.mark.parametrize(
    "header",
    [
        "Domain 2",
        "Vendor.1",
        "New domain",
        "Second contact",
        "New mailbox",
        "Contact 2",
        "Mailbox (new)",
        "Domain corrected",
        "Correct vendor",
        "Mailbox NEW!",
    ],
)
def test_another_field_twice_is_refused(tmp_path: Path, header: str) -> None:
    with pytest.raises(SheetError, match=rf'"{re.escape(header)}" in row 1 looks like one more'):
        read(tmp_path, f"{HEADER},{header}", f"{GOOD},x")


def test_names_right_of_the_mailboxes_without_a_header_are_refused(tmp_path: Path) -> None:
    with pytest.raises(
        SheetError, match='the column right of "Mailbox" has no header and holds values such as ben'
    ):
        read(tmp_path, HEADER.replace("Mailbox,", "Mailbox,,"), GOOD.replace("anna,", "anna,ben,"))


@pytest.mark.parametrize(
    ("before", "cells"), [("Mailbox", "anna,call her"), ("Mailbox", "anna,x"), ("Vendor", "anna,ben")]
)
def test_another_column_without_a_header_is_named(tmp_path: Path, before: str, cells: str) -> None:
    header = HEADER.replace(f"{before},", f"{before},,")
    row = GOOD.replace("anna,", f"{cells},") if before == "Mailbox" else GOOD.replace(",1,", ",1,ben,")
    grouping = judge_sheet(read(tmp_path, header, row))
    assert bought(grouping) == ["anna@coralpeak.com"]
    assert [code for _, _, code, _ in warnings(grouping)] == ["cells-without-header"]


def test_columns_that_mean_something_else_are_named(tmp_path: Path) -> None:
    sheet = read(tmp_path, f"{HEADER},Email status,Domain price,Mailbox (old)", f"{GOOD},ok,9,anna2")
    unread = "Columns that were not read into orders: Email status, Domain price, Mailbox (old)."
    assert unread in sheet.assumptions
    assert bought(judge_sheet(sheet)) == ["anna@coralpeak.com"]


@pytest.mark.parametrize("header", ["Vender", "Vednor", "Vendr", "Vendors"])
def test_a_typo_in_a_header_is_never_replaced_by_a_default(tmp_path: Path, header: str) -> None:
    with pytest.raises(SheetError, match=f'"{header}" in row 1: did you mean Vendor'):
        read(tmp_path, f"Domain,Mailbox,{header}", "coralpeak.com,anna,4", options=DEFAULTS)


@pytest.mark.parametrize("header", ["Sender", "Price", "Comment", "Country"])
def test_another_column_beside_a_default_is_no_typo(tmp_path: Path, header: str) -> None:
    sheet = read(tmp_path, f"Domain,Mailbox,{header}", "coralpeak.com,anna,4", options=DEFAULTS)
    assert f"Columns that were not read into orders: {header}." in sheet.assumptions


@pytest.mark.parametrize(
    "header", ["Mailbox [Required]", "Mailbox (optional)", "Mailbox*", "Mailbox (ID)", "MAILBOX: "]
)
def test_remarks_in_a_header_are_ignored(tmp_path: Path, header: str) -> None:
    assert bought(judge_sheet(read(tmp_path, HEADER.replace("Mailbox", header), GOOD))) == [
        "anna@coralpeak.com"
    ]


@pytest.mark.parametrize(
    "headers",
    [
        ("Dominio", "Correo", "Proveedor", "Redirección", "Contacto"),
        ("Domäne", "Postfach", "Anbieter", "Weiterleitung", "Kontakt"),
        ("Domaine", "Courriel", "Fournisseur", "Redirection", "Interlocuteur"),
        ("Domínio", "Caixa de correio", "Fornecedor", "Redirecionamento", "Contato"),
        ("Dominio", "Casella", "Fornitore", "Reindirizzamento", "Contatto"),
        ("Domein", "Postbus", "Leverancier", "Doorsturen", "Contactpersoon"),
        ("Domena", "Skrzynka", "Dostawca", "Przekierowanie", "Osoba kontaktowa"),
    ],
)
def test_headers_in_other_languages_are_refused_by_their_own_names(
    tmp_path: Path, headers: tuple[str, ...]
) -> None:
    with pytest.raises(SheetError) as refused:
        read(tmp_path, ";".join(headers), "coralpeak.com;anna;1;coral.io;Anna Roe")
    assert f"with the columns {', '.join(headers)}" in str(refused.value)
    for header, meant in zip(
        headers, ("Domain", "Mailbox", "Vendor", "Forwarding domain", "Contact"), strict=True
    ):
        assert f"`{header}`: did you mean {meant}?" in str(refused.value)


def test_a_file_of_whole_quoted_lines_is_named_for_what_it_is(tmp_path: Path) -> None:
    with pytest.raises(SheetError, match="each line is quoted as a whole"):
        read(tmp_path, f'"{HEADER}"', f'"{GOOD}"')


def test_the_same_header_again_is_passed_over_and_said_once(tmp_path: Path) -> None:
    other = GOOD.replace("coralpeak", "silverfern")
    grouping = judge_sheet(
        read(tmp_path, HEADER, GOOD, HEADER.upper(), other, HEADER, GOOD.replace("anna", "ben"))
    )
    assert bought(grouping) == ["anna@coralpeak.com", "ben@coralpeak.com", "anna@silverfern.com"]
    assert [said[2] for said in warnings(grouping)] == ["header-again"]
    assert errors(grouping) == []


@pytest.mark.parametrize(
    "header",
    [
        "Forwarding domain,Domain,Mailbox,Vendor,Contact",
        "Mailbox,Domain,Notes,Price,Status",
        "Contact,Vendor,Mailbox,,",
    ],
)
def test_nothing_below_a_different_header_is_bought(tmp_path: Path, header: str) -> None:
    below = "fern.io,silverfern.com,1,coral.io,Dora Lee"
    sheet = read(tmp_path, HEADER, GOOD, "", header, below, GOOD.replace("coralpeak", "goldreef"))
    grouping = judge_sheet(sheet)
    assert bought(grouping) == ["anna@coralpeak.com"]
    assert [(row, code) for row, _, code, _ in errors(grouping)] == [
        (row, "second-header") for row in (4, 5, 6)
    ]
    assert (
        "Domain" in grouping.findings.kept[0].message
        or "Contact, Vendor, Mailbox" in grouping.findings.kept[0].message
    )


def test_a_row_that_holds_one_word_of_a_header_is_a_row(tmp_path: Path) -> None:
    sheet = read(
        tmp_path,
        HEADER,
        "coralpeak.com,email,1,coral.io,Customer",
        "silverfern.com,contact,1,coral.io,Vendor",
    )
    assert bought(judge_sheet(sheet)) == ["email@coralpeak.com", "contact@silverfern.com"]
    assert [problem for problem in sheet.problems if problem.severity is Severity.ERROR] == []


def test_a_name_of_the_settings_with_a_number_is_one_more_column(tmp_path: Path) -> None:
    header = HEADER.replace("Mailbox", "Postfach,Postfach 2")
    options = ReadOptions(columns={"Postfach": Field.MAILBOX})
    sheet = read(tmp_path, header, "coralpeak.com,anna,ben,1,coral.io,Anna Roe", options=options)
    assert bought(judge_sheet(sheet)) == ["anna@coralpeak.com", "ben@coralpeak.com"]
