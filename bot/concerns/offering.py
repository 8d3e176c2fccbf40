"""Where the private way to report is offered in a conversation: on every worry, on answers about cyber-bullying, and when asked for."""

from __future__ import annotations

from bot.asking import Answer
from bot.links import receipt_path, report_path
from bot.reply import ReportOffer
from bot.school import School

WORRY = (
    "You can also tell those who look after such things here privately, in writing, with your name or without. "
    "Whom it is about never sees it."
)
BULLYING = "If this is happening to you or somebody you know, you can report it privately, with your name or without."
CHECK = "Read the replies to your report, or add to it, with its code:"
BULLIED = frozenset(  # topics of what is done to somebody, by their ids in knowledge/topics
    "cyberbully_define cyberbully_evidence cyberbully_report cyberbully_respond cyberbully_police cyberbully_support "
    "cyberbully_staff_policy cyberbully_outside seen_to_act impersonation crowd_report_to_provider".split()
)


def offer(answer: Answer, school: School, public_url: str) -> ReportOffer | None:
    """The offer that goes with an answer; None where it is no matter for a report."""
    url = f"{public_url}{report_path(school.id)}" if public_url else ""
    if answer.before:
        return ReportOffer(WORRY, url)
    return ReportOffer(BULLYING, url) if answer.ruling.topic in BULLIED else None


def way_back(school: School, public_url: str) -> ReportOffer:
    """The way back to a report that was made."""
    return ReportOffer(CHECK, f"{public_url}{receipt_path(school.id)}" if public_url else "")
