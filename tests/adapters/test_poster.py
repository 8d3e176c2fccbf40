"""The poster: one page that is right in print, with an address that people and phones can read."""

from __future__ import annotations

import io
from pathlib import Path
from xml.etree import ElementTree

import pypdfium2
import pytest
import segno
from pypdf import PdfReader

from adapters.papers.poster import HEADING, QUIET, PosterTooFull, poster_pdf, poster_svg
from bot.asking import EMERGENCY_LINE
from bot.concerns.form import ANONYMOUS
from bot.school import Holder, Role, School
from tests.adapters.installed import Installation

ADDRESS = "https://signpost.oak.sch.example/oak/report"
OAK = School(
    "oak",
    "Oak <Primary> & Nursery",
    holders=(Holder(Role.LEAD, "Ann Lee", "01632 960001"), Holder(Role.HEAD, "Jo Hall", "01632 960003"), Holder(Role.CHAIR, "Sam Reed")),
)
SVG = "{http://www.w3.org/2000/svg}"


def said(made: bytes) -> str:
    (page,) = PdfReader(io.BytesIO(made)).pages
    return " ".join(page.extract_text().split())


def test_it_says_where_to_report_and_what_that_does_not_hide() -> None:
    found = said(poster_pdf(OAK, ADDRESS))
    for words in (
        HEADING,
        OAK.name,
        ADDRESS,
        EMERGENCY_LINE,
        ANONYMOUS,
        OAK.helpline,
        "Designated safeguarding lead: Ann Lee, 01632 960001",
    ):
        assert words in found
    assert found.startswith(EMERGENCY_LINE)
    assert "own phone" in found
    assert "completely" not in found


def test_svg_and_pdf_say_the_same_and_the_svg_is_well_formed() -> None:
    made = poster_svg(OAK, ADDRESS)
    root = ElementTree.fromstring(made)  # noqa: S314 (our own)
    assert " ".join(one.text or "" for one in root.iter(f"{SVG}text")).split() == said(poster_pdf(OAK, ADDRESS)).split()
    assert (root.get("width"), root.get("height")) == ("210mm", "297mm")
    assert "href" not in made
    assert "script" not in made


@pytest.mark.parametrize(
    "address", [ADDRESS, "https://signpost.a-very-long-name-of-a-trust-of-schools.sch.example/" + "o" * 40 + "/report"]
)
def test_the_printed_qr_code_is_that_of_the_address_with_its_white_border(address: str) -> None:
    wanted = [[bool(cell) for cell in row] for row in segno.make(address, error="q", micro=False, boost_error=False).matrix]
    page = pypdfium2.PdfDocument(poster_pdf(OAK, address))[0].render(scale=4).to_pil().convert("L")
    shades, wide = page.tobytes(), page.width

    def dark(x: int, y: int) -> bool:
        return shades[y * wide + x] < 128

    # The frame round the code is a line that is as long as the code is wide; the code begins after its white border.
    left = next(x for x in range(wide) if sum(dark(x, y) for y in range(page.height)) > 176 * 4 - 8)
    top = next(y for y in range(page.height) if all(dark(left, y + step) for step in range(600)))
    module = 176 * 4 / (len(wanted) + 2 * QUIET)
    for row, cells in enumerate(wanted):
        for at, cell in enumerate(cells):
            x, y = left + round((QUIET + at + 0.5) * module), top + round((QUIET + row + 0.5) * module)
            assert dark(x, y) == cell, (row, at)
        assert not dark(left + round((row + 1) * module), top + round(2 * module))


def test_a_long_address_is_broken_without_a_sign_that_somebody_might_type() -> None:
    address = "https://" + "long-name-of-a-trust." * 6 + "example/" + "s" * 40 + "/report"
    assert address in said(poster_pdf(OAK, address)).replace(" ", "")


def test_nothing_runs_out_of_the_page() -> None:
    wide = School("oak", "Ŵ" * 200, holders=(Holder(Role.LEAD, "W" * 200, "0" * 20), *OAK.holders[1:]), helpline="W" * 200)
    for school in (OAK, wide):
        try:
            made = poster_pdf(school, ADDRESS)
        except PosterTooFull:
            assert school is wide
            continue
        page = pypdfium2.PdfDocument(made)[0].render(scale=1).to_pil().convert("L")
        for x, y in [(x, y) for x in range(page.width) for y in (*range(20), *range(page.height - 15, page.height))]:
            assert page.getpixel((x, y)) > 200
        for x, y in [(x, y) for y in range(page.height) for x in (*range(30), *range(page.width - 30, page.width))]:
            assert page.getpixel((x, y)) > 200


@pytest.fixture
def signpost(tmp_path: Path) -> Installation:
    made = Installation(tmp_path, {"PUBLIC_URL": "https://signpost.oak.sch.example/"})
    made.run("migrate")
    made.write("oak.toml", 'id = "oak"\nname = "Oak"\n[contacts.lead]\nname = "Ann Lee"\n[contacts.head]\nname = "Jo Hall"\n')
    made.run("school", "apply", "oak.toml")
    return made


def test_the_command_writes_the_file_that_was_asked_for(signpost: Installation) -> None:
    _, err, code = signpost.run("poster", "--school", "oak")
    assert code == 0
    assert ADDRESS in err
    assert ADDRESS in said((signpost.folder / "poster-oak.pdf").read_bytes())
    assert signpost.run("poster", "-s", "oak", "--out", "p.svg")[2] == 0
    assert (signpost.folder / "p.svg").read_text().startswith("<svg")
    for arguments, words in [
        (("-s", "oak", "--out", "p.docx"), "neither"),
        (("-s", "none"), "no school"),
        (("-s", "oak", "--out", "none/p.pdf"), "cannot be written"),
    ]:
        _, err, code = signpost.run("poster", *arguments)
        assert words in err
        assert code == 2


def test_without_an_address_of_its_own_there_is_no_poster(signpost: Installation) -> None:
    signpost.settings.clear()
    _, err, code = signpost.run("poster", "-s", "oak")
    assert "PUBLIC_URL is not set" in err
    assert code == 2
    signpost.settings["PUBLIC_URL"] = "http://localhost:3978"
    assert "on this computer alone" in signpost.run("poster", "-s", "oak")[1]
