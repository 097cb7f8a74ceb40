"""Rights of what its owner alone may read: contact details, locks, and what must not be lost."""

OWN_FILE, OWN_FOLDER = 0o600, 0o700
