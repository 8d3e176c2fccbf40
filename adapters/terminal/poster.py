"""`poster`: the page to hang up in the staff room."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from adapters import upkeep
from adapters.settings import on_this_machine, read_settings
from adapters.terminal.screen import complain
from knowledge.errors import SignpostError

SUFFIXES = (".pdf", ".svg")


class PosterNotWritten(SignpostError):
    """The poster cannot be written there: whoever named the file can choose another."""


def write_poster(school: str, out: Path | None) -> None:
    """Nothing: the poster is in the file. Raises PosterNotWritten, PosterTooFull, SettingsWrong, UnknownSchool, NotMigrated."""
    if out and out.suffix.lower() not in SUFFIXES:
        raise PosterNotWritten(f"{out} is neither .pdf nor .svg.", "Name a file that ends in .pdf to print it, or in .svg to change it.")
    address, made = upkeep.poster(read_settings(), school, as_svg=bool(out and out.suffix.lower() == ".svg"))
    file = out or Path(f"poster-{school}.pdf")
    try:
        file.write_bytes(made)
    except OSError as error:
        raise PosterNotWritten(f"{file} cannot be written: {error.strerror or error}.", "Choose another place with --out FILE.") from None
    complain(f"Written to {file}: it leads to {address}. Scan it with a phone before you hang it up.")
    url = urlsplit(address)
    if on_this_machine(url.hostname or ""):
        complain("That address is on this computer alone: set PUBLIC_URL to where everybody reaches Signpost, and make the poster again.")
    elif url.scheme != "https":
        complain("That address is not https: what somebody reports there can be read on its way.")
