"""The conversation: what is said back to a message heard or a button pressed, the same at every door."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from hashlib import blake2b

from bot import asking_back
from bot.asking import Answer, Standing, ask, shown, standing_of, tells_of_harm
from bot.concerns.in_chat import ACKNOWLEDGE, InChat
from bot.concerns.offering import offer, way_back
from bot.digest import ASKED_FOR, Digests
from bot.follow_up import asks_on, follow_up
from bot.heard import Heard, Place, Pressed
from bot.passing_on import PassingOn
from bot.people import named
from bot.ports import Courier, Gap, NewId, NotKept, Now, Schools, Turn, Unit
from bot.reading import Reading
from bot.reply import Button, Choices, Part, Reply, ReportOffer, Says
from bot.replying import UNDERSTOOD, answer_parts, policy_parts
from bot.school import Role, School
from bot.shelf import Shelf, Shelves

FORGET_AFTER = timedelta(minutes=30)  # a question before this is no longer what "what about …?" means

NO_POLICY = "Your school has not published a policy here yet. Ask the school office or the head."
NOTHING_ASKED = "There was nothing to look up in that. Ask in your own words what your policy says."
DID_IT = "Did this answer it?"
GLAD = "Thank you: noted, without your name."
SORRY = "Thank you: noted, without your name, so that the policy or Signpost can be mended. Until then ask the head."
SORRY_CHAIR = "Thank you: noted, without your name, so that the policy or Signpost can be mended."
TOO_LATE = "Signpost no longer remembers this question. Ask it again, please."
NOT_YOURS = "Only the person who asked can press this."
STARTED_OVER = "Done: nothing of what you asked before is remembered."
WELCOME = "You are welcome."
NEW_QUESTION = "Taken as a new question: Signpost remembers what you asked for half an hour. If you were asking on, ask it whole."
SEEN_OTHERWISE = (
    "A question goes to the head only if you choose to pass it on, once you have read what the head would read. Answers are shown to you "
    "alone. What you type in Slack or Teams is also kept there, and your school's IT may be able to see it."
)
WHO_SEES = f"Signpost sends what you write to nobody: if it is a worry, tell a person. {SEEN_OTHERWISE}"
WHO_SEES_READ = (
    "Signpost sends what you write to no person: if it is a worry, tell one. A language model that your school has chosen helps to find "
    "the clause: it is given questions, without what looks like a name, but nothing that Signpost takes for a worry. "
    f"{SEEN_OTHERWISE}"
)
EXAMPLES = (
    "Can I accept a friend request from a parent?",
    "May I put photos of pupils on my own Instagram?",
    "Who can post on the school's accounts?",
)
HELP = "Ask what your school's policy says, in your own words, and get the rule word for word. For example:"
HELP_MORE = (
    "Signpost answers only you. It keeps no names with what is asked, and remembers a question for half an hour so that you can ask on. "
    "If it is a worry and not a question, tell a person; if anyone may be in danger, ring 999."
)
THANKS = re.compile(
    r"(?:(?:ok(?:ay)?|great|brilliant|perfect|lovely|right|ah|oh|fab)[\s,.!]+)*(?:many thanks|thanks?|thank you|thx|cheers|ta)\b",
    re.IGNORECASE,
)
# The whole message, and nothing in it but Signpost and what was written to it: never a word of what happened.
WHAT = r"(?:it|this|that|them|what i (?:write|wrote|said|typed|asked|put)|my (?:questions?|message|name))"
WHOM = r"(?:you|signpost|it|this|the (?:head|lead|dsl)|any(?:one|body)(?: else)?)"
ASKS_WHO_SEES = re.compile(
    r"(?:(?:so|and|but|ok(?:ay)?|wait|sorry|hi|thanks|thank you)[\s,.!]+)*"
    rf"(?:(?:did|have|has|will|does|do|are|is) {WHOM} (?:going to |gonna |get |be )?"
    r"(?:sen[dt]|sending|tell|told|telling|see|seen|read|keep|kept|keeping|save[d]?|passed on|report(?:ed)?)"
    rf"(?: (?:to|{WHAT}|{WHOM}))*+"  # possessive: "it" and "this" are in both, and trying either way doubles the time with each
    rf"|(?:who|who (?:else )?can|can {WHOM}) (?:see|read)s? {WHAT}"
    rf"|is this (?:confidential|private|anonymous)|will my name be on {WHAT})[\s?!.]*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Conversation:
    """What every door talks to. Its methods take milliseconds, but read the store: doors call them in a worker thread.

    ``secret``: goes into what stands for askers, the same at all replicas and not in the database: without it, whoever has the database
    could try each person of the school until one fits.
    ``reports``: where reports are taken, presses of a ping's button; None where none are taken, as in the terminal.
    ``digests``: where a head can ask for theirs. ``reading``: a reader that helps to choose the clause; None where there is none.
    ``offers``: whether feedback and passing on are offered: not where nothing outlives the program, as in the terminal.
    """

    schools: Schools
    shelves: Shelves
    courier: Courier
    now: Now
    new_id: NewId
    public_url: str = ""
    offers: bool = True
    reports: InChat | None = None
    digests: Digests | None = None
    reading: Reading | None = None
    secret: str = field(default="", repr=False)

    def hear(self, heard: Heard) -> Reply:
        """The reply to a message. Raises UnknownSchool."""
        if self.digests and heard.place is Place.PRIVATE and heard.text.strip().lower() in ASKED_FOR:
            return self.digests.asked_by(heard.school, heard.who)
        with self.schools.unit(heard.school) as unit:
            shelf = self.shelves.of(unit)
            if not heard.text.strip():
                return Reply((Says(NOTHING_ASKED), *_help_parts()))
            if ASKS_WHO_SEES.fullmatch(heard.text.strip()):
                return Reply((Says(WHO_SEES_READ if self.reading else WHO_SEES),))
            thread = self._digest(heard.thread, heard.school)
            before = unit.last_turn(thread, self.now() - FORGET_AFTER) if heard.thread else None
            whole = follow_up(heard.text, before.question) if before and not tells_of_harm(heard.text) else ""
            reply = self._answer(unit, shelf, heard, whole or heard.text, thread, understood=bool(whole))
            unit.commit()
        return reply

    def press(self, pressed: Pressed) -> Reply:
        """The reply to a button, once it is certain that its presser is the one who asked. Raises UnknownSchool."""
        turn_id, _, act = pressed.button.partition(".")
        if turn_id == ACKNOWLEDGE and self.reports:
            return self.reports.press(pressed.school, act, pressed.who)
        with self.schools.unit(pressed.school) as unit:
            # Made ready before the turn is held: what holds a turn holds up every other write on SQLite.
            shelf = self.shelves.of(unit) if act.startswith("option-") else None
            turn = unit.turn(turn_id)
            if turn is None:
                return Reply((Says(TOO_LATE),))
            if turn.at < self.now() - FORGET_AFTER:  # its words may not have been deleted yet, but they are forgotten
                turn = replace(turn, question="", options=())
            if turn.asker != self._digest(pressed.who, turn.id):
                return Reply((Says(NOT_YOURS),))
            if act in {"yes", "no"}:
                return self._feedback(unit, turn, useful=act == "yes")
            if act.startswith("option-"):
                return self._choose(unit, shelf, turn, act.removeprefix("option-"), pressed)
            passing = PassingOn(self.courier, self.now, self.new_id)
            return passing.press(unit, turn, act, pressed.name) or Reply((Says(TOO_LATE),))

    def _answer(self, unit: Unit, shelf: Shelf | None, heard: Heard, text: str, thread: str, *, understood: bool = False) -> Reply:
        today = self.now().date()
        answer = ask(text, shelf.answerer if shelf else None, today, self.reading)
        parts: list[Part] = [Says(UNDERSTOOD.format(question=text))] if understood else []
        if answer.before:  # something has happened: nothing of it is kept, nor of what came before it
            unit.forget_thread(thread)
            shared = heard.place is Place.SHARED
            told = answer_parts(answer, unit.school, shelf, today, public_url=self.public_url, shared=shared)
            return Reply((*told, *self._report_offer(answer, unit.school)), standing="urgent")
        if answer.command or answer.intent == "smalltalk":
            return self._command(unit, shelf, answer, text, thread, today)
        if shelf is None:
            return _no_policy(unit.school)
        if heard.thread and not understood and asks_on(text):
            parts.append(Says(NEW_QUESTION))
        parts += answer_parts(answer, unit.school, shelf, today, public_url=self.public_url)
        parts += self._report_offer(answer, unit.school)
        choices = asking_back.choices(answer.ruling)
        turn = self._turn(answer, shelf, heard, text, thread, tuple(question for _, question in choices))
        kept = self._keep(unit, answer, turn)
        return Reply(
            (*parts, *(self._buttons(answer, turn, [label for label, _ in choices]) if kept else ())), standing=answer.standing.value
        )

    def _turn(self, answer: Answer, shelf: Shelf, heard: Heard, text: str, thread: str, options: tuple[str, ...]) -> Turn:
        turn_id = self.new_id()
        cited = [shelf.cited(citation.clause) for ruling in answer.rulings for citation in shown(ruling)]
        return Turn(
            id=turn_id,
            asker=self._digest(heard.who, turn_id),
            thread=thread if heard.thread else "",
            question=text,
            topic=answer.ruling.topic,
            clauses=tuple((one.key.policy, one.anchor) for one in cited),
            options=options,
            at=self.now(),
            done=frozenset({"about_head"} if answer.about_head else ()),
        )

    def _buttons(self, answer: Answer, turn: Turn, labels: Sequence[str]) -> list[Part]:
        if turn.options:
            options = tuple(Button(label[0].upper() + label[1:], f"{turn.id}.option-{at}") for at, label in enumerate(labels))
            return [Choices(asking_back.PROMPT, options)]
        if not self.offers:
            return []
        if answer.standing is Standing.SILENT:
            return [] if answer.ruling.off_topic or answer.about_head else [PassingOn.offer(turn)]
        return [Choices(DID_IT, (Button("Yes", f"{turn.id}.yes"), Button("No", f"{turn.id}.no")))]

    def _keep(self, unit: Unit, answer: Answer, turn: Turn) -> bool:
        """Whether the turn and its gaps could be kept. Where not, the answer is given all the same, without what needs it remembered."""
        try:
            self._count_gaps(unit, answer)
            unit.remember(turn)
            unit.commit()
        except NotKept:
            return False
        return True

    def _count_gaps(self, unit: Unit, answer: Answer) -> None:
        for ruling in answer.rulings:
            match standing_of(ruling):
                case Standing.SILENT:
                    unit.count_gap(ruling.topic, _month(self.now()), Gap.SILENT)
                case Standing.CLOSEST:
                    unit.count_gap(ruling.topic, _month(self.now()), Gap.UNSURE)

    def _feedback(self, unit: Unit, turn: Turn, *, useful: bool) -> Reply:
        about_head = "about_head" in turn.done
        if not turn.done & {"yes", "no"}:
            if turn.clauses:
                unit.count_feedback(*turn.clauses[0], _month(self.now()), useful=useful)
            if not useful:
                unit.count_gap(turn.topic, _month(self.now()), Gap.UNHELPFUL)
            unit.remember(replace(turn, done=turn.done | {"yes" if useful else "no"}))
            unit.commit()
        if useful:
            return Reply((Says(GLAD),), replaces=True)
        offer = () if about_head or not turn.question else (PassingOn.offer(turn),)
        return Reply((Says(SORRY_CHAIR if about_head else SORRY), *offer), replaces=True)

    def _choose(self, unit: Unit, shelf: Shelf | None, turn: Turn, option: str, pressed: Pressed) -> Reply:
        chosen = dict(zip(map(str, range(len(turn.options))), turn.options, strict=True)).get(option)
        if chosen is None or not turn.question:
            return Reply((Says(TOO_LATE),))
        heard = Heard(pressed.school, chosen, pressed.who, pressed.thread)
        if self.reading:
            unit.commit()  # lets go of the turn, which is not changed any more: a reader may take seconds, and other writes would wait
        reply = self._answer(unit, shelf, heard, chosen, self._digest(pressed.thread, pressed.school), understood=True)
        unit.commit()
        return reply

    def _command(self, unit: Unit, shelf: Shelf | None, answer: Answer, text: str, thread: str, today: date) -> Reply:
        school = unit.school
        match answer.command:
            case "start_over" | "stop":
                unit.forget_thread(thread)
                return Reply((Says(STARTED_OVER),))
            case "show_policy":
                return Reply(tuple(policy_parts(school, shelf, today, self.public_url))) if shelf else _no_policy(school)
            case "who_is_lead":
                people = named(school, Role.LEAD, Role.DEPUTY)
                rulings = answer_parts(answer, school, shelf, today, public_url=self.public_url) if shelf and not people else ()
                return Reply((Says(people),) if people else tuple(rulings))
            case "help":
                return Reply(_help_parts())
            case "check_report" if self.reports:
                return Reply((way_back(school, self.public_url),))
            case None if THANKS.match(text.strip()):
                return Reply((Says(WELCOME),))
        return Reply((Says(answer.said),) if answer.said else _help_parts())

    def _report_offer(self, answer: Answer, school: School) -> tuple[ReportOffer, ...]:
        found = offer(answer, school, self.public_url) if self.reports else None
        return (found,) if found else ()

    def _digest(self, name: str, key: str) -> str:
        """What stands for a person or a thread where they must be known again but not named; "" for nobody."""
        keyed = blake2b(key.encode(), key=blake2b(self.secret.encode()).digest()).digest()
        return blake2b(name.encode(), key=keyed, digest_size=16).hexdigest() if name else ""


def _no_policy(school: School) -> Reply:
    people = named(school, Role.HEAD)
    return Reply((Says(NO_POLICY), *([Says(people)] if people else [])))


def help_reply() -> Reply:
    """What Signpost says of itself when asked, or when somebody first meets it."""
    return Reply(_help_parts())


def _help_parts() -> tuple[Part, ...]:
    return (Says(HELP), Says("\n".join(f"• {example}" for example in EXAMPLES)), Says(HELP_MORE))


def _month(now: datetime) -> date:
    return now.date().replace(day=1)
