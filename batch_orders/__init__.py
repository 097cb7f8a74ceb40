"""Place the orders of a spreadsheet with Smart Senders, each exactly once."""

__version__ = "0.1.0"
