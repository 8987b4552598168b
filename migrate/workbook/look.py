"""Fonts, fills and formats. Colour never says anything alone: weight, slant and lightness say it too."""

from __future__ import annotations

from dataclasses import dataclass

from openpyxl.formatting.rule import DataBar, FormatObject, Rule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.worksheet import Worksheet

from migrate.workbook.declare import Show, Tone

FAMILY = "Calibri"
TEXT = Font(name=FAMILY, size=10)
SMALL = Font(name=FAMILY, size=8, color="595959")
BOLD = Font(name=FAMILY, size=10, bold=True)
ID_NARROWER = 1.25
"""How many more characters of an id than of text fit into a column."""
LINK = Font(name=FAMILY, size=10, color="0B5394", underline="single")
HEADER = Font(name=FAMILY, size=10, bold=True, color="FFFFFF")
TITLE = Font(name=FAMILY, size=18, bold=True, color="1F3864")
HEADING = Font(name=FAMILY, size=12, bold=True, color="1F3864")
HEADER_FILL = PatternFill("solid", start_color="1F3864", end_color="1F3864")
ENTRY_HEADER_FILL = PatternFill("solid", start_color="7F4F00", end_color="7F4F00")
ENTRY_FILL = PatternFill("solid", start_color="FFF8E1", end_color="FFF8E1")
"""Where somebody may write; the header above is darker, so that it is found in grey too."""
LINE_BELOW = Border(bottom=Side(style="hair", color="A6A6A6"))
BOX = Border(bottom=Side(style="hair", color="A6A6A6"), left=Side(style="thin", color="E3E3E3"))
HEADING_LINE = Border(bottom=Side(style="medium", color="1F3864"))

MOMENT_FORMAT = "yyyy-mm-dd hh:mm"
DAY_FORMAT = "yyyy-mm-dd"
PERCENT_FORMAT = "0%"
COUNT_FORMAT = "#,##0"


@dataclass(frozen=True)
class Colours:
    """What a tone looks like: in a cell, and as a bar (``None`` for a hatched one)."""

    font: Font
    fill: PatternFill | None
    bar: str | None
    tab: str


def _solid(colour: str) -> PatternFill:
    return PatternFill("solid", start_color=colour, end_color=colour, bgColor=colour)


TONES: dict[Tone, Colours] = {
    Tone.GOOD: Colours(Font(name=FAMILY, size=10, color="1E5631"), _solid("E2F0D9"), "70AD47", "70AD47"),
    Tone.OPEN: Colours(
        Font(name=FAMILY, size=10, bold=True, color="5F4B00"), _solid("FFE699"), "FFE699", "FFC000"
    ),
    Tone.BAD: Colours(
        Font(name=FAMILY, size=10, bold=True, color="8B0000"), _solid("F4B0B0"), "A61C1C", "C00000"
    ),
    Tone.QUIET: Colours(Font(name=FAMILY, size=10, italic=True, color="6B6B6B"), None, None, "7F7F7F"),
}

A3, A4 = "8", "9"

FORMATS = {
    Show.MOMENT: MOMENT_FORMAT,
    Show.DAY: DAY_FORMAT,
    Show.PERCENT: PERCENT_FORMAT,
    Show.COUNT: COUNT_FORMAT,
}


def font(show: Show) -> Font:
    return {Show.ID: SMALL, Show.CODE: BOLD}.get(show, TEXT)


def alignment(show: Show, *, wrapped: bool = True, vertical: str = "top") -> Alignment:
    """In tables everything begins at the top, so that a row with one long cell still reads as a row."""
    if show in (Show.COUNT, Show.PERCENT):
        return Alignment(horizontal="right", vertical=vertical, indent=1)
    return Alignment(horizontal="left", vertical=vertical, wrap_text=wrapped)


def colour_rule(text: str, tone: Tone) -> Rule:
    """A conditional format for cells that hold exactly this text."""
    colours = TONES[tone]
    slant = Font(bold=colours.font.bold, italic=colours.font.italic, color=colours.font.color)
    style = DifferentialStyle(font=slant, fill=colours.fill)
    return Rule(type="cellIs", operator="equal", formula=[f'"{text}"'], dxf=style)


def percent_bars() -> Rule:
    """A bar behind each percentage, so that a column of them can be read at a glance, in grey too."""
    ends = [FormatObject(type="num", val=0), FormatObject(type="num", val=1)]
    return Rule(type="dataBar", dataBar=DataBar(cfvo=ends, color="BDD7EE", showValue=True))


def heading(show: Show) -> Alignment:
    """Above its column, on the side on which the values stand."""
    side = alignment(show)
    return Alignment(horizontal=side.horizontal, vertical="center", wrap_text=True, indent=side.indent)


def protect(sheet: Worksheet) -> None:
    """Locks everything but the entries: care, not security, so without a password. Whoever reads may still
    filter, sort and change the widths."""
    protection = sheet.protection
    protection.sheet = True
    # In these the format says what is forbidden, so that false allows.
    protection.autoFilter = protection.sort = False
    protection.formatColumns = protection.formatRows = False


def set_up_print(sheet: Worksheet, name: str, engagement: str, *, paper: str) -> None:
    """Landscape, one page wide, with what and which page at the foot."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = paper
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    properties = sheet.sheet_properties.pageSetUpPr
    if properties is not None:
        properties.fitToPage = True
    margins = sheet.page_margins
    margins.left = margins.right = 0.4
    margins.top, margins.bottom = 0.5, 0.6
    foot = HeaderFooterItem()
    # An ampersand begins a code in a footer; two of them stand for one.
    foot.left.text = engagement[:80].replace("&", "&&")
    foot.center.text = name
    foot.right.text = "&P / &N"
    sheet.HeaderFooter.oddFooter = foot
