"""Answers one message from a school's policy: what kind of message it is, the ruling on it, and what must be said beside it.

Every door shows the same Answer; the sentences of ours that go with it stand here, so that no door says less than another.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from bot.reading import Reading
from bot.triage import Intent, Sorting, triage
from knowledge.answering import Answerer, Citation, Ruling, overdue_warning
from knowledge.verdict import Verdict

MOST_SHOWN = 3  # clauses shown to a person; machines are given ten
MOST_NEAR_MISSES = 2  # shown where the policy is silent
NEAR_ENOUGH = 5.0  # scores further below the best clause's than this are of clauses that hardly ever add to the answer
IMAGES = "emergency.indecent_images"
# The lead as the one who does something, not the one to be told.
ABOUT_LEAD = re.compile(
    r"\b(?:dsl|(?:designated )?safeguarding lead|designated lead|child protection officer)"
    r"(?:['’]?s| is| was| has| keeps?| kept| just| might be| may be) "
    r"(?!not (?:in|here|available|answering)|off\b|away|out\b|on (?:leave|a course)|in a meeting|been told"
    r"|the (?:one|person) (?:i|we|to)\b)",
    re.IGNORECASE,
)

# A question about whom to tell, which is answered with people before any clause.
WHOM = re.compile(
    r"\b(?:who(?:m)? (?:do|should|can|must|would) (?:i|we|you|staff) (?:tell|report|speak|talk|go|pass|inform|contact)"
    r"|how (?:do|should|can|would) (?:i|we|you|staff) report|(?:report|raise|flag|log) (?:a |my |any |this )?(?:concern|worry|disclosure)"
    r"|(?:child|pupil|student|kid) (?:discloses|tells me|tells us|says something|confides))",
    re.IGNORECASE,
)

EMERGENCY_LINE = "If anyone may be in danger now, ring 999 first."
TELL_LEAD_NOW = "Then tell your designated safeguarding lead at once, in person or by phone. Do not wait for an answer here."
DO_NOT_OPEN = (
    "Indecent pictures of a child: do not open, copy, forward or upload them. Leave the device as it is and tell the police and the lead."
)
DO_NOT_OPEN_POLICE = (  # where it may be the lead who has them
    "Indecent pictures of a child: do not open, copy, forward or upload them. Leave the device as it is and tell the police."
)
TELL_LEAD = (
    "Thank you for saying so: this is something to tell a person. "
    "Tell your designated safeguarding lead straight away, in person or by phone."
)
TELL_LEAD_ASKED = "Tell your designated safeguarding lead, in person or by phone."
TELL_HEAD = "It seems to be about the safeguarding lead. Tell the head straight away, not the lead: in person or by phone."
TELL_CHAIR = "It seems to be about the head. Tell the chair of governors straight away, not the head: in person or by phone."
TELL_NEITHER = (
    "It seems to be about the head and the lead. Tell the chair of governors straight away, neither of them: in person or by phone."
)
OTHERWISE = "If it is about the lead, tell the head. If it is about the head, tell the chair of governors."
NOTHING_SENT = "Signpost has not kept what you wrote here, nor sent it to anybody."
CONTRADICTION = "Your policy says two different things; the stricter comes first. Ask your head."
WHOM_TO_TELL = "For a worry about a child or a colleague, tell your designated safeguarding lead, in person or by phone."
NO_SURE_RULE = "On what you ask, Signpost found no rule that it is sure of: ask the person you tell."
NOT_SURE = "Closest rules. Signpost is not sure that one of them answers you:"
PERHAPS_SILENT = "Your policy may not cover this. The closest rules in it:"
NEAR_MISSES = "Closest, but not an answer:"
ALSO = "Your policy also says:"

HEADLINES = {
    Verdict.NO: "No.",
    Verdict.YES: "Yes.",
    Verdict.CONDITIONAL: "Only with conditions.",
    Verdict.INFO: "What your policy says:",
    Verdict.NOT_COVERED: "Your policy doesn't cover this.",
}

SMALL_TALK = "Ask what your school's policy says, in your own words. For example: can I accept a parent's friend request?"
COMMANDS = {
    "help": SMALL_TALK,
    "start_over": "Ask your next question; nothing of the last one is kept.",
    "stop": "Nothing is going on that could be stopped, and nothing you wrote has been kept.",
    "show_policy": "Each answer quotes the policy word for word and names the section.",
    "who_is_lead": "Your school office or the school's website can tell you who the designated safeguarding lead is.",
    "check_report": "A report is come back to where it was made: on your school's report page, with its code. Or ask the person you told.",
}


class Standing(StrEnum):
    """How a ruling is shown: with a headline, as the closest rules without one, or as the policy's silence."""

    ANSWERED = "answered"
    CLOSEST = "closest"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said to one message, for a door to show from top to bottom.

    ``before``: our sentences above everything else (999, whom to tell). ``said``: the reply to small talk or a command, else "".
    ``rulings``: those to show, one for each question in the message; none where the message asks nothing.
    ``ruling``: the one on the whole message, shown or not. ``command``: what is asked of the bot, where it is a command.
    ``review_warning``: "" unless the policy is past its review date.
    """

    intent: Intent
    command: str | None
    before: tuple[str, ...]
    said: str
    ruling: Ruling
    rulings: tuple[Ruling, ...]
    about_head: bool
    about_lead: bool
    asks_whom: bool
    review_warning: str

    @property
    def emergency_line(self) -> bool:
        """Whether 999 stands above all."""
        return EMERGENCY_LINE in self.before

    @property
    def private_route(self) -> bool:
        """Whether the writer is told whom to tell."""
        return NOTHING_SENT in self.before

    @property
    def standing(self) -> Standing:
        """How the message as a whole came out: the best of the rulings shown; answered where none needed to be."""
        found = {standing_of(ruling) for ruling in self.rulings}
        return next((one for one in Standing if one in found), Standing.ANSWERED)


def ask(message: str, answerer: Answerer | None, today: date, reading: Reading | None = None) -> Answer:
    """The answer to one message from the answerer's policy, as it stands on the day `today`.

    Without an answerer (no policy is published) no ruling is shown, but a worry or an emergency is still met as one.
    `reading`: where the school has a reader; it may take some three seconds. Only a plain question about neither head nor lead reaches it.
    """
    ruling = answerer.answer(message) if answerer else Ruling(message, Verdict.NOT_COVERED, False, (), (), False, "", "", False)
    sorting = sort(message, ruling)
    about_lead = bool(ABOUT_LEAD.search(message))
    if reading and answerer and sorting.intent == "question" and not (sorting.about_head or about_lead):
        ruling = reading.of(message, ruling, answerer)
    rulings = _shown_rulings(sorting.intent, sorting.command, sorting.asks, ruling) if answerer else ()
    return Answer(
        intent=sorting.intent,
        command=sorting.command,
        before=_before(sorting.intent, sorting.command, sorting.about_head, about_lead, IMAGES in sorting.reasons),
        said=NO_SURE_RULE if sorting.intent == "concern" and "?" in message and not rulings else _said(sorting.intent, sorting.command),
        ruling=ruling,
        rulings=rulings,
        about_head=sorting.about_head,
        about_lead=about_lead,
        asks_whom=sorting.intent == "question" and not (sorting.about_head or about_lead) and bool(WHOM.search(message)),
        review_warning=overdue_warning(answerer.edition, today) if answerer else "",
    )


def tells_of_harm(message: str) -> bool:
    """Whether a message by itself is a worry or an emergency: then it is never read as the rest of a question before it."""
    return triage(message).intent in {"concern", "emergency"}


def sort(message: str, ruling: Ruling) -> Sorting:
    """What kind of message it is; one that only tells of an event off our subject, with no word of harm ("my printer is broken"), asks."""
    sorting = triage(message)
    # The model's word counts as much as a mark: it alone hears "in the same nappy every single morning", which is off our subject too.
    harmless = not any(reason.startswith(("harm.", "emergency.", "model.harm")) for reason in sorting.reasons)
    if sorting.intent == "concern" and harmless and ruling.off_topic:
        return replace(sorting, intent="question", urgency="none", asks=True)
    return sorting


def standing_of(ruling: Ruling) -> Standing:
    """How one ruling is shown. Silence that is not sure is shown as the closest rules, for one of them may answer after all."""
    if not ruling.confident:
        return Standing.CLOSEST
    return Standing.SILENT if ruling.verdict is Verdict.NOT_COVERED else Standing.ANSWERED


def headline(ruling: Ruling) -> str:
    """The words above a ruling's clauses."""
    if standing_of(ruling) is not Standing.CLOSEST:
        return HEADLINES[ruling.verdict]
    return PERHAPS_SILENT if ruling.verdict is Verdict.NOT_COVERED else NOT_SURE


def whom_to_ask(ruling: Ruling, about_head: bool = False) -> str:
    """Who can answer where the policy does not, as a sentence; "" where the ruling answers."""
    match standing_of(ruling):
        case Standing.ANSWERED:
            return ""
        case Standing.CLOSEST:
            office = "the school office or the head." if ruling.off_topic else "the head or your designated safeguarding lead."
            return "If none of them settles it, ask " + ("the chair of governors." if about_head else office)
        case Standing.SILENT if about_head:
            return "Ask the chair of governors."
        case Standing.SILENT if ruling.off_topic:
            return "It does not look like a matter for this policy. Ask the school office or the head."
    return "Before you act, ask the head or your designated safeguarding lead."


def shown(ruling: Ruling) -> tuple[Citation, ...]:
    """The clauses a person is shown: the best, and up to two that come near it; near misses where the policy is silent."""
    foreign = ruling.off_topic and standing_of(ruling) is Standing.SILENT  # no rule comes near a question about pay
    ranked = () if foreign else ruling.citations or ruling.related
    most = MOST_NEAR_MISSES if standing_of(ruling) is Standing.SILENT else MOST_SHOWN
    return tuple(one for at, one in enumerate(ranked[:most]) if at == 0 or ranked[0].score - one.score <= NEAR_ENOUGH)


def _before(intent: Intent, command: str | None, about_head: bool, about_lead: bool, images: bool) -> tuple[str, ...]:
    if intent not in {"emergency", "concern"} and command != "report":
        return ()
    if about_head or about_lead:  # whoever it is about is never named as the one to tell
        both = about_head and about_lead
        pictures = (DO_NOT_OPEN_POLICE,) if images else ()
        return (EMERGENCY_LINE, *pictures, TELL_NEITHER if both else TELL_CHAIR if about_head else TELL_HEAD, NOTHING_SENT)
    pictures = (DO_NOT_OPEN,) if images else ()
    told = {"emergency": TELL_LEAD_NOW, "concern": TELL_LEAD}.get(intent, TELL_LEAD_ASKED)
    return (EMERGENCY_LINE, told, *pictures, OTHERWISE, NOTHING_SENT)


def _said(intent: Intent, command: str | None) -> str:
    if intent == "command":
        return COMMANDS.get(command or "", "")
    return SMALL_TALK if intent == "smalltalk" else ""


def _shown_rulings(intent: Intent, command: str | None, asks: bool, ruling: Ruling) -> tuple[Ruling, ...]:
    """The rulings to show.

    Where something has happened, only sure ones: beside a child's disclosure "never mention a pupil" would be read as "say nothing",
    and "not covered" as "no matter".
    """
    parts = ruling.parts or (ruling,)
    if intent == "question":
        return parts
    if (intent in ("concern", "emergency") and asks) or command == "who_is_lead":
        return tuple(part for part in parts if standing_of(part) is Standing.ANSWERED)
    return ()
