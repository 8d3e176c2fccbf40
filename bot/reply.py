"""What is said back, in parts that no platform has shaped yet: each door turns them into blocks, cards, pages or lines of text."""

from __future__ import annotations

from dataclasses import dataclass

OPEN_REPORT, CHECK_REPORT = "Report this privately", "Check my report"  # what a door's buttons of a ReportOffer say


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody to ring: "Designated safeguarding lead: Ann Lee" and a number, "" where none is known."""

    who: str
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Urgent:
    """What stands above everything else: 999, whom to tell, their numbers. The first line is the loudest."""

    lines: tuple[str, ...]
    contacts: tuple[Contact, ...] = ()


@dataclass(frozen=True, slots=True)
class Says:
    """A sentence of Signpost's own."""

    text: str


@dataclass(frozen=True, slots=True)
class Heading:
    """The words above a ruling. ``question``: which of several questions it answers, or how a follow-up was understood; else ""."""

    text: str
    question: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """A clause word for word. ``sentence``: the run of ``text`` that answers best, "" where all of it does.

    ``place``: number, headings and page as one line. ``policy``: whose policy, which edition.
    ``url``: opens it at the clause, "" where none is.
    """

    text: str
    lead_in: str
    sentence: str
    place: str
    policy: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    """Something to press: its label, and the opaque words that come back in Pressed.button."""

    label: str
    press: str


@dataclass(frozen=True, slots=True)
class Choices:
    """A question back, or an offer, with what can be chosen."""

    prompt: str
    buttons: tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class Caution:
    """What must be known about the policy itself, such as a review date that has passed."""

    text: str


@dataclass(frozen=True, slots=True)
class ReportOffer:
    """The private way to those who look after reports: a door that has forms opens its own, others show the address.

    ``text``: what is said above it. ``url``: the web form's, "" where this installation has no address.
    """

    text: str
    url: str = ""


Part = Urgent | Says | Heading | Quote | Choices | Caution | ReportOffer


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply, top to bottom. ``replaces``: whether it takes the place of the pressed buttons instead of standing below them.

    ``standing``: how it came out, for counting and exit codes: "answered", "closest", "silent", "urgent", or "" for all else.
    """

    parts: tuple[Part, ...]
    replaces: bool = False
    standing: str = ""


def plain(reply: Reply) -> str:
    """The whole reply as plain text: what notifications, screen readers and clients without cards get. Nothing is left out."""
    blocks = [block for part in reply.parts if (block := _plain_part(part))]
    return "\n\n".join(blocks)


def _plain_part(part: Part) -> str:
    match part:
        case Urgent(lines, contacts):
            return "\n".join([*lines, *(f"{one.who}, {one.phone}" if one.phone else one.who for one in contacts)])
        case Says(text) | Caution(text):
            return text
        case Heading(text, question):
            return f"{question}\n{text}" if question else text
        case Quote():
            words = f"“{part.lead_in}\n– {part.text}”" if part.lead_in else f"“{part.text}”"
            return "\n".join(line for line in (words, part.place, part.policy, part.url) if line)
        case Choices(prompt, buttons):
            return "\n".join(line for line in (prompt, " · ".join(button.label for button in buttons)) if line)
        case ReportOffer(text, url):
            return f"{text}\n{url}" if url else text
