"""Blocks → clauses: one walk down the document, knowing at each step the headings above and the lead-ins a list hangs from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from knowledge.clauses import numbering
from knowledge.clauses.audience import binds
from knowledge.clauses.headings import BARE_SECTION, IMPERATIVE, LONGEST_HEADING, SENTENCE_VERB, HeadingPath, is_heading, is_lead_in
from knowledge.documents.blocks import Block
from knowledge.policy import LONGEST_CLAUSE, Clause, ContentsLine
from knowledge.sentences import sentences, split_long
from knowledge.stance import stance_of
from knowledge.wording import patterns

FORBIDS = patterns("stance")["lead_forbids"]
ENUMERATES = patterns("documents")["enumerates"]
LONGEST_NAME = 14  # words, bullet included
FIRST_PERSON = re.compile(r"\b(?:I|my|me|we)\b")
LONGEST_PARENT = 30  # words of an item that still serves as lead-in to the items below it
ABOVE = ("all of the above", "the above ", "in addition to the above")  # an item about its list, not one of it


@dataclass(slots=True)
class _Open:
    """A list item that further items may hang from."""

    style: str
    level: int
    number: str
    text: str
    introduces: bool


@dataclass(slots=True)
class Built:
    """What the walk found: clauses without anchors yet, every heading's path, and lead-ins as printed."""

    clauses: list[Clause] = field(default_factory=list)
    headings: list[tuple[str, ...]] = field(default_factory=list)
    lead_ins: list[str] = field(default_factory=list)


class Builder:
    """Walks the blocks of a policy's body once; `built` holds what came of it."""

    def __init__(self, blocks: Sequence[Block], contents: Sequence[ContentsLine], front: int) -> None:
        self._blocks = blocks
        self._front = front  # blocks before this one are the title page: never headings
        self._headings = HeadingPath(tuple(contents))
        self._lead = ""  # the lead-in of the list being read
        self._lead_number = ""
        self._stack: list[_Open] = []
        self._bare_section = ""
        self._asked = ""  # the question of an FAQ being answered
        self.built = Built()

    def build(self) -> Built:
        """The clauses of all blocks, in order."""
        at = -1
        while (at := at + 1) < len(self._blocks):
            block = self._blocks[at]
            following = self._blocks[at + 1] if at + 1 < len(self._blocks) else None
            if listed := self._enumeration(at):
                self._add(block, " ".join([self._numbered(block)[1], *listed]), number=self._numbered(block)[0])
                at += len(listed)
            elif block.kind == "row":
                self._row(block)
            elif self._is_asked(block, following):
                self._end_list()
                self._asked = block.text
                self.built.lead_ins.append(block.text)
            elif self._opens_list(block, following):
                self._paragraph(block, following)
            elif at >= self._front and is_heading(block, following, bool(self._bare_section)):
                self._heading(block)
                if following is not None and following.kind == "item" and FORBIDS.search(block.text):
                    self._lead = block.text.strip()  # "What you must not do" says of each item below that it is banned
            elif block.kind == "item" or self._reads_as_item(block):
                self._item(block, following)
            else:
                self._paragraph(block, following)
        self.built.headings = self._headings.all_paths
        return self.built

    def _enumeration(self, at: int) -> list[str]:
        """The items below a line such as "Social media include:", where each only names a thing: they are one clause with it, not rules."""
        if self._blocks[at].kind != "paragraph" or not ENUMERATES.search(self._blocks[at].text):
            return []
        listed: list[str] = []
        for block in self._blocks[at + 1 :]:
            if block.kind != "item":
                break
            listed.append(f"{block.marker if block.marker[:1].isalnum() else '•'} {block.text}")
        words = sum(len(item.split()) - 1 for item in listed) + len(self._blocks[at].text.split())
        short = all(len(item.split()) <= LONGEST_NAME and not SENTENCE_VERB.search(item) for item in listed)
        return listed if len(listed) >= 2 and short and words <= LONGEST_CLAUSE - len(listed) else []

    def _is_asked(self, block: Block, following: Block | None) -> bool:
        """Whether a block is a question of an FAQ: what follows is its answer, which means nothing without it."""
        text = block.text.rstrip()
        if not text.endswith("?") or block.kind in {"item", "row"} or following is None or len(text.split()) > LONGEST_PARENT:
            return False
        asked_of_staff = bool(FIRST_PERSON.search(text)) or bool(
            re.match(r"^(?:yes|no|of course|only|please|it depends|never|always)\b", following.text, re.IGNORECASE)
        )
        answered = following.kind == "paragraph" and len(following.text.split()) >= 4 and not following.text.rstrip().endswith("?")
        return asked_of_staff and answered

    def _opens_list(self, block: Block, following: Block | None) -> bool:
        """A heading or line such as "Do not" above a list says whether the list is to be done: its lead-in."""
        _, words = self._numbered(block)
        return block.kind != "item" and following is not None and following.kind == "item" and bool(IMPERATIVE.match(words))

    def _reads_as_item(self, block: Block) -> bool:
        """A paragraph set as one, but part of a list by its number, its small letter or its semicolon."""
        if block.kind != "paragraph":
            return False
        number, _ = self._numbered(block)
        if number and numbering.depth(number) == 1 and not number.isdigit() and " " not in number:
            return True
        return bool(self._lead) and (block.text[:1].islower() or block.text.rstrip().endswith((";", "; and", "; or")))

    def _numbered(self, block: Block) -> tuple[str, str]:
        """The block's number and its words without it; a number typed into the text outranks a bullet."""
        number, words = numbering.split_number(block.text)
        if number == "A" and self._asked:  # "A. Yes, …": the mark of an answer
            return "", words
        if number and words:
            return number, words
        marker = block.marker.strip()
        return (marker.rstrip("."), block.text) if marker[:1].isalnum() or marker.startswith("(") else ("", block.text)

    def _heading(self, block: Block) -> None:
        self._end_list()
        self._asked = ""
        if BARE_SECTION.match(block.text.strip()):
            self._bare_section = numbering.split_number(block.text.strip() + " ")[0]
            return
        number, title = (self._bare_section, block.text) if self._bare_section else self._numbered(block)
        self._bare_section = ""
        self._headings.enter(number, title.strip(), block.level)

    def _paragraph(self, block: Block, following: Block | None) -> None:
        number, words = self._numbered(block)
        self._end_list()
        list_below = following is not None and (following.kind == "item" or self._lowercase_list(following))
        if not (list_below and is_lead_in(words)):
            self._add(block, words, number=number)
            if (
                following is not None
                and following.kind == "item"
                and following.text[:1].islower()
                and not words.rstrip().endswith((".", "!", "?"))
            ):
                self._lead, self._lead_number = sentences(words)[-1], number  # a lead-in that lost its colon; it stays a clause too
            return
        *rules, lead = sentences(words)
        if len(rules) == 1 and len(rules[0].split()) <= LONGEST_HEADING and not SENTENCE_VERB.search(rules[0]):
            self._headings.enter(number, rules[0].rstrip("."), 0)  # a heading run into the line below it
        elif rules:
            self._add(block, " ".join(rules), number=number)
        self._lead, self._lead_number = lead, number
        self.built.lead_ins.append(lead)

    def _lowercase_list(self, block: Block) -> bool:
        return block.kind == "paragraph" and (block.text[:1].islower() or block.text.rstrip().endswith(";"))

    def _item(self, block: Block, following: Block | None) -> None:
        number, words = self._numbered(block)
        before = self._stack[-1].number if self._stack else ""
        kind = numbering.style(number or block.marker or "-", before)
        below = following is not None and following.kind == "item"
        introduces = below and (is_lead_in(words) or bool(IMPERATIVE.match(words)) or self._breaks_off(words, kind, following))
        self._climb(kind, block.level, introduces)
        here = _Open(kind, block.level, number, words, introduces)
        rules = sentences(words)
        if introduces and len(rules) > 1 and len(words.split()) > LONGEST_PARENT:
            here.text = rules[-1]
            self._add(block, " ".join(rules[:-1]), number=self._item_number(number), lead_in=self._lead_in())
        elif not introduces:
            self._add(block, words, number=self._item_number(number), lead_in="" if words.lower().startswith(ABOVE) else self._lead_in())
        if introduces:
            self.built.lead_ins.append(here.text)
        self._stack.append(here)

    def _breaks_off(self, words: str, kind: str, following: Block | None) -> bool:
        """Whether an item has no end of its own but goes on in the list of another kind below it: "use an account that" (i) … (ii) …"""
        if following is None or words.rstrip().endswith((".", ";", "!", "?")) or not following.text[:1].islower():
            return False
        return numbering.style(following.marker or "-", "") != kind

    def _climb(self, kind: str, level: int, introduces: bool) -> None:
        """Close the open items that this one does not hang from: by depth where the format knows it, else by series.

        An item that only says "Do" keeps the items after it, even where they are set as its equals, until one introduces anew.
        """
        for at, item in enumerate(self._stack):
            keeps = bool(IMPERATIVE.match(item.text)) and not introduces
            same_series = item.style == kind and (item.level == level or not level) and not keeps
            shallower = level and item.level > level
            sibling = at == len(self._stack) - 1 and item.level == level and not item.introduces
            if same_series or shallower or sibling:
                del self._stack[at:]
                return

    def _lead_in(self) -> str:
        parents = [item.text for item in self._stack if item.introduces or len(item.text.split()) <= LONGEST_PARENT]
        return " ".join(part for part in (self._lead, *parents) if part)

    def _item_number(self, number: str) -> str:
        """ "4.1(iii)" for item (iii) below paragraph 4.1; "" where the item has only a bullet, so that the section's number stands."""
        chain = [self._lead_number or self._headings.number, *(item.number for item in self._stack), number]
        own = [part if part.startswith("(") else f"({part})" for part in chain[1:] if part and "." not in part]
        dotted = next((part for part in reversed(chain) if part and "." in part), chain[0])
        return f"{dotted}{''.join(own)}" if dotted or own else ""

    def _row(self, block: Block) -> None:
        """A table row is one clause under its column headings; a Do | Don't table gives a clause for each cell."""
        columns = block.columns
        self._end_list()
        if columns and all(IMPERATIVE.match(column) for column in columns if column):
            for column, cell in zip(columns, block.cells, strict=True):
                if cell:
                    self._add(block, cell, lead_in=column)
            return
        if len(block.cells) == 2 and not columns and block.cells[0].endswith(":"):
            self._add(block, " ".join(block.cells))
            return
        self._add(block, block.text, lead_in=" | ".join(column for column in columns if column))

    def _end_list(self) -> None:
        self._lead, self._lead_number = "", ""
        self._stack.clear()

    def _add(self, block: Block, words: str, *, number: str = "", lead_in: str = "") -> None:
        self._headings.body()
        section = self._headings.path
        lead_in = lead_in or self._asked
        parts = split_long(words)
        for at, part in enumerate(parts, start=1):
            self.built.clauses.append(
                Clause(
                    anchor="",
                    text=part,
                    lead_in=lead_in,
                    number=number or self._headings.number,
                    section=section,
                    page=block.page,
                    binds=binds(part, lead_in, section),
                    stance=stance_of(part, lead_in),
                    part=(at, len(parts)),
                )
            )
