"""The chart of orders by status."""

from openpyxl.chart import BarChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.marker import DataPoint
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.worksheet.worksheet import Worksheet

from batch_orders.core.results import Status
from batch_orders.report.style import BAR

WIDTH, HEIGHT = 13, 8.2
"""Centimetres."""


def add_chart(worksheet: Worksheet, first: int, anchor: str) -> None:
    """Draw the counts in column B, named in column A, one line per status from line `first`."""
    last = first + len(Status) - 1
    chart = BarChart()
    chart.type = "bar"
    chart.title = "Orders by status"
    if chart.title:
        chart.title.overlay = False
    chart.roundedCorners = False
    chart.add_data(Reference(worksheet, min_col=2, min_row=first, max_row=last))
    chart.set_categories(Reference(worksheet, min_col=1, min_row=first, max_row=last))
    chart.legend = None
    chart.gapWidth = 50
    chart.width = WIDTH
    chart.height = HEIGHT
    # Bars go up by nature; the table beside them goes down.
    chart.x_axis.scaling.orientation = "maxMin"
    chart.x_axis.delete = False
    chart.y_axis.delete = True
    chart.y_axis.majorGridlines = None
    chart.y_axis.scaling.min = 0
    series = chart.series[0]
    series.dLbls = DataLabelList(
        showVal=True, showSerName=False, showCatName=False, showLegendKey=False, showPercent=False
    )
    series.dPt = [
        DataPoint(idx=place, spPr=GraphicalProperties(solidFill=BAR[status]))
        for place, status in enumerate(Status)
    ]
    worksheet.add_chart(chart, anchor)
