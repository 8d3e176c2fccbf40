"""Plain words for everything a case can hold, as the lead's papers and pages say them; one label for each member, none left out."""

from __future__ import annotations

from bot.concerns.concern import About, EntryKind, Evidence, Kind, Outcome, Police, Route, State, Wish
from bot.concerns.ports import Act
from bot.school import ROLE_NAMES, Role

ABOUT = {
    About.PUPIL: "a pupil",
    About.COLLEAGUE: "a colleague, volunteer or governor",
    About.PARENT: "a parent or somebody outside the school",
    About.LEAD: "the designated safeguarding lead",
    About.DEPUTY: "a deputy safeguarding lead",
    About.HEAD: "the head",
    About.CHAIR: "the chair of governors",
    About.UNSURE: "the reporter was not sure, or would rather not say",
}
ROUTE = {
    Route.NAMED: "With the reporter's name",
    Route.CONFIDENTIAL: "Confidential: in chat, without a name; the chat platform and the school's IT may know who used it, and when",
    Route.ANONYMOUS: "Without a name: on the web, not signed in; the school's network may know who visited, and when",
}
KIND = {
    Kind.CYBERBULLYING: "Cyber-bullying or online harassment",
    Kind.CHILD: "A child who may be harmed or at risk",
    Kind.CONDUCT: "Conduct of staff or volunteers",
    Kind.OTHER: "Something else",
}
WISH = {
    Wish.ADVICE: "Advice first",
    Wish.ACTION: "That something is done",
    Wish.RECORD: "Only that it is on record",
}
POLICE = {
    Police.NOT_ASKED: "Not asked, or does not apply",
    Police.UNDECIDED: "Not decided yet",
    Police.YES: "Wants the police told",
    Police.NO: "Does not want the police told",
}
EVIDENCE = {
    Evidence.NOT_ASKED: "Not asked, or not online",
    Evidence.KEPT: "Kept by the reporter",
    Evidence.NOT_YET: "Not kept yet",
    Evidence.NONE: "None is left",
}
STATE = {
    State.RECEIVED: "Received: waiting for somebody to take it",
    State.ACKNOWLEDGED: "Acknowledged: taken, nothing recorded yet",
    State.IN_ACTION: "In action",
    State.CLOSED: "Closed",
    State.WITHDRAWN: "Withdrawn by the reporter",
}
OUTCOME = {
    Outcome.ADVICE: "Advice given",
    Outcome.SUPPORT: "Support given",
    Outcome.SETTLED: "Settled within the school",
    Outcome.REFERRED_CARE: "Referred to children's social care",
    Outcome.REFERRED_LADO: "Referred to the council's officer (LADO)",
    Outcome.REFERRED_POLICE: "Referred to the police",
    Outcome.FORMAL: "Formal procedure of the school",
    Outcome.NO_ACTION: "No further action",
}
ENTRY = {
    EntryKind.STORY: "Reported",
    EntryKind.ADDED: "Added to the report",
    EntryKind.REPLY: "Replied to the reporter",
    EntryKind.NOTE: "Private note",
    EntryKind.DECISION: "Decision",
    EntryKind.CHANGE: "Change",
}
ACT = {
    Act.FILED: "Reported",
    Act.READ: "Opened the case",
    Act.READ_BY_REPORTER: "Looked at the report with the receipt code",
    Act.ADDED: "Added to the report",
    Act.ATTACHED: "Added a file",
    Act.WISHED: "Changed the wish about the police",
    Act.WITHDREW: "Withdrew the report",
    Act.ACKNOWLEDGED: "Acknowledged it",
    Act.REPLIED: "Replied to the reporter",
    Act.NOTED: "Private note",
    Act.DECIDED: "Decision",
    Act.ACTED: "Recorded an action",
    Act.HANDED_OVER: "Handed it over",
    Act.LINKED: "Linked it with another case",
    Act.SORTED: "Changed what kind of concern it is",
    Act.CLOSED: "Closed it",
    Act.REOPENED: "Took it up again",
    Act.KEPT_LONGER: "Changed how long it is kept",
    Act.OPENED_FILE: "Opened a file",
    Act.EXPORTED: "Exported the case",
    Act.FIGURES: "Looked at the governors' figures",
    Act.DELETION_ASKED: "Asked for the case to be deleted",
    Act.DELETED: "Deleted the case",
    Act.SIGNED_IN: "Signed in at the desk",
    Act.SIGNED_OUT: "Signed out of the desk",
    Act.FELL_BACK: "Nothing was recorded in time: it waits again",
    Act.LET_GO: "Whoever had taken it may not see it any more: it waits again",
    Act.PINGED: "Sent somebody a message about it",
    Act.NOBODY_LEFT: "Found nobody who could be told of it",
}
REPORTER = "The reporter"
_WHO = {"reporter": REPORTER, "signpost": "Signpost", **{role.value: ROLE_NAMES[role] for role in Role}}


def who(audited: str) -> str:
    """Whom the audit means by a role, "reporter" or "signpost"; the word itself where it is none of these."""
    return _WHO.get(audited, audited)
