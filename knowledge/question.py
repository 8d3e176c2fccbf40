"""A staff question understood: the sentence that asks, what form it takes, and whom, what and by what means it is about."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import numpy as np

from knowledge.clauses.splitting import sentences
from knowledge.concepts import lexicon
from knowledge.topics.fitted import TopicModel, Vector
from knowledge.words import STOP_WORDS, Speller, stem, tokens

SHORT_KEYWORDS = 5  # words or fewer without a verb of asking: typed as into a search box
STORY = 25  # words from which the asking sentence is looked for
STORY_COUNTS = 0.35  # weight of the words around the asking sentence

# The forms of a question, looked for in its mended words.
FORMS: dict[str, re.Pattern[str]] = {
    name: re.compile(pattern)
    for name, pattern in {
        "may": r"\b(?:can|could|may|might) (?:i|we|staff|you|a|an|the|my|our|teachers|tas|governors|volunteers|parents|pupils|children|kids|students|they|he|she|it|anyone|someone|somebody|people|visitors|supply)\b|\bam i (?:even )?(?:allowed|ok|okay|permitted|able|free|all right|safe|good)\b|\b(?:is|are|it|that|this|would|be) (?:it |this |that |there )?(?:be )?(?:ok|okay|all right|alright|allowed|fine|permitted|acceptable|cool|good|safe|legal|appropriate|a problem|an issue|any harm|bad)\b|\ballowed\b|\b(?:ok|okay|fine|cool|legit) (?:to|if|for)\b|\b(?:any|no) harm\b|\bpermission\b|\bdo you mind\b|\bis that (?:a )?(?:no|yes|ok|bad)\b",
        "must": r"\b(?:do|does|will|would) (?:i|we|staff|you|they|he|she|parents|pupils|volunteers|governors|teachers|anyone) (?:really |actually |still |even )?(?:have|need|got|ought) (?:to\b)?|\b(?:must|should|shall|need) (?:i|we|staff|you|they|he|she|it|parents|pupils|volunteers|governors)\b|\bhave to\b|\bneed to\b|\bsupposed to\b|\bmeant to\b|\brequired\b|\bobliged\b|\bcompulsory\b|\bmandatory\b|\bexpected to\b|\bmade to\b|\bdo i (?:press|tell|reply|report|delete|accept|ignore|block|let|keep|follow|add|answer|remove)\b",
        "who": r"\bwho\b|\bwhom\b|\bwhose\b|\bwhich person\b",
        "when": r"\bwhen\b|\bhow (?:often|long|soon|quickly|fast|many times|late)\b|\bwhat (?:date|day|time|age|year)\b|\buntil\b|\bsince when\b|\bhow old\b|\bdate\b",
        "where": r"\bwhere\b|\bwhich (?:site|device|channel|place|account|number|app|platform)\b",
        "how": r"\bhow (?:do|does|should|can|would|shall|to|must|am|is|are|will|come)\b|\bwhat (?:do|should|shall|must|would|can) (?:i|we|you|staff|they|he|she) (?:do|say|use|need)\b|\bwhat now\b|\bwhat next\b|\bprocedure\b|\bwhat (?:is|are) (?:the )?(?:right|correct|proper|best|next)\b|\bwhich (?:channel|way|route)\b|\bsteps\b|\bhow\b$",
        "why": r"\bwhy\b|\bwhat is the (?:point|reason)\b|\bpurpose\b|\bhow come\b",
        "what": r"\bwhat\b|\bwhich\b",
        "define": r"\bwhat counts\b|\bcounts? as\b|\bwhat (?:is|are|does)\b.*\bmeans?\b|\bdefinition\b|\bmean by\b|\bwhat (?:exactly )?(?:is|are) (?:a |an )?(?:cyber ?bullying|social media|defamation|disrepute)\b|\bclass(?:ed)? as\b|\bmeaning of\b|\binclude[ds]?\b|\bexamples? of\b|\bdoes (?:it|this|that|the policy) (?:cover|apply|include|count)\b|\bapply to\b|\bapplies\b",
        "consequence": r"\bwhat (?:will |could |would |can |might )?happens?\b|\bin trouble\b|\bget (?:into |in )?trouble\b|\b(?:be|get|getting|am i|i be) (?:\w+ )?(?:sacked|fired|dismissed|disciplined|punished|struck|suspended|barred|binned|booted)\b|\bsack(?:ed|ing)?\b|\bdisciplin\w*\b|\blose my (?:job|registration)\b|\bconsequences?\b|\bpunish\w*\b|\bpenalty\b|\bcost me\b|\bgross misconduct\b|\bsanctions?\b|\bdo me for\b|\bcan they\b|\bwarning\b|\bwhat could happen\b|\btold off\b",
        "negative": r"\b(?:not|never|no|without|nothing|nobody)\b",
        "wrong_not": r"\b(?:wrong|bad|ok|okay|fine|all right|alright|allowed|a problem|matter|trouble|acceptable|safe) (?:for me |for us |for staff )?(?:to |if |that )?(?:i |we |you |someone |somebody |they )?(?:do |did |does |am |are |is |have |can )?(?:not|never)\b|\b(?:do|does|would|need) (?:i |we |you |staff )?not (?:have|need)\b|\bnot (?:have|need) to\b|\bno need to\b|\bneed not\b|\bwithout (?:telling|asking|reporting|permission|consent|saying|informing|checking|approval|letting)\b|\bnot (?:bother|bothering|report|tell|keep|mention|log|lock|change|set|ask|reply)\b|\bcan i (?:just )?(?:skip|leave|ignore|avoid)\b|\bget away without\b",
        "loaded": r"\bsurely\b|\bisn.?t it\b|\bis it not\b|\bis not it\b|\bright$|\bis there$|\bnothing wrong\b|\bno problem\b|\bno one minds\b|\bcan not be (?:wrong|that bad)\b|\bam i not\b|\bare we not\b|\bi assume\b|\bpresumably\b|\bis not that\b|\bonly\b",
        "banned": r"\bbanned\b|\bforbidden\b|\bagainst (?:the )?(?:rules|policy|law)\b|\bnot allowed\b|\bprohibited\b|\bstop me\b|\billegal\b|\bwrong\b|\bbreaking (?:the |any )?(?:rules|policy|law)\b|\bfrowned\b",
        "what_if": r"\bwhat if\b|\bif (?:i|a|an|my|someone|the|we|they|one)\b|\bsuppose\b",
    }.items()
}
ASKING = re.compile(
    r"\?|^(?:so |and |but |ok |also |hi |hello |just |please )*(?:can|could|may|am|is|are|do|does|did|should|shall|must|will|would|what|when|where|who|how|why|which|need|any chance|has|have)\b|\b(?:can|should|could|may|must|do|am) (?:i|we)\b|\b(?:wondering|want to know|not sure|unsure|ok to|okay to|allowed to|am i right)\b",
    re.IGNORECASE,
)
SECOND_QUESTION = re.compile(r",?\s+(?:and|or|also|plus)\s+(?=(?:also |then |if so,? )?(?:who|what|when|where|how|why|which|can|could|may|should|must|do|does|am|is|are|will|would)\s+(?:i|we|it|the|a|my|they|that|this|to|needs?|should|do|does|is|are|happens?|long|often|else|parents?|staff|pupils?|has|have)\b)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Question:
    """One question, understood.

    ``weights``: each content stem with how much it counts (1 in the asking sentence, less in the story around it).
    ``concepts``: concept → weight. ``forms``: the names in FORMS that fit. ``topics``: a probability for each topic.
    """

    text: str
    words: tuple[str, ...]
    weights: dict[str, float]
    concepts: dict[str, float]
    forms: frozenset[str]
    topics: Vector
    keywords: bool


@cache
def forms_of(asked: str) -> frozenset[str]:
    """The names of the forms that some mended words take."""
    return frozenset(name for name, pattern in FORMS.items() if pattern.search(asked))


def split_questions(message: str) -> list[str]:
    """The questions in a message, each with the story that goes with it; most messages hold one.

    "Can I start a class blog, and who needs the log-in?" gives two; a story with one asking sentence gives itself.
    """
    said = sentences(message.strip())
    asking = [at for at, sentence in enumerate(said) if "?" in sentence or (ASKING.search(sentence) and at == len(said) - 1)]
    marked = [at for at in asking if "?" in said[at]]
    if len(marked) >= 2:
        parts = []
        start = 0
        for at in marked:
            parts.append(" ".join(said[start : at + 1]))
            start = at + 1
        if rest := " ".join(said[start:]):
            parts[-1] = f"{parts[-1]} {rest}"
        return [whole for part in parts for whole in _halves(part)]
    return _halves(message.strip())


def _halves(part: str) -> list[str]:
    if len(part.split()) > 60:
        return [part]
    pieces = [piece.strip() for piece in SECOND_QUESTION.split(part) if piece.strip()]
    return pieces if len(pieces) > 1 and all(len(piece.split()) >= 3 for piece in pieces) and ASKING.search(pieces[0]) else [part]


def understand(text: str, speller: Speller, model: TopicModel) -> Question:
    """What a question asks: its words mended, its asking sentence weighed above the story, its forms, concepts and likely topics."""
    words = speller.mend(tokens(text))
    said = sentences(text)
    asked = text
    if len(words) > STORY and len(said) > 1:
        asking = [sentence for sentence in said if "?" in sentence] or [sentence for sentence in said if ASKING.search(sentence)]
        asked = " ".join(asking) or said[-1]
    asked_words = speller.mend(tokens(asked)) if asked is not text else words
    names = lexicon()
    concepts = names.concepts(asked_words)
    topics = model.likely(asked_words, concepts)
    if asked is not text:
        whole = names.concepts(words)
        story = model.likely(words, whole)
        thin = len([word for word in asked_words if word not in STOP_WORDS]) <= 4  # "Is that ok?" asks nothing without its story
        share = 0.75 if thin else 0.5
        topics = np.asarray((1 - share) * topics + share * story, np.float32)
        for concept, weight in whole.items():
            concepts.setdefault(concept, weight * (0.9 if thin else 0.5))
    weights: dict[str, float] = {}
    inside = set(asked_words)
    for word in words:
        if word not in STOP_WORDS:
            one = stem(word)
            weights[one] = max(weights.get(one, 0.0), 1.0 if word in inside else STORY_COUNTS)
    joined = " ".join(asked_words)
    forms = forms_of(joined)
    keywords = "?" not in text and len(words) <= SHORT_KEYWORDS + 2 and not forms & {"may", "must", "who", "when", "how", "where"}
    return Question(text, tuple(words), weights, concepts, forms, topics, keywords)
