"""Hashes of passwords, by argon2. Needs the extra `web`.

What is made here takes 19 MiB for a moment, which is what OWASP advises at the least: the page checks one
password at a time, and stays small.
"""

from __future__ import annotations

import importlib.util

from batch_orders.errors import ConfigurationError

MEMORY_KIB, ROUNDS, LANES = 19_456, 2, 1


def hash_password(password: str) -> str:
    """Raises ConfigurationError where argon2-cffi is not installed."""
    if importlib.util.find_spec("argon2") is None:
        raise ConfigurationError(
            "Passwords need argon2-cffi, which is not installed: pip install 'batch-orders[web]'."
        )
    from argon2 import PasswordHasher

    return PasswordHasher(ROUNDS, MEMORY_KIB, LANES).hash(password)


def is_password(password: str, hashed: str) -> bool:
    """Whether a hash is this password's. Takes as long where it is not."""
    from argon2 import PasswordHasher
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return PasswordHasher().verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False
