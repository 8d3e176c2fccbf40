"""Asking back: where one word would settle which rule applies ("Is this about a pupil or a parent?"), the choices to offer."""

from __future__ import annotations

from bot.asking import Standing, shown, standing_of
from knowledge.answering import Ruling
from knowledge.concepts import lexicon
from knowledge.words import tokens

PERSONS = {"pupil": "a pupil", "former_pupil": "a former pupil", "parent": "a parent", "colleague": "a colleague"}
PROMPT = "Who is it about? Then Signpost can look again."


def choices(ruling: Ruling) -> tuple[tuple[str, str], ...]:
    """(label, the question made whole with it) for each choice; empty where nothing would be settled by asking.

    Asked only where Signpost is not sure, the question names nobody, and the closest rules are about different people.
    """
    if standing_of(ruling) is not Standing.CLOSEST or ruling.off_topic or ruling.parts or _names_somebody(ruling.question):
        return ()
    about = [_persons(citation.clause.quotation) for citation in shown(ruling)]
    told_apart = {frozenset(persons) for persons in about if persons}
    if len(told_apart) < 2:
        return ()
    asked = ruling.question.strip().rstrip("?.! ")
    return tuple((label, f"{asked}, about {label}?") for person, label in PERSONS.items() if any(person in persons for persons in about))


def _names_somebody(text: str) -> bool:
    """Whether a question says who it is about, be it one of the choices or another: a governor, a relative, the head."""
    names = lexicon()
    return any(names.kind_of[one] == "who" and one != "self" and sure >= 1.0 for one, sure in names.concepts(tokens(text)).items())


def _persons(text: str) -> set[str]:
    found = lexicon().concepts(tokens(text))
    return {person for person in PERSONS if found.get(person, 0.0) >= 1.0}
