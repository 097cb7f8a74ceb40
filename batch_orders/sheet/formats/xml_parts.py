"""Small XML parts of workbooks: parsed without following anything, whatever their namespaces."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from batch_orders.sheet.formats.archive import Archive

UTF_16_DECLARED = re.compile(rb"""\A\s*<\?xml[^>]*encoding\s*=\s*["']utf-16["'][^>]*\?>""", re.IGNORECASE)


def parse(data: bytes) -> etree._Element | None:
    """The root of a small part. None where there is none, or where it is no XML: calamine judges that."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    if b"\0" not in data[:4]:
        # Some programs say UTF-16 of a text that they then write in UTF-8.
        data = UTF_16_DECLARED.sub(b"", data, count=1)
    try:
        return etree.fromstring(data, parser) if data else None
    except etree.XMLSyntaxError:
        return None


def elements(root: etree._Element | None, name: str) -> Iterator[etree._Element]:
    return root.iter(f"{{*}}{name}") if root is not None else iter(())


def attribute(element: etree._Element, name: str) -> str | None:
    """An attribute in whatever namespace, since strict and transitional files differ in it."""
    return next((str(value) for key, value in element.items() if str(key).endswith("}" + name)), None)


def join(folder: str, target: str) -> str:
    return target.lstrip("/") if target.startswith("/") or not folder else f"{folder}/{target}"


def target_of_type(archive: Archive, rels: str, folder: str, kind: str) -> str:
    """The part that a relation of the type leads to, "" where there is no such relation."""
    for relation in elements(parse(archive.read(rels)), "Relationship"):
        if relation.get("Type", "").endswith(kind):
            return join(folder, relation.get("Target", ""))
    return ""
