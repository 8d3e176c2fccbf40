"""Words cut at the end of a line, made whole only where the document itself shows that they are one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

CUT = re.compile(r"([\w'’]+)-$")
FIRST = re.compile(r"^[\w'’]+")


class Mending:
    """Knows every word of the document, to tell "infor-mation" from "e-mail"."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._words: set[str] = set()
        for line in lines:
            inner = line[:-1].rsplit(" ", 1)[0] if line.endswith("-") else line  # a cut word proves nothing
            self._words.update(word.strip("-").lower() for word in re.findall(r"[\w'’-]+", inner))

    def joined(self, lines: Sequence[str]) -> str:
        """The lines of a paragraph as one text."""
        text = ""
        for line in lines:
            text = self._with(text, line) if text else line
        return " ".join(text.replace("\u00ad", "").split())

    def _with(self, text: str, line: str) -> str:
        if text.endswith("\u00ad"):
            return text[:-1] + line
        if text.endswith(" "):
            return text + line  # a space was written: nothing is cut here
        cut, first = CUT.search(text), FIRST.match(line)
        if not cut:
            touching = text.endswith(("-", "/")) and not text.endswith((" -", " /"))
            return f"{text}{line}" if touching and first else f"{text} {line}"
        if not first or not first[0][0].islower():
            return f"{text}{line}" if first else f"{text} {line}"
        whole, hyphened = f"{cut[1]}{first[0]}".lower(), f"{cut[1]}-{first[0]}".lower()
        if whole in self._words and hyphened not in self._words:
            return text[:-1] + line
        return text + line
