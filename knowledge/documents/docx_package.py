"""A Word file's package: its parts by what they are for, its styles and its relations, read without trusting the file."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from knowledge.errors import PolicyUnreadable

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"  # ISO "strict" files use other names for the same things
TRANSITIONAL = W[1:-1].encode()
REL = "{http://schemas.openxmlformats.org/package/2006/relationships}"
TITLE = "{http://purl.org/dc/elements/1.1/}title"
OFF = {"0", "false", "off", "none"}
DAMAGED = PolicyUnreadable("The Word document is damaged: part of it is missing.", "Open it in Word, save it again and import it again.")


@dataclass(slots=True)
class Style:
    """What a paragraph style says, with all it inherits."""

    name: str = ""
    outline: int | None = None  # 0 is the highest
    num_id: str | None = None
    depth: int | None = None  # of its list, 0 is the outermost
    bold: bool = False
    underlined: bool = False
    hidden: bool = False


@dataclass(slots=True)
class Package:
    """The parts of a Word file that hold words."""

    body: Element
    styles: dict[str, Style]
    numbering: Element | None
    notes: dict[tuple[str, str], Element] = field(default_factory=dict)  # by ("footnote" or "endnote", id)
    running: list[Element] = field(default_factory=list)  # headers and footers
    title: str = ""
    default_style: str = ""


def open_package(content: bytes) -> Package:
    """The package in `content`. Raises PolicyUnreadable where a part it cannot do without is missing or unsafe."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = set(archive.namelist())
        top = _relations(archive, names, "")
        main = next((target for kind, target in top if kind == "officeDocument"), "word/document.xml")
        if main not in names:
            raise DAMAGED
        body = _parse(archive.read(main)).find(f"{W}body")
        if body is None:
            raise DAMAGED
        package = Package(body, {}, None)
        for kind, target in _relations(archive, names, main):
            if kind in {"styles", "numbering", "footnotes", "endnotes", "header", "footer"}:
                _add_part(package, kind, _parse(archive.read(target)))
        core = next((target for kind, target in top if kind == "core-properties"), None)
        if core:
            package.title = " ".join((_parse(archive.read(core)).findtext(TITLE) or "").split())
    return package


def _add_part(package: Package, kind: str, root: Element) -> None:
    if kind == "styles":
        package.styles, package.default_style = _styles(root)
    elif kind == "numbering":
        package.numbering = root
    elif kind in {"header", "footer"}:
        package.running.append(root)
    else:
        word = kind.removesuffix("s")
        for note in root.findall(f"{W}{word}"):
            if note.get(f"{W}type") in {None, "normal"}:
                package.notes[word, note.get(f"{W}id", "")] = note


def _parse(blob: bytes) -> Element:
    """The XML of a part; entity declarations are refused, so no entity can grow."""
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root: Element = fromstring(blob.replace(STRICT, TRANSITIONAL), forbid_dtd=True)
    except DefusedXmlException:
        raise PolicyUnreadable(
            "The Word document holds declarations that no Word document needs, so it was not opened.",
            "Save it again in Word and import that copy.",
        ) from None
    except Exception:  # whatever the XML parser stumbles over
        raise DAMAGED from None
    return root


def _relations(archive: zipfile.ZipFile, names: set[str], of: str) -> list[tuple[str, str]]:
    """(kind, part name) of every part that `of` ("" for the package itself) refers to and that is there."""
    folder, name = posixpath.split(of)
    where = posixpath.join(folder, "_rels", f"{name}.rels")
    if where not in names:
        return []
    found = []
    for relation in _parse(archive.read(where)).findall(f"{REL}Relationship"):
        target = relation.get("Target", "")
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        if relation.get("TargetMode") != "External" and path in names:
            found.append((relation.get("Type", "").rsplit("/", 1)[-1], path))
    return found


def is_on(properties: Element | None, name: str) -> bool | None:
    """Whether a property such as bold ("b") is set: True, False, or None where nothing is said of it."""
    found = properties.find(f"{W}{name}") if properties is not None else None
    if found is None:
        return None
    return (found.get(f"{W}val") or "on").lower() not in OFF


def value(parent: Element | None, path: str) -> str | None:
    """The `w:val` of the element at `path` ("numPr/numId") below `parent`; None where there is none."""
    found = parent.find("/".join(f"{W}{step}" for step in path.split("/"))) if parent is not None else None
    return found.get(f"{W}val") if found is not None else None


def whole(text: str | None) -> int | None:
    """A number written in the file as an int, or None where it is none."""
    return int(text) if text and re.fullmatch(r"-?\d{1,9}", text) else None


def _styles(root: Element) -> tuple[dict[str, Style], str]:
    elements = {style.get(f"{W}styleId", ""): style for style in root.findall(f"{W}style")}
    default = next(
        (key for key, style in elements.items() if style.get(f"{W}default") in {"1", "true"} and style.get(f"{W}type") == "paragraph"), ""
    )
    return {key: _style(key, elements) for key in elements}, default


def _style(key: str, elements: dict[str, Element]) -> Style:
    """A style with what it inherits: its ancestors' words first, its own last."""
    chain: list[Element] = []
    at: str | None = key
    while at in elements and elements[at] not in chain and len(chain) < 20:
        chain.append(elements[at])
        at = value(elements[at], "basedOn")
    made = Style(name=(value(elements[key], "name") or key).lower())
    for element in reversed(chain):
        paragraph, run = element.find(f"{W}pPr"), element.find(f"{W}rPr")
        outline, depth = whole(value(paragraph, "outlineLvl")), whole(value(paragraph, "numPr/ilvl"))
        made.outline = made.outline if outline is None else outline
        made.depth = made.depth if depth is None else depth
        made.num_id = value(paragraph, "numPr/numId") or made.num_id
        made.bold = bold if (bold := is_on(run, "b")) is not None else made.bold
        made.hidden = hidden if (hidden := is_on(run, "vanish")) is not None else made.hidden
        made.underlined = underlined if (underlined := is_on(run, "u")) is not None else made.underlined
    return made
