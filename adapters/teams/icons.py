"""The app's two icons, drawn: a signpost with two arms."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from PIL import Image, ImageDraw

ACCENT = "#1F4E5F"
SIGN, POST = "#F4B942", "#FFFFFF"
FINER = 8  # drawn this many times larger and shrunk, for smooth edges

# In hundredths of the icon's side: an arm to the right, one to the left, the post behind them.
UPPER = ((24, 21), (66, 21), (78, 30.5), (66, 40), (24, 40))
LOWER = ((76, 47), (34, 47), (22, 56.5), (34, 66), (76, 66))
STAKE = ((46, 12), (54, 12), (54, 88), (46, 88))


def colour_icon(side: int = 192) -> bytes:
    """The full-colour icon as PNG: signs on a plain ground that fills it."""
    return _drawn(side, ACCENT, ((STAKE, POST, 0), (UPPER, SIGN, 0), (LOWER, POST, 0)))


def outline_icon(side: int = 32) -> bytes:
    """The outline icon as PNG: white on transparent, the signs held apart from the post by clear lines."""
    clear = (255, 255, 255, 0)
    white = (255, 255, 255, 255)
    shapes = ((STAKE, white, 0), (UPPER, clear, 5), (UPPER, white, 0), (LOWER, clear, 5), (LOWER, white, 0))
    whole = Image.open(BytesIO(_drawn(side, clear, shapes)))
    plain_white = Image.new("RGBA", whole.size, white)
    plain_white.putalpha(whole.getchannel("A"))  # shrinking must leave no grey at the edges: only white may show
    return _png(plain_white)


def _drawn(
    side: int, ground: str | tuple[int, ...], shapes: Sequence[tuple[Sequence[tuple[float, float]], str | tuple[int, ...], int]]
) -> bytes:
    """Polygons on a ground, each with a rim of its own colour so many hundredths wide."""
    large = side * FINER
    image = Image.new("RGBA", (large, large), ground)
    draw = ImageDraw.Draw(image)
    for shape, colour, rim in shapes:
        points = [(x * large / 100, y * large / 100) for x, y in shape]
        draw.polygon(points, fill=colour)
        if rim:
            draw.line([*points, points[0], points[1]], fill=colour, width=rim * large // 50, joint="curve")
    return _png(image.resize((side, side), Image.Resampling.LANCZOS))


def _png(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()
