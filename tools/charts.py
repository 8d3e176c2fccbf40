"""The curves as small SVGs, drawn by hand: readable on light and on dark, in grey too, and told in words to screen readers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from tools.curves import Bin

WIDTH, HEIGHT = 480, 340
LEFT, RIGHT, TOP, BOTTOM = 58, 24, 34, 52
Point = tuple[float, float]
DASHES = ("", "7 4", "2 4")  # lines differ in more than colour
# A page of its own takes these colours by what its reader prefers; the ground is drawn too, since images on a page do not see the page's.
STYLE = """
svg{--paper:#ffffff;--ink:#1d2731;--soft:#505d69;--line:#d9d8d1;--a:#0b5f70;--b:#a03c00;--c:#5b4b9a}
@media (prefers-color-scheme:dark){svg{--paper:#1a2228;--ink:#e9edef;--soft:#a9b6bf;--line:#33404a;--a:#7fd0df;--b:#ffbd94;--c:#c5b8ff}}
text{font:13px system-ui,sans-serif;fill:var(--ink)}.tick{fill:var(--soft);font-size:12px}.name{font-weight:600;font-size:14px}
.grid{stroke:var(--line)}.even{stroke:var(--soft);stroke-dasharray:3 3}.of{fill:none;stroke-width:2}.span{stroke-width:1.5;opacity:.55}
"""
COLOURS = ("var(--a)", "var(--b)", "var(--c)")


@dataclass(frozen=True, slots=True)
class Axes:
    """What a chart's two sides run over, both shares: their names and where they begin."""

    across: str
    up: str
    left: float = 0.0
    bottom: float = 0.0
    legend_left: bool = False

    def x(self, value: float) -> float:
        """Where a value lies across, in pixels; what lies outside is put on the edge."""
        return LEFT + (min(1.0, max(self.left, value)) - self.left) / (1 - self.left) * (WIDTH - LEFT - RIGHT)

    def y(self, value: float) -> float:
        """Where a value lies up, in pixels; what lies outside is put on the edge."""
        return HEIGHT - BOTTOM - (min(1.0, max(self.bottom, value)) - self.bottom) / (1 - self.bottom) * (HEIGHT - TOP - BOTTOM)


def reliability_chart(series: Sequence[tuple[str, Sequence[Bin]]]) -> str:
    """The SVG of confidence against the share right, each dot with its 95 % interval, beside the line where the two are equal."""
    axes = Axes("how sure it says it is", "share right")
    parts = [f'<path class="even" d="M{axes.x(0):.1f} {axes.y(0):.1f}L{axes.x(1):.1f} {axes.y(1):.1f}"/>']
    for at, (_, bins) in enumerate(series):
        for one in bins:
            x, low, high = axes.x(one.confidence), axes.y(one.interval[0]), axes.y(one.interval[1])
            parts.append(f'<path class="span" stroke="{COLOURS[at]}" d="M{x:.1f} {low:.1f}V{high:.1f}"/>')
        parts += [_line(axes, at, [(one.confidence, one.right) for one in bins]), *_dots(axes, at, [(b.confidence, b.right) for b in bins])]
    told = "; ".join(
        f"{name}: " + ", ".join(f"where it says {one.confidence:.2f}, {one.right:.2f} are right" for one in bins) for name, bins in series
    )
    return _chart("Is it as often right as it says?", told, axes, [name for name, _ in series], parts)


def risk_chart(series: Sequence[tuple[str, Sequence[Point]]], chosen: Sequence[Point]) -> str:
    """The SVG of the share answered, the surest first, against the share of those right; ``chosen``: where each one's threshold lies."""
    lowest = min((up for _, points in series for _, up in points), default=0.5)
    axes = Axes(
        "share of questions answered, the surest first",
        "share of these right",
        bottom=max(0.0, int(lowest * 10 - 1) / 10),
        legend_left=True,
    )
    parts = [_line(axes, at, points) for at, (_, points) in enumerate(series)]
    for at, point in enumerate(chosen):
        parts += _dots(axes, at, [point])
    told = "; ".join(
        f"{name}: " + ", ".join(f"of the surest {x:.0%} {up:.0%} are right" for x, up in _few(points)) for name, points in series
    )
    names = [f"{name} (dot: headlines, {x:.0%}, {up:.0%} right)" for (name, _), (x, up) in zip(series, chosen, strict=True)]
    return _chart("How right is it, if it may be silent when unsure?", told, axes, names, parts)


def _few(points: Sequence[Point]) -> list[Point]:
    """The points nearest to a quarter, a half, three quarters and all."""
    return [min(points, key=lambda point: abs(point[0] - wanted)) for wanted in (0.25, 0.5, 0.75, 1.0)] if points else []


def _line(axes: Axes, at: int, points: Sequence[Point]) -> str:
    if not points:
        return ""
    drawn = "L".join(f"{axes.x(x):.1f} {axes.y(y):.1f}" for x, y in points)
    dash = f' stroke-dasharray="{DASHES[at]}"' if DASHES[at] else ""
    return f'<path class="of" stroke="{COLOURS[at]}"{dash} d="M{drawn}"/>'


def _dots(axes: Axes, at: int, points: Sequence[Point]) -> list[str]:
    return [f'<circle r="4" fill="{COLOURS[at]}" cx="{axes.x(x):.1f}" cy="{axes.y(y):.1f}"/>' for x, y in points]


def _chart(title: str, told: str, axes: Axes, names: Sequence[str], parts: Sequence[str]) -> str:
    """The whole SVG: ground, grid, axes with their names, the parts, and which line is which."""
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img"'
        ' aria-labelledby="title told">',
        f'<title id="title">{escape(title)}</title><desc id="told">{escape(told)}.</desc><style>{STYLE}</style>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="8" fill="var(--paper)"/><text class="name" x="{LEFT}" y="20">{escape(title)}</text>',
    ]
    for step in range(11):
        value = step / 10
        if step % 2 == 0 and value >= axes.left - 1e-9:
            x = axes.x(value)
            lines.append(f'<path class="grid" d="M{x:.1f} {TOP}V{HEIGHT - BOTTOM}"/>')
            lines.append(f'<text class="tick" x="{x:.1f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{value:.0%}</text>')
        if (step % 2 == 0 or axes.bottom >= 0.4) and value >= axes.bottom - 1e-9:
            y = axes.y(value)
            lines.append(f'<path class="grid" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>')
            lines.append(f'<text class="tick" x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{value:.0%}</text>')
    middle = (TOP + HEIGHT - BOTTOM) / 2
    lines.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 12}" text-anchor="middle">{escape(axes.across)}</text>')
    lines.append(f'<text transform="translate(15 {middle}) rotate(-90)" text-anchor="middle">{escape(axes.up)}</text>')
    lines += [*parts, *_legend(axes, names)]
    return "\n".join([*(line for line in lines if line), "</svg>"]) + "\n"


def _legend(axes: Axes, names: Sequence[str]) -> list[str]:
    """Which line is which, in the corner where no line goes: below the first point on the left, or below the last on the right."""
    lines = []
    for at, name in enumerate(names):
        y = HEIGHT - BOTTOM - 14 - 18 * (len(names) - 1 - at)
        dash = f' stroke-dasharray="{DASHES[at]}"' if DASHES[at] else ""
        if axes.legend_left:
            start, text, anchor = LEFT + 14, LEFT + 48, "start"
        else:
            start, text, anchor = WIDTH - RIGHT - 42, WIDTH - RIGHT - 48, "end"
        lines.append(f'<path class="of" stroke="{COLOURS[at]}"{dash} d="M{start} {y - 4}h28"/>')
        lines.append(f'<text x="{text}" y="{y}" text-anchor="{anchor}">{escape(name)}</text>')
    return lines
