"""Bytes → text: which of the few encodings that school computers save in this is, or one clear error."""

from __future__ import annotations

import codecs
import re

from knowledge.errors import PolicyUnreadable

MAX_TEXT = 5 * 1024 * 1024  # characters: some fifty times the longest policy
DATA_URI = re.compile(rb"data:[\w/+.-]+;base64,[A-Za-z0-9+/=\s]+")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
# How “ ” ‘ ’ – £ é and the like look when UTF-8 was read as cp1252 and saved again.
MOJIBAKE = re.compile("â€[™˜œ\x9d“”¦¢]|Ã[©¨¡¢¯´¶¼±§]|Â[£©®°·½ ]")
SAVE_AS = "Open it in the program it was made with, save it as UTF-8 text or as .docx, and import it again."


def decoded(content: bytes, name: str) -> str:
    """The text in `content`: UTF-8, UTF-16 with its mark, or cp1252 where that makes sense as text.

    Raises PolicyUnreadable for anything else.
    """
    if len(content) > MAX_TEXT:
        content = DATA_URI.sub(b"", content)  # a web page saved with its pictures inside
    if len(content) > 2 * MAX_TEXT:
        raise _too_long(name)
    text = _repaired(_text(content, name), name)
    if len(text) > MAX_TEXT:
        raise _too_long(name)
    if len(CONTROL.findall(text)) * 200 > len(text) or "\x00" in text:
        raise PolicyUnreadable(
            f"{name} is not text.", "Check that it is the policy itself, save it as .docx, PDF or UTF-8 text, and import it again."
        )
    if text.count("\ufffd") >= 3 or (text.count("\ufffd") and len(text) < 200):
        raise _wrong_encoding(name)
    return CONTROL.sub("", text)


def _text(content: bytes, name: str) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError:
            raise _wrong_encoding(name) from None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        raise _wrong_encoding(name) from None
    # English in cp1252 has a quotation mark or a pound sign here and there; another alphabet, or no text at all, has far more.
    foreign = sum(letter > "\x7f" for letter in text)
    if foreign * 10 > len(text):
        raise _wrong_encoding(name)
    return text


def _repaired(text: str, name: str) -> str:
    """The text as it was before UTF-8 was taken for cp1252, where the way back is certain; as it is where nothing is wrong."""
    damage = len(MOJIBAKE.findall(text))
    if not damage:
        return text
    try:
        return b"".join(_byte(letter) for letter in text).decode("utf-8")
    except UnicodeError:
        if damage < 3:
            return text
        raise _wrong_encoding(name) from None


def _byte(letter: str) -> bytes:
    """One letter as cp1252 wrote it; the five codes cp1252 leaves open stand for themselves."""
    return letter.encode("latin-1") if letter in "\x81\x8d\x8f\x90\x9d" else letter.encode("cp1252")


def _wrong_encoding(name: str) -> PolicyUnreadable:
    return PolicyUnreadable(f"{name} was saved in the wrong encoding: some of its letters come out wrong.", SAVE_AS)


def _too_long(name: str) -> PolicyUnreadable:
    return PolicyUnreadable(f"{name} holds far more text than a policy.", "Import only the policy itself.")
