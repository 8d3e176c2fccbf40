"""The words of one Word paragraph as a reader sees them: insertions in, deletions and hidden text out, boxes and notes set aside."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from knowledge.documents.docx_package import Style, W, is_on, value

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
M_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
GONE = {
    f"{W}del",
    f"{W}moveFrom",
    f"{W}pPr",
    f"{W}rPr",
    f"{W}instrText",
    f"{W}delText",
    f"{W}delInstrText",
    f"{W}sdtPr",
    f"{W}sdtEndPr",
    f"{W}rt",
}
DEEPEST = 60  # nesting beyond this is no document's


@dataclass(slots=True)
class Words:
    """What a paragraph says: `text` with "\\n" at its soft line breaks, and what hangs from it."""

    pieces: list[str] = field(default_factory=list)
    strong: bool = True  # every word bold or underlined; False where there is none
    hidden: list[str] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)  # the contents of text boxes anchored here
    notes: list[tuple[str, str]] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)  # "begin", "end" and the instructions of fields, in order

    @property
    def text(self) -> str:
        """The words, white space folded but for the line breaks."""
        return "\n".join(" ".join(line.split()) for line in "".join(self.pieces).replace("\u00ad", "").split("\n")).strip()


def words_of(paragraph: Element, style: Style) -> Words:
    """The words of a `w:p`."""
    found = Words()
    _collect(paragraph, style, found, 0)
    found.strong = found.strong and any(piece.strip() for piece in found.pieces)
    return found


def _collect(parent: Element, style: Style, found: Words, depth: int) -> None:
    for child in parent:
        if child.tag in GONE or depth > DEEPEST:
            continue
        if child.tag == f"{W}r":
            _run(child, style, found, depth)
        elif child.tag == f"{MC}AlternateContent":
            # The same thing twice, for newer and for older programs: one of them is enough.
            _collect(next(iter(child), child), style, found, depth + 1)
        elif child.tag == f"{W}txbxContent":
            found.boxes.append(child)
        elif child.tag == M_TEXT:
            found.pieces.append(child.text or "")
        elif child.tag not in {f"{W}p", f"{W}tbl"}:
            _collect(child, style, found, depth + 1)


def _run(run: Element, style: Style, found: Words, depth: int) -> None:
    properties = run.find(f"{W}rPr")
    text = "".join(_said(part, found, style, depth) for part in run)
    hidden = is_on(properties, "vanish")
    if hidden or (hidden is None and style.hidden):
        if text.strip():
            found.hidden.append(" ".join(text.split()))
        return
    found.pieces.append(text)
    if any(letter.isalnum() for letter in text):
        bold, underlined = is_on(properties, "b"), is_on(properties, "u")
        heavy = (style.bold if bold is None else bold) or (style.underlined if underlined is None else underlined)
        by_name = "strong" in (value(properties, "rStyle") or "").lower()
        found.strong = found.strong and (heavy or by_name)


def _said(part: Element, found: Words, style: Style, depth: int) -> str:
    """The text of one part of a run; what is not text is set aside."""
    name = part.tag.removeprefix(W)
    if name == "t":
        return part.text or ""
    if name in {"tab", "ptab"}:
        return "\t"
    if name in {"br", "cr"}:
        return " " if part.get(f"{W}type") in {"page", "column"} else "\n"
    if name == "noBreakHyphen":
        return "-"
    if name == "sym":
        return "• " if not found.text else " "  # a symbol font's character: at the start of a line it is a bullet
    if name == "fldChar":
        found.fields.append(part.get(f"{W}fldCharType", ""))
    elif name == "instrText":
        found.fields.append((part.text or "").strip())
    elif name in {"footnoteReference", "endnoteReference"}:
        found.notes.append((name.removesuffix("Reference"), part.get(f"{W}id", "")))
    elif name in {"drawing", "pict", "object"} or part.tag == f"{MC}AlternateContent":
        boxed = Words()
        holder = next(iter(part), part) if part.tag == f"{MC}AlternateContent" else part
        _collect(holder, style, boxed, depth + 1)
        found.boxes += boxed.boxes
    elif name == "ruby":
        inner = Words()
        _collect(part, style, inner, depth + 1)
        return inner.text
    return ""
