"""Pictures as they are kept: the same to look at, and nothing of their maker."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image, ImageChops, ImageStat

from adapters.cleaning.inside import cleaned
from adapters.cleaning.kinds import Kind
from adapters.cleaning.pictures import MAX_KEPT, clean_picture
from adapters.cleaning.refusals import Refused
from tests.adapters.cleaning.made_files import MARKER, archive, drawn, exif, huge_png, jpeg, png, webp


def opened(content: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(content))
    picture.load()
    return picture


def apart(one: Image.Image, other: Image.Image) -> float:
    """How far two pictures' colours lie apart, of 255."""
    return max(ImageStat.Stat(ImageChops.difference(one.convert("RGB"), other.convert("RGB"))).mean)


def why_refused(content: bytes) -> str:
    with pytest.raises(Refused) as refused:
        cleaned(content)
    return refused.value.code


@pytest.mark.parametrize("made", [jpeg(), jpeg(orientation=6), png(), png("RGBA"), webp(), webp(mode="RGBA", lossless=True)])
def test_nothing_that_a_picture_says_of_its_maker_is_kept(made: bytes) -> None:
    assert MARKER.encode() in made, "the file for this test says nothing"
    kind, kept = cleaned(made)
    assert MARKER.encode() not in kept
    picture = opened(kept)
    assert not picture.getexif()
    assert not {"icc_profile", "xmp", "comment", "exif", "photoshop"} & set(picture.info)
    assert Image.MIME[picture.format or ""] == kind


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_a_png_keeps_every_pixel(mode: str) -> None:
    source = drawn("RGB" if mode == "I;16" else mode)
    if mode == "I;16":
        source = Image.frombytes("I;16", (64, 40), struct.pack("<2560H", *range(0, 51200, 20)))
    out = io.BytesIO()
    source.save(out, "PNG")
    kind, kept = cleaned(out.getvalue())
    assert kind is Kind.PNG
    if mode == "I;16":
        assert opened(kept).tobytes() == source.tobytes()
    else:
        assert opened(kept).convert("RGBA").tobytes() == source.convert("RGBA").tobytes()


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_a_jpeg_looks_the_same(mode: str) -> None:
    kind, kept = cleaned(jpeg(mode=mode))
    assert kind is Kind.JPEG
    assert apart(opened(kept), opened(jpeg(mode=mode))) < 3


def test_a_webp_looks_the_same() -> None:
    kind, kept = cleaned(webp())
    assert kind is Kind.WEBP
    assert apart(opened(kept), drawn()) < 6


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_is_turned_as_its_camera_meant_it(orientation: int) -> None:
    from PIL import ImageOps

    made = jpeg(orientation)
    kept = opened(cleaned(made)[1])
    assert apart(kept, ImageOps.exif_transpose(opened(made))) < 3


def test_a_photo_with_broken_exif_is_kept() -> None:
    out = io.BytesIO()
    drawn().save(out, "JPEG", exif=b"Exif\x00\x00II*\x00\xff\xff\xff\xff" + MARKER.encode())
    assert MARKER.encode() not in cleaned(out.getvalue())[1]


def test_what_full_transparency_hides_is_gone() -> None:
    rubbed = Image.new("RGBA", (60, 20), (200, 30, 40, 255))
    rubbed.paste((12, 34, 56, 0), (10, 5, 50, 15))  # a name that was rubbed out
    out = io.BytesIO()
    rubbed.save(out, "PNG")
    kept = opened(cleaned(out.getvalue())[1])
    assert kept.getpixel((20, 10)) == (0, 0, 0, 0)
    assert kept.getpixel((1, 1)) == (200, 30, 40, 255)


def test_what_was_cropped_off_and_left_behind_the_end_is_gone() -> None:
    left = zlib.compress(MARKER.encode() * 100)
    kept = cleaned(png(tail=b"IDAT" + left + MARKER.encode()))[1]
    assert left not in kept
    assert kept.endswith(b"IEND\xaeB`\x82")


def test_an_animated_picture_keeps_its_first_frame() -> None:
    out = io.BytesIO()
    drawn().save(out, "WEBP", save_all=True, append_images=[Image.new("RGB", (64, 40), "red")], lossless=True)
    kept = opened(cleaned(out.getvalue())[1])
    assert getattr(kept, "n_frames", 1) == 1
    assert apart(kept, drawn()) < 6
    out = io.BytesIO()
    drawn().save(out, "PNG", save_all=True, append_images=[Image.new("RGB", (64, 40), "red")])
    kept = opened(cleaned(out.getvalue())[1])
    assert getattr(kept, "n_frames", 1) == 1
    assert apart(kept, drawn()) == 0


def test_a_photo_of_two_pictures_keeps_the_one_that_is_shown() -> None:
    out = io.BytesIO()
    other = Image.new("RGB", (64, 40), "red")
    drawn().save(out, "MPO", save_all=True, append_images=[other])
    kind, kept = cleaned(out.getvalue())
    assert kind is Kind.JPEG
    assert kept.count(b"\xff\xd8\xff") == 1
    assert apart(opened(kept), drawn()) < 6


@pytest.mark.parametrize(
    "tail", [archive(), f"<html><script>{MARKER}</script>".encode(), b"%PDF-1.4\n" + MARKER.encode(), b"MZ" + MARKER.encode()]
)
def test_a_second_file_behind_a_picture_is_gone(tail: bytes) -> None:
    for made in (jpeg(), png(), webp()):
        kept = cleaned(made + tail)[1]
        assert MARKER.encode() not in kept
        assert b"PK\x03\x04" not in kept
        assert b"%PDF" not in kept


def test_a_picture_of_too_many_pixels_is_refused_by_its_head() -> None:
    assert len(huge_png()) < 10_000
    assert why_refused(huge_png()) == "pixels"
    assert why_refused(huge_png(8_000, 5_001)) == "pixels"
    vp8x = b"VP8X" + struct.pack("<IBBH", 10, 0, 0, 0) + (16_000).to_bytes(3, "little") + (16_000).to_bytes(3, "little")
    assert why_refused(b"RIFF" + struct.pack("<I", len(vp8x) + 4) + b"WEBP" + vp8x) == "pixels"


def test_a_picture_cut_off_in_the_middle_is_refused() -> None:
    for made in (jpeg(), png(), webp(lossless=True)):
        assert why_refused(made[: len(made) * 9 // 10]) == "damaged"
        assert why_refused(made[:40]) == "damaged"


def test_a_picture_that_stays_too_large_is_packed_harder(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Image.effect_noise((400, 400), 90).convert("RGB")
    out = io.BytesIO()
    made.save(out, "PNG")
    whole = len(clean_picture(out.getvalue(), Kind.PNG)[1])
    assert whole <= MAX_KEPT
    monkeypatch.setattr("adapters.cleaning.pictures.MAX_KEPT", whole // 6)
    kind, kept = clean_picture(out.getvalue(), Kind.PNG)
    assert kind is Kind.JPEG
    assert len(kept) <= whole // 6
    monkeypatch.setattr("adapters.cleaning.pictures.MAX_KEPT", 500)
    with pytest.raises(Refused, match="larger than"):
        clean_picture(out.getvalue(), Kind.PNG)


def test_the_files_of_these_tests_do_say_who_made_them() -> None:
    assert opened(jpeg()).getexif().get_ifd(0x8825)[29] == MARKER
    assert exif()[0x013B] == MARKER
    assert opened(png()).text["Comment"] == MARKER  # type: ignore[attr-defined]
