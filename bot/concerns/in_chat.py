"""The desk's buttons in chat: "Acknowledge" under a ping. Content never comes to chat; for that there is the desk."""

from __future__ import annotations

from dataclasses import dataclass

from bot.concerns.acknowledging import Came, take
from bot.concerns.desk import Desk
from bot.concerns.ports import CaseBroken
from bot.links import case_path
from bot.reply import Reply, Says
from bot.school import Holder, School

ACKNOWLEDGE = "ack"  # what such a button carries, a dot, and the concern's id
TAKEN = "You have taken report {reference}. Open it at the desk and record what you do:\n{url}"
TAKEN_BEFORE = "Report {reference} has been taken already, by the {role}. Nothing else is needed from you unless they ask."
OVER = "Report {reference} is closed or withdrawn; nothing is waiting."
BROKEN = "That report cannot be opened, so it was not acknowledged. Tell whoever runs Signpost at once."
NOT_YOURS = "There is nothing here for you to acknowledge."


@dataclass(frozen=True, slots=True)
class InChat:
    """Presses of a ping's button. ``public_url``: where the desk is."""

    desk: Desk
    public_url: str = ""

    def press(self, school: str, concern_id: str, who: str) -> Reply:
        """What is said to whoever pressed, once it is sure that they may know of the case. `who`: "slack:T1:U2" or "teams:tenant:user"."""
        with self.desk.cases.unit(school) as unit:
            holders = holders_of(unit.school, who)
        try:
            found = take(self.desk, school, holders, concern_id)
        except CaseBroken:
            return Reply((Says(BROKEN),), replaces=False)
        match found.came:
            case Came.MINE:
                url = self.public_url + case_path(school, concern_id)
                return Reply((Says(TAKEN.format(reference=found.reference, url=url)),), replaces=True)
            case Came.TAKEN:
                by = found.by.value if found.by else "school"
                return Reply((Says(TAKEN_BEFORE.format(reference=found.reference, role=by)),), replaces=True)
            case Came.NOT_NOW:
                return Reply((Says(OVER.format(reference=found.reference)),), replaces=True)
        return Reply((Says(NOT_YOURS),), replaces=False)


def holders_of(school: School, who: str) -> tuple[Holder, ...]:
    """The roles of whoever has that id in chat; none for an id that nobody at the school is known by."""
    door, _, rest = who.partition(":")
    person = rest.partition(":")[2]
    if not person or door not in {"slack", "teams"}:
        return ()
    return tuple(one for one in school.holders if (one.slack if door == "slack" else one.teams) == person)
