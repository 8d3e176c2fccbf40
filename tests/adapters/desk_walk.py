"""Every address of the whole house, walked by somebody at the desk: what is asked at each, and all that an answer tells."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import httpx
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount, Route

from adapters.web.desk_acts import ACTS
from bot.concerns.concern import Kind, Outcome

DESK = "/{school}/desk"
OF_ONE_CASE = f"{DESK}/cases/{{concern}}"
ACKNOWLEDGE = f"{DESK}/acknowledge/{{token}}"
# Every address of the desk. Whoever adds one says here what of a case it is asked by, and the walks ask it so; else a test fails.
WALKED: dict[tuple[str, str], str] = {
    ("GET", DESK): "lists",
    ("POST", f"{DESK}/link"): "signs in",
    ("GET", f"{DESK}/enter/{{token}}"): "signs in",
    ("POST", f"{DESK}/enter/{{token}}"): "signs in",
    ("POST", f"{DESK}/leave"): "signs out",
    ("GET", ACKNOWLEDGE): "link",
    ("POST", ACKNOWLEDGE): "link",
    ("GET", f"{DESK}/figures"): "counts",
    ("GET", f"{DESK}/figures.csv"): "counts",
    ("GET", f"{DESK}/policies"): "policies",
    ("GET", f"{DESK}/policies/{{policy}}"): "policies",
    ("GET", f"{DESK}/policies/{{policy}}/clause"): "policies",
    ("POST", f"{DESK}/policies/{{policy}}/clause"): "policies",
    ("GET", OF_ONE_CASE): "case",
    ("GET", f"{OF_ONE_CASE}/chronology.pdf"): "case",
    ("GET", f"{OF_ONE_CASE}/chronology.csv"): "case",
    ("GET", f"{OF_ONE_CASE}/files/{{file}}"): "case",
    ("POST", f"{OF_ONE_CASE}/{{act}}"): "case",
}
LISTS = (
    "",
    "?state=all",
    "?state=received&urgency=urgent",
    "?state=received&urgency=routine",
    "?age=day",
    "?mine=yes",
    "?state=all&page=2",
)
FORM = {"text": "t", "reason": "r", "role": "chair", "kind": Kind.CHILD.value, "outcome": Outcome.ADVICE.value, "day": "2045-01-01"}


@dataclass(frozen=True)
class Known:
    """What somebody knows of a case: whatever they are asked by at an address. ``link``: a token as this house signs it for an e-mail."""

    school: str
    concern: str
    file: str
    reference: str
    token: str
    who: str = ""
    link: str = ""

    def unknown(self) -> Known:
        """The same of a case that never was, as long in every part."""
        letters = {"concern": "A", "file": "b", "reference": "Z", "token": "x", "who": "f", "link": "y"}
        return replace(self, **{name: letter * len(getattr(self, name)) for name, letter in letters.items()})


def routes_of(app: Starlette) -> list[tuple[str, str]]:
    """(method, pattern) of every address there is."""
    return [(method, route.path) for route in _flat(app.routes) for method in sorted((route.methods or set()) - {"HEAD"})]


def desk_routes(app: Starlette) -> set[tuple[str, str]]:
    """Those of the desk."""
    return {one for one in routes_of(app) if one[1].startswith(DESK)}


def asked(app: Starlette) -> list[tuple[str, str]]:
    """(method, pattern) of every address, each list with its filters and each act on a case as one of its own; signing out left out."""
    found = []
    for method, path in routes_of(app):
        if WALKED.get((method, path)) == "signs out":
            continue
        if "{act}" in path:
            found += [(method, path.replace("{act}", act)) for act in ACTS]
        elif path == DESK:
            found += [(method, path + query) for query in LISTS]
        else:
            found.append((method, path))
    return found


def ask(browser: httpx.Client, method: str, pattern: str, known: Known) -> httpx.Response:
    """What comes of asking by all that is known of a case: at the desk in path, query and form, elsewhere in the path alone.

    Other pages repeat what they are asked.
    """
    path, of_desk = pattern.replace(ACKNOWLEDGE, f"{DESK}/acknowledge/{known.link}"), pattern.startswith(DESK)
    filled = {"school": known.school, "concern": known.concern, "file": known.file, "token": known.token, "number:int": "1"}
    for name, value in {**filled, "policy": "social-media", "name": "signpost.css", "owner": "trust"}.items():
        path = path.replace(f"{{{name}}}", value)
    assert "{" not in path, f"nobody has said what is asked at {pattern}: add it here"
    if method == "GET":
        more = {"q": known.reference, "search": known.concern, "concern": known.concern} if of_desk else {}
        return browser.get(path.partition("?")[0], params={**dict(httpx.QueryParams(path.partition("?")[2])), **more})
    form = {**FORM, "submission": "walked-0000000000000000"}
    more = {"reference": known.reference, "concern": known.concern, "who": known.who} if of_desk else {"question": "who reads reports?"}
    return browser.post(path, data={**form, **more})


def shape(answer: httpx.Response, known: Known) -> tuple[int, str, list[tuple[str, str]]]:
    """All that an answer tells but the moment, ids of forms, and what was asked by."""
    told = re.sub(r'name="(?:submission|filing)" value="[\w-]+"', "", answer.text)
    for value in (known.concern, known.file, known.reference, known.token, known.link):
        told = told.replace(value, "…") if value else told
    return answer.status_code, told, [one for one in answer.headers.items() if one[0] not in {"date", "content-length"}]


def _flat(routes: list[BaseRoute]) -> list[Route]:
    found: list[Route] = []
    for route in routes:
        if isinstance(route, Mount):
            found += _flat(list(route.routes))
        elif isinstance(route, Route):
            found.append(route)
    return found
