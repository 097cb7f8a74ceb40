"""Values as both kinds of binary workbook store them: error codes and packed numbers."""

import struct

ERROR_VALUES = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}


def error_value(code: int) -> str:
    """What the cell shows ([MS-XLS] 2.5.10)."""
    return ERROR_VALUES.get(code, "#ERROR")


def rk_number(packed: int) -> float:
    """30 bits of an integer or of a double, maybe times a hundred ([MS-XLS] 2.5.217)."""
    if packed & 2:
        value = float((packed >> 2) - (1 << 30 if packed & 0x80000000 else 0))
    else:
        value = float(struct.unpack("<d", struct.pack("<Q", (packed & 0xFFFFFFFC) << 32))[0])
    return value / 100 if packed & 1 else value
