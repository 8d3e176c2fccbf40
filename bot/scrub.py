"""Takes out of a question what could tell who it is about or who asked, before it is passed on.

What is left is shown to the asker first: no program knows every name.
"""

from __future__ import annotations

import re

from knowledge.concepts import lexicon
from knowledge.words import STOP_WORDS, tokens

LONGEST = 500  # characters passed on
READ = 4 * LONGEST  # characters looked at: what stands behind them would not be passed on, and looking for names in it takes long

ADDRESSES = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+|(?:https?://|www\.)\S+|<[@#!][^>]*>|(?<!\w)@\w[\w.]*", re.IGNORECASE)
NUMBERS = re.compile(r"(?<!\w)\+?\d[\d\s().-]{5,}\d(?!\w)")
DATES = re.compile(r"\b\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?\b")
TITLED = re.compile(
    r"\b(?:mr|mrs|ms|miss|mx|dr|sir|madam|rev|fr|sister|auntie|uncle)\.? +(?!(?:and|or|on|in|is|at|of)\b)[\w’'-]+", re.IGNORECASE
)
WORD = re.compile(r"[^\W\d_][\w’'-]*")
SENTENCE_START = re.compile(r"(?:^|[.!?:\n]\s*)$")
# Capitalised, but nobody's name.
KNOWN = frozenset(
    """i'm i've i'd i'll ok january february march april may june july august september october november december monday tuesday
    wednesday thursday friday saturday sunday christmas easter english maths british uk gdpr kcsie lado ofsted english french spanish
    german p.e. ict hi hello hey thanks thank please yes no head headteacher school reception nursery year""".split()
)
# Words that open a sentence and are nobody's name.
STARTS = frozenset(
    """a about after all also am an and another any anyone are as at because been before being but by can could dear did do does doing
    each either even every everyone for from had has have he her here hers him his how however i if in is isn't it its just last let
    many may me might most must my need never new no nobody not nothing now of off on once one only or other our out over people
    perhaps personally please posting quick question recently seen sent she should since so some somebody someone sometimes sorry
    staff still such taking than that the their them then there these they this those though through to today tomorrow tonight under
    until up us use used using very was we were what when where whether which while who whose why will with without working would
    yesterday yet you your""".split()
)
NAME = "[name]"


def scrub(question: str) -> str:
    """The question without addresses, numbers, dates and what looks like a name, at most 500 characters."""
    text = ADDRESSES.sub("[address]", question[:READ])
    text = NUMBERS.sub("[number]", text)
    text = DATES.sub("[date]", text)
    text = TITLED.sub(NAME, text)
    text = WORD.sub(lambda word: NAME if _looks_like_name(word[0], text[: word.start()], text[word.end() :]) else word[0], text)
    text = re.sub(rf"{re.escape(NAME)}(?:\s+{re.escape(NAME)})+", NAME, " ".join(text.split()))
    whole = len(text) <= LONGEST and len(question) <= READ
    return text if whole else text[:LONGEST].rsplit(" ", 1)[0] + " …"


def _looks_like_name(word: str, before: str, after: str) -> bool:
    if before.endswith("[") and after.startswith("]"):
        return False
    if not word[0].isupper() or (word.isupper() and len(word) <= 6):
        return False
    plain = word.lower().replace("’", "'")
    bare = plain.removesuffix("'s")
    if {plain, bare, bare.removesuffix("s")} & KNOWN or bare in STOP_WORDS or plain in STOP_WORDS or _known(bare):
        return False
    # At the start of a sentence any word has a capital: there only a word that nothing else knows counts.
    return not (SENTENCE_START.search(before) and bare in STARTS)


def _known(word: str) -> bool:
    return word in lexicon().vocabulary or bool(lexicon().concepts(tokens(word)))
