"""Files as reporters send them and as attackers make them, made when a test asks; each telling thing in them holds MARKER."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from PIL import Image, ImageDraw, PngImagePlugin
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import FreeText
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    PdfObject,
    TextStringObject,
)

MARKER = "AnnLeeMarker"
XMP = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><creator>{MARKER}</creator></x:xmpmeta>'.encode()


def drawn(mode: str = "RGB", size: tuple[int, int] = (64, 40)) -> Image.Image:
    """A picture with smooth colours and a sharp edge."""
    picture = Image.new("RGB", size)
    for x in range(size[0]):
        for y in range(size[1]):
            picture.putpixel((x, y), (x * 255 // size[0], y * 255 // size[1], 90))
    ImageDraw.Draw(picture).rectangle((4, 4, 20, 14), fill="white")
    return picture.convert(mode)


def exif(orientation: int = 1) -> Image.Exif:
    """EXIF with an artist, a camera and a place."""
    made = Image.Exif()
    made[0x0112], made[0x013B], made[0x010F] = orientation, MARKER, MARKER
    place = made.get_ifd(0x8825)
    place[1], place[2], place[29] = "N", (53.0, 22.0, 12.5), MARKER
    return made


def jpeg(orientation: int = 1, mode: str = "RGB", **more: object) -> bytes:
    """A photo with EXIF, GPS, XMP, a comment and a colour profile that say who took it."""
    out = io.BytesIO()
    profile = b"\x00" * 60 + MARKER.encode()
    drawn(mode).save(out, "JPEG", quality=92, exif=exif(orientation), comment=MARKER, icc_profile=profile, xmp=XMP, **more)
    head, rest = out.getvalue()[:2], out.getvalue()[2:]
    iptc = b"Photoshop 3.0\x008BIM\x04\x04\x00\x00" + MARKER.encode()
    return head + b"\xff\xed" + struct.pack(">H", len(iptc) + 2) + iptc + rest


def png(mode: str = "RGB", tail: bytes = b"") -> bytes:
    """A screen print with every kind of text a PNG can carry."""
    told = PngImagePlugin.PngInfo()
    told.add_text("Author", MARKER)
    told.add_text("Comment", MARKER, zip=True)
    told.add_itxt("XML:com.adobe.xmp", XMP.decode(), zip=False)
    out = io.BytesIO()
    drawn(mode).save(out, "PNG", pnginfo=told, exif=exif(), icc_profile=MARKER.encode())
    return out.getvalue() + tail


def webp(**more: object) -> bytes:
    """A WebP picture with EXIF, XMP and a profile."""
    out = io.BytesIO()
    drawn(str(more.pop("mode", "RGB"))).save(out, "WEBP", exif=exif(), xmp=XMP, icc_profile=MARKER.encode(), **more)
    return out.getvalue()


def huge_png(width: int = 30_000, height: int = 30_000) -> bytes:
    """A small file that says it is a picture of 900 million pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1_000_000))) + chunk(b"IEND", b"")


def archive() -> bytes:
    """A zip file with a web page in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("page.html", f"<script>{MARKER}</script>")
    return out.getvalue()


def stream(data: bytes, **entries: PdfObject | str) -> DecodedStreamObject:
    """A stream of a PDF."""
    made = DecodedStreamObject()
    made.set_data(data)
    made.update(entries_of(**entries))
    return made


def entries_of(**entries: PdfObject | str) -> DictionaryObject:
    """A dictionary of a PDF; text stands for a name."""
    made = DictionaryObject()
    for key, value in entries.items():
        made[NameObject(f"/{key}")] = NameObject(f"/{value}") if isinstance(value, str) else value
    return made


def floats(*numbers: float) -> ArrayObject:
    """An array of numbers."""
    return ArrayObject([FloatObject(number) for number in numbers])


def written(writer: PdfWriter) -> bytes:
    """The file a writer makes."""
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def printed() -> bytes:
    """A page as programs make it: words, a photo with its EXIF, a link, and who wrote it."""
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(300, 200), pageCompression=1)
    canvas.setAuthor(MARKER)
    canvas.setTitle(MARKER)
    canvas.drawString(20, 160, "What was written on the wall")
    canvas.drawImage(ImageReader(drawn("RGBA")), 20, 20, 100, 60, mask="auto")
    canvas.linkURL(f"https://{MARKER}.example/", (20, 150, 200, 170))
    canvas.bookmarkPage(MARKER)
    canvas.addOutlineEntry(MARKER, MARKER)
    canvas.showPage()
    canvas.drawString(20, 160, "The second page")
    canvas.save()
    return out.getvalue()


def telling_pdf(*, active: bool = True) -> bytes:
    """A PDF with all that it should not have: scripts, files, links, metadata, notes, private data, comments among its commands."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(printed())))
    page = writer.pages[0]
    text = TextStringObject(MARKER)
    writer.add_metadata({"/Author": MARKER, "/Producer": MARKER, "/Company": MARKER})
    root = writer.root_object
    root[NameObject("/Metadata")] = writer._add_object(stream(XMP, Type="Metadata", Subtype="XML"))
    page[NameObject("/Metadata")] = root.raw_get("/Metadata")
    page[NameObject("/PieceInfo")] = entries_of(**{MARKER: entries_of(LastModified=text, Private=text)})
    page[NameObject("/LastModified")] = text
    photo = stream(jpeg(), Type="XObject", Subtype="Image", ColorSpace="DeviceRGB", Filter="DCTDecode", Name=MARKER)
    photo.update(entries_of(Width=NumberObject(64), Height=NumberObject(40), BitsPerComponent=NumberObject(8)))
    photo[NameObject("/Metadata")] = root.raw_get("/Metadata")
    resources = page["/Resources"]
    assert isinstance(resources, DictionaryObject)
    pictures = DictionaryObject(resources["/XObject"])
    pictures[NameObject(f"/{MARKER}")] = writer._add_object(photo)
    resources[NameObject("/XObject")] = pictures
    resources[NameObject("/Properties")] = entries_of(P0=entries_of(Title=text))
    marked = f"/Span <</ActualText ({MARKER})>> BDC\n%{MARKER}\nq 80 0 0 50 200 20 cm /{MARKER} Do Q EMC /{MARKER} MP".encode()
    contents = page.get_contents()
    assert contents is not None
    page[NameObject("/Contents")] = writer._add_object(stream(contents.get_data() + b"\n" + marked))
    if active:
        _armed(writer, page)
    writer._ID = ArrayObject([text, text])
    return written(writer)


def _armed(writer: PdfWriter, page: DictionaryObject) -> None:
    """Everything that acts, in every place it can lie."""
    text, root = TextStringObject(MARKER), writer.root_object
    writer.add_attachment(f"{MARKER}.exe", b"MZ" + MARKER.encode())
    script = entries_of(S="JavaScript", JS=text)
    launch = entries_of(S="Launch", F=text)
    send = entries_of(S="SubmitForm", F=entries_of(FS="URL", F=text))
    names = root.setdefault(NameObject("/Names"), DictionaryObject()).get_object()
    names[NameObject("/JavaScript")] = entries_of(Names=ArrayObject([text, script]))
    root[NameObject("/OpenAction")] = writer._add_object(script)
    root[NameObject("/AA")] = entries_of(WC=launch)
    page[NameObject("/AA")] = entries_of(O=send)
    root[NameObject("/AcroForm")] = entries_of(
        Fields=ArrayObject(), XFA=writer._add_object(stream(XMP)), NeedAppearances=BooleanObject(True)
    )
    link = entries_of(Type="Annot", Subtype="Link", Rect=floats(0, 0, 300, 200), A=entries_of(S="URI", URI=text), T=text)
    shown = entries_of(Type="Annot", Subtype="Text", Rect=floats(0, 0, 10, 10), Contents=text, T=text)
    film = entries_of(Type="Annot", Subtype="RichMedia", Rect=floats(0, 0, 10, 10), NM=text)
    page[NameObject("/Annots")] = ArrayObject([writer._add_object(each) for each in (link, shown, film)])


def pdf_with_note(*, look: bool) -> bytes:
    """A PDF with a black box that somebody drew over a word, as an annotation with or without a look of its own."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(printed())))
    note = entries_of(Type="Annot", Subtype="Square", Rect=floats(10, 150, 290, 180), T=TextStringObject(MARKER))
    if look:
        form = stream(b"0 g 0 0 10 10 re f", Type="XObject", Subtype="Form", BBox=floats(0, 0, 10, 10))
        note[NameObject("/AP")] = entries_of(N=writer._add_object(form))
    writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(note)])
    return written(writer)


def free_text_pdf() -> bytes:
    """A PDF with a note of words that no program drew."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(printed())))
    writer.add_annotation(0, FreeText(text="He said it again", rect=(10, 10, 100, 50)))
    return written(writer)


def layered_pdf() -> bytes:
    """A PDF with a layer that is not shown."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(printed())))
    layer = writer._add_object(entries_of(Type="OCG", Name=TextStringObject(MARKER)))
    order = writer._add_object(entries_of(OFF=ArrayObject([layer])))
    writer.root_object[NameObject("/OCProperties")] = writer._add_object(entries_of(OCGs=ArrayObject([layer]), D=order))
    return written(writer)


def folder_pdf() -> bytes:
    """A PDF that is a folder of files."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(printed())))
    writer.add_attachment("letter.txt", b"what it is about")
    writer.root_object[NameObject("/Collection")] = entries_of(Type="Collection")
    return written(writer)


def pictured_pdf(mode: str, **more: object) -> bytes:
    """A scan: a picture for a page, packed as Pillow packs that mode (JPEG, JPEG 2000, fax, palette)."""
    out = io.BytesIO()
    drawn(mode, (120, 80)).save(out, "PDF", author=MARKER, **more)
    return out.getvalue()


def locked_pdf(password: str) -> bytes:
    """A PDF that needs a password to be opened, or, with "", only to be changed."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(printed())))
    writer.encrypt(password, owner_password=MARKER, algorithm="AES-256")
    return written(writer)


def pdf_of(commands: bytes, **resources: PdfObject) -> bytes:
    """A one-page PDF that draws these commands."""
    writer = PdfWriter()
    page = writer.add_blank_page(300, 200)
    page[NameObject("/Contents")] = writer._add_object(stream(commands))
    page[NameObject("/Resources")] = _with_streams_apart(writer, entries_of(**resources))
    return written(writer)


def _with_streams_apart(writer: PdfWriter, value: PdfObject) -> PdfObject:
    """A value whose streams are objects of their own, as they must be."""
    if isinstance(value, ArrayObject):
        value[:] = [_with_streams_apart(writer, each) for each in value]
    elif isinstance(value, DictionaryObject):
        for key in list(value):
            value[key] = _with_streams_apart(writer, value.raw_get(key))
    return writer._add_object(value) if isinstance(value, DecodedStreamObject) else value


def all_bytes(content: bytes) -> bytes:
    """A file's bytes and, of a PDF, those of all its streams unpacked, and the text and names as they stand for."""
    if not content.startswith(b"%PDF"):
        return content
    reader = PdfReader(io.BytesIO(content))
    told = [content]
    for number in range(1, int(str(reader.trailer["/Size"]))):
        value = reader.get_object(number)
        told.append(repr(value).encode())
        if hasattr(value, "get_data"):
            told.append(value.get_data())
    return b"\n".join(told)
