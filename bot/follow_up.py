"""Follow-ups: "what about ex-pupils?" put together with the question before it, so that it can be answered as a whole question."""

from __future__ import annotations

import re

from knowledge.concepts import lexicon
from knowledge.words import tokens

# The turn of phrase alone: what is left is cut off by hand, for a pattern that looks for its end takes minutes over some long messages.
OPENINGS = re.compile(
    r"^(?:(?:ok(?:ay)?|right|so|and|but|hmm+|thanks?|ah|oh|cheers|sorry)[\s,.!:-]+)*"
    r"(?:(?:what|how)(?:['’]?s)? about|(?:what|how) (?=if\b)|(?:does|do|is|would|is it|would it be) (?:that|this|it|the same)(?: rule)?"
    r" (?:also )?"
    r"(?:include|apply to|go for|count for|cover|mean|for|with|the same for|the same with)"
    r"|(?:the )?same (?:for|with|goes for)|even|and|or|but)\b[\s,:]*",
    re.IGNORECASE,
)
# "What if" asks on only where it points back; "what if a pupil tells me a secret?" is a question of its own.
POINTS_BACK = re.compile(
    r"if (?:they|he|she|it|that|this|those|i|we|my|his|her|their|both|there|only|nobody|no one"
    r"|it[’']?s|they[’']?re|he[’']?s|she[’']?s|i[’']?m|i[’']?ve)\b",
    re.IGNORECASE,
)
FEW = 4  # words of what is left where nothing else it could be is
FEWEST, LONGEST = 1, 12  # words of what is left
LONGEST_NAME = 4  # words of a person or a means
ARTICLES = r"(?:(?:one|any|some|all|either) of (?:the|my|our|their) |(?:an? |the |my |our |their |some |any |another ))?"
WHOLE_QUESTION = re.compile(r"\b(?:can|may|could|should|must|am|are|is|do|does|will|would) (?:i|we|you|staff|they)\b", re.IGNORECASE)


def follow_up(text: str, before: str) -> str:
    """The whole question that a follow-up to `before` asks; "" where `text` stands on its own."""
    rest = _rest(text) if before else ""
    if not rest:
        return ""
    asked = before.strip().rstrip("?.! ")
    if rest.lower().startswith("if "):  # a circumstance, though it may name somebody: "if she's my sister"
        return f"{asked}, {rest}?"
    return (_with_another(asked, rest, "who") or _with_another(asked, rest, "means") or f"{asked}, {rest}") + "?"


def asks_on(text: str) -> bool:
    """Whether a message is plainly worded as a follow-up, whatever came before it."""
    return 0 < len(_rest(text).split()) <= FEW


def _rest(text: str) -> str:
    """What is left of a follow-up once its turn of phrase is taken off; "" where it is none."""
    found = OPENINGS.match(text.strip())
    rest = text.strip()[found.end() :].rstrip(" ?.!") if found else ""
    if "\n" in rest or not re.search(r"\w", rest):
        return ""
    if re.match(r"if\b", rest, re.IGNORECASE) and not POINTS_BACK.match(rest):
        return ""
    return rest if FEWEST <= len(rest.split()) <= LONGEST and not WHOLE_QUESTION.search(rest) else ""


def _with_another(asked: str, rest: str, kind: str) -> str:
    """The question with its person (or means) exchanged for the one named in `rest`; "" where not both name one."""
    new = _names(rest, kind)
    old = _names(asked, kind)
    if not new or not old or len(tokens(rest)) > len(tokens(new[0])) + 2:
        return ""
    taken = re.compile(rf"\b{ARTICLES}{re.escape(old[0])}(?P<whose>['’]s)?", re.IGNORECASE)
    said = re.sub(r"^(?:on|in|with|for|from|to|via|by) ", "", rest, flags=re.IGNORECASE)
    return taken.sub(lambda found: said + (found["whose"] or ""), asked, count=1)


def _names(text: str, kind: str) -> list[str]:
    """The stretches of a text that name somebody (or a means), longest first."""
    names = lexicon()
    words = [(word.start(), word.end()) for word in re.finditer(r"[\w'’@-]+", text)]
    for length in range(min(LONGEST_NAME, len(words)), 0, -1):
        for at in range(len(words) - length + 1):
            stretch = text[words[at][0] : words[at + length - 1][1]]
            inner = tokens(stretch)
            concepts = [one for one in names.concepts(inner) if names.kind_of[one] == kind and one not in {"self", "manager"}]
            # The stretch is the name itself, not a name with other words beside it.
            if concepts and not any(names.concepts(inner[1:]).get(one) or names.concepts(inner[:-1]).get(one) for one in concepts):
                return [stretch]
    return []
