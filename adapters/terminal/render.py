"""Answers as they are printed: pure functions from an Answer to what rich prints. Nothing is cut; nothing is said in colour alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from adapters.samples import SAMPLE_MARK, is_sample
from adapters.terminal.lines import Lines, say
from bot.asking import ALSO, CONTRADICTION, NEAR_MISSES, Answer, Standing, headline, shown, standing_of, whom_to_ask
from knowledge.answering import Citation, Ruling
from knowledge.policy import Clause, Edition

INDENT = 4
HISTORY = "Your terminal may keep what you typed in its own history."


def answer_lines(answer: Answer, edition: Edition | None = None, *, history: bool = False) -> Group:
    """One answer, top to bottom: 999 and whom to tell, the reply, then each ruling with its clauses, then the review warning.

    ``edition``: named above the reply, but below 999. ``history``: whether the shell keeps what was asked on its command line.
    """
    blocks: list[RenderableType] = []
    if answer.before:
        blocks.append(say(answer.before[0], style="bold"))
        blocks += [say(line) for line in answer.before[1:]]
        if history:
            blocks.append(say(HISTORY))
        if answer.rulings or answer.said:
            blocks.append(say(""))
    if edition and (answer.rulings or not answer.before):
        blocks += [edition_line(edition), say("")]
    if answer.said:
        blocks.append(say(answer.said))
        if answer.rulings:
            blocks.append(say(""))
    for at, ruling in enumerate(answer.rulings, start=1):
        if at > 1:
            blocks.append(say(""))
        if len(answer.rulings) > 1:
            blocks.append(say(f"{at}. {ruling.question}", style="italic"))
        blocks += ruling_lines(ruling, answer.about_head)
    if answer.review_warning and answer.rulings:
        blocks += [say(""), say(f"Note: {answer.review_warning}", style="yellow")]
    return Group(*blocks)


def ruling_lines(ruling: Ruling, about_head: bool = False) -> Iterator[RenderableType]:
    """One ruling: headline, the best clause in full, then those that come near it; or the silence and whom to ask."""
    standing = standing_of(ruling)
    yield say(headline(ruling), style="bold")
    clauses = shown(ruling)
    if standing is Standing.SILENT:
        yield say(whom_to_ask(ruling, about_head))
        if clauses:
            yield say("")
            yield say(NEAR_MISSES)
            yield from _in_turn(clauses)
        return
    if ruling.contradiction:
        yield say(CONTRADICTION, style="bold")
    if standing is Standing.CLOSEST:
        yield from _in_turn(clauses)
        yield say("")
        yield say(whom_to_ask(ruling, about_head))
        return
    yield from _in_turn(clauses[:1])
    if clauses[1:]:
        yield say("")
        yield say(ALSO)
        yield from _in_turn(clauses[1:])


def _in_turn(clauses: Sequence[Citation]) -> Iterator[RenderableType]:
    for citation in clauses:
        yield say("")
        yield quotation(citation)
        yield say(place(citation.clause), INDENT, "dim")


def quotation(citation: Citation) -> Group:
    """A clause word for word between quotation marks, its lead-in on the lines above it, the sentence that answers best in bold."""
    clause = citation.clause
    words = Text(clause.text)
    start = clause.text.find(citation.sentence) if len(citation.sentence) < len(clause.text) else -1
    if citation.sentence and start >= 0:  # where the clause is one sentence, all of it answers and none need stand out
        words.stylize("bold", start, start + len(citation.sentence))
    if not clause.lead_in:
        return Group(say(Text.assemble("“", words, "”"), INDENT))
    return Group(say(f"“{clause.lead_in}", INDENT), say(Text.assemble("– ", words, "”"), INDENT, hanging=2))


def place(clause: Clause) -> str:
    """Where a clause stands: its number, the headings above it, its page; "6.7 · Terms of use › Friends, page 8"."""
    path = " › ".join(clause.section)
    if clause.number and clause.number not in path.replace(":", " ").replace("(", " ").replace(")", " ").split():
        path = f"{clause.number} · {path}" if path else clause.number
    page = f"page {clause.page}" if clause.page is not None else ""
    return ", ".join(part for part in (path, page) if part) or "before the first heading"


def edition_line(edition: Edition) -> Lines:
    """Whose policy is asked, and for a sample that it is one."""
    named = ": ".join(part for part in (edition.school, edition.title) if part)
    return say(f"{named} ({SAMPLE_MARK})" if is_sample(edition) else named, style="dim")
