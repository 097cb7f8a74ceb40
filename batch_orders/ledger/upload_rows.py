"""The rows of uploads: written, changed and read on a connection that the caller has opened."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, BinaryIO

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select, update

from batch_orders.core.uploads import PAGE, Part, Upload, UploadedSheet, UploadState
from batch_orders.ledger.upload_tables import upload_pages, upload_pieces, upload_sheets, uploads

STORE_PAGE = insert(upload_pages)
PIECE = 1 << 20
"""Bytes of a sheet that are held at once."""
PAGES_AT_ONCE = 100
"""Pages that are stored by one statement."""


@dataclass(frozen=True, slots=True)
class ReceivedSheet:
    """A file that was received whole. `stream` stands at its beginning."""

    name: str
    stream: BinaryIO
    options: Mapping[str, Any] = field(default_factory=dict)


def store_sheet(connection: Connection, upload: str, position: int, sheet: ReceivedSheet) -> None:
    hashed, size = hashlib.sha256(), 0
    here = {"upload": upload, "position": position, "name": sheet.name, "options": json.dumps(sheet.options)}
    connection.execute(insert(upload_sheets).values(**here, size=0, sha256=""))
    for number, piece in enumerate(iter(lambda: sheet.stream.read(PIECE), b"")):
        hashed.update(piece)
        size += len(piece)
        connection.execute(
            insert(upload_pieces).values(upload=upload, sheet=position, position=number, data=piece)
        )
    this = (upload_sheets.c.upload == upload) & (upload_sheets.c.position == position)
    connection.execute(update(upload_sheets).where(this).values(size=size, sha256=hashed.hexdigest()))


def store_pages(connection: Connection, upload: str, part: Part, lines: Iterable[Mapping[str, Any]]) -> None:
    rest = iter(lines)
    pages = iter(lambda: json.dumps(list(islice(rest, PAGE))), "[]")
    rows = (
        {"upload": upload, "part": part, "page": number, "content": content}
        for number, content in enumerate(pages)
    )
    while some := list(islice(rows, PAGES_AT_ONCE)):
        connection.execute(STORE_PAGE, some)


def move(
    connection: Connection,
    upload: str,
    states: Collection[UploadState],
    *where: ColumnElement[bool],
    **values: Any,
) -> bool:
    """Change an upload that is in one of these states. False where it is not."""
    query = update(uploads).where(uploads.c.id == upload, uploads.c.state.in_(states), *where)
    return connection.execute(query.values(values)).rowcount == 1


def forget(connection: Connection, upload: str) -> None:
    if connection.dialect.name == "sqlite":
        # Otherwise the contact details would stay in the file until something else is written over them.
        connection.exec_driver_sql("PRAGMA secure_delete = ON")
    for table in (upload_pieces, upload_pages):
        connection.execute(delete(table).where(table.c.upload == upload))
    confirmed = connection.execute(
        select(uploads.c.state).where(uploads.c.id == upload, uploads.c.state == UploadState.CONFIRMED)
    ).scalar()
    state = confirmed or UploadState.EXPIRED
    connection.execute(update(uploads).where(uploads.c.id == upload).values(state=state, found="{}", swept=1))
    connection.execute(update(upload_sheets).where(upload_sheets.c.upload == upload).values(options="{}"))


def find_uploads(
    connection: Connection, *where: ColumnElement[bool], most: int = 1, newest: bool = False
) -> tuple[Upload, ...]:
    order = uploads.c.created_at.desc() if newest else uploads.c.created_at
    rows = connection.execute(select(uploads).where(*where).order_by(order, uploads.c.id).limit(most)).all()
    ids = [row.id for row in rows]
    sheets: dict[str, list[UploadedSheet]] = {upload: [] for upload in ids}
    query = select(upload_sheets).where(upload_sheets.c.upload.in_(ids)).order_by(upload_sheets.c.position)
    for row in connection.execute(query):
        sheets[row.upload].append(UploadedSheet(row.name, row.size, row.sha256, json.loads(row.options)))
    return tuple(read_upload(row, sheets[row.id]) for row in rows)


def read_upload(row: Row[Any], sheets: Sequence[UploadedSheet]) -> Upload:
    return Upload(
        id=row.id,
        state=UploadState(row.state),
        created_at=row.created_at,
        expires_at=row.expires_at,
        actor=row.actor,
        account=row.account,
        environment=row.environment,
        sheets=tuple(sheets),
        resumes=row.resumes,
        batches=tuple(row.batches.split()),
        checksum=row.checksum,
        confirmed_at=row.confirmed_at,
        rows_read=row.rows_read,
        found=json.loads(row.found),
    )


def digest(headers: Sequence[str]) -> str:
    return hashlib.sha256(json.dumps(list(headers)).encode()).hexdigest()
