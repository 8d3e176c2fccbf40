"""A Reply as a page shows it: plain values for the templates, which escape every word. Nothing is cut, nothing is added."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from bot.reply import CHECK_REPORT, OPEN_REPORT, Caution, Choices, Contact, Heading, Quote, Reply, ReportOffer, Says, Urgent

BULLET = "• "
PHONE = re.compile(r"(?<![\d/.-])(?:999|(?:\+44 ?|0)\d[\d ]{7,11}\d)(?![\d/-])")
DIALLED = re.compile(r"\+?\d[\d\s()-]*")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words, and where it leads: an address or a `tel:` link, "" for words alone."""

    text: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or a list where `listed`. One entry of `lines` for each line or item."""

    lines: tuple[tuple[Piece, ...], ...]
    listed: bool = False


@dataclass(frozen=True, slots=True)
class ShownQuote:
    """A clause word for word, cut in three at the sentence that answers best (`sentence` is "" where all of it does)."""

    lead_in: str
    before: str
    sentence: str
    after: str
    place: str
    policy: str
    href: str


@dataclass(frozen=True, slots=True)
class ShownPart:
    """One part of a reply, by its kind. Only the fields of that kind are filled."""

    kind: Literal["urgent", "says", "heading", "quote", "choices", "caution", "report"]
    blocks: tuple[Block, ...] = ()
    heading: Heading | None = None
    quote: ShownQuote | None = None
    choices: Choices | None = None
    contacts: tuple[tuple[Piece, ...], ...] = ()
    labels: tuple[str, str] = (OPEN_REPORT, CHECK_REPORT)


@dataclass(frozen=True, slots=True)
class ShownReply:
    """A reply for a template: what is urgent stands first whatever the order it came in."""

    parts: tuple[ShownPart, ...]
    replaces: bool
    gist: str  # the first words that say how it came out, for those who hear the page

    @property
    def urgent(self) -> bool:
        """Whether something has happened: then the page repeats nothing of what was written, and names nobody of its own accord."""
        return any(part.kind == "urgent" for part in self.parts)


def shown_reply(reply: Reply, public_url: str = "") -> ShownReply:
    """The reply as the templates want it. `public_url`: addresses that begin with it become addresses on this site."""
    parts = sorted(reply.parts, key=lambda part: not isinstance(part, Urgent))
    gist = next((text for part in parts if (text := _gist(part))), "")
    return ShownReply(tuple(_shown(part, public_url) for part in parts), reply.replaces, gist)


def shown_quote(quote: Quote, public_url: str = "") -> ShownQuote:
    """A quotation as the templates want it."""
    before, sentence, after = quote.text.partition(quote.sentence) if quote.sentence else (quote.text, "", "")
    return ShownQuote(quote.lead_in, before, sentence, after, quote.place, quote.policy, local(quote.url, public_url))


def local(url: str, public_url: str) -> str:
    """An address as a page may link to it: on this site without the host, so that it works behind any; "" where it is not of the web."""
    if public_url and url.startswith(f"{public_url}/"):
        return url.removeprefix(public_url)
    return url if url.startswith(("https://", "http://")) or (url.startswith("/") and not url.startswith("//")) else ""


def blocks(text: str, public_url: str = "") -> tuple[Block, ...]:
    """Sentences of ours as paragraphs and lists, with what can be rung or opened linked."""
    found: list[Block] = []
    for line in filter(None, (line.strip() for line in text.split("\n"))):
        listed = line.startswith(BULLET)
        pieces = linked(line.removeprefix(BULLET), public_url)
        if found and found[-1].listed == listed:
            found[-1] = Block((*found[-1].lines, pieces), listed)
        else:
            found.append(Block((pieces,), listed))
    return tuple(found)


def linked(text: str, public_url: str = "") -> tuple[Piece, ...]:
    """A line with telephone numbers, or the address that is all of it, as links."""
    if public_url and text.startswith(f"{public_url}/") and " " not in text:
        return (Piece(text, local(text, public_url)),)
    found: list[Piece] = []
    at = 0
    for number in PHONE.finditer(text):
        if number.start() > at:
            found.append(Piece(text[at : number.start()]))
        found.append(Piece(number[0], dialled(number[0])))
        at = number.end()
    return (*found, Piece(text[at:])) if at < len(text) else tuple(found)


def dialled(number: str) -> str:
    """The `tel:` link of a number as people write it; "" where there is none to dial."""
    found = DIALLED.match(number.strip())
    digits = re.sub(r"[^\d+]", "", found[0]) if found else ""
    return f"tel:{digits}" if len(digits) >= 3 else ""


def shown_contact(contact: Contact) -> tuple[Piece, ...]:
    """Somebody to ring, the number as a link."""
    if not contact.phone:
        return linked(contact.who)
    return (Piece(f"{contact.who}, "), Piece(contact.phone, dialled(contact.phone)))


def _shown(part: object, public_url: str) -> ShownPart:
    match part:
        case Urgent(lines, contacts):
            return ShownPart("urgent", tuple(Block((linked(line),)) for line in lines), contacts=tuple(map(shown_contact, contacts)))
        case Says(text):
            return ShownPart("says", blocks(text, public_url))
        case Caution(text):
            return ShownPart("caution", blocks(text, public_url))
        case Heading():
            return ShownPart("heading", heading=part)
        case Quote():
            return ShownPart("quote", quote=shown_quote(part, public_url))
        case Choices(prompt, _):
            return ShownPart("choices", blocks(prompt, public_url), choices=part)
        case ReportOffer(text):  # its address is this site's own, which the page knows
            return ShownPart("report", blocks(text, public_url))
    raise TypeError(f"A page cannot show a {type(part).__name__}.")


def _gist(part: object) -> str:
    match part:
        case Urgent(lines, _):
            return lines[0] if lines else ""
        case Heading(text, _) | Says(text) | Caution(text) | ReportOffer(text):
            return text.split("\n")[0]
    return ""
