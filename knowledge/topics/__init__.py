"""Topics: the things staff ask about, the same in every school. The data is TOML beside this file; here is its loader, which checks it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from knowledge.concepts import lexicon
from knowledge.errors import DataFault

OFF_TOPIC = "off_topic"
NOT_FAMILIES = {"lexicon.toml", "off_topic.toml"}
ACTS = frozenset(
    """
    befriend message meet share_contact photograph store publish post criticise use join look_up report respond keep remove
    secure share_login send monitor discipline investigate review set_up represent declare define
    """.split()
)


@dataclass(frozen=True, slots=True)
class Topic:
    """One thing staff ask about.

    ``staff`` and ``policy``: phrasings by voice (an independent author), so that learning can leave one voice out.
    """

    id: str
    title: str
    family: str
    who: tuple[str, ...] = ()
    act: tuple[str, ...] = ()
    means: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    staff: dict[str, tuple[str, ...]] = field(default_factory=dict)
    policy: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def staff_phrasings(self) -> list[str]:
        """All staff phrasings, whoever wrote them."""
        return [phrase for phrases in self.staff.values() for phrase in phrases]

    def policy_phrasings(self) -> list[str]:
        """All policy phrasings, whoever wrote them."""
        return [phrase for phrases in self.policy.values() for phrase in phrases]


@cache
def topics() -> tuple[Topic, ...]:
    """All topics of the bundled families, checked. Slow (the phrasings are many): answering uses what was fitted from them instead."""
    return load_topics(
        sorted(
            (entry for entry in files("knowledge.topics").iterdir() if entry.name.endswith(".toml") and entry.name not in NOT_FAMILIES),
            key=lambda entry: entry.name,
        )
    )


@cache
def off_topic() -> tuple[str, ...]:
    """What staff type that a social media policy is not about."""
    raw = _parsed(files("knowledge.topics").joinpath("off_topic.toml"))
    return tuple(phrase for phrases in raw["off_topic"]["staff"].values() for phrase in phrases)


def load_topics(sources: Iterable[Traversable]) -> tuple[Topic, ...]:
    """The topics in some TOML files.

    Raises DataFault naming file and line of a wrong entry: an unknown concept or near-miss, a phrasing given twice.
    """
    found: dict[str, tuple[Topic, str]] = {}
    said: dict[str, str] = {}
    for source in sources:
        text = source.read_text(encoding="utf-8")
        for place, entry in enumerate(_parsed(source).get("topic", [])):
            where = _where(source.name, text, place)
            topic = _topic(entry, source.name.removesuffix(".toml"), where)
            if topic.id in found:
                raise DataFault(f"{where}: topic {topic.id} is there twice.", "Merge the two entries.")
            for phrase in topic.staff_phrasings() + topic.policy_phrasings():
                if said.setdefault(phrase.lower(), topic.id) != topic.id:
                    raise DataFault(
                        f"{where}: {phrase!r} also stands under {said[phrase.lower()]}.", "Keep it where it belongs and reword the other."
                    )
            found[topic.id] = (topic, where)
    for topic, where in found.values():
        if unknown := [near for near in topic.near if near not in found]:
            raise DataFault(f"{where}: near-miss {unknown[0]!r} of {topic.id} is no topic.", "Name a topic's id.")
    return tuple(topic for topic, _ in found.values())


def _parsed(source: Traversable) -> dict:  # type: ignore[type-arg]
    try:
        return tomllib.loads(source.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise DataFault(f"knowledge/topics/{source.name}: {error}.", "Mend the line it names.") from error


def _where(name: str, text: str, place: int) -> str:
    """File and line of the `place`-th entry: the line of its id, or of its heading where it has none."""
    lines = text.splitlines()
    heads = [number for number, line in enumerate(lines) if line.strip() == "[[topic]]"]
    start = heads[place] if place < len(heads) else 0
    end = heads[place + 1] if place + 1 < len(heads) else len(lines)
    line = next((number for number in range(start, end) if lines[number].startswith("id =")), start)
    return f"knowledge/topics/{name}, line {line + 1}"


def _topic(entry: dict, family: str, where: str) -> Topic:  # type: ignore[type-arg]
    for key in ("id", "title", "staff", "policy"):
        if not entry.get(key):
            raise DataFault(f"{where}: {entry.get('id', 'a topic')} has no {key}.", "Write it in; see the other topics of the file.")
    if unknown := set(entry) - {"id", "title", "who", "act", "means", "near", "staff", "policy"}:
        raise DataFault(f"{where}: {entry['id']} has an unknown key {sorted(unknown)[0]!r}.", "Check its spelling.")
    kinds = lexicon().kind_of
    for kind, allowed in (
        ("who", {c for c, k in kinds.items() if k == "who"}),
        ("act", ACTS),
        ("means", {c for c, k in kinds.items() if k == "means"}),
    ):
        if wrong := [concept for concept in entry.get(kind, []) if concept not in allowed]:
            raise DataFault(
                f"{where}: {entry['id']} names {wrong[0]!r} under {kind}, which the lexicon does not know.",
                f"Use one of: {', '.join(sorted(allowed))}.",
            )
    for side in ("staff", "policy"):
        if not isinstance(entry[side], dict):
            raise DataFault(f"{where}: {entry['id']}: {side} must name the voice of its phrasings.", f"Write {side}.v1 = [ … ].")
        for voice, phrases in entry[side].items():
            if not isinstance(phrases, list) or any(not isinstance(phrase, str) or not phrase.strip() for phrase in phrases):
                raise DataFault(f"{where}: {entry['id']}: {side}.{voice} must be a list of phrases.", "Quote each phrase.")
    return Topic(
        id=entry["id"],
        title=entry["title"],
        family=family,
        who=tuple(entry.get("who", ())),
        act=tuple(entry.get("act", ())),
        means=tuple(entry.get("means", ())),
        near=tuple(entry.get("near", ())),
        staff={voice: tuple(phrases) for voice, phrases in entry["staff"].items()},
        policy={voice: tuple(phrases) for voice, phrases in entry["policy"].items()},
    )
