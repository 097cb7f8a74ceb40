"""Password-protected workbooks, opened through msoffcrypto-tool."""

from __future__ import annotations

import io
from typing import Protocol

from batch_orders.errors import SheetError

EXCEL_DEFAULT = "VelvetSweatshop"
"""Excel opens a workbook with this password without asking: a sheet that is only write-protected has it."""

NO_PASSWORD = "the workbook is password-protected. Save it without a password, or give its password."
WRONG_PASSWORD = "the password that was given does not open the workbook. Correct it."


class OfficeFile(Protocol):
    def load_key(self, *, password: str) -> None: ...

    def decrypt(self, outfile: io.BytesIO) -> None: ...


def decrypt(data: bytes, password: str) -> bytes:
    """The workbook's own bytes. Raises SheetError where no password is given, or none opens it."""
    for each in dict.fromkeys(filter(None, (password, EXCEL_DEFAULT))):
        if opened := decrypt_with(data, each):
            return opened
    raise SheetError(WRONG_PASSWORD if password else NO_PASSWORD, "password-file")


def decrypt_with(data: bytes, password: str) -> bytes:
    """The decrypted bytes, or b"" where the password is wrong or the encryption unknown."""
    import msoffcrypto

    opened = io.BytesIO()
    try:
        book: OfficeFile = msoffcrypto.OfficeFile(io.BytesIO(data))
        book.load_key(password=password)
        book.decrypt(opened)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  it lets through whatever its parsers raise
        return b""
    return opened.getvalue()
