"""Workbook formats: what a file is, and how its parts are read."""
