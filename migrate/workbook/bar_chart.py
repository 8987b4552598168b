"""A native bar chart over a small table, legible in grey: outlines, one hatched filling, numbers on bars."""

from __future__ import annotations

from openpyxl.chart import BarChart, Reference, Series
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.marker import DataPoint
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.colors import ColorChoice
from openpyxl.drawing.fill import PatternFillProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties, RegularTextRun
from openpyxl.worksheet.worksheet import Worksheet

from migrate.workbook import look
from migrate.workbook.declare import Bars, Grid, Tone

WIDTH_CM, LOWEST_CM = 14.5, 5.0
_AROUND_CM, _BAR_CM = 2.6, 0.55


def height_cm(bars: Bars, grid: Grid) -> float:
    """High enough for every bar and its label, title and legend included."""
    return max(LOWEST_CM, _AROUND_CM + (len(grid.rows) - bars.leave_out) * _BAR_CM)


def height_points(bars: Bars, grid: Grid) -> float:
    return height_cm(bars, grid) / 2.54 * 72


def bar_chart(sheet: Worksheet, bars: Bars, grid: Grid, header_row: int) -> BarChart:
    """The chart of a grid whose header stands on ``header_row``."""
    chart = BarChart()
    chart.type, chart.style = "bar", 10
    chart.width, chart.height = WIDTH_CM, height_cm(bars, grid)  # type: ignore[assignment]
    chart.title = _title(bars.title)
    chart.gapWidth = 40
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.x_axis.scaling.orientation = "maxMin"  # the first row on top, as in the table
    chart.y_axis.majorGridlines = None
    chart.y_axis.number_format = "0"
    chart.y_axis.crosses = "max"
    last = header_row + len(grid.rows) - bars.leave_out
    for column in bars.series:
        values = Reference(sheet, min_col=column + 1, min_row=header_row, max_row=last)
        chart.series.append(Series(values, title_from_data=True))
    chart.set_categories(Reference(sheet, min_col=1, min_row=header_row + 1, max_row=last))
    if len(bars.series) > 1:
        chart.grouping, chart.overlap = "stacked", 100
        for series, tone in zip(chart.series, bars.tones, strict=True):
            series.graphicalProperties = _filling(tone)
        if chart.legend is not None:
            chart.legend.position = "b"
    else:
        chart.legend = None
        chart.series[0].dPt = [
            DataPoint(idx=number, invertIfNegative=False, spPr=_filling(tone))
            for number, tone in enumerate(bars.tones)
        ]
        chart.dataLabels = DataLabelList(
            showVal=True, showSerName=False, showCatName=False, showLegendKey=False, showPercent=False
        )
    return chart


def _title(text: str) -> Title:
    """A title no larger than the headings beside the chart."""
    font = CharacterProperties(sz=1100, b=True)
    run = RegularTextRun(rPr=font, t=text)
    paragraph = Paragraph(pPr=ParagraphProperties(defRPr=font), r=[run])
    return Title(tx=Text(rich=RichText(p=[paragraph])), overlay=False)


def _filling(tone: Tone) -> GraphicalProperties:
    outline = LineProperties(solidFill="404040", w=6350)
    colour = look.TONES[tone].bar
    if colour is not None:
        return GraphicalProperties(solidFill=colour, ln=outline)
    hatched = PatternFillProperties(
        prst="wdUpDiag", fgClr=ColorChoice(prstClr="gray"), bgClr=ColorChoice(prstClr="white")
    )
    return GraphicalProperties(pattFill=hatched, ln=outline)
