"""The head's pages of how a policy is read: each clause with its topics and stance, what staff say of it, and the form to put it right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from adapters.web.desk_session import QUIET, Entrance, fields_of
from adapters.web.readings import Readings
from adapters.web.schools import LONGEST_NAME
from adapters.web.topics import families
from adapters.web.topics_page import SIGNS
from bot.correcting import MAY_CORRECT, NOT_ABOUT, CannotCorrect, Told, correct, stance_named, take_back, told, year_before
from bot.links import correction_path
from bot.ports import Now, Schools, Unit
from bot.replying import place
from bot.school import Holder, Published, School
from knowledge.corrections import Correction
from knowledge.policy import Stance
from knowledge.topics.fitted import topic_titles

DONE = {
    "stated": "That is how the clause is read from now on, in every answer and in the table of topics.",
    "taken-back": "Taken back: the clause is read by its own words again.",
}
CHOOSE_TOPIC = "Choose the topic that you are speaking of."
CHOOSE_STANCE = "Choose what the clause says of it, or that it is not about it."
# What a clause says of a topic, as the form offers it.
SAYS = {
    Stance.FORBIDS: "It forbids it",
    Stance.ADVISES_AGAINST: "It advises against it",
    Stance.CONDITIONS: "It allows it with conditions",
    Stance.REQUIRES: "It requires it",
    Stance.ALLOWS: "It allows it",
    Stance.INFORMS: "It only informs about it",
}


@dataclass(frozen=True, slots=True)
class Said:
    """One correction in words. ``topic``: its id."""

    topic: str
    title: str
    says: str


@dataclass(frozen=True, slots=True)
class Row:
    """A clause as the pages show it. ``stance``: word, sign and colour."""

    one: Told
    place: str
    stance: tuple[str, str, str]
    topics: tuple[str, ...]
    said: tuple[Said, ...]


class CorrectionPages:
    """The pages behind the desk's sign-in that the head alone can open. Nothing but a POST changes anything."""

    def __init__(self, schools: Schools, readings: Readings, entrance: Entrance, now: Now) -> None:
        self._schools = schools
        self._readings = readings
        self._entrance = entrance
        self._now = now

    def routes(self) -> list[BaseRoute]:
        """Their addresses."""
        return [
            Route("/{school}/desk/policies", self.policies),
            Route("/{school}/desk/policies/{policy}", self.clauses),
            Route("/{school}/desk/policies/{policy}/clause", self.clause, methods=["GET"]),
            Route("/{school}/desk/policies/{policy}/clause", self.change, methods=["POST"]),
        ]

    def policies(self, request: Request) -> Response:
        """The school's policies."""

        def shown(school: School, viewer: Holder, unit: Unit) -> Response:
            found = [published for key in unit.current() if (published := unit.published(key.policy))]
            return self._entrance.page("desk_policies.html", school, viewer, {"policies": found})

        return self._for_keeper(request, shown)

    def clauses(self, request: Request) -> Response:
        """Every clause of a policy, that first which helped staff least."""

        def shown(school: School, viewer: Holder, unit: Unit) -> Response:
            published = _published(unit, request)
            told = {"published": published, "rows": self._rows(unit, published), "since": year_before(self._now().date())}
            return self._entrance.page("desk_clauses.html", school, viewer, told)

        return self._for_keeper(request, shown)

    def clause(self, request: Request) -> Response:
        """One clause with the form to correct how it is read."""
        asked = request.query_params

        def shown(school: School, viewer: Holder, unit: Unit) -> Response:
            return self._clause(request, school, viewer, unit, asked.get("clause", ""), done=DONE.get(asked.get("done", ""), ""))

        return self._for_keeper(request, shown)

    async def change(self, request: Request) -> Response:
        """The clause after something was said of it or taken back; or the form as it was sent, with what is wrong."""
        return await run_in_threadpool(self._change, request, await fields_of(request))

    def _change(self, request: Request, fields: Mapping[str, str]) -> Response:
        def changed(school: School, viewer: Holder, unit: Unit) -> Response:
            policy, anchor, topic = _published(unit, request).key.policy, fields.get("clause", ""), fields.get("topic", "")
            try:
                if fields.get("act") == "take-back":
                    take_back(unit, policy, anchor, topic)
                else:
                    _state(unit, policy, anchor, topic, fields.get("stance", ""))
            except CannotCorrect as wrong:
                return self._clause(request, school, viewer, unit, anchor, wrong=wrong.message, chosen=fields)
            unit.commit()
            done = "taken-back" if fields.get("act") == "take-back" else "stated"
            return RedirectResponse(f"{correction_path(school.id, policy, anchor)}&done={done}", 303, QUIET)

        return self._for_keeper(request, changed)

    def _for_keeper(self, request: Request, page: Callable[[School, Holder, Unit], Response]) -> Response:
        """A page for somebody signed in who may correct; else the page to sign in at, or the refusal."""
        school = self._entrance.school(request)
        viewer = self._entrance.who(request, school)
        if viewer is None:
            return self._entrance.sign_in(school, 401)
        if viewer.role not in MAY_CORRECT:
            return self._entrance.page("desk_not_yours.html", school, viewer, {}, 403)
        with self._schools.unit(school.id) as unit:
            return page(school, viewer, unit)

    def _clause(
        self,
        request: Request,
        school: School,
        viewer: Holder,
        unit: Unit,
        anchor: str,
        *,
        done: str = "",
        wrong: str = "",
        chosen: Mapping[str, str] | None = None,
    ) -> Response:
        published = _published(unit, request)
        row = next((one for one in self._rows(unit, published) if one.one.clause.anchor == anchor), None)
        if row is None:
            raise HTTPException(404, headers=QUIET)
        told = {
            "published": published,
            "row": row,
            "families": families(),
            "says": [(stance.value, words) for stance, words in SAYS.items()],
            "not_about": NOT_ABOUT,
            "done": done,
            "wrong": wrong,
            "chosen": chosen or {"topic": row.one.topics[0] if row.one.topics else ""},
        }
        return self._entrance.page("desk_clause.html", school, viewer, told, 422 if wrong else 200)

    def _rows(self, unit: Unit, published: Published) -> list[Row]:
        policy = published.key.policy
        counts = unit.feedback(policy, year_before(self._now().date()))
        return [_row(one) for one in told(published, unit.corrections(policy), counts, self._readings.topics(published))]


def _state(unit: Unit, policy: str, anchor: str, topic: str, stance: str) -> None:
    """Nothing: that is said of the clause. Raises CannotCorrect, in the words of the form where something was not chosen."""
    if not topic:
        raise CannotCorrect(CHOOSE_TOPIC, "")
    if not stance:
        raise CannotCorrect(CHOOSE_STANCE, "")
    correct(unit, policy, anchor, topic, None if stance == NOT_ABOUT else stance_named(stance))


def _published(unit: Unit, request: Request) -> Published:
    """The current edition of the policy in the address. Raises HTTPException 404."""
    name = str(request.path_params["policy"])
    found = unit.published(name) if len(name) <= LONGEST_NAME and name.isprintable() else None
    if found is None:
        raise HTTPException(404, headers=QUIET)
    return found


def _row(one: Told) -> Row:
    titles = topic_titles()
    topics = tuple(titles[topic] for topic in one.topics if topic in titles)
    return Row(one, place(one.clause), SIGNS[one.stance.value], topics, tuple(_said(said, titles) for said in one.corrections))


def _said(said: Correction, titles: Mapping[str, str]) -> Said:
    says = SAYS[said.stance] if said.stance else "It is not about this topic"
    return Said(said.topic, titles.get(said.topic, said.topic), says)
