"""A bar chart as SVG, from the same declaration as the workbook's: outlines and numbers, legible in grey."""

from __future__ import annotations

from collections.abc import Callable

from migrate.workbook.declare import Bars, Grid, Tone

_LINE, _BAR, _LABELS, _WIDTH, _TOP = 22, 15, 210, 660, 26
_FILLS = {Tone.GOOD: "#70AD47", Tone.OPEN: "#FFE699", Tone.BAD: "#A61C1C", Tone.QUIET: "url(#hatched)"}
_HATCHED = (
    '<defs><pattern id="hatched" width="5" height="5" patternUnits="userSpaceOnUse"'
    ' patternTransform="rotate(45)"><rect width="5" height="5" fill="#FFFFFF"/>'
    '<line x1="0" y1="0" x2="0" y2="5" stroke="#808080" stroke-width="2"/></pattern></defs>'
)


def bars_svg(bars: Bars, grid: Grid, text: Callable[[str], str]) -> str:
    """The chart of a grid; ``text`` makes words fit for HTML. Bars of one row are stacked."""
    rows = grid.rows[: len(grid.rows) - bars.leave_out]
    values = [[_number(row[column]) for column in bars.series] for row in rows]
    most = max((sum(each) for each in values), default=0) or 1
    room = _WIDTH - _LABELS - 60
    parts: list[str] = []
    for number, (row, each) in enumerate(zip(rows, values, strict=True)):
        top, left = _TOP + number * _LINE, float(_LABELS)
        label = text(str(row[0]))
        parts.append(f'<text x="{_LABELS - 8}" y="{top + 12}" text-anchor="end">{label}</text>')
        for place, value in enumerate(each):
            tone = bars.tones[place if len(bars.series) > 1 else number]
            width = value / most * room
            if width:
                parts.append(
                    f'<rect x="{left:.1f}" y="{top}" width="{width:.1f}" height="{_BAR}"'
                    f' fill="{_FILLS[tone]}" stroke="#404040" stroke-width="0.5"/>'
                )
            left += width
        parts.append(f'<text x="{left + 6:.1f}" y="{top + 12}">{sum(each):,}</text>')
    height = _TOP + len(rows) * _LINE + 6
    return (
        f'<svg viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" role="img"'
        f' aria-label="{text(bars.title)}">{_HATCHED}'
        f'<text x="0" y="14" class="title">{text(bars.title)}</text>{"".join(parts)}</svg>\n'
    )


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
