"""Processes with fewer rights, or with less room, than the one that runs the tests."""

from __future__ import annotations

import ctypes
import os
import resource

DROP_CAPABILITY = 24
"""PR_CAPBSET_DROP of prctl(2)."""
CAPABILITY_VERSION = 0x20080522
"""_LINUX_CAPABILITY_VERSION_3 of capget(2), which has two sets of three words."""
WRITE_EVERYWHERE, READ_EVERYWHERE = 1, 2
"""CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH of capabilities(7)."""


def give_up_writing_everywhere() -> None:
    """For `before` of a start, or `preexec_fn`: root then heeds the rights of files as everybody else does."""
    if os.geteuid():
        return
    libc = ctypes.CDLL(None)
    header, rights = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION, 0), (ctypes.c_uint32 * 6)()
    failed = [libc.prctl(DROP_CAPABILITY, each, 0, 0, 0) for each in (WRITE_EVERYWHERE, READ_EVERYWHERE)]
    failed.append(libc.capget(header, rights))
    for place in range(3):  # effective, permitted, inheritable
        rights[place] &= ~(1 << WRITE_EVERYWHERE | 1 << READ_EVERYWHERE)
    failed.append(libc.capset(header, rights))
    if any(failed):
        raise OSError("The right to write everywhere could not be given up.")


def limit_files(size: int) -> None:
    """For `before` of a start: no file may grow beyond `size` bytes, as on a full disk."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
