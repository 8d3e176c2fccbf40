"""What in a document is not the policy's own rule: contents pages, signatures, page numbers, end marks, running titles."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from knowledge.clauses.numbering import split_number
from knowledge.documents.blocks import Block, LeftOut
from knowledge.policy import ContentsLine
from knowledge.wording import patterns

CONTENTS_HEADING = re.compile(r"^(table of )?contents( page)?:?$|^index$", re.IGNORECASE)
PAGE_TAIL = re.compile(r"[\s.…·_|]*(?:\bp(?:age|g)?\.?\s*)?\d{1,3}(?:\s*[-–]\s*\d{1,3})?\s*$", re.IGNORECASE)
LEADERS = re.compile(r"\.{4,}|…{2,}|(?:\. ){4,}")
SIGNATURE = patterns("documents")["signature"]
SENTENCE_VERB = patterns("documents")["sentence_verb"]
END_MARK = re.compile(r"^[-–—*\s]*(?:the )?end(?: of (?:policy|document))?[-–—*.\s]*$", re.IGNORECASE)
PAGE_NUMBER = re.compile(r"^\W*(?:page\s*)?\d{1,3}(?:\s*(?:of|/)\s*\d{1,3})?\W*$", re.IGNORECASE)
ATTRIBUTION = re.compile(r"^[-–—(\s]*(?:https?://|www\.)\S+?,?(?:\s*\(?\d{4}\)?)?$", re.IGNORECASE)
URL_ONLY = re.compile(r"^(?:https?://|www\.)\S+$", re.IGNORECASE)


def running_heads(blocks: Sequence[Block]) -> dict[int, LeftOut]:
    """Lines a page break left in the text, by block index: the same short line again and again but for its page number."""
    shapes: dict[str, list[int]] = {}
    for at, block in enumerate(blocks):
        text = block.text.strip()
        if (
            block.kind in {"paragraph", "heading"}
            and len(text.split()) <= 12
            and not SENTENCE_VERB.search(text)
            and not text.endswith((".", ";", ":", "?"))
        ):
            shapes.setdefault(re.sub(r"\d+", "0", block.text.strip().lower()), []).append(at)
    found: dict[int, LeftOut] = {}
    for shape, places in shapes.items():
        numbered = "0" in shape and len({blocks[at].text for at in places}) == len(places)
        looks_numbered = bool(re.search(r"\D0\W*$|^\W*0\D", shape)) and not re.match(r"^(?:section|part|appendix)?\s*[\d.()]+", shape)
        if len(places) >= 3 and ((numbered and looks_numbered) or len({blocks[at].text for at in places}) == 1):
            found |= {at: LeftOut(blocks[at].text, "running head", blocks[at].page) for at in places}
    return found


def plain(text: str) -> str:
    """`text` for comparing titles: number, page number, punctuation and case taken off."""
    _, words = split_number(text.replace("|", " ").strip())
    words = re.sub(r"\bp(?:age)?\.?\s*\d{1,3}\s*$", "", words)
    return " ".join(re.findall(r"[a-z0-9]+", words.lower()))


def contents_pages(blocks: Sequence[Block]) -> tuple[dict[int, LeftOut], list[ContentsLine]]:
    """What stands on contents pages, by block index, with the lines understood.

    Two kinds: a "Contents" heading with the lines below it, and lists that name the headings to come ("There are five key areas: A. …").
    """
    dropped: dict[int, LeftOut] = {}
    lines: list[ContentsLine] = []
    for at, block in enumerate(blocks):
        if CONTENTS_HEADING.match(block.text.strip()) and not dropped:
            run = _lines_below(blocks, at + 1)
            if len(run) >= 2:
                dropped |= {i: LeftOut(blocks[i].text, "contents", blocks[i].page) for i in (at, *run)}
                lines += [_contents_line(blocks[i]) for i in run]
    if not lines:
        for first, last in _lists(blocks):
            run = list(range(first, last))
            ahead = [plain(b.text) for b in blocks[last:] if b.kind in {"heading", "paragraph"} and len(b.text.split()) <= 16]
            if len(run) >= 3 and all(_names(plain(blocks[i].text), ahead) for i in run):
                lead = (
                    [first - 1]
                    if first and blocks[first - 1].text.rstrip().endswith(":") and len(blocks[first - 1].text.split()) <= 15
                    else []
                )
                dropped |= {i: LeftOut(blocks[i].text, "contents", blocks[i].page) for i in (*lead, *run)}
                lines += [_contents_line(blocks[i]) for i in run]
    return dropped, lines


def _lines_below(blocks: Sequence[Block], start: int) -> list[int]:
    """The indexes of contents lines from `start` on: short, not sentences, until the first title comes round again."""
    run: list[int] = []
    first = ""
    titles = {i: plain(block.text) for i, block in enumerate(blocks[start : start + 80], start)}
    for at in range(start, min(start + 80, len(blocks))):
        text = blocks[at].text.strip()
        title = titles[at]
        paged = bool(LEADERS.search(text)) or (bool(PAGE_TAIL.search(text)) and bool(re.search(r"\d\s*$", text)) and len(text.split()) > 1)
        if first and title == first and not LEADERS.search(text):
            break
        if len(text.split()) > 16 or (text.endswith((".", ";")) and not LEADERS.search(text)):
            break
        if not paged and not _names(title, [t for i, t in titles.items() if i > at] + [plain(b.text) for b in blocks[start + 80 :]]):
            break
        first = first or title
        run.append(at)
    return run


def _names(title: str, ahead: list[str]) -> bool:
    """Whether a contents line names one of the headings ahead, allowing for small differences."""
    return bool(title) and any(
        other and (other == title or fuzz.ratio(title, other) >= 84 or (len(title) >= 12 and fuzz.token_set_ratio(title, other) >= 95))
        for other in ahead
    )


def _lists(blocks: Sequence[Block]) -> list[tuple[int, int]]:
    """The (first, after-last) indexes of each run of list items."""
    runs: list[tuple[int, int]] = []
    start: int | None = None
    for at, block in enumerate([*blocks, Block("paragraph", "")]):
        if block.kind == "item" and start is None:
            start = at
        elif block.kind != "item" and start is not None:
            runs.append((start, at))
            start = None
    return runs


def _contents_line(block: Block) -> ContentsLine:
    text = block.text.replace("|", " ").strip()
    number, title = split_number(f"{block.marker} {text}" if block.marker[:1].isalnum() else text)
    if not number and (found := re.match(r"^(\d{1,2}(?:\.\d{1,2})*)\.?\s+(.*)$", text)):
        number, title = found[1], found[2]
    title = LEADERS.sub(" ", title)
    title = re.sub(r"[\s.…]+(?:p(?:age)?\.?\s*)?\d{1,3}\s*$", "", title)
    return ContentsLine(number, title.strip(" -–—:\t"))


def why_furniture(text: str, *, last: bool, school: str = "") -> str:
    """The name of the furniture this line is ("signature", "end mark", …), or "" where it may be the policy's own."""
    if PAGE_NUMBER.match(text):
        return "page number"
    if END_MARK.match(text):
        return "end mark"
    if ATTRIBUTION.match(text):
        return "source of a quotation"
    if SIGNATURE.match(text):
        return "signature"
    if last and school and plain(text) == plain(school):
        return "school's name"
    return ""
