"""The report: all that is known of one batch, as a workbook that is handed back.

`write_report` writes it, `name_report` says where to. The corrections workbook and the
template use this room's cells and styles.
"""

from batch_orders.report.file import name_report
from batch_orders.report.workbook import write_new_report, write_report

__all__ = ["name_report", "write_new_report", "write_report"]
