"""Replies as a page shows them."""

from __future__ import annotations

import pytest

from adapters.web.render import Piece, blocks, dialled, linked, local, shown_quote, shown_reply
from bot.reply import Button, Caution, Choices, Contact, Heading, Quote, Reply, Says, Urgent, plain


def said(text: str, public_url: str = "") -> list[tuple[bool, list[str]]]:
    """Each block's kind and lines as words."""
    return [(block.listed, ["".join(piece.text for piece in line) for line in block.lines]) for block in blocks(text, public_url)]


def test_what_is_urgent_stands_first_wherever_it_came() -> None:
    shown = shown_reply(Reply((Says("a"), Urgent(("Ring 999.",)), Heading("No."))))
    assert [part.kind for part in shown.parts] == ["urgent", "says", "heading"]
    assert shown.urgent
    assert shown.gist == "Ring 999."


def test_every_kind_of_part_is_shown() -> None:
    quote = Quote("Text.", "", "", "1", "Policy")
    parts = (Says("a"), Heading("No."), quote, Choices("b", (Button("c", "d"),)), Caution("e"))
    assert [part.kind for part in shown_reply(Reply(parts)).parts] == ["says", "heading", "quote", "choices", "caution"]


@pytest.mark.parametrize("sentence", ["", "Second one.", "Not in it.", "First. Second one. Third."])
def test_a_quotation_is_whole_however_it_is_cut_at_its_sentence(sentence: str) -> None:
    shown = shown_quote(Quote("First. Second one. Third.", "Staff:", sentence, "1", "P"))
    assert shown.before + shown.sentence + shown.after == "First. Second one. Third."
    assert shown.sentence in {sentence, ""}


def test_sentences_and_lists_keep_their_lines() -> None:
    assert said("For example:\n• one\n• two\n\nlast") == [(False, ["For example:"]), (True, ["one", "two"]), (False, ["last"])]


@pytest.mark.parametrize(
    ("text", "href"),
    [
        ("ring 999 first", "tel:999"),
        ("NSPCC helpline: 0808 800 5000", "tel:08088005000"),
        ("Head: Jo Hall, 01632 960003 · x", "tel:01632960003"),
        ("ring +44 1632 960003.", "tel:+441632960003"),
    ],
)
def test_a_number_in_a_sentence_can_be_rung(text: str, href: str) -> None:
    pieces = linked(text)
    assert [piece.href for piece in pieces if piece.href] == [href]
    assert "".join(piece.text for piece in pieces) == text


@pytest.mark.parametrize("text", ["on 01/02/2025", "9990", "policy 2.999", "in 2025", "0-12", ""])
def test_what_is_no_telephone_number_is_not_linked(text: str) -> None:
    assert not [piece for piece in linked(text) if piece.href]


def test_numbers_are_dialled_as_people_write_them() -> None:
    assert dialled("01632 960001 ext 12") == "tel:01632960001"
    assert dialled("+44 (0)1632 960001") == "tel:+4401632960001"
    assert dialled("ask the office") == ""


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://here.example/a/b?c#d", "/a/b?c#d"),
        ("https://here.example.evil.example/a", "https://here.example.evil.example/a"),
        ("/a/b", "/a/b"),
        ("//evil.example", ""),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("", ""),
    ],
)
def test_links_stay_on_this_site_and_never_run_anything(url: str, shown: str) -> None:
    assert local(url, "https://here.example") == shown


def test_an_address_of_ours_that_is_a_line_of_its_own_is_linked() -> None:
    assert linked("https://here.example/oak/policies", "https://here.example") == (
        Piece("https://here.example/oak/policies", "/oak/policies"),
    )


def test_nothing_of_a_reply_is_lost() -> None:
    reply = Reply((Urgent(("One.",), (Contact("Head: Jo", "01632 960003"),)), Says("Two\n• three"), Caution("Four")))
    shown = " ".join(
        piece.text.strip()
        for part in shown_reply(reply).parts
        for line in [*(line for block in part.blocks for line in block.lines), *part.contacts]
        for piece in line
    )
    assert shown.split() == plain(reply).replace("• ", "").split()
