"""What a clause says about an act (forbids, requires, allows, …), read off its words."""

from __future__ import annotations

import re

from knowledge.policy import Stance
from knowledge.sentences import sentences
from knowledge.wording import patterns

SAYS = patterns("stance")
YES = re.compile(r"^(?:yes|of course|certainly|you can|absolutely)\b(?!['’]t)(?! ?not\b| never\b)", re.IGNORECASE)
NO = re.compile(
    r"^(?:no(?! (?:problem|objection))|never|not|(?:certainly|absolutely|of course|definitely) not|sorry"
    r"|you (?:can(?:not|['’]t)|can (?:not|never)))\b",
    re.IGNORECASE,
)
WITH_A_BUT = re.compile(r"\b(?:but|if|provided|please|as long as|so long as|only|once|unless)\b", re.IGNORECASE)


def stance_of(text: str, lead_in: str = "") -> Stance:
    """What a clause as a whole says: its first sentence that says anything but information, a ban outranking what stands beside it."""
    said = [sentence_stance(sentence, lead_in if at == 0 else "") for at, sentence in enumerate(sentences(text))]
    telling = [stance for stance in said if stance is not Stance.INFORMS]
    if not telling:
        return Stance.INFORMS
    return Stance.FORBIDS if Stance.FORBIDS in telling[:2] else telling[0]


def sentence_stance(sentence: str, lead_in: str = "") -> Stance:
    """What one sentence says, under its lead-in."""
    if lead_in.endswith("?"):
        return _answer_stance(sentence)
    if lead_in:
        return _under_lead_in(sentence, lead_in)
    bare = SAYS["no_ban"].sub(" ", sentence)
    forbids = bool(SAYS["forbidden"].search(bare))
    if SAYS["consequence"].search(sentence) and not forbids:
        return Stance.INFORMS
    if SAYS["plainly_free"].search(sentence) and not forbids:
        return Stance.ALLOWS
    if SAYS["discouraged"].search(sentence):
        return Stance.ADVISES_AGAINST
    if forbids:
        freed, but, _ = bare.partition(" but ")
        if but and SAYS["free"].search(freed) and not SAYS["forbidden"].search(freed):
            return Stance.CONDITIONS  # "Group chats are allowed, but pupils are never discussed in them"
        return Stance.CONDITIONS if SAYS["without_permission"].search(sentence) else Stance.FORBIDS
    if SAYS["caution"].search(sentence) or SAYS["condition"].search(sentence):
        return Stance.CONDITIONS
    if SAYS["without_permission"].search(sentence):
        return Stance.CONDITIONS
    if SAYS["free"].search(bare):
        return Stance.ALLOWS
    if re.match(r"^avoid\b", sentence, re.IGNORECASE):
        return Stance.ADVISES_AGAINST
    return Stance.REQUIRES if SAYS["required"].search(sentence) or SAYS["imperative_start"].match(sentence) else Stance.INFORMS


def _answer_stance(answer: str) -> Stance:
    """What the answer to an FAQ says: its yes or no, if it begins with one."""
    said = sentence_stance(answer)
    if NO.match(answer) or said is Stance.FORBIDS:
        return Stance.FORBIDS
    if YES.match(answer):
        return Stance.CONDITIONS if WITH_A_BUT.search(answer) else Stance.ALLOWS
    return said


def _under_lead_in(item: str, lead_in: str) -> Stance:
    negative = bool(SAYS["negative_start"].match(item))
    if SAYS["consequence"].search(item) and not negative:
        return Stance.INFORMS
    lead_bans = bool(SAYS["lead_forbids"].search(SAYS["no_ban"].sub(" ", lead_in)))
    if lead_bans:
        if negative and not re.match(r"^that they", item, re.IGNORECASE):
            return Stance.REQUIRES  # "must not: … not report" says it twice over; rare, and a duty either way
        return Stance.CONDITIONS if SAYS["without_permission"].search(item) else Stance.FORBIDS
    if negative:
        return Stance.CONDITIONS if SAYS["without_permission"].search(item) else Stance.FORBIDS
    own = sentence_stance(item)
    if own in {Stance.FORBIDS, Stance.CONDITIONS, Stance.ADVISES_AGAINST}:
        return own
    if SAYS["lead_allows"].search(lead_in):
        return Stance.ALLOWS
    if SAYS["lead_requires"].search(lead_in):
        return Stance.REQUIRES
    return own
