"""The five policies, typeset as Word files and PDFs, come back word for word, and the PDFs' page numbers are right."""

from __future__ import annotations

import re

import pytest

from knowledge.documents import Block, Document, read
from tests.knowledge.typeset_truth import NAMES, given_back, policies, source_lines, words

ENOUGH = 0.97
# The typesetter took this address, set in angle brackets, for a tag; and Dobcroft's PDF is cut off before its contents' page numbers.
NOT_TYPESET = re.compile(r"^https://www\.bledington\S+$|^p\.\d+$")


def _typeset(name: str, ending: str) -> Document:
    return read(policies() / "typeset" / f"{name}.{ending}")


@pytest.mark.parametrize("ending", ["docx", "pdf"])
@pytest.mark.parametrize("name", NAMES)
def test_a_typeset_policy_gives_back_the_lines_of_its_source(name: str, ending: str) -> None:
    lines = [line for line in source_lines((policies() / f"{name}.txt").read_text("utf-8")) if not NOT_TYPESET.match(str(line))]
    good = given_back(lines, _typeset(name, ending))
    missed = [str(line) for line, found in zip(lines, good, strict=True) if not found]
    assert len(lines) > 60
    assert sum(good) >= ENOUGH * len(lines), f"{sum(good)} of {len(lines)}; missed: {missed}"


@pytest.mark.parametrize("name", NAMES)
def test_word_file_and_pdf_give_the_same_blocks(name: str) -> None:
    docx, pdf = ([words(block.text) for block in _typeset(name, ending).blocks] for ending in ("docx", "pdf"))
    same = sum(1 for block in docx if block in pdf)
    cut_off = 18 if name == "dobcroft" else 0  # rows of its contents page, whose last cell is not in the PDF
    assert same >= ENOUGH * (len(docx) - cut_off)


@pytest.mark.parametrize("name", NAMES)
def test_lists_and_headings_are_told_apart_alike(name: str) -> None:
    def kinds(document: Document) -> dict[tuple[str, ...], str]:
        return {words(block.text): block.kind for block in document.blocks}

    docx, pdf = kinds(_typeset(name, "docx")), kinds(_typeset(name, "pdf"))
    both = docx.keys() & pdf.keys()
    assert [(text, docx[text], pdf[text]) for text in both if docx[text] != pdf[text]] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_block_of_a_pdf_is_on_the_page_another_reader_finds_it_on(name: str) -> None:
    import pypdfium2

    path = policies() / "typeset" / f"{name}.pdf"
    document = read(path)
    pdf = pypdfium2.PdfDocument(path)
    texts = ["".join(page.get_textpage().get_text_range().split()) for page in pdf]
    assert document.pages == len(texts)
    wrong = [block for block in document.blocks if not _begins_on(block, texts)]
    assert wrong == []


def _begins_on(block: Block, texts: list[str]) -> bool:
    assert block.page is not None
    # A block that goes on over the page has only its beginning there; short ones may come on several pages.
    beginning = "".join(block.text.replace("•", "").replace("|", "").split())[:25]
    return beginning in re.sub("[•\uf0b7]", "", texts[block.page - 1])


@pytest.mark.parametrize("ending", ["docx", "pdf"])
@pytest.mark.parametrize("name", NAMES)
def test_running_heads_and_page_numbers_are_left_out(name: str, ending: str) -> None:
    document = _typeset(name, ending)
    assert not [block for block in document.blocks if re.search(r"\bPage \d+ of \d+\b", block.text)]
    assert any(left.why == "running head" for left in document.left_out)
    if document.pages:
        assert [left.page for left in document.left_out if left.why == "page number"] == list(range(1, document.pages + 1))


def test_the_two_columns_of_dobcroft_are_read_one_after_the_other() -> None:
    texts = [block.text for block in _typeset("dobcroft", "pdf").blocks]
    start = next(at for at, text in enumerate(texts) if text.startswith("The Governing Body of Dobcroft"))
    assert texts[start + 1] == "It will be reviewed every 2 years."
    assert texts[start + 2].startswith("In implementing this policy")


def test_a_table_row_that_goes_on_over_the_page_is_one_row_with_its_columns() -> None:
    rows = [block for block in _typeset("cbc", "pdf").blocks if block.kind == "row"]
    assert len(rows) == 1
    assert rows[0].columns == ("National policy/guidance", "Local policy/guidance")
    assert "2009 Regulated activity in relation to children" in rows[0].cells[0]
    assert rows[0].page == 5


@pytest.mark.parametrize("name", NAMES)
def test_a_pdf_is_read_at_an_even_pace_and_says_how_far_it_is(name: str) -> None:
    told: list[tuple[int, int]] = []
    document = read(policies() / "typeset" / f"{name}.pdf", lambda done, of: told.append((done, of)))
    assert told == [(page, document.pages) for page in range(1, (document.pages or 0) + 1)]
