"""What kind of message this is: question, worry, emergency, small talk, command. Readable marks first, then a small model.

Emergency patterns stand above everything: only an explicit "what if" or training frame overrides them, never the model. A worry is
harm told as having happened; harm without an event is a question. The model catches what no pattern foresaw, erring on the side of
care. Reasons are ids of marks: never the message's own words, for they may be logged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from bot.message_model import message_model
from bot.triage_marks import Command, Found, Rules, load_rules
from bot.triage_words import Sentence

Intent = Literal["question", "concern", "emergency", "smalltalk", "command"]
Urgency = Literal["now", "soon", "none"]

HARM_ENOUGH = 1.0
EVENT_ENOUGH = 1.0
EVENT_ENOUGH_UNASKED = 0.5
EVENT_ALONE = 1.0  # told with no question at all: people write so only of what troubles them, whatever its words
# The weights of a frame that covers all, its sentence whatever follows, or no more than its own words.
WHOLE_MESSAGE, WHOLE_SENTENCE, OWN_WORDS = 2.0, 1.5, 0.5
# The weights of "actual" marks: what was asked about happened; another's words are told; it is happening, whatever the sentence asks.
CONFIRMING, REPORTING, HAPPENING = 2.0, 3.0, 4.0
# Probabilities from which the model's word counts, chosen on messages of authors it had not learned from (tests/golden/LOG.md).
EMERGENCY_FROM = 0.25
HARM_FROM, HARM_FROM_AGREED = 0.35, 0.15  # the second where the marks say concern too
CALM_FROM = 0.25  # below this the marks' question, small talk or command gives way to the model's
FEWEST_WORDS = 3  # the model has nothing to say of fewer
SHORT_TALK = 12  # words: longer messages are never small talk, whatever pleasantry they hold
_TELLING = ("event.i_did", "event.someone_did", "event.told_me")
_ASKING_ENDS = frozenset({"that", "because", "but", "since", "after", "who", "as"})


@dataclass(frozen=True, slots=True)
class Sorting:
    """How a message was sorted; ``asks`` where it also holds a question the policy may answer."""

    intent: Intent
    urgency: Urgency
    command: str | None
    about_head: bool
    asks: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Weighed:
    """One sentence's marks after what is framed as "what if" or merely asked about has been set aside."""

    emergencies: tuple[str, ...]
    harm: dict[str, float]
    event: dict[str, float]
    asks: bool
    about_head: bool
    report_head: bool
    framed: bool
    benign: bool


@cache
def _rules() -> Rules:
    return load_rules()


def triage(message: str) -> Sorting:
    """The message's intent and urgency, the command it gives if any, and why (ids of the marks found)."""
    marked = by_marks(message)
    if marked.intent == "emergency" or len(message.split()) < FEWEST_WORDS:
        return marked
    likely = message_model().likely(message)
    harm = likely["concern"] + likely["emergency"]
    framed = any(reason.startswith("frame.") for reason in marked.reasons)
    asks = marked.asks or "?" in message
    if likely["emergency"] >= EMERGENCY_FROM and not framed:
        return Sorting("emergency", "now", None, marked.about_head, asks, (*marked.reasons, "model.emergency"))
    if "harm.child_worry" in marked.reasons and marked.intent == "concern":
        return marked  # a worry about a child is never talked down
    if harm >= (HARM_FROM_AGREED if marked.intent == "concern" else HARM_FROM) and not framed:
        return Sorting("concern", "soon", None, marked.about_head, asks, (*marked.reasons, "model.harm"))
    if marked.intent != "concern" and likely[marked.intent] >= CALM_FROM:
        return marked
    if marked.command:
        return marked
    calm: Intent = "smalltalk" if likely["smalltalk"] > likely["question"] and likely["smalltalk"] >= likely["command"] else "question"
    return replace(marked, intent=calm, urgency="none", asks=calm == "question", reasons=(*marked.reasons, f"model.{calm}"))


def by_marks(message: str) -> Sorting:
    """The sorting by readable marks alone."""
    rules = _rules()
    sentences = rules.lexicon.read(message)
    if not sentences:
        return Sorting("smalltalk", "none", None, False, False, ())
    found = [list(rules.marks.found(sentence)) for sentence in sentences]
    whole = any(f.mark.side == "frame" and f.mark.weight >= WHOLE_MESSAGE for marks in found for f in marks)
    confirmed = not whole and any(_confirms(marks) for marks in found)
    weighed = [_weigh(sentence, marks, whole, confirmed) for sentence, marks in zip(sentences, found, strict=True)]
    asks = any(w.asks for w in weighed)
    report_head = any(w.report_head for w in weighed)
    about_head = report_head or any(w.about_head for w in weighed)
    if emergencies := tuple(dict.fromkeys(name for w in weighed for name in w.emergencies)):
        return Sorting("emergency", "now", None, about_head, asks, emergencies)
    if harm := _harm_told(weighed, asks):
        return Sorting("concern", "soon", None, about_head, asks, harm)
    if command := _command(sentences, rules.commands):
        return Sorting("command", "none", command, report_head, False, (f"command.{command}",))
    if not asks and (told := _merely_told(weighed)):
        return Sorting("concern", "soon", None, about_head, asks, told)
    if _is_smalltalk(sentences, found):
        return Sorting("smalltalk", "none", None, False, False, ("smalltalk",))
    set_aside = ("asking",) if confirmed else ("frame", "asking")
    framed = tuple(dict.fromkeys(f.mark.id for marks in found for f in marks if f.mark.side in set_aside))
    return Sorting("question", "none", None, report_head, True, framed)


def _confirms(found: Sequence[Found]) -> bool:
    """True where a sentence says it happened: "ten minutes ago", or "ours does", "it was last Thursday" where it imagines nothing."""
    weights = {f.mark.weight for f in found if f.mark.side == "actual"}
    return HAPPENING in weights or (CONFIRMING in weights and not any(f.mark.side == "frame" for f in found))


def _weigh(sentence: Sentence, found: Sequence[Found], whole: bool, confirmed: bool) -> _Weighed:
    """The sentence's marks, without those that stand where the writer imagines or asks instead of telling."""
    first_frame = min((f.start for f in found if f.mark.side == "frame"), default=0)
    reported = min((f.start for f in found if f.mark.side == "actual" and f.mark.weight == REPORTING), default=len(sentence.words))
    if confirmed:
        found = [f for f in found if f.mark.side != "frame"]
    elif reported < first_frame:
        # "He says when I get in ..." reports what was said; it imagines nothing.
        found = [f for f in found if f.mark.side != "frame" or f.mark.weight >= WHOLE_SENTENCE]
    length = len(sentence.words)
    actual = [f.start for f in found if f.mark.side == "actual" and f.mark.weight < CONFIRMING]
    framed = [(0, length)] if whole else []
    asked: list[tuple[int, int]] = []
    for f in found:
        if f.mark.side == "frame" and (f.mark.weight >= WHOLE_SENTENCE or not any(at >= f.start for at in actual)):
            if f.mark.weight <= OWN_WORDS:
                framed.append((f.start, f.end))
            elif f.mark.weight >= WHOLE_SENTENCE:
                framed.append((sentence.segment_start(f.start), length))
            else:
                framed.append((f.start, next((i for i in range(f.end, length) if sentence.words[i] == "but"), length)))
        elif f.mark.side == "asking":
            ends = (i for i in range(f.end, length) if sentence.words[i] in _ASKING_ENDS or (i in sentence.pauses and i > f.end))
            asked.append((f.start, next(ends, length)))
    told = [f for f in found if not any(a <= f.start < b for a, b in framed)]
    plain = [f for f in told if not any(a <= f.start < b for a, b in asked)]
    harm: dict[str, float] = {}
    event: dict[str, float] = {}
    for f in told:
        # Harm may be named inside the asking ("should I report that ...") but what happened must be told outside it.
        if f.mark.side in ("harm", "tell"):
            harm[f.mark.id] = max(harm.get(f.mark.id, 0.0), f.mark.weight)
        if f.mark.side == "tell" or (f.mark.side == "event" and f in plain):
            event[f.mark.id] = max(event.get(f.mark.id, 0.0), f.mark.weight)
    heads = [f for f in found if f.mark.side == "head" and f.mark.weight < WHOLE_MESSAGE]
    not_heads = [range(f.start, f.end) for f in found if f.mark.side == "not_head"]
    return _Weighed(
        emergencies=tuple(f.mark.id for f in told if f.mark.side == "emergency"),
        harm=harm,
        event=event,
        asks=sentence.asked or any(f.mark.side in ("asking", "ask", "frame") for f in found),
        about_head=any(not any(f.start in span for span in not_heads) for f in heads),
        report_head=any(f.mark.side == "head" and f.mark.weight >= WHOLE_MESSAGE for f in found),
        framed=bool(framed),
        benign=any(f.mark.side == "benign" for f in found),
    )


def _harm_told(weighed: Sequence[_Weighed], asks: bool) -> tuple[str, ...]:
    """The ids that make this a worry: harm and an event within two neighbouring sentences, or nothing.

    A message that asks nothing was written to tell something: half a mark of an event is then enough.
    """
    event_enough = EVENT_ENOUGH if asks else EVENT_ENOUGH_UNASKED
    for i in range(len(weighed)):
        harm: dict[str, float] = {}
        event: dict[str, float] = {}
        for w in weighed[i : i + 2]:
            harm |= w.harm
            event |= w.event
        if sum(harm.values()) >= HARM_ENOUGH and sum(event.values()) >= event_enough:
            return tuple(dict.fromkeys((*harm, *event)))
    return ()


def _merely_told(weighed: Sequence[_Weighed]) -> tuple[str, ...]:
    """The ids of what a message that asks nothing tells as having happened, where nothing in it is plainly harmless."""
    if any(w.benign or w.framed for w in weighed):
        return ()
    told = {name: weight for w in weighed for name, weight in w.event.items()}
    return tuple(told) if sum(told.values()) >= EVENT_ALONE and any(name in told for name in _TELLING) else ()


def _command(sentences: Sequence[Sentence], commands: Sequence[Command]) -> str | None:
    """The id of the first command a short message gives."""
    length = sum(len(s.words) for s in sentences)
    for command in commands:
        if length > command.longest:
            continue
        for sentence in sentences:
            if any(p.find(sentence) for p in command.patterns) and not any(p.find(sentence) for p in command.unless):
                return command.id
    return None


def _is_smalltalk(sentences: Sequence[Sentence], found: Sequence[Sequence[Found]]) -> bool:
    """True where nothing but pleasantries is left, or a short message holds a mark of small talk and no frame."""
    if all(_only_fillers(s) for s in sentences):
        return True
    return sum(len(s.words) for s in sentences) <= SHORT_TALK and any(f.mark.side == "smalltalk" for marks in found for f in marks)


def _only_fillers(sentence: Sentence) -> bool:
    at = 0
    while at < len(sentence.words):
        ends = sentence.spans.get(at, {}).get("filler", ())
        if not ends:
            return False
        at = max(ends)
    return True
