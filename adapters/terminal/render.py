"""Replies as they are printed: pure functions from a Reply's parts to what rich prints. Nothing is cut; nothing is said in colour alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from rich.console import Group, RenderableType
from rich.text import Text

from adapters.terminal.lines import Lines, say
from bot.reply import Caution, Choices, Heading, Part, Quote, ReportOffer, Says, Urgent
from bot.replying import sample_warning
from knowledge.policy import SAMPLE_MARK, Edition

INDENT = 4
HISTORY = "Your terminal may keep what you typed in its own history."


def reply_lines(parts: Iterable[Part], edition: Edition | None = None, *, history: bool = False) -> Group:
    """One reply, top to bottom.

    ``edition``: named above the reply, but below 999. ``history``: whether the shell keeps what was asked on its command line.
    """
    shown = list(parts)
    blocks: list[RenderableType] = []
    if shown and isinstance(shown[0], Urgent):
        blocks += [*_urgent(shown.pop(0), history=history), *([say("")] if shown else [])]
    if edition and (not blocks or any(isinstance(part, Quote) for part in shown)):
        blocks += [edition_line(edition), say("")]
    for part, following in pairwise([*shown, None]):
        if part is not None:
            blocks += _part(part)
            if following is not None and not _runs_on(part, following):
                blocks.append(say(""))
    return Group(*blocks)


def without_sample_note(parts: Iterable[Part], edition: Edition) -> Iterator[Part]:
    """The parts but for the note that the policy is a sample: the terminal says so once, where it names the policy."""
    return (part for part in parts if part != Caution(sample_warning(edition)))


def quotation(quote: Quote) -> Group:
    """A clause word for word between quotation marks, its lead-in on the lines above it, the sentence that answers best in bold."""
    words = Text(quote.text)
    start = quote.text.find(quote.sentence) if quote.sentence else -1
    if start >= 0:
        words.stylize("bold", start, start + len(quote.sentence))
    if not quote.lead_in:
        return Group(say(Text.assemble("“", words, "”"), INDENT))
    return Group(say(f"“{quote.lead_in}", INDENT), say(Text.assemble("– ", words, "”"), INDENT, hanging=2))


def edition_line(edition: Edition) -> Lines:
    """Whose policy is asked, and for a sample that it is one."""
    named = ": ".join(part for part in (edition.school, edition.title) if part)
    return say(f"{named} ({SAMPLE_MARK})" if edition.is_sample else named, style="dim")


def _urgent(part: Part, *, history: bool) -> Iterator[RenderableType]:
    if isinstance(part, Urgent):
        yield say(part.lines[0], style="bold")
        for line in part.lines[1:]:
            yield say(line)
        for one in part.contacts:
            yield say(f"{one.who}, {one.phone}" if one.phone else one.who, INDENT, "bold")
        if history:
            yield say(HISTORY)


def _part(part: Part) -> Iterator[RenderableType]:
    match part:
        case Heading(text, question):
            if question:
                yield say(question, style="italic")
            yield say(text, style="bold")
        case Quote():
            yield quotation(part)
            yield say(part.place, INDENT, "dim")
            if part.url:
                yield say(part.url, INDENT, "dim")
        case Choices(prompt, buttons):
            yield say(prompt)
            for at, button in enumerate(buttons, start=1):
                yield say(f"{at}  {button.label}", 2, hanging=3)
        case Caution(text):
            yield say(f"Note: {text}", style="yellow")
        case Says(text):
            for line in text.splitlines():
                yield say(line)
        case ReportOffer(text, url):
            yield say(f"{text}\n{url}" if url else text)
        case Urgent():
            yield from _urgent(part, history=False)


def _runs_on(part: Part, following: Part) -> bool:
    """Whether no blank line stands between two parts: whom to ask belongs to the silence above it."""
    return isinstance(part, Heading) and isinstance(following, Says)
