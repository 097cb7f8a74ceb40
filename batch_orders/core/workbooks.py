"""What the workbooks of our own making are known by, when they are handed in again."""

REPORT_WORKSHEETS = ("Summary", "Orders", "Rows", "Problems")

ROW_HEADERS = ("Status", "Order ID", "Reason")
"""What a report adds behind the sheet's own columns in its worksheet Rows."""

CORRECTIONS_WORKSHEET = "Corrections"

MADE_AS, CORRECTIONS = "batch_orders", "corrections"
"""Name and value of a document property. Excel and LibreOffice keep it when they save the workbook."""
