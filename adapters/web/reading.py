"""The pages to read: a school's policies, a policy at a clause, its health check, and the topics of all schools of one owner."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import date

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from adapters.web.health_page import health_view
from adapters.web.pages import Pages
from adapters.web.policy_page import Filters, policy_view, superseded
from adapters.web.readings import Readings
from adapters.web.render import shown_quote, shown_reply
from adapters.web.schools import name_in, published_in, unit_for
from adapters.web.topics_page import MOST_COLUMNS, Column, Show, topics_view
from bot.asking import Standing, ask, shown
from bot.links import clause_path
from bot.ports import Now, Schools
from bot.reply import Quote, Reply
from bot.replying import place, sample_warning, urgent
from bot.school import Published, School
from bot.shelf import Shelves
from knowledge.answering import Citation

LONGEST_SEARCH = 300  # characters


class ReadingPages:
    """The pages to read. Each opens one unit of work for the school in its address, and only reads."""

    def __init__(self, schools: Schools, shelves: Shelves, readings: Readings, pages: Pages, now: Now) -> None:
        self._schools = schools
        self._shelves = shelves
        self._pages = pages
        self._now = now
        self._readings = readings

    def policies(self, request: Request) -> Response:
        """A school's policies."""
        with unit_for(self._schools, request) as unit:
            school = unit.school
            found = [published for key in unit.current() if (published := unit.published(key.policy, key.number))]
        return self._pages.page("policies.html", {"school": school, "policies": found, "today": self._today()})

    def policy(self, request: Request) -> Response:
        """An edition of a policy, at a clause where the link says so."""
        with unit_for(self._schools, request) as unit:
            school, published = unit.school, published_in(unit, request)
            editions = unit.editions(published.key.policy)
            current = published if published.current else unit.published(published.key.policy)
        asked = request.query_params
        filters = Filters(asked.get("binds", ""), asked.get("topic", ""), asked.get("clause", ""))
        query = asked.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH]
        told = {
            "school": school,
            "published": published,
            "edition": published.edition,
            "key": published.key,
            "editions": editions,
            "filters": filters,
            "view": policy_view(published.edition, self._readings.topics(published), filters, self._today()),
            "old": superseded(published, editions, current, filters.sent_to),
            "sample": sample_warning(published.edition),
            "query": query,
            **self._search(query, school, published),
        }
        return self._pages.page("policy.html", told, store=not query)

    def edition(self, request: Request) -> Response:
        """An edition of a policy named by its number, current or not. Of its own, so that it is counted under its own address."""
        return self.policy(request)

    def health(self, request: Request) -> Response:
        """The health check of a policy's current edition."""
        with unit_for(self._schools, request) as unit:
            school, published = unit.school, published_in(unit, request)
        groups = health_view(self._readings.findings(published, self._today()), published.edition)
        told = {"school": school, "published": published, "key": published.key, "edition": published.edition, "groups": groups}
        return self._pages.page("health.html", {**told, "today": self._today()})

    def topics(self, request: Request) -> Response:
        """What the policies of one owner's schools say, topic by topic."""
        owner = name_in(request, "owner")
        names = self._schools.of_owner(owner)
        if not names:
            raise HTTPException(404)
        show = Show.ALL
        with suppress(ValueError):  # any other word shows all
            show = Show(request.query_params.get("show", ""))
        leaves = [names[at : at + MOST_COLUMNS] for at in range(0, len(names), MOST_COLUMNS)]
        leaf = _between(request.query_params.get("page", ""), len(leaves))
        columns = self._columns(leaves[leaf - 1])
        told = {
            "owner": owner,
            "columns": columns,
            "view": topics_view(columns, show),
            "show": show,
            "shows": Show,
            "leaf": leaf,
            "leaves": len(leaves),
            "first": (leaf - 1) * MOST_COLUMNS + 1,
            "schools": len(names),
        }
        return self._pages.page("topics.html", told)

    def _columns(self, names: Sequence[str]) -> list[Column]:
        columns = []
        for name in names:
            with self._schools.unit(name) as unit:
                school, shelf = unit.school, self._shelves.of(unit)
            columns.append(Column(school, shelf, self._readings.covered(shelf) if shelf else {}))
        return columns

    def _search(self, query: str, school: School, published: Published) -> dict[str, object]:
        """The clauses that come nearest to a query, and what must stand above them where it tells of a danger."""
        if not query:
            return {"results": (), "silent": False, "urgent": None}
        answer = ask(query, self._shelves.answerer_of(published), self._today())
        if answer.before:  # beside a disclosure "never mention a pupil" would be read as "say nothing": only sure rules, as in the chat
            found = tuple(citation for ruling in answer.rulings for citation in shown(ruling))
        else:
            found = answer.ruling.citations or answer.ruling.related
        return {
            "results": [shown_quote(_quote(citation, school, published)) for citation in found],
            "silent": not answer.ruling.citations or answer.standing is Standing.SILENT,
            "urgent": shown_reply(Reply((urgent(answer, school),))) if answer.before else None,
        }

    def _today(self) -> date:
        return self._now().date()


def _quote(citation: Citation, school: School, published: Published) -> Quote:
    clause, key = citation.clause, published.key
    whole = citation.sentence not in clause.text or len(citation.sentence) >= len(clause.text)
    url = clause_path(school.id, key.policy, key.number, clause.anchor)
    return Quote(clause.text, clause.lead_in, "" if whole else citation.sentence, place(clause), "", url)


def _between(stated: str, most: int) -> int:
    """A number from 1 to `most`, 1 where none is stated."""
    return min(max(int(stated), 1), most) if stated.isdecimal() and len(stated) < 6 else 1
