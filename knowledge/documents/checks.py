"""What a file is, told by its first bytes and compared with its name, before any reader opens it."""

from __future__ import annotations

import io
import zipfile
from pathlib import PurePath

from knowledge.errors import PolicyUnreadable

MAX_BYTES = 20 * 1024 * 1024
KINDS = {".txt": "txt", ".md": "md", ".docx": "docx", ".pdf": "pdf", ".html": "html", ".htm": "html"}
READABLE = "a Word document (.docx), PDF, web page (.html), Markdown (.md) or plain text (.txt)"
CALLED = {"pdf": "a PDF", "docx": "a Word document", "html": "a web page"}
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*")
ARCHIVES = (b"\x1f\x8b", b"7z\xbc\xaf\x27\x1c", b"Rar!", b"BZh")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # Word 97-2003, and the wrapper round a .docx with a password


def short_name(name: str) -> str:
    """A file's name fit for a message: without its folder, its control characters and its endless middle."""
    plain = "".join(letter if letter.isprintable() else "?" for letter in PurePath(name.replace("\\", "/")).name) or "the file"
    return plain if len(plain) <= 60 else f"{plain[:40]}…{plain[-15:]}"


def too_large(name: str) -> PolicyUnreadable:
    """The error for a file above the size limit."""
    limit = MAX_BYTES // (1024 * 1024)
    return PolicyUnreadable(
        f"{name} is larger than {limit} MB, more than any policy needs.", "Save it without its pictures and import it again."
    )


def kind_of(content: bytes, name: str) -> str:
    """The kind of document ("txt", "md", "docx", "pdf" or "html") that both the name and the content say it is.

    Raises PolicyUnreadable where they disagree, or where it is nothing Signpost reads.
    """
    ending = PurePath(name).suffix.lower()
    if len(content) > MAX_BYTES:
        raise too_large(name)
    if not content.strip(b" \t\r\n\f\v\x00\xef\xbb\xbf\xff\xfe"):
        raise PolicyUnreadable(f"{name} is empty.", "Check that it is the right file, then import it again.")
    found = _kind_by_content(content, name)
    named = KINDS.get(ending)
    if named is None:
        if found:
            raise PolicyUnreadable(
                f"{name} is {CALLED[found]}, but its name does not say so.", f"Rename it to end in .{found} and import it again."
            )
        raise PolicyUnreadable(f"{name} is not a kind of file Signpost reads.", f"Save it as {READABLE} and import it again.")
    if found == named or (found is None and named in {"txt", "md", "html"}):
        return named
    if found is None:
        raise PolicyUnreadable(
            f"{name} is named like {CALLED[named]} but is none.",
            f"Save it again as {CALLED[named]} in the program it was made with and import it again.",
        )
    if found == "html" and named == "md":
        return "md"  # Markdown may hold HTML
    raise PolicyUnreadable(
        f"{name} is {CALLED[found]}, though its name ends in {ending}.", f"Rename it to end in .{found} and import it again."
    )


def _kind_by_content(content: bytes, name: str) -> str | None:
    """ "pdf", "docx" or "html" where the first bytes say so, None where it may be text; raises for what is plainly something else."""
    if b"%PDF-" in content[:1024]:
        return "pdf"
    if content.startswith(b"PK\x03\x04"):
        return _kind_of_zip(content, name)
    if content.startswith(OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise PolicyUnreadable(f"{name} is locked with a password.", "Save it without the password and import it again.")
        raise PolicyUnreadable(f"{name} is an old Office file (Word 97-2003).", "Open it in Word, save it as .docx and import it again.")
    if content.startswith(b"{\\rtf"):
        raise PolicyUnreadable(f"{name} is a Rich Text (RTF) file.", "Open it in Word, save it as .docx and import it again.")
    webp_or_heic = content[8:12] == b"WEBP" or content[4:12] in {b"ftypheic", b"ftypheix", b"ftypmif1"}
    bitmap = content.startswith(b"BM") and b"\x00" in content[:64]
    if content.startswith(PICTURES) or bitmap or webp_or_heic:
        raise PolicyUnreadable(
            f"{name} is a picture, and Signpost cannot read words in pictures.", "Import the document itself, as Word or PDF with text."
        )
    if content.startswith(ARCHIVES):
        raise PolicyUnreadable(f"{name} is an archive.", "Unpack it and import the policy inside.")
    head = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return "html" if head.startswith((b"<!doctype html", b"<html")) else None


def _kind_of_zip(content: bytes, name: str) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except Exception:  # zipfile raises many kinds for a damaged directory
        raise PolicyUnreadable(
            f"{name} is damaged: part of it is missing.", "Copy or download it again, or save it again in Word, and import it again."
        ) from None
    if "[Content_Types].xml" in names and any(part.startswith("word/") for part in names):
        return "docx"
    if any(part.startswith(("xl/", "ppt/")) for part in names) or "mimetype" in names:
        raise PolicyUnreadable(f"{name} is an Office file, but not a Word document.", "Save it as .docx or PDF and import it again.")
    raise PolicyUnreadable(f"{name} is a zip archive, not a document.", "Unpack it and import the policy inside.")
