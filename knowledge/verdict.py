"""The headline: no, yes, only if, or information; from the stance of the clauses towards the act and the form of the question."""

from __future__ import annotations

import re
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from knowledge.concepts import lexicon
from knowledge.index import PolicyIndex
from knowledge.judge import GROUP_OF, GROUPS, VERDICTS
from knowledge.policy import Audience, Stance
from knowledge.question import FORMS, Question
from knowledge.ranking import FEATURES, Ranked
from knowledge.rereading import JUDGED_VERDICT, Reread, judged_verdict
from knowledge.words import STOP_WORDS, stem, stems


class Verdict(StrEnum):
    """The answer in a word."""

    NO = "no"
    YES = "yes"
    CONDITIONAL = "conditional"
    INFO = "info"
    NOT_COVERED = "not_covered"


# The verdict a clause points to by its stance alone.
VERDICT_OF = {
    Stance.FORBIDS: Verdict.NO, Stance.ADVISES_AGAINST: Verdict.NO, Stance.REQUIRES: Verdict.INFO,
    Stance.ALLOWS: Verdict.YES, Stance.CONDITIONS: Verdict.CONDITIONAL, Stance.INFORMS: Verdict.INFO,
}  # fmt: skip
FAMILY_NAMES = (
    "bullying", "conduct", "contact", "data", "details", "devices", "discipline", "families",
    "material", "messaging", "monitoring", "off_topic", "photos", "reporting", "review", "school_accounts", "scope",
)  # fmt: skip
_FORM_NAMES = (*FORMS, "keywords")
_CLUES = ("consequence", "person", "time", "defines")
_PUT = {name: at for at, name in enumerate(FEATURES)}
VERDICT_FEATURES = (
    *(f"form_{name}" for name in _FORM_NAMES),
    *(f"sentence_{group}" for group in GROUPS),
    *(f"clause_{group}" for group in GROUPS),
    *(f"best_five_{group}" for group in GROUPS),
    *(f"{name}_x_{group}" for name in _FORM_NAMES for group in GROUPS),
    *(f"family_{name}" for name in FAMILY_NAMES),
    *(f"clue_{name}" for name in _CLUES),
    *JUDGED_VERDICT,
)
AS_GOOD, SURELY_ALLOWS = 1.5, 0.9  # a freedom whose score is this near the best clause's, and which is surely one, forbids a no
FAR_LIKELIER = 2.0  # yes than no, as the judge reads it: forbids a no above a clause that bans nothing
RIVAL = 2.5  # a ban whose score is this near the best clause's forbids a yes
SAME_TOPIC, AHEAD = 0.7, 1.0  # how alike in topic, and how far ahead in score, a clause must be for a yes
LIKELY_YES, SURELY_YES, SURELY_ANSWERS = 0.5, 0.7, 2.0  # how sure a yes to "do I have to" must be that was read, not spelled out
NOT_PLAIN = frozenset({"wrong_not", "negative", "who", "when", "where", "why", "consequence", "define"})  # forms to trip over
# Words of asking that name nothing.
ASKING_WORDS = frozenset("allowed allow alright fine right permitted possible acceptable use using".split())
OTHERS_ASK = re.compile(
    r"\b(?:can|could|may|are|is|do|should) (?:the |our |my )?"
    r"(?:pupils?|students?|child|children|kids?|parents?|mums?|dads?|families|carers?|visitors?)\b"
)
EXCEPTION = re.compile(
    r"\b(?:except|unless|only|but|however|if|provided|as long as|so long as|subject to|must|not|never|no|cannot|\w+n[’\']t)\b",
    re.IGNORECASE,
)


def verdict_row(question: Question, index: PolicyIndex, reread: Reread, table: NDArray[np.float32]) -> NDArray[np.float32]:
    """The values of VERDICT_FEATURES for a question and how the clauses were ranked and read for it."""
    ranked = reread.ranked
    top = ranked[0]
    forms = np.array([*(name in question.forms for name in FORMS), question.keywords], np.float32)
    sentence = _one_hot(index.units[top.unit].stance)
    clause = _one_hot(index.clauses[top.clause].stance)
    pull = np.exp(np.array([entry.score - top.score for entry in ranked[:5]], np.float32))
    best_five = sum(
        (share * _one_hot(index.units[entry.unit].stance) for share, entry in zip(pull / pull.sum(), ranked[:5], strict=True)),
        np.zeros(len(GROUPS), np.float32),
    )
    families = np.array([question.topics[index.model.family(name)].sum() for name in FAMILY_NAMES], np.float32)
    clues = table[top.clause, [_PUT[name] for name in _CLUES]]
    by_form = np.outer(forms, (sentence + clause) / 2).ravel()
    judged = np.array(judged_verdict(reread.readings), np.float32)
    return np.concatenate([forms, sentence, clause, best_five, by_form, families, clues, judged]).astype(np.float32)


def _one_hot(stance: Stance) -> NDArray[np.float32]:
    row = np.zeros(len(GROUPS), np.float32)
    row[GROUP_OF[stance]] = 1
    return row


def safe_verdict(likely: dict[str, float], question: Question, index: PolicyIndex, reread: Reread, table: NDArray[np.float32]) -> Verdict:
    """The verdict: yes only where a clause plainly allows or orders just this and no ban stands near it: a wrong yes ends a career.

    Neither is "no" said above a clause that plainly allows: then what the policy says stands without a yes or no.
    """
    ranked = reread.ranked
    best = Verdict(max(likely, key=lambda label: likely[label]))
    allowed = _plainly_allows(index, ranked[0])
    very_thing = allowed and _is_asked(question) and _is_the_very_thing(ranked, table)
    if very_thing and _asks_nothing_beyond(question, index, ranked[0]) and not _ban_near(index, ranked):
        return Verdict.YES
    if likely[Verdict.YES] >= LIKELY_YES and _is_a_duty(question, index, reread) and not _ban_near(index, ranked):
        return Verdict.YES
    if best is Verdict.YES:  # learned from words alone: not enough for a yes
        best = Verdict(max((label for label in likely if label != Verdict.YES), key=lambda label: likely[label]))
    if best is Verdict.NO:
        return _mildest_that_holds(
            question, index, ranked, allowed or _freedom_near(index, reread) or _reads_as_yes(question, index, reread)
        )
    return best


def _is_a_duty(question: Question, index: PolicyIndex, reread: Reread) -> bool:
    """Whether "do I have to" is plainly asked, the first clause orders something, and the judge is sure that it answers, and with yes."""
    if not reread.readings or "must" not in question.forms or question.forms & NOT_PLAIN:
        return False
    first = reread.readings[0]
    sure = first.answers >= SURELY_ANSWERS and first.verdicts[VERDICTS.index("yes")] >= SURELY_YES
    return sure and index.units[reread.ranked[0].unit].stance is Stance.REQUIRES


def _mildest_that_holds(question: Question, index: PolicyIndex, ranked: list[Ranked], allowed: bool) -> Verdict:
    """No, unless the very sentence allows, sets a condition, or orders just what is asked: a wrong no stops a report or a right."""
    said = index.units[ranked[0].unit].stance
    if allowed or said is Stance.ALLOWS:
        return Verdict.INFO
    if said is Stance.CONDITIONS and not _ban_near(index, ranked):
        return Verdict.CONDITIONAL
    if said is Stance.REQUIRES and "wrong_not" not in question.forms and _asks_nothing_beyond(question, index, ranked[0]):
        return Verdict.INFO
    return Verdict.NO


def _plainly_allows(index: PolicyIndex, top: Ranked) -> bool:
    """Whether the clause allows without an if, a but or a ban in any of its sentences."""
    said = [
        unit for unit in index.units if unit.clause == top.clause and (not unit.whole or index.clauses[top.clause].stance is unit.stance)
    ]
    free = index.units[top.unit].stance is Stance.ALLOWS
    return (
        free
        and all(unit.stance in {Stance.ALLOWS, Stance.INFORMS} for unit in said)
        and not EXCEPTION.search(index.clauses[top.clause].text.replace("’", "'"))
    )


def _is_asked(question: Question) -> bool:
    """Whether the question is a plain "may I": not who, when or what if, and without a not to trip over."""
    return "may" in question.forms and not question.forms & NOT_PLAIN


def _is_the_very_thing(ranked: list[Ranked], table: NDArray[np.float32]) -> bool:
    """Whether the first clause is on the question's own topic and well ahead of the next."""
    ahead = len(ranked) < 2 or ranked[0].score - ranked[1].score >= AHEAD
    return ahead and float(table[ranked[0].clause, _PUT["topics_sentence"]]) >= SAME_TOPIC


def _asks_nothing_beyond(question: Question, index: PolicyIndex, top: Ranked) -> bool:
    """Whether the clause speaks of every person, place, time and thing named: leave for the staffroom is none for the classroom.

    Each word must stand in the clause; only another word for the same act or means will do instead.
    """
    clause = index.clauses[top.clause]
    if Audience.STAFF not in clause.binds or OTHERS_ASK.search(" ".join(question.words)):
        return False
    names = lexicon()
    said, met = set(stems(clause.quotation)), index.concepts[top.clause]
    for word in question.words:
        if word in STOP_WORDS or stem(word) in said or word in ASKING_WORDS:
            continue
        concepts = names.concepts([word])
        if not concepts or any(names.kind_of[concept] not in {"act", "means"} or not met.get(concept) for concept in concepts):
            return False
    return True


def _freedom_near(index: PolicyIndex, reread: Reread) -> bool:
    """Whether a clause that allows, and is read as saying yes, stands as near the top as makes no difference."""
    yes = VERDICTS.index("yes")
    near = [
        (entry, one) for entry, one in zip(reread.ranked, reread.readings, strict=False) if entry.score > reread.ranked[0].score - AS_GOOD
    ]
    return any(one.verdicts[yes] >= SURELY_ALLOWS and index.units[entry.unit].stance is Stance.ALLOWS for entry, one in near[1:])


def _reads_as_yes(question: Question, index: PolicyIndex, reread: Reread) -> bool:
    """Whether the first clause, which bans nothing, is read as saying yes far rather than no: too little for a yes, too much for a no."""
    if not reread.readings or "wrong_not" in question.forms or GROUP_OF[index.units[reread.ranked[0].unit].stance] == 0:
        return False
    said = dict(zip(VERDICTS, reread.readings[0].verdicts, strict=True))
    return said["yes"] > FAR_LIKELIER * said["no"]


def _ban_near(index: PolicyIndex, ranked: list[Ranked]) -> bool:
    rivals = [entry for entry in ranked[:5] if entry.score > ranked[0].score - RIVAL]
    return any(GROUP_OF[stance] == 0 for entry in rivals for stance in (index.units[entry.unit].stance, index.clauses[entry.clause].stance))


def agreement(verdict: Verdict, index: PolicyIndex, ranked: list[Ranked]) -> float:
    """The share of the three best clauses whose stance points to the verdict."""
    said = [VERDICT_OF[index.units[entry.unit].stance] for entry in ranked[:3]]
    return sum(one is verdict for one in said) / len(said)
