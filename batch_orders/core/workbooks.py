"""What the workbooks of our own making are known by, when they are handed in again."""

TO_DO_WORKSHEET = "To do"
REPORT_WORKSHEETS = (TO_DO_WORKSHEET, "Orders", "Rows", "Problems")
FIRST_REPORT_WORKSHEETS = ("Summary", "Orders", "Rows", "Problems")
"""Those of reports of earlier versions."""

ROW_HEADERS = ("Status", "Order ID", "Reason")
"""What a result CSV adds behind the sheet's own columns, and so did earlier reports in their worksheet Rows."""

ROWS_HEADERS = (*ROW_HEADERS, "Suggestion", "Row in your sheet")
"""What a report has before the sheet's own columns in its worksheet Rows."""

CORRECTIONS_WORKSHEET = "Corrections"

CORRECTIONS_HEADERS = ("Row in your sheet", "What is wrong", "Suggestion")
"""What a corrections workbook has before the sheet's own columns."""

HOW_TO_WORKSHEET = "How to correct"
HOW_TO_TITLE = "How to correct these rows"
MARKS_HEADERS = ("Worksheet", *CORRECTIONS_HEADERS[:1], "Mark")
"""Beside the explanation, in hidden columns: by what each original row is known again. See core.origins."""

FOLDED_HEADERS = (
    "Contact email",
    "Contact first name",
    "Contact last name",
    "Contact company",
    "Contact country",
    "Contact city",
    "Contact address line one",
    "Contact address line two",
    "Contact address line three",
    "Contact postal code",
    "Contact state",
    "Contact phone cc",
    "Contact phone",
    "Contact language preference",
)
"""The optional columns of the template, which comes with them hidden."""

TEMPLATE_HEADERS = ("Domain", "Mailbox", "Vendor", "Forwarding domain", "Contact", *FOLDED_HEADERS)

EXAMPLE_WORKSHEET = "Example"
EXAMPLE_TITLE = "Worked example. This worksheet is not read: fill in the first one."
EXAMPLE_ROWS = (
    ("example.com", "jane@example.com", "example.org", "Jane Doe"),
    ("example.com", "joe@example.com", "example.org", "Jane Doe"),
    ("example.net", "info@example.net", "example.org", "Jane Doe"),
)
"""The second worksheet of the template, which is passed over when it is handed in. A row is domain, mailbox, forwarding
domain and contact; a vendor stands in it, too."""

COLUMNS_WORKSHEET = "Columns"
COLUMNS_HEADERS = ("Column", "Required", "What to fill in", "Example")
"""The worksheet of the template that explains its columns."""

MADE_AS, CORRECTIONS = "batch_orders", "corrections"
"""Name and value of a document property. Excel and LibreOffice keep it when they save the workbook."""


def added_headers(headers: tuple[str, ...]) -> frozenset[str]:
    """The headers of a corrections workbook that are not the sheet's own; none in any other sheet."""
    added = frozenset(CORRECTIONS_HEADERS)
    return added if added <= set(headers) else frozenset()
