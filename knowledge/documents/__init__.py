"""The one way in for a document: name and content in, blocks out, or one clear error."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from knowledge.documents.blocks import Block, Document, LeftOut
from knowledge.documents.checks import MAX_BYTES, kind_of, short_name, too_large
from knowledge.errors import PolicyUnreadable

__all__ = ["Block", "Document", "LeftOut", "read", "read_bytes"]

Progress = Callable[[int, int], None]  # called with (pages read, pages in all)


def read(path: Path, progress: Progress | None = None) -> Document:
    """The document in a file, its size checked before a byte is read.

    Raises PolicyUnreadable, and nothing else, for whatever is wrong with the file.
    """
    name = short_name(path.name)
    try:
        if path.exists() and not path.is_file():
            raise PolicyUnreadable(f"{name} is not a file.", "Give the policy's own file, for example policy.docx.")
        if path.stat().st_size > MAX_BYTES:
            raise too_large(name)
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise PolicyUnreadable(
            f"There is no file {name}.", "Check where it is saved and how its name is spelt, then import it again."
        ) from None
    except (OSError, ValueError):  # ValueError: a name with a null character in it
        raise PolicyUnreadable(
            f"{name} could not be opened.", "Check that you may read it and that no other program holds it, then import it again."
        ) from None
    return read_bytes(content, path.name, progress)


def read_bytes(content: bytes, name: str, progress: Progress | None = None) -> Document:
    """The document in `content`; `name` is the file's name, whose ending must agree with what the content is.

    Raises PolicyUnreadable, and nothing else, for whatever is wrong with it.
    """
    name = short_name(name)
    kind = kind_of(content, name)
    try:
        document = _document(content, kind, name, progress)
    except PolicyUnreadable:
        raise
    except Exception:  # the libraries raise whatever they stumble over in a damaged file; none of it would help the reader
        raise PolicyUnreadable(
            f"{name} is damaged and cannot be read.", "Open it in the program it was made with, save it again and import it again."
        ) from None
    if not any(any(letter.isalnum() for letter in block.text) for block in document.blocks):
        raise PolicyUnreadable(f"{name} has no words in it.", "Check that it is the right file, then import it again.")
    return document


def _document(content: bytes, kind: str, name: str, progress: Progress | None) -> Document:
    """The document as its own reader sees it. Readers are imported here, so that a text policy does not pay for PDF."""
    if kind == "pdf":
        from knowledge.documents.pdf import read_pdf

        return read_pdf(content, progress, name)
    if kind == "docx":
        from knowledge.documents.archive import no_zip_bomb
        from knowledge.documents.docx import read_docx

        no_zip_bomb(content, name)
        return read_docx(content)
    from knowledge.documents.encoding import decoded

    text = decoded(content, name)
    if kind == "html":
        from knowledge.documents.html import read_html

        return read_html(text)
    if kind == "md":
        from knowledge.documents.markdown import read_markdown

        return read_markdown(text)
    from knowledge.documents.text import read_text

    return read_text(text)
