"""Pages made of templates, and the style, script and icon beside them. Everything comes from this site; templates escape every word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot import links

STATIC_TYPES = {"signpost.css": "text/css", "signpost.js": "text/javascript", "signpost.svg": "image/svg+xml"}
FOR_GOOD = "public, max-age=31536000, immutable"  # safe because the address holds the contents' digest
PART_HEADER = "x-signpost-part"  # sent by our script: the reply alone is wanted, not a page round it


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file served as it is, and the short digest that changes with it."""

    content: bytes
    kind: str
    digest: str


class Pages:
    """Makes pages. One for the life of the door: templates are compiled once."""

    def __init__(self, *, demo: bool, takes_reports: bool = False) -> None:
        self._static = {name: _static_file(name, kind) for name, kind in STATIC_TYPES.items()}
        self._templates = Environment(
            loader=PackageLoader("adapters.web"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._templates.globals |= {
            "asset": self.asset,
            "links": links,
            "demo": demo,
            "takes_reports": takes_reports,
        }
        self._templates.filters["day"] = day

    def asset(self, name: str) -> str:
        """The address of a file served as it is."""
        return f"/static/{name}?v={self._static[name].digest}"

    def page(
        self, template: str, context: Mapping[str, Any], *, status: int = 200, store: bool = True, posts: bool = False
    ) -> HTMLResponse:
        """A page. `store`: whether a browser may keep it. `posts`: whether it holds a form that posts back here.

        A page that posts lets the browser name this site to this site alone: with no referrer at all, older browsers and plain
        http give the form's origin as "null", which cannot be told from another site's.
        """
        headers = {"Cache-Control": "private, no-cache" if store else "no-store"}
        if posts:
            headers["Referrer-Policy"] = "same-origin"
        return HTMLResponse(self._templates.get_template(template).render(context), status, headers)

    def static(self, request: Request) -> Response:
        """A file served as it is; 404 for any other name."""
        found = self._static.get(request.path_params["name"])
        if found is None:
            return Response("There is no such file.", 404, media_type="text/plain")
        current = request.query_params.get("v") == found.digest
        return Response(found.content, headers={"Cache-Control": FOR_GOOD if current else "no-cache"}, media_type=found.kind)


def day(when: date | datetime | None) -> str:
    """A day as it is read: "3 May 2025"; "" for none."""
    return f"{when.day} {when:%B %Y}" if when else ""


def _static_file(name: str, kind: str) -> StaticFile:
    content = files("adapters.web").joinpath("static", name).read_bytes()
    return StaticFile(content, kind, sha256(content).hexdigest()[:12])
