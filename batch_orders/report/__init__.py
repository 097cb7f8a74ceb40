"""The report: all that is known of one batch, as a workbook that is handed back.

`write_report` writes it; `core.file_names` says what it and what lies beside it are called. The corrections
workbook and the template use this room's cells and styles.
"""

from batch_orders.report.workbook import write_report

__all__ = ["write_report"]
