"""Which school, policy and edition an address names, and lists of them for pages; 404 where there is none."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request

from bot.ports import Schools, Unit, UnknownSchool
from bot.school import Published, School

LONGEST_NAME = 100
HIGHEST_NUMBER = 2**31 - 1  # what a database keeps as a number


@dataclass(frozen=True, slots=True)
class SchoolLists:
    """The schools that pages may list: all of them in the demo, none otherwise."""

    schools: Schools
    demo: bool

    def named(self) -> tuple[School, ...]:
        """All schools by short name."""
        return tuple(_school(self.schools, one) for one in self.schools.ids())


def name_in(request: Request, field: str) -> str:
    """A short name in the address. Raises HTTPException 404 where it cannot be one."""
    name = str(request.path_params[field])
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise HTTPException(404)
    return name


def unit_for(schools: Schools, request: Request) -> Unit:
    """A unit of work for the school in the address. Raises HTTPException 404 where there is none."""
    try:
        return schools.unit(name_in(request, "school"))
    except UnknownSchool as unknown:
        raise HTTPException(404) from unknown


def school_in(schools: Schools, request: Request) -> School:
    """The school in the address. Raises HTTPException 404 where there is none."""
    with unit_for(schools, request) as unit:
        return unit.school


def published_in(unit: Unit, request: Request) -> Published:
    """The edition in the address, the current one where it names none. Raises HTTPException 404 where there is none."""
    number = request.path_params.get("number")
    if number is not None and not 1 <= number <= HIGHEST_NUMBER:
        raise HTTPException(404)
    published = unit.published(name_in(request, "policy"), number)
    if published is None:
        raise HTTPException(404)
    return published


def _school(schools: Schools, name: str) -> School:
    with schools.unit(name) as unit:
        return unit.school
