"""The document property by which a workbook of our own making is known, in every format it may be saved in."""

from __future__ import annotations

from lxml import etree

from batch_orders.core.workbooks import CORRECTIONS, MADE_AS
from batch_orders.errors import SheetError
from batch_orders.sheet.formats.archive import Archive
from batch_orders.sheet.formats.ole import DamagedOleError, read_stream
from batch_orders.sheet.formats.xml_parts import attribute, elements, parse, target_of_type

SUMMARY = "\x05DocumentSummaryInformation"


def made_as_in_package(archive: Archive) -> str:
    """The property in an xlsx or xlsb workbook, "" where there is none."""
    part = target_of_type(archive, "_rels/.rels", "", "/custom-properties")
    named = elements(small_part(archive, part), "property")
    return next(("".join(map(str, each.itertext())) for each in named if each.get("name") == MADE_AS), "")


def made_as_in_ods(archive: Archive) -> str:
    named = elements(small_part(archive, "meta.xml"), "user-defined")
    return next((each.text or "" for each in named if attribute(each, "name") == MADE_AS), "")


def made_as_in_ole(data: bytes) -> str:
    """The property in an xls workbook. Its stream is only searched for the two words: nothing else has both."""
    try:
        stream = read_stream(data, SUMMARY).replace(b"\0", b"")
    except DamagedOleError:
        return ""
    return CORRECTIONS if MADE_AS.encode() in stream and CORRECTIONS.encode() in stream else ""


def small_part(archive: Archive, name: str) -> etree._Element | None:
    try:
        return parse(archive.read(name))
    except SheetError:  # a damaged part that nothing is read from
        return None
