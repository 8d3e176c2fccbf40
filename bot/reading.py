"""What a language model may do that the school has approved: choose one of the clauses found, or none. It writes nothing that is shown.

Off unless it is set up. docs/READER.md says what is sent, where to, and why nothing can be made up this way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import cache
from typing import Protocol

from bot.message_model import message_model
from bot.scrub import LONGEST, scrub
from bot.triage import FEWEST_WORDS, triage
from bot.triage_marks import Rules, load_rules
from knowledge.answering import Answerer, Citation, Ruling
from knowledge.corrections import CorrectedAnswerer
from knowledge.policy import Stance
from knowledge.verdict import RIVAL, Verdict

MOST_CANDIDATES = 10
# From this likelihood of harm on a message stays here though it is taken for a question, as does one with any word of harm in it. Of
# 1,250 worries by authors the model had not learned from, 33 were taken for questions, and none of those got past both of these; of 195
# by two later authors 15, and one. Over four in ten plain questions do not get past them either, and are answered without the reader.
DOUBTFUL = 0.04
HARM = frozenset({"harm", "tell", "emergency"})  # sides of marks
BANS = frozenset({Stance.FORBIDS, Stance.ADVISES_AGAINST})
RIVALS = 5  # how far down a ban is looked for, as in knowledge.verdict
# What a clause does not bear out is not said above it.
BORNE_OUT = {(Verdict.YES, Stance.CONDITIONS): Verdict.CONDITIONAL, (Verdict.NO, Stance.ALLOWS): Verdict.INFO}


@cache
def _rules() -> Rules:
    return load_rules()


@dataclass(frozen=True, slots=True)
class Choice:
    """What a reader chose: a candidate's number, None for none of them, and the verdict it names (a knowledge.verdict.Verdict's value)."""

    number: int | None
    verdict: str


class Reader(Protocol):
    """Whoever reads the candidates. It may be slow, wrong or lying: what it may bring about is decided here."""

    def choose(self, question: str, candidates: Sequence[tuple[int, str]]) -> Choice | None:
        """The choice among the candidates (number, text); None where there is no usable answer, within some three seconds. Raises nothing.

        `question`: without what looks like a name.
        """


class Reading:
    """A reader put to use on rulings; safe to use from several threads. ``came``: how often which outcome came, by code."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.came: Counter[str] = Counter()

    def of(self, message: str, ruling: Ruling, answerer: Answerer) -> Ruling:
        """The ruling as the reader leaves it; as it was where nothing may be sent or nothing usable came back."""
        candidates = candidates_of(ruling)
        if not candidates or ruling.parts or ruling.contradiction or not may_be_sent(message):
            self.came["not_sent"] += 1
            return ruling
        told = [(number, text_of(citation)) for number, citation in enumerate(candidates, start=1)]
        choice = self._reader.choose(scrub(message), told)
        read = with_choice(ruling, choice, answerer.clashes)
        if choice and read is not ruling and read.verdict is Verdict.YES and not _yes_by_words(message, ruling, choice, answerer):
            read = ruling
        self.came["no_answer" if choice is None else "not_followed" if read is ruling else "followed"] += 1
        return read


def may_be_sent(message: str) -> bool:
    """Whether a message is a question and nothing else, as far as Signpost can tell: no worry, no emergency, none in doubt, nor long.

    A message too long to be passed on whole is a story, and too short a one cannot be told from a worry.
    """
    if len(message) > LONGEST or len(message.split()) < FEWEST_WORDS:
        return False
    sorting = triage(message)
    if sorting.intent != "question" or sorting.about_head:
        return False
    if _speaks_of_harm(message):
        return False
    likely = message_model().likely(message)
    return likely["concern"] + likely["emergency"] < DOUBTFUL


def _speaks_of_harm(message: str) -> bool:
    """Whether there is any mark of harm in a message, be it only asked about."""
    rules = _rules()
    return any(found.mark.side in HARM for sentence in rules.lexicon.read(message) for found in rules.marks.found(sentence))


def candidates_of(ruling: Ruling) -> tuple[Citation, ...]:
    """The clauses a reader may choose among: those cited, or the near misses where the policy seemed silent."""
    return (ruling.citations or ruling.related)[:MOST_CANDIDATES]


def text_of(citation: Citation) -> str:
    """A clause as a reader is given it: the headings above it, its lead-in and its words."""
    clause = citation.clause
    heading = " › ".join(clause.section)
    return f"{heading}: {clause.quotation}" if heading else clause.quotation


def with_choice(ruling: Ruling, choice: Choice | None, clashing: AbstractSet[tuple[str, str]] = frozenset()) -> Ruling:
    """The ruling with the chosen clause first, or silent; the very same ruling where the choice is not one to be followed.

    `clashing`: (anchor of a ban, anchor of the milder clause) for clauses that contradict each other. The verdict may come out milder
    than the reader named it, and a contradiction always comes out stricter first.
    """
    candidates = candidates_of(ruling)
    if choice is None or not candidates or ruling.parts or ruling.contradiction or choice.verdict not in set(Verdict):
        return ruling
    verdict = Verdict(choice.verdict)
    if choice.number is None:
        return _silent(ruling, candidates) if verdict is Verdict.NOT_COVERED else ruling
    if verdict is Verdict.NOT_COVERED or not 1 <= choice.number <= len(candidates):
        return ruling
    chosen = candidates[choice.number - 1]
    if verdict is Verdict.YES and (_bans(chosen) or _ban_at_the_top(candidates)):
        return ruling
    verdict = BORNE_OUT.get((verdict, chosen.stance), verdict)
    order = [chosen, *(one for one in candidates if one is not chosen)]
    pair = _contradiction(order, clashing) if verdict is not Verdict.INFO else ()
    if pair:
        verdict, order = Verdict.NO, [*pair, *(one for one in order if one not in pair)]
    return replace(ruling, verdict=verdict, confident=True, citations=tuple(order), related=(), contradiction=bool(pair), off_topic=False)


def _yes_by_words(message: str, ruling: Ruling, choice: Choice, answerer: Answerer) -> bool:
    """Whether the choice would be followed to a yes without what people corrected too: a correction never makes a yes easier."""
    if not isinstance(answerer, CorrectedAnswerer):
        return True
    anchor = candidates_of(ruling)[(choice.number or 0) - 1].clause.anchor
    by_words = answerer.by_words.answer(message)
    there = next((number for number, one in enumerate(candidates_of(by_words), start=1) if one.clause.anchor == anchor), None)
    if there is None:
        return False
    again = with_choice(by_words, replace(choice, number=there), answerer.by_words.clashes)
    return again is not by_words and again.verdict is Verdict.YES


def _silent(ruling: Ruling, candidates: tuple[Citation, ...]) -> Ruling:
    """The ruling as silence; but a ban that was sure does not go away, it stands among the closest rules."""
    if ruling.confident and ruling.verdict is Verdict.NO and _bans(candidates[0]):
        return replace(ruling, confident=False)
    return replace(ruling, verdict=Verdict.NOT_COVERED, confident=True, citations=(), related=candidates)


def _bans(citation: Citation) -> bool:
    return citation.stance in BANS or citation.clause.stance in BANS


def _ban_at_the_top(candidates: tuple[Citation, ...]) -> bool:
    """Whether the first clause found, or one that came near it, is a ban."""
    return any(_bans(one) for one in candidates[:RIVALS] if one.score > candidates[0].score - RIVAL)


def _contradiction(order: Sequence[Citation], clashing: AbstractSet[tuple[str, str]]) -> tuple[Citation, ...]:
    """The first clause and the one that contradicts it, the stricter first; nothing where none does."""
    chosen = order[0]
    for other in order[1:]:
        for ban, mild in ((chosen, other), (other, chosen)):
            if (ban.clause.anchor, mild.clause.anchor) in clashing:
                return ban, mild
    return ()
