"""The marks triage looks for: patterns over words and lexicon groups, loaded from TOML and checked."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from bot.triage_words import Lexicon, Sentence
from knowledge.errors import DataFault

NEAR, FAR = 4, 12  # how many words ".." and "..." may leap
SIDES = ("harm", "event", "tell", "general", "frame", "ask", "asking", "head", "not_head", "smalltalk", "actual", "benign")


@dataclass(frozen=True, slots=True)
class Step:
    """One place of a pattern: the words or groups that may stand there, and how far ahead it may be looked for."""

    options: tuple[str, ...]
    leap: int
    optional: bool
    keys: tuple[str, ...]  # the words and groups one of which a sentence must hold: of a phrase ("no_one") its first word
    telling: bool  # whether a sentence with none of the keys cannot match


def _step(options: list[str], leap: int, optional: bool) -> Step:
    """The step, with what can be known of it before any sentence is read."""
    keys = tuple(option if option[0] == "<" else option.split("_")[0] for option in options)
    return Step(tuple(options), leap, optional, keys, not optional and "*" not in options and "$" not in options)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A run of steps within one sentence; ``first`` and ``last`` tie it to the message's sentence's ends."""

    steps: tuple[Step, ...]
    first: bool
    last: bool

    def find(self, sentence: Sentence, start: int = 0) -> tuple[int, int] | None:
        """The words from where to where this pattern first stands at or after ``start``, or None."""
        for at in (0,) if self.first else range(start, len(sentence.words)):
            end = self._end(sentence, 0, at, at)
            if end is not None:
                return at, end
        return None

    def _end(self, sentence: Sentence, step_no: int, at: int, start: int) -> int | None:
        if step_no == len(self.steps):
            return at if not self.last or at == len(sentence.words) else None
        step = self.steps[step_no]
        if step.optional:
            end = self._end(sentence, step_no + 1, at, start)
            if end is not None:
                return end
        if "$" in step.options and at + step.leap >= len(sentence.words):
            return len(sentence.words)  # "$" among the choices stands last in its pattern
        for position in range(at, min(at + step.leap, len(sentence.words) - 1) + 1):
            for option in step.options:
                for next_at in _ends(sentence, option, position):
                    end = self._end(sentence, step_no + 1, next_at, start)
                    if end is not None:
                        return end
        return None


def _ends(sentence: Sentence, option: str, at: int) -> tuple[int, ...]:
    if option == "*" or sentence.words[at] == option:
        return (at + 1,)
    if option[0] == "<":
        return sentence.spans.get(at, {}).get(option[1:-1], ())
    if "_" in option:
        parts = tuple(option.split("_"))
        return (at + len(parts),) if sentence.words[at : at + len(parts)] == parts else ()
    return ()


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing a message can show: its id (all that is ever logged), the side it speaks for, its weight and patterns."""

    id: str
    side: str
    weight: float
    patterns: tuple[Pattern, ...]
    unless: tuple[Pattern, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A mark found in one sentence, and the words it stands on."""

    mark: Mark
    start: int
    end: int


class Index:
    """All marks by the word or group that must be present, so that a sentence tries only the few that could stand in it."""

    def __init__(self, marks: tuple[Mark, ...]) -> None:
        self._by_key: dict[str, list[tuple[int, Mark, Pattern]]] = {}
        number = 0
        for mark in marks:
            for pattern in mark.patterns:
                number += 1
                needed = [s for s in pattern.steps if s.telling]
                rarest = min(needed, key=lambda s: (any(o[0] == "<" for o in s.options), len(s.options)))
                for option in rarest.keys:
                    self._by_key.setdefault(option, []).append((number, mark, pattern))

    def found(self, sentence: Sentence) -> Iterator[Found]:
        """Every place in the sentence where a pattern of a mark stands, leaving out those a mark's ``unless`` strikes out."""
        candidates = {number: (mark, pattern) for key in sentence.present for number, mark, pattern in self._by_key.get(key, ())}
        struck: dict[str, bool] = {}
        for mark, pattern in candidates.values():
            if any(s.telling and sentence.present.isdisjoint(s.keys) for s in pattern.steps):
                continue
            place = pattern.find(sentence)
            if place is None:
                continue
            if mark.unless and mark.id not in struck:
                struck[mark.id] = any(other.find(sentence) for other in mark.unless)
            while place is not None and not struck.get(mark.id):
                yield Found(mark, *place)
                place = None if pattern.first else pattern.find(sentence, place[0] + 1)


@dataclass(frozen=True, slots=True)
class Command:
    """One thing the bot does, and the ways people ask for it."""

    id: str
    longest: int
    patterns: tuple[Pattern, ...]
    unless: tuple[Pattern, ...] = ()


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything triage knows: the lexicon, the marks, and the commands; with the examples its data promises."""

    lexicon: Lexicon
    marks: Index
    commands: tuple[Command, ...]
    examples: tuple[tuple[str, str, bool], ...]  # (emergency kind, message, must match)


def _fault(where: str, what: str) -> DataFault:
    return DataFault(f"bot/{where}: {what}.", "Correct that entry; nothing is sorted until the data is sound.")


def parse_pattern(text: str, lexicon: Lexicon, where: str) -> Pattern:
    """The pattern a line of the data means.

    ``word`` itself · ``<group>`` any word of a group · ``a|b`` either · ``no_one`` two words among choices
    ``x?`` may be left out · ``*`` any word ·
    ``..`` up to 4 words between, ``...`` up to 12 · ``^`` the sentence's start · ``$`` its end.
    """
    steps: list[Step] = []
    first = last = False
    leap = 0
    for piece in text.split():
        if piece in ("..", "..."):
            leap = NEAR if piece == ".." else FAR
            continue
        if piece in ("^", "$"):
            first, last = first or piece == "^", last or piece == "$"
            continue
        optional = piece.endswith("?")
        options: list[str] = []
        for option in piece.rstrip("?").split("|"):
            if option.startswith("<") and option[1:-1] not in lexicon.groups and option not in ("<ing>", "<ed>"):
                raise _fault(where, f"pattern {text!r} names the group {option}, which the lexicon lacks")
            if option[:1] in "<*" or ("_" not in option and option not in lexicon.rewrites):
                options.append(option)
                continue
            options.append("_".join(w for part in option.split("_") for w in lexicon.rewrites.get(part, (part,))))
        if not all(options) or any(o.endswith("*") and o != "*" for o in options) or ("$" in options and len(options) == 1):
            raise _fault(where, f"pattern {text!r} has an empty choice, or a beginning of a word (put that in a group)")
        steps.append(_step(options, leap, optional))
        leap = 0
    if leap or not any(s.telling for s in steps):
        raise _fault(where, f"pattern {text!r} must hold a word or group and may not end in a leap")
    return Pattern(tuple(steps), first, last)


def _texts(entry: Mapping[str, Any], key: str, where: str, required: bool = True) -> tuple[str, ...]:
    value = entry.get(key, "")
    if not isinstance(value, str) or (required and not value.strip()):
        raise _fault(where, f"{key!r} must be a text, one entry a line{', not empty' if required else ''}")
    return tuple(line.strip() for line in value.split("\n") if line.strip())


def _words(value: object, where: str) -> tuple[str, ...]:
    """The entries of a comma-separated text, line breaks counting as spaces."""
    if not isinstance(value, str):
        raise _fault(where, "must be a text of entries parted by commas")
    return tuple(entry for part in value.split(",") if (entry := " ".join(part.split())))


def _groups(raw: Mapping[str, Any], where: str) -> dict[str, tuple[str, ...]]:
    """The groups with ``@other`` entries opened, each group being declared after those it takes in."""
    groups: dict[str, tuple[str, ...]] = {}
    for name in raw:
        members: list[str] = []
        for entry in _words(raw[name], f"{where} group {name!r}"):
            if entry.startswith("@") and entry[1:] not in groups:
                raise _fault(where, f"group {name!r} takes in {entry!r}, which is not declared before it")
            members.extend(groups[entry[1:]] if entry.startswith("@") else (entry,))
        if not members:
            raise _fault(where, f"group {name!r} is empty")
        groups[name] = tuple(dict.fromkeys(members))
    return groups


def rules_from(words: Mapping[str, Any], emergencies: Mapping[str, Any]) -> Rules:
    """The rules two parsed TOML documents mean (triage_words.toml, triage.toml); DataFault names the entry that is wrong."""
    rewrites = {key: tuple(str(value).split()) for key, value in words.get("rewrites", {}).items()}
    lexicon = Lexicon(
        _groups(words.get("groups", {}), "triage_words.toml"),
        rewrites,
        frozenset(_words(words.get("well_spelt", ""), "triage_words.toml well_spelt")),
    )
    marks: list[Mark] = []
    seen: set[str] = set()
    for entry in words.get("mark", []):
        where = f"triage_words.toml mark {entry.get('id', '(no id)')!r}"
        if entry.get("side") not in SIDES:
            raise _fault(where, f"side must be one of {', '.join(SIDES)}")
        marks.append(_mark(entry, str(entry["side"]), float(entry.get("weight", 1)), lexicon, where, seen))
    examples: list[tuple[str, str, bool]] = []
    for entry in emergencies.get("emergency", []):
        where = f"triage.toml emergency {entry.get('id', '(no id)')!r}"
        mark = _mark(entry, "emergency", 1.0, lexicon, where, seen)
        marks.append(mark)
        examples.extend((mark.id, text, True) for text in _texts(entry, "match", where))
        examples.extend((mark.id, text, False) for text in _texts(entry, "near_miss", where))
    commands: list[Command] = []
    for entry in words.get("command", []):
        where = f"triage_words.toml command {entry.get('id', '(no id)')!r}"
        made = _mark(entry, "command", 1.0, lexicon, where, seen)
        commands.append(Command(made.id, int(entry.get("longest", 12)), made.patterns, made.unless))
    return Rules(lexicon, Index(tuple(marks)), tuple(commands), tuple(examples))


def _mark(entry: Mapping[str, Any], side: str, weight: float, lexicon: Lexicon, where: str, seen: set[str]) -> Mark:
    name = entry.get("id")
    if not isinstance(name, str) or not name or name in seen:
        raise _fault(where, "needs an id of its own")
    seen.add(name)
    patterns = tuple(parse_pattern(p, lexicon, where) for p in _texts(entry, "patterns", where))
    unless = tuple(parse_pattern(p, lexicon, where) for p in _texts(entry, "unless", where, required=False))
    return Mark(name, side, weight, patterns, unless)


def load_rules() -> Rules:
    """The rules bundled with Signpost."""
    bundled = files("bot")
    try:
        words = tomllib.loads(bundled.joinpath("triage_words.toml").read_text(encoding="utf-8"))
        emergencies = tomllib.loads(bundled.joinpath("triage.toml").read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as fault:
        raise _fault("triage*.toml", f"is not TOML: {fault}") from fault
    return rules_from(words, emergencies)
