"""Where the private way to report is offered in a conversation: on every worry, on answers about cyber-bullying, and when asked for."""

from __future__ import annotations

import re

from bot.asking import Answer
from bot.links import receipt_path, report_path
from bot.reply import ReportOffer
from bot.school import School

WORRY = (
    "You can also tell those who look after such things here privately, in writing, with your name or without. "
    "You say who it is about, and they never see it."
)
BULLYING = "If this is happening to you or somebody you know, you can report it privately, with your name or without."
CHECK = "Read the replies to your report, or add to it, with its code:"
BULLIED = frozenset(  # topics of what is done to somebody, by their ids in knowledge/topics
    "cyberbully_define cyberbully_evidence cyberbully_report cyberbully_respond cyberbully_police cyberbully_support "
    "cyberbully_staff_policy cyberbully_outside seen_to_act impersonation crowd_report_to_provider pupil_bullying staff_welfare "
    "others_post_about_me".split()
)
# The likeliest topic of "a parent is abusing me on Facebook" is what parents write, so the words themselves count too: to offer
# it once too often costs a line, not to offer it may cost somebody the way to help.
_BULLIED = re.compile(
    r"\b((cyber.?)?bull(y|ied|ies|ying)|troll(s|ed|ing)|harass\w*|nasty|lies|rumours?|hateful|abusive|hate mail)\b"
    r"|\b(abus|threaten|slag|stalk|mock)\w*( off)? (me|us|my)\b|\b(group|page|account)s? (about|against) (me|us)\b"
    r"|\b(i|i'?m|being|been|getting)\b.*\b(abused|threatened|slagged|stalked|mocked)\b",
    re.IGNORECASE,
)


def offer(answer: Answer, school: School, public_url: str) -> ReportOffer | None:
    """The offer that goes with an answer; None where it is no matter for a report."""
    url = f"{public_url}{report_path(school.id)}" if public_url else ""
    if answer.before:
        return ReportOffer(WORRY, url)
    return ReportOffer(BULLYING, url) if answer.ruling.topic in BULLIED or _BULLIED.search(answer.ruling.question) else None


def way_back(school: School, public_url: str) -> ReportOffer:
    """The way back to a report that was made."""
    return ReportOffer(CHECK, f"{public_url}{receipt_path(school.id)}" if public_url else "")
