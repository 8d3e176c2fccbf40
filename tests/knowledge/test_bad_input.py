"""Each kind of bad file gives one clear error, in time and in little memory; the file is the only thing at fault."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge.documents import read, read_bytes
from knowledge.errors import PolicyUnreadable
from tests.knowledge.made_files import HTML, RULES, docx, docx_with, pdf, picture, scanned_pdf

SECONDS, MEGABYTES = 5.0, 300
CHILD = """
import json, resource, sys, time
from pathlib import Path
from knowledge.documents import read
from knowledge.errors import PolicyUnreadable
start = time.perf_counter()
try:
    read(Path(sys.argv[1]))
    said = None
except PolicyUnreadable as error:
    said = [error.message, error.next_step]
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)
status = Path("/proc/self/status")
if status.exists():  # Linux hands a child its parent's peak; this is the child's own
    peak = next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")) / 1024
print(json.dumps({"said": said, "seconds": time.perf_counter() - start, "megabytes": peak}))
"""
MOJIBAKE = ("Staff should check the school’s settings – “every term” – and tell pupils’ parents. " * 5).encode().decode("cp1252", "replace")


def _bomb(part: str = "word/document.xml", size: int = 500) -> bytes:
    return docx_with(part, (b"a" * 1024 * 1024 for _ in range(size)))


def _lying_bomb() -> bytes:
    """A bomb whose directory says that it unpacks to very little."""
    content = bytearray(_bomb(size=60))
    for mark, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = content.find(mark)
        while at >= 0:
            if struct.unpack_from("<I", content, at + offset)[0] > 1024 * 1024:
                struct.pack_into("<I", content, at + offset, 4000)
            at = content.find(mark, at + 4)
    return bytes(content)


def _many_entries() -> bytes:
    import io

    out = io.BytesIO(docx())
    with zipfile.ZipFile(out, "a") as archive:
        for number in range(5000):
            archive.writestr(f"word/media/{number}.xml", b"x")
    return out.getvalue()


def _tags() -> bytes:
    """A document of nothing but empty tags: small to keep, large once parsed."""
    space = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    return docx_with("word/document.xml", b"<w:document " + space + b"><w:body>" + b"<w:p/>" * 1_900_000 + b"</w:body></w:document>")


def _laughs() -> bytes:
    entities = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    return docx_with("word/document.xml", f'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY l0 "lol">{entities}]><w>&l9;</w>'.encode())


def _pdf_bomb() -> bytes:
    packer = zlib.compressobj(9)
    stream = b"".join(packer.compress(b"BT (a) Tj ET " * 80_000) for _ in range(300)) + packer.flush()
    return pdf().replace(b"\nxref", b"\n99 0 obj\n<< /Filter /FlateDecode >>\nstream\n" + stream + b"\nendstream\nendobj\nxref")


def _crowded_pdf() -> bytes:
    def draw(canvas: object, number: int) -> None:
        for _ in range(150):
            canvas.drawString(72, 700, "a" * 6000)  # type: ignore[attr-defined]

    return pdf(1, draw=draw)


def _ole(inside: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 500 + inside.encode("utf-16-le") + b"\x00" * 3000


def _junk(size: int) -> bytes:
    import random

    return random.Random(4).randbytes(size)


BAD: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "a PDF with a password": ("p.pdf", lambda: pdf(password="a" * 9), "password"),
    "a scanned PDF": ("p.pdf", scanned_pdf, "scanned"),
    "a mostly scanned PDF": ("p.pdf", lambda: scanned_pdf(5, text_pages=1), "mostly scanned"),
    "a PDF of empty pages": ("p.pdf", lambda: pdf(draw=lambda canvas, number: None), "no text"),
    "a PDF cut in the middle": ("p.pdf", lambda: pdf(4)[: len(pdf(4)) // 3], "damaged"),
    "a PDF of junk": ("p.pdf", lambda: b"%PDF-1.7\n" + _junk(2_000_000), "damaged"),
    "a PDF of line ends": ("p.pdf", lambda: b"%PDF-1.7\n" + b"\n1 0 obj\n" * 200_000, "damaged"),
    "a PDF whose last bytes are missing": ("p.pdf", lambda: pdf(4)[:-40], "damaged"),
    "a PDF of line ends that claims to have a table": (
        "p.pdf",
        lambda: b"%PDF-1.7\n" + b"\n" * 9_000_000 + b"startxref\n9\n%%EOF",
        "damaged",
    ),
    "a PDF that unpacks without end": ("p.pdf", _pdf_bomb, "unpacks"),
    "a PDF with a million letters on a page": ("p.pdf", _crowded_pdf, "more than a page"),
    "a PDF called .txt": ("p.txt", pdf, "is a PDF"),
    "a PDF called .docx": ("p.docx", pdf, "is a PDF"),
    "a Word file called .pdf": ("p.pdf", docx, "is a Word document"),
    "a Word file called .md": ("p.md", docx, "is a Word document"),
    "a web page called .docx": ("p.docx", HTML.encode, "is a web page"),
    "text called .pdf": ("p.pdf", RULES[0].encode, "named like a PDF"),
    "text called .docx": ("p.docx", RULES[0].encode, "named like a Word"),
    "an ending nobody knows": ("p.pages", RULES[0].encode, "not a kind of file"),
    "no ending": ("policy", RULES[0].encode, "not a kind of file"),
    "an old Word file": ("p.doc", lambda: _ole("WordDocument"), "old Office"),
    "an old Word file called .docx": ("p.docx", lambda: _ole("WordDocument"), "old Office"),
    "a Word file with a password": ("p.docx", lambda: _ole("EncryptedPackage"), "password"),
    "RTF": ("p.rtf", lambda: b"{\\rtf1\\ansi " + RULES[0].encode() + b"}", "Rich Text"),
    "a picture": ("p.png", picture, "is a picture"),
    "a picture called .pdf": ("p.pdf", lambda: picture("JPEG"), "is a picture"),
    "a spreadsheet": ("p.docx", lambda: docx().replace(b"word/", b"xl/xl"), "not a Word document"),
    "a zip archive": ("p.zip", lambda: docx().replace(b"word/", b"some/"), "zip archive"),
    "a Word file cut in the middle": ("p.docx", lambda: docx()[:9000], "damaged"),
    "a Word file with a spoilt part": ("p.docx", lambda: docx_with("word/document.xml", b"<w:document><w:p>"), "damaged"),
    "a Word file of half a gigabyte": ("p.docx", _bomb, "unpacks"),
    "a Word file with a bomb among its pictures": ("p.docx", lambda: _bomb("word/media/a.png", 90), "unpacks"),
    "a bomb that lies about its size": ("p.docx", _lying_bomb, "damaged"),
    "a Word file of five thousand parts": ("p.docx", _many_entries, "unpacks"),
    "a Word file of two million tags": ("p.docx", _tags, "unpacks"),
    "a Word file whose entities grow": ("p.docx", _laughs, "declarations"),
    "an empty file": ("p.txt", lambda: b"", "empty"),
    "a file of white space": ("p.md", lambda: b" \n\t \r\n" * 1000, "empty"),
    "text without a letter": ("p.txt", lambda: b"--- *** ---\n" * 9, "no words"),
    "an empty web page": ("p.html", lambda: b"<html><body><script>var a = 1</script></body></html>", "no words"),
    "a web page of nothing but brackets": ("p.html", lambda: b"<html>" + b"<" * 4_000_000, "far more"),
    "200 MB of text": ("p.txt", lambda: b"Staff must ask first.\n" * (200 * 1024 * 1024 // 22), "larger than 20 MB"),
    "19 MB of text": ("p.txt", lambda: b"Staff must ask first.\n" * (19 * 1024 * 1024 // 22), "far more text"),
    "binary junk called .txt": ("p.txt", lambda: _junk(3_000_000), "wrong encoding"),
    "control characters": ("p.txt", lambda: bytes(range(1, 32)) * 2000, "not text"),
    "zeros": ("p.txt", lambda: b"Staff\x00must\x00ask" * 1000, "not text"),
    "another alphabet's encoding": ("p.txt", lambda: ("Учителя должны спрашивать. " * 40).encode("cp1251"), "wrong encoding"),
    "half of UTF-16": ("p.txt", lambda: b"\xff\xfe" + RULES[0].encode("utf-16-le") + b"\x00\xd8", "wrong encoding"),
    "letters lost in saving": ("p.txt", lambda: ("It�s the pupil�s and the school�s rule. " * 9).encode(), "wrong encoding"),
    "UTF-8 read as cp1252": ("p.txt", MOJIBAKE.encode, "wrong encoding"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_gives_one_clear_error_in_time_and_in_little_memory(case: str, tmp_path: Path) -> None:
    name, make, expected = BAD[case]
    path = tmp_path / name
    path.write_bytes(make())
    ran = subprocess.run([sys.executable, "-c", CHILD, str(path)], capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stderr[-500:]
    assert ran.stderr == ""  # the libraries' own warnings are nobody's business
    result = json.loads(ran.stdout)
    assert result["said"] is not None, "it was read"
    message, next_step = result["said"]
    assert expected in message
    assert message.count(".") <= 3
    assert message.endswith(".")
    assert next_step.endswith(".")
    assert "import" in next_step.lower()
    assert "Error" not in message
    assert "/" not in message
    assert result["seconds"] < SECONDS
    assert result["megabytes"] < MEGABYTES


def test_a_missing_file_and_a_folder_are_errors_of_the_same_kind(tmp_path: Path) -> None:
    with pytest.raises(PolicyUnreadable, match="There is no file gone\\.txt"):
        read(tmp_path / "gone.txt")
    with pytest.raises(PolicyUnreadable, match="is not a file"):
        read(tmp_path)


def test_the_good_files_these_were_made_from_are_read() -> None:
    for content, name in ((pdf(), "p.pdf"), (docx(), "p.DOCX"), (HTML.encode(), "p.htm"), ("\n\n".join(RULES).encode(), "p.txt")):
        texts = [block.text for block in read_bytes(content, name).blocks]
        assert any(RULES[1] in text for text in texts)
    assert read_bytes(scanned_pdf(5, text_pages=4), "p.pdf").left_out[-1].why == "scanned page"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_encodings_schools_save_in_are_read_alike(encoding: str) -> None:
    text = "Staff must use the school’s camera – “always” – and pay £5 for a café visit.\n\n" * 3
    assert read_bytes(text.encode(encoding), "p.txt").blocks[0].text == text.split("\n")[0]


def test_text_spoilt_in_a_way_that_can_be_undone_for_certain_is_mended() -> None:
    text = "Staff must use the school’s camera – and “ask” first."
    spoilt = "".join(bytes([byte]).decode("cp1252") if byte not in b"\x81\x8d\x8f\x90\x9d" else chr(byte) for byte in text.encode())
    assert read_bytes(spoilt.encode(), "p.txt").blocks[0].text == text


def test_importing_the_readers_costs_nothing_until_one_is_used() -> None:
    heavy = ("pdfplumber", "pdfminer", "docx", "lxml", "markdown_it")
    code = f"import sys, knowledge.documents; print([name for name in {heavy} if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
