"""Why an attachment is not taken: one sentence for each reason, and what the reporter can do instead."""

from __future__ import annotations

from knowledge.errors import SignpostError

MAX_BYTES = 10 * 1024 * 1024  # of one file as it comes
MAX_FILES = 5  # with one report
MAX_KEPT = 12 * 1024 * 1024  # of one file as it is kept
MAX_PIXELS = 40_000_000  # of one picture
MAX_PAGES = 200  # of one PDF

TAKEN = "Only pictures (PNG, JPEG, WebP) and PDFs can be attached."
SCREEN_PRINT = "Take a screen print of it and attach that as PNG."
PRINT_IT = "Print it to a new PDF (Print, then “Save as PDF”), look that over and attach it."
DESCRIBE = "Say in your report what is in it, or hand it over in person."

REFUSALS: dict[str, tuple[str, str]] = {
    "empty": ("This file is empty.", "Check that it is the right one, then attach it again."),
    "large": (
        f"This file is larger than {MAX_BYTES // (1024 * 1024)} MB.",
        "Attach a smaller copy, a screen print, or only the pages that matter.",
    ),
    "pixels": (
        f"This picture has more than {MAX_PIXELS // 1_000_000} million pixels.",
        "Attach a smaller copy, or a screen print of the part that matters.",
    ),
    "pages": (f"This PDF has more than {MAX_PAGES} pages.", "Attach only the pages that matter."),
    "too_much": ("This file unpacks to far more than it should, so it was not opened.", SCREEN_PRINT),
    "too_long": ("Cleaning this file took too much time or memory, so it was not kept.", "Attach a smaller copy or a screen print of it."),
    "busy": ("Too many files are being cleaned at this moment.", "Wait a minute and send it again; nothing that you wrote is lost."),
    "broken": (
        "Signpost could not clean this file, by its own fault.",
        "Send your report without it and say there that you have it.",
    ),
    "damaged": ("This file is damaged: part of it is missing or not as it should be.", "Save or copy it again, or take a screen print."),
    "locked": ("This PDF is locked with a password.", "Open it, print it to a new PDF without a password, and attach that."),
    "layers": ("This PDF has hidden layers, which could show more than you see.", PRINT_IT),
    "notes": ("This PDF has notes, drawings or form fields that would be lost.", PRINT_IT),
    "folder": ("This PDF is a folder of other files, which would be lost.", "Save the files in it and attach each by itself."),
    "svg": ("This is an SVG picture, which can hold programs.", "Take a screen print and attach that as PNG."),
    "heic": (
        "This is a photo in Apple's HEIC form.",
        "Open it, take a screen print of it and attach that; or set the iPhone's Settings, Camera, Formats to “Most Compatible”, "
        "which makes JPEGs of new photos.",
    ),
    "avif": ("This is an AVIF picture.", SCREEN_PRINT),
    "gif": ("This is a GIF picture.", SCREEN_PRINT),
    "bmp": ("This is a BMP picture.", "Save it as PNG in the program that shows it, and attach that."),
    "tiff": ("This is a TIFF picture.", "Save it as PNG or PDF in the program that shows it, and attach that."),
    "video": ("This is a video.", DESCRIBE),
    "audio": ("This is a sound recording.", DESCRIBE),
    "office": ("This is a Word, Excel or other office file.", "Save it as PDF and attach that, or copy its words into your report."),
    "archive": ("This is an archive (zip or the like).", f"Unpack it and attach each picture or PDF by itself. {TAKEN}"),
    "program": ("This is a program, not a picture or a PDF.", TAKEN),
    "web_page": ("This is a web page.", "Take a screen print of what it shows and attach that as PNG."),
    "text": ("This is a text file.", "Copy its words into your report."),
    "unknown": ("This is no picture or PDF that Signpost can read.", f"{TAKEN} Take a screen print and attach that as PNG."),
}


class Refused(SignpostError):
    """An attachment that is not kept: the file's fault, save for "busy" and "broken". ``code``: which reason, for counts and logs."""

    def __init__(self, code: str) -> None:
        super().__init__(*REFUSALS[code])
        self.code = code
