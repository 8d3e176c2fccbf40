"""The head's digest: what waits, how quickly reports are taken, which policies need a review, and what staff ask that no policy answers.

Counts only, and only of reports that this head may see: no story, no name, no kind of report.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from bot.concerns.concern import Concern, State
from bot.concerns.exclusion import may_see
from bot.concerns.in_chat import holders_of
from bot.concerns.letters import ToSay
from bot.concerns.ports import Cases
from bot.concerns.wording_of_pings import waiting
from bot.links import desk_path
from bot.ports import Gap, Now, Schools
from bot.reply import Reply, Says
from bot.school import Holder, Role, School
from knowledge.topics.fitted import topic_titles

LOOKED_BACK = timedelta(days=28)
REVIEW_SOON = timedelta(days=60)
MOST_TOPICS = 5
SUBJECT = "Signpost: your digest"
ASKED_FOR = frozenset({"digest", "/digest", "my digest", "the digest"})
NOT_THE_HEAD = "The digest is for the head of the school. Signpost does not know you as one here."


@dataclass(frozen=True, slots=True)
class Digests:
    """Digests of all schools."""

    schools: Schools
    cases: Cases
    now: Now
    public_url: str = ""

    def of(self, school: School, head: Holder) -> ToSay:
        """What one head is told now."""
        with self.cases.unit(school.id) as unit:
            seen = [one for one in unit.concerns() if may_see(unit.school, one, head)]
        lines = [*_reports(seen, self.now()), "", *self._policies(school), "", *self._gaps(school)]
        desk = self.public_url + desk_path(school.id) if self.public_url else ""
        return ToSay(SUBJECT, "\n".join([f"{school.name}, the last four weeks.", "", *lines]).strip(), desk)

    def asked_by(self, school: str, who: str) -> Reply:
        """The digest for whoever asks in chat, where they are a head there. `who`: "slack:T1:U2" or "teams:tenant:user"."""
        with self.schools.unit(school) as unit:
            heads = [one for one in holders_of(unit.school, who) if one.role is Role.HEAD]
        if not heads:
            return Reply((Says(NOT_THE_HEAD),))
        said = self.of(unit.school, heads[0])
        return Reply(tuple(Says(text) for text in (said.text, said.desk) if text))

    def _policies(self, school: School) -> list[str]:
        today = self.now().date()
        lines = []
        with self.schools.unit(school.id) as unit:
            for key in unit.current():
                found = unit.published(key.policy)
                due = found.edition.review_due if found else None
                if found and due is None:
                    lines.append(f"{found.edition.title} states no review date.")
                elif found and due and due < today:
                    lines.append(f"{found.edition.title}: its review was due on {_day(due)}. Every answer says so.")
                elif found and due and due - today <= REVIEW_SOON:
                    lines.append(f"{found.edition.title}: to be reviewed by {_day(due)}.")
        return lines or ["No policy needs a review soon."]

    def _gaps(self, school: School) -> list[str]:
        titles = topic_titles()
        counted: Counter[str] = Counter()
        with self.schools.unit(school.id) as unit:
            for topic, _, why, count in unit.gaps((self.now() - LOOKED_BACK).date().replace(day=1)):
                if why is Gap.SILENT and topic in titles:
                    counted[topic] += count
        if not counted:
            return ["Staff asked nothing that your policies are silent on."]
        return [
            "Asked most, and your policies say nothing of it:",
            *(f"- {titles[topic]}" for topic, _ in counted.most_common(MOST_TOPICS)),
        ]


def _reports(seen: list[Concern], now: datetime) -> list[str]:
    untaken = [one for one in seen if one.state is State.RECEIVED]
    in_hand = [one for one in seen if one.state in {State.ACKNOWLEDGED, State.IN_ACTION}]
    lines = [f"Reports that nobody has taken: {len(untaken)}." if untaken else "No report waits for somebody to take it."]
    if untaken:
        lines[0] += f" The longest has been waiting {waiting(now - min(one.waits_since for one in untaken))}."
    if in_hand:
        lines.append(f"Reports in hand: {len(in_hand)}.")
    taken = [one.taken_at - one.filed_at for one in seen if one.taken_at and one.filed_at >= now - LOOKED_BACK]
    if taken:
        half = timedelta(seconds=median(one.total_seconds() for one in taken))
        lines.append(
            f"Half of those taken were taken within {waiting(half).removeprefix('for ').replace('since just now', 'two minutes')}."
        )
    return lines


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
