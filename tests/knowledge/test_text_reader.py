"""The plain text reader: hard-wrapped or not, bullets, tabs for tables, form feeds for pages."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.documents.text import read_text


def shapes(text: str) -> list[tuple[str, str]]:
    """(kind, text) of each block."""
    return [(block.kind, block.text) for block in read_text(text).blocks]


LONG = "Staff who look after a class keep their own phones in a locker all day"


def test_a_blank_line_ends_a_paragraph() -> None:
    assert shapes("One rule.\n\nAnother rule.\n") == [("paragraph", "One rule."), ("paragraph", "Another rule.")]


def test_a_wrapped_line_is_joined_and_a_short_one_stands_alone() -> None:
    assert shapes(f"{LONG},\nand fetch them at home time.\n") == [("paragraph", f"{LONG}, and fetch them at home time.")]
    assert shapes("Ferndale School\nPhones Policy\nMay 2024\n") == [
        ("paragraph", "Ferndale School"), ("paragraph", "Phones Policy"), ("paragraph", "May 2024"),
    ]  # fmt: skip


@pytest.mark.parametrize("bullet", ["-", "–", "—", "•", "●", "▪", "■", "◦", "‣", "·", "*", "\uf0b7", "\uf0a7"])
def test_every_usual_bullet_makes_an_item(bullet: str) -> None:
    (block,) = read_text(f"{bullet} lock the door\n").blocks
    assert (block.kind, block.text, block.marker) == ("item", "lock the door", bullet)


def test_a_letter_o_is_a_bullet_only_where_it_is_set_as_one() -> None:
    assert shapes("o   lock the door\n")[0][0] == "item"
    assert shapes("o dear, a rule\n")[0][0] == "paragraph"


def test_indents_tell_the_depth_of_items() -> None:
    blocks = read_text("- one\n  - two\n    - three\n  - two again\n- one again\n").blocks
    assert [block.level for block in blocks] == [1, 2, 3, 2, 1]


def test_a_new_list_starts_at_depth_one() -> None:
    blocks = read_text("- one\n  - two\n\nA line between.\n\n    - set in, but alone\n").blocks
    assert [block.level for block in blocks if block.kind == "item"] == [1, 2, 1]


def test_a_numbered_line_starts_a_paragraph_of_its_own_even_below_a_long_one() -> None:
    assert [kind for kind, _ in shapes(f"1. {LONG} {LONG}\n2. {LONG}\n(a) {LONG}\nii) {LONG}\n")] == ["paragraph"] * 4


def test_hashes_make_headings_of_their_level() -> None:
    blocks = read_text("# Policy\n## Scope ##\nText follows.\n").blocks
    assert [(block.kind, block.text, block.level) for block in blocks] == [
        ("heading", "Policy", 1), ("heading", "Scope", 2), ("paragraph", "Text follows.", 0),
    ]  # fmt: skip


def test_tabs_make_rows_and_a_row_with_one_cell_is_a_paragraph() -> None:
    blocks = read_text("Role:\tLead\nOnly one cell\t\n").blocks
    assert [(block.kind, block.text, block.cells) for block in blocks] == [
        ("row", "Role: | Lead", ("Role:", "Lead")), ("paragraph", "Only one cell", ()),
    ]  # fmt: skip


def test_the_first_row_of_titles_is_the_heading_of_the_rows_below() -> None:
    blocks = read_text("Role\tDuty\nThe lead\tHears every concern within one school day\n").blocks
    assert [(block.cells, block.columns) for block in blocks] == [
        (("The lead", "Hears every concern within one school day"), ("Role", "Duty"))
    ]


def test_drawn_lines_are_nothing() -> None:
    assert shapes("One.\n-----\n=====\n* * *\n---\t---\nTwo.\n") == [("paragraph", "One."), ("paragraph", "Two.")]


@pytest.mark.parametrize("number", ["3", "- 3 -", "Page 3", "page 3 of 9", "3/9"])
def test_a_page_number_is_left_out_by_name(number: str) -> None:
    document = read_text(f"One rule.\n\n{number}\n\nAnother rule.\n")
    assert [block.text for block in document.blocks] == ["One rule.", "Another rule."]
    assert [(left.text, left.why) for left in document.left_out] == [(number, "page number")]


def test_form_feeds_count_pages_and_without_them_there_are_none() -> None:
    paged = read_text("One.\n\fTwo.\n\f\fFour.\n")
    assert [(block.text, block.page) for block in paged.blocks] == [("One.", 1), ("Two.", 2), ("Four.", 4)]
    assert paged.pages == 4
    assert read_text("One.\n\nTwo.\n\f").pages is None


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_endings_of_every_system_read_alike(ending: str) -> None:
    assert shapes(ending.join(["# Policy", "", "- one", "- two", "", "Text."])) == shapes("# Policy\n\n- one\n- two\n\nText.")


def test_spaces_that_do_not_break_and_marks_without_width_are_plain() -> None:
    assert shapes("\ufeffStaff\u00a0must not\u200b share.\n") == [("paragraph", "Staff must not share.")]


WORDS = st.lists(st.from_regex(r"[a-z]{2,9}", fullmatch=True), min_size=1, max_size=14).map(" ".join)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["", "- ", "  - ", "# ", "1. ", "(a) "]), WORDS, st.sampled_from(["\n", "\n\n", "\n\f"])), min_size=1
    )
)
def test_no_word_is_lost_added_or_moved(parts: list[tuple[str, str, str]]) -> None:
    text = "".join(f"{mark}{words}{end}" for mark, words, end in parts)
    read = " ".join(block.text for block in read_text(text).blocks).split()
    assert [word for word in read if word not in {"1.", "(a)"}] == [word for _, words, _ in parts for word in words.split()]


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_no_text_makes_it_fail(text: str) -> None:
    for block in read_text(text).blocks:
        assert block.text.strip()
