"""CSV files: encoding, delimiter, rows with true positions."""
