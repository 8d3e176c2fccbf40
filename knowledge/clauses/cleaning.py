"""Taking stray marks off a block's words: HTML tags and entities, Markdown emphasis. Never a word is changed, added or dropped."""

from __future__ import annotations

import html
import re

AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^<>\s]+)>")
# Only what is an element of HTML is a tag: "<not>" and "<name of the lead>" are the policy's own words.
ELEMENTS = "|".join(
    """
    a abbr article aside b blockquote body br caption center cite code col colgroup dd del details dfn div dl dt em
    figcaption figure font footer h1 h2 h3 h4 h5 h6 head header hr html i img ins kbd label li link main mark meta nav ol p
    pre q s samp section small span strike strong style sub summary sup table tbody td tfoot th thead time title tr tt u ul
    var wbr
    """.split()
)
TAG = re.compile(rf"</?(?:{ELEMENTS})(?:\s[^<>]{{0,400}})?/?>", re.IGNORECASE)
COMMENT = re.compile(r"<!--[^<>]{0,2000}?-->")
ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][\da-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
# Escape sequences and marks that turn the direction of text would reach a screen with the quotation.
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
BREAK = re.compile(r"</?(?:li|p|br|tr|div|ul|ol)\b[^<>]*>", re.IGNORECASE)
DOUBLE_MARK = re.compile(r"\*\*+|(?<!\w)__+(?=\w)|(?<=\w)__+(?!\w)")
EMPHASIS = re.compile(r"(?<![\w*])\*(?=\S)([^*]*?)(?<=\S)\*(?![\w*])")
UNDERSCORE = re.compile(r"(?<!\w)_(?=\S)([^_]+?)(?<=\S)_(?!\w)")
ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+.!|>-])")
LINK = re.compile(r"!?\[([^\[\]]+)\]\((?:https?://|mailto:|/|#)[^()\s]*\)")
INNER_BULLET = re.compile(r"[•▪●■\uf0b7\uf0a7]")


def clean(text: str) -> str:
    """The words of `text` without stray HTML or Markdown marks, white space folded."""
    if "<" in text or "&" in text:
        text = AUTOLINK.sub(r"\1", text)
        text = BREAK.sub(" ", text)
        text = ENTITY.sub(lambda found: html.unescape(found[0]), TAG.sub("", COMMENT.sub(" ", text)))
    if "[" in text:
        text = LINK.sub(r"\1", text)
    if "*" in text or "_" in text or "`" in text:
        text = DOUBLE_MARK.sub("", text)
        text = UNDERSCORE.sub(r"\1", EMPHASIS.sub(r"\1", text))
        text = text.replace("`", "")
        if text.count("*") == 1 and text.endswith("*"):  # the closing half of a pair whose opening half stood elsewhere
            text = text[:-1]
    return " ".join(UNSEEN.sub("", ESCAPE.sub(r"\1", text).replace("\u00ad", "")).split())


def inner_items(text: str) -> list[str]:
    """The parts of a cell or paragraph that holds bullets inside its line; one part where it holds none."""
    if not INNER_BULLET.search(text):
        return [text]
    return [part.strip() for part in INNER_BULLET.split(text) if part.strip()]
