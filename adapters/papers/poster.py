"""The poster for the staff room: where to report without signing in, as an address and a QR code, and what that does and does not hide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import segno

from adapters.papers.lettering import BOLD, PLAIN, drawable, width
from adapters.papers.sheet import HIGH, WIDE, Box, Line, Placed, Squares, sheet_pdf, sheet_svg
from bot.asking import EMERGENCY_LINE, OTHERWISE
from bot.concerns.form import ANONYMOUS, GIVES_WAY
from bot.people import contact, each_once
from bot.school import Role, School
from knowledge.errors import SignpostError

HEADING = "Worried about a child, a colleague, or something done to you online?"
INVITATION = "Tell the safeguarding lead privately, on the web, without signing in. Say whom it is about: they will not see it."
SCAN = "Scan this with your own phone, or type the address below into its browser."
SAME = "Both are the same for everybody: neither tells who you are."
HONEST = "Anonymous on the web: what that means"
CONFIDENCE = "In confidence, with one exception"
RING = "Or speak to somebody"
MARGIN = 44.0
COLUMN = WIDE - 2 * MARGIN
QUIET = 4  # white modules that a QR code needs on every side
CODE = 176.0  # points: the QR code's side, 62 mm, to be read from an arm's length


class PosterTooFull(SignpostError):
    """A school's people do not fit on one page: whoever keeps its SCHOOL.toml can shorten it."""


def poster_pdf(school: School, address: str) -> bytes:
    """The poster as a PDF of one page. `address`: of the school's report page. Raises PosterTooFull."""
    return sheet_pdf(_placed(school, address))


def poster_svg(school: School, address: str) -> str:
    """The poster as SVG. Raises PosterTooFull."""
    told = [
        EMERGENCY_LINE,
        HEADING,
        INVITATION,
        SCAN,
        SAME,
        address,
        HONEST,
        ANONYMOUS,
        CONFIDENCE,
        GIVES_WAY,
        RING,
        *_people(school),
        OTHERWISE,
    ]
    return sheet_svg(list(_placed(school, address)), f"{school.name}: {HEADING}", " ".join(drawable(one) for one in told))


def _people(school: School) -> Iterator[str]:
    """Whom to ring: those who hold a role, each person once, then the helpline."""
    for holder in each_once(school.holding(Role.LEAD, Role.HEAD, Role.CHAIR)):
        one = contact(holder)
        yield f"{one.who}, {one.phone}" if one.phone else one.who
    yield school.helpline


def _placed(school: School, address: str) -> Iterable[Placed]:
    """Everything in its place, in the largest letters that leave room for all of it. Raises PosterTooFull."""
    for size in (13.5, 13.0, 12.5, 12.0, 11.5, 11.0, 10.5, 10.0, 9.5, 9.0):
        sheet = _Sheet()
        _set(sheet, school, address, size)
        if sheet.y <= HIGH - MARGIN * 0.7:
            return sheet.placed
    raise PosterTooFull(
        "The poster does not fit on one page: the school's name or its people's take too much room.",
        "Shorten them in SCHOOL.toml and apply it again.",
    )


def _set(sheet: _Sheet, school: School, address: str, size: float) -> None:
    sheet.framed(EMERGENCY_LINE, 19)
    sheet.y += 8
    sheet.say(school.name, 15, after=4)
    sheet.say(HEADING, 29, bold=True, after=6)
    sheet.say(INVITATION, 15, after=10)
    top = sheet.y
    sheet.code(address)
    beside = _Sheet(MARGIN + CODE + 22, WIDE - MARGIN, top + 10)
    beside.say(SCAN, 18, after=14)
    beside.say(SAME, 15)
    sheet.placed += beside.placed
    sheet.y = max(sheet.y, beside.y) + 14
    sheet.address(address)
    for title, words in ((HONEST, (ANONYMOUS,)), (CONFIDENCE, (GIVES_WAY,)), (RING, (*_people(school), OTHERWISE))):
        sheet.say(title, size + 2.5, bold=True, after=2)
        for line in words:
            sheet.say(line, size, after=2)
        sheet.y += size * 0.7


class _Sheet:
    """What is placed so far, from top to bottom between two margins. ``y``: where the next thing begins."""

    def __init__(self, left: float = MARGIN, right: float = WIDE - MARGIN, y: float = MARGIN * 0.8) -> None:
        self.left, self.right, self.y = left, right, y
        self.placed: list[Placed] = []

    def say(self, text: str, size: float, *, bold: bool = False, after: float = 0, inset: float = 0) -> None:
        """Nothing: the text stands there, in as many lines as it needs."""
        for line in _lines(drawable(text), size, self.right - self.left - 2 * inset, bold=bold):
            self.y += size * 1.22
            self.placed.append(Line(self.left + inset, self.y, line, size, bold))
        self.y += size * 0.2 + after

    def framed(self, text: str, size: float) -> None:
        """Nothing: the text stands there in a heavy frame."""
        top = self.y
        self.y += 6
        self.say(text, size, bold=True, after=8, inset=12)
        self.placed.append(Box(self.left, top, self.right - self.left, self.y - top, 3))

    def code(self, address: str) -> None:
        """Nothing: the address stands there as a QR code with its white border."""
        rows = tuple(tuple(bool(cell) for cell in row) for row in segno.make(address, error="q", micro=False, boost_error=False).matrix)
        side = CODE / (len(rows) + 2 * QUIET)
        self.placed.append(Squares(self.left + QUIET * side, self.y + QUIET * side, side, rows))
        self.placed.append(Box(self.left, self.y, CODE, CODE))
        self.y += CODE

    def address(self, address: str) -> None:
        """Nothing: the address stands there as large as one line allows, in two where that would be small."""
        size = min(26.0, 26.0 * COLUMN / width(address, 26.0, BOLD))
        parts = [address]
        if size < 17:
            size, parts = 17.0, list(_broken(address, 17.0))
        for part in parts:
            self.y += size * 1.22
            self.placed.append(Line(self.left, self.y, part, size, bold=True))
        self.y += size * 0.2 + 12


def _lines(text: str, size: float, room: float, *, bold: bool) -> Iterator[str]:
    """A text in lines that fit; a word too long for a line is broken."""
    font, line = BOLD if bold else PLAIN, ""
    for word in text.split():
        if line and width(f"{line} {word}", size, font) > room:
            yield line
            line = ""
        line = f"{line} {word}" if line else word
        while width(line, size, font) > room:
            fits = next(at for at in range(len(line) - 1, 0, -1) if width(line[:at], size, font) <= room)
            yield line[:fits]
            line = line[fits:]
    if line:
        yield line


def _broken(address: str, size: float) -> Iterator[str]:
    """An address in lines, broken after a slash, a dot or a hyphen where there is one: nothing is added that somebody might type."""
    while width(address, size, BOLD) > COLUMN:
        fits = next(at for at in range(len(address) - 1, 0, -1) if width(address[:at], size, BOLD) <= COLUMN)
        at = max(address.rfind(one, 0, fits) for one in "/.-") + 1
        yield address[: at or fits]
        address = address[at or fits :]
    yield address
