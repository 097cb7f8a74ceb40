"""Processes with fewer rights, or with less room, than the one that runs the tests."""

from __future__ import annotations

import ctypes
import os
import resource

DROP_CAPABILITY = 24
"""PR_CAPBSET_DROP of prctl(2)."""
WRITE_EVERYWHERE, READ_EVERYWHERE = 1, 2
"""CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH of capabilities(7)."""


def give_up_writing_everywhere() -> None:
    """For `before` of a start: root then heeds the rights of files as everybody else does."""
    if os.geteuid() == 0:
        prctl = ctypes.CDLL(None).prctl
        for capability in (WRITE_EVERYWHERE, READ_EVERYWHERE):
            if prctl(DROP_CAPABILITY, capability, 0, 0, 0):
                raise OSError("The right to write everywhere could not be given up.")


def limit_files(size: int) -> None:
    """For `before` of a start: no file may grow beyond `size` bytes, as on a full disk."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
