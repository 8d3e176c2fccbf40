"""The Markdown reader: blocks without marks, words untouched, the header as meta."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.documents.markdown import read_markdown


def shapes(text: str) -> list[tuple[str, str]]:
    """(kind, text) of each block."""
    return [(block.kind, block.text) for block in read_markdown(text).blocks]


def test_headings_paragraphs_and_items_are_told_apart() -> None:
    assert shapes("# Policy\n\nSome words.\n\n- one\n- two\n") == [
        ("heading", "Policy"), ("paragraph", "Some words."), ("item", "one"), ("item", "two"),
    ]  # fmt: skip


def test_a_heading_s_level_is_its_number_of_hashes_or_its_underline() -> None:
    blocks = read_markdown("# One\n\n### Three\n\nOver\n====\n\nUnder\n-----\n").blocks
    assert [(block.text, block.level) for block in blocks] == [("One", 1), ("Three", 3), ("Over", 1), ("Under", 2)]


def test_nested_items_know_their_depth_and_numbered_ones_their_number() -> None:
    blocks = read_markdown("- outer\n  - inner\n    - innermost\n- again\n\n3. three\n4. four\n").blocks
    assert [(block.text, block.level) for block in blocks[:4]] == [("outer", 1), ("inner", 2), ("innermost", 3), ("again", 1)]
    assert [block.marker for block in blocks[4:]] == ["3.", "4."]


def test_a_second_paragraph_of_an_item_is_no_new_item() -> None:
    assert shapes("- first words\n\n  and more of the same item\n") == [("item", "first words"), ("paragraph", "and more of the same item")]


def test_wrapped_lines_are_joined_by_one_space() -> None:
    assert shapes("Staff keep their\nphones   in\nlockers.\n") == [("paragraph", "Staff keep their phones   in lockers.")] or shapes(
        "Staff keep their\nphones   in\nlockers.\n"
    ) == [("paragraph", "Staff keep their phones in lockers.")]


def test_emphasis_links_code_and_images_keep_their_words_only() -> None:
    text = "Staff **must not** use *any* `app` named in [the list](https://example.org/list), ![a sign](x.png).\n"
    assert shapes(text) == [("paragraph", "Staff must not use any app named in the list, a sign.")]


def test_a_wholly_bold_paragraph_is_marked_strong() -> None:
    strong, plain = read_markdown("**Posting online**\n\nStaff **think** first.\n").blocks
    assert (strong.text, strong.strong) == ("Posting online", True)
    assert not plain.strong


def test_a_table_s_rows_carry_its_column_headings() -> None:
    blocks = read_markdown("| Do | Don't |\n|---|---|\n| lock it | lend it |\n| use a pin | |\n").blocks
    assert [(block.kind, block.cells, block.columns) for block in blocks] == [
        ("row", ("lock it", "lend it"), ("Do", "Don't")),
        ("row", ("use a pin",), ()),
    ]


def test_a_header_becomes_meta_with_keys_in_lower_case() -> None:
    document = read_markdown("---\nSchool: Fern Hill: Upper Site\nReview Due: 2026-01\n---\n\n# Policy\n\nText.\n")
    assert document.meta == {"school": "Fern Hill: Upper Site", "review due": "2026-01"}
    assert document.blocks[0].text == "Policy"


def test_a_rule_in_the_text_is_no_header() -> None:
    document = read_markdown("# Policy\n\nOne: two.\n\n---\n\nThree.\n")
    assert document.meta == {}
    assert [block.text for block in document.blocks] == ["Policy", "One: two.", "Three."]


def test_a_header_saved_on_windows_is_read_too() -> None:
    assert read_markdown("---\r\ntitle: Phones\r\n---\r\n\r\nText.\r\n").meta == {"title": "Phones"}


def test_html_in_markdown_keeps_its_words_without_its_tags() -> None:
    assert shapes("<div><p>Staff lock doors.</p></div>\n") == [("paragraph", "Staff lock doors.")]


def test_indented_and_fenced_text_is_not_lost() -> None:
    assert shapes("    an indented rule\n\n```\na fenced rule\n```\n") == [
        ("paragraph", "an indented rule"),
        ("paragraph", "a fenced rule"),
    ]


def test_a_hard_break_parts_words() -> None:
    assert shapes("Staff lock  \ndoors.\\\nAlways.\n") == [("paragraph", "Staff lock doors. Always.")]


WORDS = st.lists(st.from_regex(r"[a-z]{2,9}", fullmatch=True), min_size=1, max_size=12).map(" ".join)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["", "# ", "- ", "1. ", "> ", "**"]), WORDS), min_size=1, max_size=8))
def test_no_word_is_lost_added_or_moved(parts: list[tuple[str, str]]) -> None:
    text = "\n\n".join(f"{mark}{words}{'**' if mark == '**' else ''}" for mark, words in parts)
    assert " ".join(block.text for block in read_markdown(text).blocks) == " ".join(words for _, words in parts)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300))
def test_no_text_makes_it_fail(text: str) -> None:
    read_markdown(text)
