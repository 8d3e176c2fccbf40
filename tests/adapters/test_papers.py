"""Papers: every word of a case comes out as it was typed, in the PDF and in the CSV; figures as CSV and chart."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from adapters.papers.chronology import CONFIDENTIAL, UNDRAWN, chronology_csv, chronology_pdf
from adapters.papers.figures import NOT_SHOWN, figures_csv, figures_svg
from adapters.papers.lettering import drawable
from adapters.papers.spreadsheet import csv_bytes
from bot.concerns.chronology import Chronology, Happening
from bot.concerns.figures import Count, TermFigures

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '<b>bold</b> &amp; &lt; <script>alert(1)</script> <para> <img src="/etc/hostname"/> </font> ]]> <!-- %s {x} \\n'
FIGURES = (
    TermFigures("Autumn 2026", (Count("Kind <A> & b", 12), Count("Kind B", None), Count("Kind C", 0)), None, None),
    TermFigures("Spring 2027", (Count("Kind <A> & b", 6), Count("Kind B", 0)), (Count("Still open", 6),), 6),
)


def case(*texts: str, reason: str = "") -> Chronology:
    rows = tuple(Happening("Mon 2 Mar 2026, about 14:00", "The reporter", "Reported", text, reason) for text in texts)
    return Chronology("K7M4Q2", (("Reference", "K7M4Q2"), ("State", "Closed")), rows)


def words(made: bytes) -> str:
    """All that can be read in a PDF, with every kind of blank alike."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages).split())


def read(made: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(made.decode("utf-8-sig"), newline="")))


def test_markup_comes_out_as_it_was_typed() -> None:
    found = words(chronology_pdf(case(HOSTILE, reason=HOSTILE), "St <i>Ann</i> & Co"))
    assert found.count(HOSTILE.strip()) == 2
    assert "St <i>Ann</i> & Co" in found


def test_no_character_vanishes() -> None:
    found = words(chronology_pdf(case("Zoë Ŵyn ŷ Ελλάς Привет їж ąęł – “x” € 😀 שלום हि \u202e \u200b \x07 ­ end"), "Oak"))
    assert "Zoë Ŵyn ŷ Ελλάς Привет їж ąęł – “x” € [U+1F600]" in found
    for one in "שלום\u202e\u200b\x07\u00ad":
        assert f"[U+{ord(one):04X}]" in found
    assert UNDRAWN in found
    assert UNDRAWN not in words(chronology_pdf(case("Zoë"), "Oak"))


def test_a_long_story_flows_over_pages_and_none_of_it_is_lost() -> None:
    story = " ".join(f"word{number}" for number in range(6000)) + "\n\n" + "W" * 3000 + "\n" + "\n".join(f"line{n}" for n in range(120))
    made = chronology_pdf(case(story, "the end"), "Oak")
    pages = PdfReader(io.BytesIO(made)).pages
    found = re.sub(r"\s", "", "".join(page.extract_text() for page in pages).replace(f"Page {len(pages)} of {len(pages)}", ""))
    assert len(pages) > 10
    assert "line119" in found
    assert found.count("W") >= 3000
    numbers = [int(one) for one in re.findall(r"word(\d+)", " ".join(page.extract_text() for page in pages))]
    assert numbers == list(range(6000))
    for number, page in enumerate(pages, 1):
        text = page.extract_text()
        assert f"Page {number} of {len(pages)}" in text
        assert "K7M4Q2" in text
        assert CONFIDENTIAL in text
        assert all(float(one) for one in page.mediabox[2:])


def test_the_pdf_says_nothing_of_itself_but_signpost() -> None:
    made = chronology_pdf(case("secret"), "Oak School")
    assert dict(PdfReader(io.BytesIO(made)).metadata or {}) == {"/Title": "Signpost", "/Producer": "Signpost"}
    assert b"CreationDate" not in made


def test_papers_made_at_the_same_time_do_not_mix() -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda number: chronology_pdf(case(f"only{number} " * 300), f"School{number}"), range(8)))
    for number, paper in enumerate(made):
        assert set(re.findall(r"only\d+", words(paper))) == {f"only{number}"}
        assert set(re.findall(r"School\d+", words(paper))) == {f"School{number}"}


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60))
def test_whatever_is_typed_can_be_drawn(text: str) -> None:
    found = drawable(text)
    assert drawable(found) == found
    assert all(one.isprintable() or one == "\n" or unicodedata.category(one) == "Zs" for one in found)


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(codec="utf-8"), max_size=30))
def test_csv_comes_back_exactly_but_for_formulas(text: str) -> None:
    found = read(csv_bytes([(text, "x")]))
    harmless = not text.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))
    assert found == [[text if harmless else f"'{text}", "x"]]


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x","y")'])
def test_no_cell_is_a_formula(formula: str) -> None:
    made = chronology_csv(case(formula, reason=formula))
    assert made.startswith(b"\xef\xbb\xbf")
    row = read(made)[-1]
    assert row[3:] == [f"'{formula}", f"'{formula}"]
    assert not any(cell[:1] in set("=+-@\t\r") for line in read(made) for cell in line if cell)


def test_the_csv_has_the_head_then_what_happened() -> None:
    found = read(chronology_csv(case(HOSTILE, "two\nlines, and 😀")))
    assert found[:3] == [["", CONFIDENTIAL], ["Reference", "K7M4Q2"], ["State", "Closed"]]
    assert found[4] == ["When", "Who", "What", "Text", "Reason"]
    assert [row[3] for row in found[5:]] == [HOSTILE, "two\nlines, and 😀"]


def test_figures_as_csv_hide_what_is_hidden() -> None:
    found = read(figures_csv(FIGURES))
    assert ["Autumn 2026", "Kind", "Kind B", "fewer than 5"] in found
    assert ["Autumn 2026", "Outcome", "All outcomes", NOT_SHOWN] in found
    assert ["Autumn 2026", "In all", "All reports", NOT_SHOWN] in found
    assert ["Spring 2027", "In all", "All reports", "6"] in found
    assert ["Autumn 2026", "Kind", "Kind C", "0"] in found


def test_the_chart_says_in_words_all_that_it_shows() -> None:
    made = figures_svg(FIGURES, "one")
    root = ElementTree.fromstring(made)  # noqa: S314 (our own)
    assert root.get("role") == "img"
    told = {one.get("id"): one.text or "" for one in root.iter() if one.get("id")}
    assert root.get("aria-labelledby") == "one-title one-desc"
    assert told["one-title"]
    assert "Kind <A> & b: 12." in told["one-desc"]
    assert "Kind B: fewer than 5." in told["one-desc"]
    assert NOT_SHOWN in told["one-desc"]
    texts = [one.text for one in root.iter(f"{SVG}text")]
    assert {"Kind <A> & b", "12", "fewer than 5", "Still open"} <= set(texts)
    assert not re.search(r"<script|<style|style=|href|\son\w+=", made)


def test_a_hidden_number_has_the_same_bar_whatever_it_is() -> None:
    # The chart is given no more than "hidden"; what it draws for that is hatched, and does not lean on colour.
    root = ElementTree.fromstring(figures_svg(FIGURES))  # noqa: S314 (our own)
    bars = [one for one in root.iter(f"{SVG}rect") if one.get("x")]
    assert [one.get("fill", "").startswith("url(#") for one in bars] == [False, True, False, False]
    assert "There are no reports." in figures_svg(())
