"""From an Answer to a Reply: what a school's staff are shown, top to bottom, with the school's own people and links in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from bot import asking
from bot.asking import Answer, Standing, headline, shown, standing_of, whom_to_ask
from bot.concerns.concern import About
from bot.concerns.exclusion import recipients
from bot.links import clause_path, policy_path
from bot.people import contact, named
from bot.reply import Caution, Contact, Heading, Part, Quote, Says, Urgent
from bot.school import Role, School
from bot.shelf import Shelf
from knowledge.answering import Citation, Ruling, overdue_warning
from knowledge.policy import SAMPLE_MARK, Clause, Edition

OTHERS_CAN_READ = "Others may be able to read what you wrote there. If you can, note it down for the person you tell, then delete it there."
UNDERSTOOD = "Understood as: {question}"


def answer_parts(
    answer: Answer, school: School, shelf: Shelf | None, today: date, *, public_url: str, shared: bool = False
) -> Iterator[Part]:
    """The parts of the reply to one answer, without its buttons."""
    if answer.before:
        yield urgent(answer, school, shared=shared)
    if answer.asks_whom:
        people = named(school, Role.LEAD, Role.DEPUTY)
        yield Says(f"{asking.WHOM_TO_TELL}\n{people}" if people else asking.WHOM_TO_TELL)
    if answer.said:
        yield Says(answer.said)
    if shelf is None:
        return
    several = len(answer.rulings) > 1
    for at, ruling in enumerate(answer.rulings, start=1):
        question = f"{at}. {ruling.question}" if several else ""
        yield from ruling_parts(ruling, school, shelf, public_url, about_head=answer.about_head, question=question)
    if answer.rulings:
        cited = [shelf.cited(citation.clause).edition for ruling in answer.rulings for citation in shown(ruling)]
        named_each = len(shelf.editions) > 1
        said = [
            caution
            for edition in cited or shelf.editions
            for caution in (_overdue(edition, today, named=named_each), sample_warning(edition))
        ]
        yield from (Caution(text) for text in dict.fromkeys(said) if text)


def urgent(answer: Answer, school: School, *, shared: bool = False) -> Urgent:
    """What stands first: 999, whom to tell with their numbers, the helpline; never anybody whom it is about."""
    about = frozenset(({About.LEAD} if answer.about_lead else set()) | ({About.HEAD} if answer.about_head else set()))
    people = recipients(school, about)
    helpline = (Contact(school.helpline),) if school.helpline else ()
    return Urgent((*answer.before, *([OTHERS_CAN_READ] if shared else [])), (*map(contact, people), *helpline))


def ruling_parts(ruling: Ruling, school: School, shelf: Shelf, public_url: str, *, about_head: bool, question: str = "") -> Iterator[Part]:
    """One ruling: headline, the best clause in full, then those that come near it; or the silence and whom to ask."""
    standing = standing_of(ruling)
    yield Heading(headline(ruling), question)
    quotes = [quote(citation, shelf, school, public_url) for citation in shown(ruling)]
    if standing is Standing.SILENT:
        yield Says(whom_to_ask(ruling, about_head))
        yield from _people(ruling, school, about_head=about_head)
        if quotes:
            yield Says(asking.NEAR_MISSES)
            yield from quotes
        return
    contradiction = [Says(asking.CONTRADICTION)] if ruling.contradiction else []
    if standing is Standing.CLOSEST:
        yield from quotes
        yield from contradiction
        yield Says(whom_to_ask(ruling, about_head))
        yield from _people(ruling, school, about_head=about_head)
        return
    yield from contradiction
    yield from quotes[:1]
    if quotes[1:]:
        yield Says(asking.ALSO)
        yield from quotes[1:]


def _people(ruling: Ruling, school: School, *, about_head: bool) -> Iterator[Part]:
    """Those whom the sentence before says to ask, by name and number, where they are known."""
    roles = (Role.CHAIR,) if about_head else (Role.HEAD,) if ruling.off_topic else (Role.HEAD, Role.LEAD)
    if people := named(school, *roles):
        yield Says(people)


def quote(citation: Citation, shelf: Shelf, school: School, public_url: str) -> Quote:
    """A clause word for word, where it stands, and the link that opens it there."""
    clause = citation.clause
    cited = shelf.cited(clause)
    whole = len(citation.sentence) >= len(clause.text) or citation.sentence not in clause.text
    return Quote(
        text=clause.text,
        lead_in=clause.lead_in,
        sentence="" if whole else citation.sentence,
        place=place(clause),
        policy=cited.edition.title,
        url=f"{public_url}{clause_path(school.id, cited.key.policy, cited.key.number, cited.anchor)}" if public_url else "",
    )


def place(clause: Clause) -> str:
    """Where a clause stands: its number, the headings above it, its page; "6.7 · Terms of use › Friends, page 8"."""
    path = " › ".join(clause.section)
    if clause.number and clause.number not in path.replace(":", " ").replace("(", " ").replace(")", " ").split():
        path = f"{clause.number} · {path}" if path else clause.number
    page = f"page {clause.page}" if clause.page is not None else ""
    return ", ".join(part for part in (path, page) if part) or "before the first heading"


def policy_parts(school: School, shelf: Shelf, today: date, public_url: str) -> Iterator[Part]:
    """The school's policies by title with their review dates, and where to read them."""
    for key, edition in zip(shelf.keys, shelf.editions, strict=True):
        due = f"review due {edition.review_due.day} {edition.review_due:%B %Y}" if edition.review_due else "no review date stated"
        lines = [f"{edition.title}: edition {key.number}, {due}{' (overdue)' if edition.overdue(today) else ''}"]
        if public_url:
            lines.append(f"{public_url}{policy_path(school.id, key.policy)}")
        yield Says("\n".join(lines))
        if warning := sample_warning(edition):
            yield Caution(warning)


def _overdue(edition: Edition, today: date, *, named: bool) -> str:
    """What is said of a policy past its review date, with its title where the school has several; "" where it is not."""
    warning = overdue_warning(edition, today)
    return f"{edition.title}: {warning[0].lower()}{warning[1:]}" if warning and named else warning


def sample_warning(edition: Edition) -> str:
    """What is said of a bundled sample: that it is one; "" for a school's own policy."""
    return f"{edition.school}: {SAMPLE_MARK}." if edition.is_sample else ""
