"""Taking stray marks off a block's words: HTML tags and entities, Markdown emphasis. Never a word is changed, added or dropped."""

from __future__ import annotations

import html
import re

AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^<>\s]+)>")
TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]*(?:\s[^<>]*)?/?>|<!--.*?-->", re.DOTALL)
BREAK = re.compile(r"</?(?:li|p|br|tr|div|ul|ol)\b[^<>]*>", re.IGNORECASE)
DOUBLE_MARK = re.compile(r"\*\*+|(?<!\w)__+(?=\w)|(?<=\w)__+(?!\w)")
EMPHASIS = re.compile(r"(?<![\w*])\*(?=\S)([^*]*?)(?<=\S)\*(?![\w*])")
UNDERSCORE = re.compile(r"(?<!\w)_(?=\S)([^_]+?)(?<=\S)_(?!\w)")
ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+.!|>-])")
LINK = re.compile(r"!?\[([^\[\]]+)\]\((?:https?://|mailto:|/|#)[^()\s]*\)")
INNER_BULLET = re.compile(r"\s*[•▪●■\uf0b7\uf0a7]\s*")


def clean(text: str) -> str:
    """The words of `text` without stray HTML or Markdown marks, white space folded."""
    if "<" in text or "&" in text:
        text = AUTOLINK.sub(r"\1", text)
        text = BREAK.sub(" ", text)
        text = html.unescape(TAG.sub("", text))
    if "[" in text:
        text = LINK.sub(r"\1", text)
    if "*" in text or "_" in text or "`" in text:
        text = DOUBLE_MARK.sub("", text)
        text = UNDERSCORE.sub(r"\1", EMPHASIS.sub(r"\1", text))
        text = text.replace("`", "")
        if text.count("*") == 1 and text.endswith("*"):  # the closing half of a pair whose opening half stood elsewhere
            text = text[:-1]
    return " ".join(ESCAPE.sub(r"\1", text).replace("\u00ad", "").split())


def inner_items(text: str) -> list[str]:
    """The parts of a cell or paragraph that holds bullets inside its line; one part where it holds none."""
    if not INNER_BULLET.search(text):
        return [text]
    return [part for part in (INNER_BULLET.split(text)) if part.strip()]
