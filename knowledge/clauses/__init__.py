"""A document's blocks → an edition: its clauses, dates and what was left out, with every line accounted for."""

from __future__ import annotations

import re
from dataclasses import replace

from knowledge.clauses.anchors import keep_anchors, with_anchors
from knowledge.clauses.building import Builder
from knowledge.clauses.furniture import CONTENTS_HEADING, contents_pages, plain, running_heads, why_furniture
from knowledge.clauses.header import DATE, REVIEW, read_header
from knowledge.clauses.joining import whole_blocks
from knowledge.documents.blocks import Block, Document, LeftOut
from knowledge.errors import PolicyUnreadable
from knowledge.policy import Edition

__all__ = ["edition_of", "keep_anchors"]


RULE_VERB = re.compile(r"\b(?:must|should|shall|may|can|cannot|will|never|do not|don['’]t|are|is|applies|apply)\b", re.IGNORECASE)
MOST_BLOCKS = 6_000  # some forty times a long policy; more would keep the import busy for minutes


def edition_of(document: Document, name: str = "the document") -> Edition:
    """The edition a document holds.

    Raises PolicyUnreadable where it holds no clause at all, or more than any policy.
    """
    if len(document.blocks) > MOST_BLOCKS:
        raise PolicyUnreadable(
            f"{name} has over {MOST_BLOCKS:,} paragraphs: that is no policy.",
            "Give the policy alone, not a whole handbook, and import it again.",
        )
    heads = running_heads(document.blocks)
    blocks = whole_blocks(block for at, block in enumerate(document.blocks) if at not in heads)
    dropped, contents = contents_pages(blocks)
    front = _front_matter(blocks, dropped)
    front_lines = [block.text for at, block in enumerate(blocks[:front]) if at not in dropped]
    header = read_header(front_lines, [block.text.replace(" | ", " ") for block in blocks], document.meta)
    titles: set[str] = set()
    unsigned: list[LeftOut] = []
    for at, block in enumerate(blocks):
        if at in dropped:
            continue
        text = block.text.replace(" | ", " ") if block.kind == "row" else block.text
        why = why_furniture(text, last=at >= len(blocks) - 3, school=header.school)
        if not why and at < front and (plain(text) == plain(header.title) or not _states_something(text)):
            why = "title page"
        if not why and at < front and plain(text) in titles:
            why = "said twice"
        titles.add(plain(text))
        if not why and block.kind == "row":
            blocks[at], signed = _without_signatures(block)
            unsigned += signed
        if why:
            dropped[at] = LeftOut(block.text, why, block.page)
    kept = [block for at, block in enumerate(blocks) if at not in dropped]
    kept_front = sum(1 for at in range(front) if at not in dropped)
    built = Builder(kept, contents, kept_front).build()
    if not built.clauses:
        raise PolicyUnreadable(
            f"There is no rule in {name} that could be quoted.", "Check that it is the whole policy, then import it again."
        )
    left_out = (
        *document.left_out,
        *heads.values(),
        *unsigned,
        *(dropped[at] for at in sorted(dropped)),
        *(LeftOut(lead, "lead-in") for lead in built.lead_ins),
    )
    return Edition(
        title=header.title,
        school=header.school,
        clauses=tuple(with_anchors(built.clauses)),
        adopted=header.adopted,
        review_due=header.review_due,
        review_stated=header.review_stated,
        headings=tuple(built.headings),
        contents=tuple(contents),
        left_out=left_out,
        pages=document.pages,
        meta=document.meta,
    )


def _without_signatures(row: Block) -> tuple[Block, list[LeftOut]]:
    """A row without the cells that only hold a signature, and those cells."""
    signed = [cell for cell in row.cells if cell.lower().startswith("sign") and why_furniture(cell, last=False) == "signature"]
    if not signed or len(signed) == len(row.cells):
        return row, []
    cells = tuple(cell for cell in row.cells if cell not in signed)
    columns = row.columns if len(row.columns) == len(cells) else ()
    return replace(row, text=" | ".join(cells), cells=cells, columns=columns), [LeftOut(cell, "signature", row.page) for cell in signed]


def _front_matter(blocks: list[Block], dropped: dict[int, LeftOut]) -> int:
    """How many blocks are the title page: all before the contents, or before the first sentence of the body."""
    start = min(dropped, default=len(blocks))
    if start <= 20 and start < len(blocks) and CONTENTS_HEADING.match(blocks[start].text):
        return start
    for at, block in enumerate(blocks[:40]):
        if block.kind == "row" or why_furniture(block.text, last=False):
            continue
        if block.kind == "item" or _is_body(block.text):
            return _back_to_headings(blocks, at)
    return 0


def _is_body(text: str) -> bool:
    """Whether a line is a sentence of the policy itself: a rule however short, or long prose that states no date."""
    dated = DATE.search(text) and REVIEW.search(text)
    rule = text.rstrip().endswith((".", ";", ":")) and bool(RULE_VERB.search(text))
    return not dated and (rule or len(text.split()) >= 15)


def _back_to_headings(blocks: list[Block], at: int) -> int:
    """The start of the body when `at` is its first sentence: the short lines right above it are its headings, but for the title's."""
    first = at
    while first > 1 and blocks[first - 1].kind in {"heading", "paragraph"} and len(blocks[first - 1].text.split()) <= 8:
        text = blocks[first - 1].text
        styled = blocks[first - 1].kind == "heading" and blocks[first - 1].level > 1
        if DATE.search(text) or why_furniture(text, last=False):
            break
        if not styled and (first < at or _states_something(text) or "policy" in text.lower()):
            break
        first -= 1
    return first


def _states_something(text: str) -> bool:
    """Whether a line of the title page tells a reader something worth asking for: a date, who approved it, what to read with it."""
    sentence = text.rstrip().endswith(".") and len(text.split()) >= 8
    told = (
        "review",
        "adopted",
        "approved",
        "ratified",
        "ratification",
        "issue",
        "amended",
        "updated",
        "author",
        "outcome",
        "cross reference",
        "read with",
    )
    return sentence or (any(word in text.lower() for word in told) and (bool(DATE.search(text)) or ":" in text or "&" in text))
