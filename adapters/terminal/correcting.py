"""`policy corrections` and `policy correct`: how clauses are read, what staff said of them, and what the school says instead."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType

from adapters import wiring
from adapters.settings import read_settings
from adapters.terminal.lines import say
from adapters.terminal.schools import print_json
from adapters.terminal.screen import show
from bot.correcting import CannotCorrect, Told, correct, policy_in, stance_named, take_back, told, year_before
from bot.ports import Unit
from bot.replying import place
from bot.school import Published
from knowledge.topics.fitted import topic_titles


def show_corrections(school: str, *, everything: bool, as_json: bool) -> None:
    """Nothing: prints the clauses of each policy that were corrected or complained of, or all. Raises UnknownSchool."""
    with wiring.schools_of(read_settings()).unit(school) as unit:
        name = unit.school.name
        found = [(published, _told(unit, published)) for key in unit.current() if (published := unit.published(key.policy))]
    listed = [(published, [one for one in rows if everything or one.corrections or one.no]) for published, rows in found]
    if as_json:
        print_json({"school": school, "policies": [{"policy": of.key.policy, "clauses": list(map(_record, rows))} for of, rows in listed]})
        return
    titles = topic_titles()
    show(say(f"{name}: how clauses are read", style="bold"))
    if not found:
        show(say("It has no policy yet: `signpost policy publish`.", 2))
    for published, rows in listed:
        show(say(""), say(f"{published.key.policy}, edition {published.key.number}"))
        if not rows:
            show(say("Nothing was corrected, and nobody said that an answer did not help. --all lists every clause.", 2))
        for one in rows:
            show(*_lines(one, titles))


def change(school: str, policy: str, anchor: str, topic: str, stance: str | None, *, not_about: bool, back: bool) -> None:
    """Nothing: the correction is kept or taken back, and it is said how the clause is read now. Raises UnknownSchool, CannotCorrect."""
    if [stance is not None, not_about, back].count(True) != 1:
        raise CannotCorrect("It is not clear what is to be said of the clause.", "Give one of --stance STANCE, --not-about, --take-back.")
    with wiring.keeping(), wiring.schools_of(read_settings()).unit(school) as unit:
        if back:
            take_back(unit, policy, anchor, topic)
        else:
            correct(unit, policy, anchor, topic, None if stance is None else stance_named(stance))
        unit.commit()
        one = next(one for one in _told(unit, policy_in(unit, policy)) if one.clause.anchor == anchor)
    show(say("Taken back." if back else "That is how the clause is read from now on."), *_lines(one, topic_titles()))


def _told(unit: Unit, published: Published) -> tuple[Told, ...]:
    policy = published.key.policy
    return told(published, unit.corrections(policy), unit.feedback(policy, year_before(wiring.now().date())), {})


def _lines(one: Told, titles: dict[str, str]) -> Iterator[RenderableType]:
    yield say(f"{one.clause.anchor}  {place(one.clause)}", 2, style="bold", hanging=2)
    yield say(f"“{one.clause.quotation}”", 4)
    read = "" if one.stance is one.clause.stance else f" (by its words: {one.clause.stance.value})"
    yield say(f"{one.stance.value.capitalize()}{read}. Did it answer staff? No: {one.no}, yes: {one.yes}.", 4)
    for said in one.corrections:
        says = said.stance.value if said.stance else "not about it"
        yield say(f"Corrected: {titles.get(said.topic, said.topic)} ({said.topic}): {says}", 4, hanging=2)


def _record(one: Told) -> dict[str, object]:
    return {
        "anchor": one.clause.anchor,
        "place": place(one.clause),
        "text": one.clause.quotation,
        "stance": one.stance.value,
        "stance_by_words": one.clause.stance.value,
        "no": one.no,
        "yes": one.yes,
        "corrections": [{"topic": said.topic, "stance": said.stance.value if said.stance else None} for said in one.corrections],
    }
