"""A picture made anew from its pixels alone. Runs in the child: it reads what strangers made.

Nothing of the old file is copied: no EXIF, GPS, XMP, IPTC, colour profile, text or thumbnail, nothing before or after it, and none of the
colours that full transparency hides. An animated picture keeps its first frame. Colours are taken as they are written, without the profile.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from io import BytesIO

from PIL import Image, ImageOps, JpegImagePlugin, MpoImagePlugin, PngImagePlugin, WebPImagePlugin  # noqa: F401  (register their formats)

from adapters.cleaning.kinds import Kind
from adapters.cleaning.refusals import MAX_KEPT, MAX_PIXELS, Refused

FORMATS = {Kind.PNG: "PNG", Kind.JPEG: "JPEG", Kind.WEBP: "WEBP"}
Image.MAX_IMAGE_PIXELS = MAX_PIXELS // 2  # Pillow refuses at twice this, by the header, before it takes any memory
QUALITY = 90
HARDER = ((80, 1), (70, 1), (80, 2), (70, 4))  # (JPEG quality, how many times smaller each side), until it fits
WEBP_EFFORT = 2  # of 6: forty million pixels must not use up the child's time
OPAQUE = {"1", "L", "RGB", "I;16"}


def clean_picture(content: bytes, kind: Kind) -> tuple[Kind, bytes]:
    """The picture's kind and content as they are kept: the same kind, or JPEG where it would be too large otherwise. Raises Refused."""
    picture = _plain(_pixels(content, kind))
    for made_as, made in _attempts(picture, kind):
        if len(made) <= MAX_KEPT:
            return made_as, made
    raise Refused("large")


def _pixels(content: bytes, kind: Kind) -> Image.Image:
    """The decoded picture, turned as its maker's camera meant it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of sizes below the limit, of odd metadata
        try:
            picture: Image.Image = Image.open(BytesIO(content), formats=(FORMATS[kind],))
            if picture.width * picture.height > MAX_PIXELS:
                raise Refused("pixels")
            picture.load()
        except Image.DecompressionBombError:
            raise Refused("pixels") from None
        try:
            return ImageOps.exif_transpose(picture)
        except Exception:  # the orientation is written in metadata that may be damaged while the picture is whole
            return picture


def _plain(picture: Image.Image) -> Image.Image:
    """The pixels alone, in a mode that every kind knows."""
    if picture.has_transparency_data:
        shown = picture.convert("RGBA")
        seen = shown.getchannel("A").point(lambda alpha: 255 if alpha else 0)
        plain = Image.new("RGBA", shown.size)
        plain.paste(shown, mask=seen)  # what somebody rubbed out must not lie hidden below full transparency
        return plain
    source = picture if picture.mode in OPAQUE else picture.convert("RGB")
    plain = Image.new(source.mode, source.size)
    plain.paste(source)
    return plain


def _attempts(picture: Image.Image, kind: Kind) -> Iterator[tuple[Kind, bytes]]:
    """(kind, content): the best first, each smaller than the one before."""
    if kind is Kind.PNG:
        yield Kind.PNG, _saved(picture, "PNG")
    elif kind is Kind.WEBP:
        yield Kind.WEBP, _saved(picture, "WEBP", quality=QUALITY, method=WEBP_EFFORT)
    flat = _flat(picture)
    yield Kind.JPEG, _saved(flat, "JPEG", quality=QUALITY)
    for quality, smaller in HARDER:
        yield Kind.JPEG, _saved(flat.reduce(smaller) if smaller > 1 else flat, "JPEG", quality=quality)


def _flat(picture: Image.Image) -> Image.Image:
    """The picture on white, as JPEG has no transparency."""
    if picture.mode == "RGBA":
        flat = Image.new("RGB", picture.size, "white")
        flat.paste(picture, mask=picture.getchannel("A"))
        return flat
    if picture.mode == "I;16":
        return picture.point(lambda grey: grey / 256).convert("L")
    return picture.convert("L") if picture.mode == "1" else picture


def _saved(picture: Image.Image, form: str, **options: int) -> bytes:
    out = BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()
