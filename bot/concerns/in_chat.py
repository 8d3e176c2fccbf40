"""The desk's buttons in chat: "Acknowledge" under a ping. Content never comes to chat; for that there is the desk."""

from __future__ import annotations

from dataclasses import dataclass

from bot.concerns.concern import Concern
from bot.concerns.desk import Desk, NoSuchCase
from bot.links import case_path
from bot.people import same_person
from bot.reply import Reply, Says
from bot.school import Holder, School

ACKNOWLEDGE = "ack"  # what such a button carries, a dot, and the concern's id
TAKEN = "You have taken report {reference}. Open it at the desk and record what you do:\n{url}"
TAKEN_BEFORE = "Report {reference} has been taken already, by the {role}. Nothing else is needed from you unless they ask."
OVER = "Report {reference} is closed or withdrawn; nothing is waiting."
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
        for holder in holders:
            try:
                before = _stands(self.desk, school, holder, concern_id)
                if not before.open:
                    return Reply((Says(OVER.format(reference=before.reference)),), replaces=True)
                taken = self.desk.acknowledge(school, holder, concern_id)
            except NoSuchCase:
                continue
            by = taken.taken_by
            if by is not None and not same_person(by, holder):
                return Reply((Says(TAKEN_BEFORE.format(reference=taken.reference, role=by.role.value)),), replaces=True)
            url = self.public_url + case_path(school, concern_id)
            return Reply((Says(TAKEN.format(reference=taken.reference, url=url)),), replaces=True)
        return Reply((Says(NOT_YOURS),), replaces=False)


def holders_of(school: School, who: str) -> tuple[Holder, ...]:
    """The roles of whoever has that id in chat; none for an id that nobody at the school is known by."""
    door, _, rest = who.partition(":")
    person = rest.partition(":")[2]
    if not person or door not in {"slack", "teams"}:
        return ()
    return tuple(one for one in school.holders if (one.slack if door == "slack" else one.teams) == person)


def _stands(desk: Desk, school: str, holder: Holder, concern_id: str) -> Concern:
    found = next((one for one in desk.waiting(school, holder) if one.id == concern_id), None)
    if found is None:
        raise NoSuchCase
    return found
