"""The report form in words: what is said before anything is written, what is asked, and what may be chosen; the same at every door."""

from __future__ import annotations

from bot.concerns.concern import About, Evidence, Kind, Police, Route, Wish
from bot.concerns.exclusion import DESK_ROLES, ROLE_OF, recipients
from bot.people import contact, each_once
from bot.reply import Contact
from bot.school import ROLE_NAMES, Holder, Role, School

TITLE = "Tell the safeguarding lead privately"
GIVES_WAY = (
    "What you write here is treated in confidence. Where a child or anybody else may be at risk, whoever reads it has to act and may "
    "have to tell others, such as social care or the police."
)
ROUTES = {
    Route.NAMED: "With my name: whoever reads the report sees who I am.",
    Route.CONFIDENTIAL: "Confidential: without my name.",
    Route.ANONYMOUS: "Without my name.",
}
CONFIDENTIAL = (
    "Confidential means: your name will not be shown to the lead or stored with your report. {platform} and your school's IT "
    "administrators may see that you used this bot, and when. This is confidential, not anonymous.{web}"
)
ANONYMOUS_PAGE = " To report without being seen here, use {address} on your own phone."
ANONYMOUS = (
    "We do not keep your name, IP address or device. We cannot hide your visit from your school's network: use your own phone, on its own "
    "data. What you describe may identify you. Without your code we cannot reply to you."
)
IMAGES = (
    "Indecent pictures of a child: do not open, copy, forward or upload them. Leave the device as it is and tell the police and, unless it "
    "is about them, the safeguarding lead at once."
)
EVIDENCE_ADVICE = (
    "If it happened online: keep it. Take screen prints that show the time, the date and the address; do not delete anything, do not "
    "answer and do not retaliate."
)
POLICE_ADVICE = (
    "Whether the police are told is for the person who was bullied to decide. Where a child is at risk, whoever looks after the report may "
    "have to tell them."
)
ABOUT_ASKED = "Who is it about? Tick everybody it is about: they will not see it."
ABOUT_HINT = "If a colleague is one of those named here, tick that role too. Nobody you tick is told of this report."
STORY_ASKED = "What happened? When, where, who saw it?"
KIND_ASKED = "What kind of thing is it?"
WISH_ASKED = "What would you like?"
URGENT_ASKED = "It cannot wait until tomorrow"
EVIDENCE_ASKED = "If it happened online: have you kept it?"
POLICE_ASKED = "If you were the one bullied: do you want the police told?"
NAME_ASKED = "Your name"
NOBODY_IDENTIFIED = "Nobody here may read a report about those you ticked."

KINDS = {
    Kind.CYBERBULLYING: "Somebody is bullied or harassed online: me, a colleague or a pupil",
    Kind.CHILD: "A child may be harmed or at risk",
    Kind.CONDUCT: "What a member of staff or a volunteer does",
    Kind.OTHER: "Something else",
}
WISHES = {
    Wish.ACTION: "That something is done",
    Wish.ADVICE: "Advice first",
    Wish.RECORD: "Only that it is on record",
}
EVIDENCES = {
    Evidence.NOT_ASKED: "It did not happen online",
    Evidence.KEPT: "Yes, I have screen prints",
    Evidence.NOT_YET: "Not yet",
    Evidence.NONE: "No, it is gone",
}
POLICES = {
    Police.NOT_ASKED: "This does not apply to me",
    Police.UNDECIDED: "I have not decided",
    Police.YES: "Yes",
    Police.NO: "No",
}
_ABOUT = {
    About.PUPIL: "A pupil",
    About.COLLEAGUE: "A colleague, volunteer or governor",
    About.PARENT: "A parent or somebody outside the school",
    About.UNSURE: "I am not sure, or would rather not say",
}


def abouts(school: School) -> dict[About, str]:
    """Whom a report can be about, with what to call each; those who hold a role at the desk are named, so that nobody ticks past them."""
    roles = {about: role for about, role in ROLE_OF.items() if school.holding(role)}
    named = {about: f"{ROLE_NAMES[role]}: {', '.join(holder.name for holder in school.holding(role))}" for about, role in roles.items()}
    unsure = {About.UNSURE: _ABOUT[About.UNSURE]}
    return {about: words for about, words in _ABOUT.items() if about not in unsure} | named | unsure


def who_reads(school: School, about: frozenset[About]) -> str:
    """One sentence on who may read a report about these; "" where nobody is left."""
    people = recipients(school, about)
    if not people:
        return ""
    return "It can be read by: " + "; ".join(f"{ROLE_NAMES[one.role]}, {one.name}" for one in people) + "."


def to_ring(school: School, about: frozenset[About] = frozenset(), before: tuple[Holder, ...] = ()) -> tuple[Contact, ...]:
    """Whom to ring where a report cannot be taken: those who might be told of it, the council's officer, the helpline.

    `before`: whom it was kept from when it was filed, for one that is kept already.
    """
    people = recipients(school, about, before)
    outside = [Contact(line) for line in (f"LADO (the council's officer): {school.lado}" if school.lado else "", school.helpline) if line]
    return (*(contact(one) for one in people if one.phone), *outside)


def desk_holders(school: School) -> tuple[tuple[Role, str], ...]:
    """Those who can sign in at the desk: role and name, each person once."""
    return tuple((one.role, one.name) for one in each_once(school.holding(*DESK_ROLES)))
