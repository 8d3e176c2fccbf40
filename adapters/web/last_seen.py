"""Schools as they were last seen: whom to ring must be known just when the store cannot be asked."""

from __future__ import annotations

import logging
from collections.abc import Callable

from starlette.exceptions import HTTPException
from starlette.requests import Request

from adapters.web.schools import name_in
from adapters.web.watch import where
from bot.ports import UnknownSchool
from bot.school import School

log = logging.getLogger("signpost.web")


class LastSeen:
    """Schools, from the store while it answers."""

    def __init__(self, look: Callable[[str], School]) -> None:
        self._look = look
        self._seen: dict[str, School] = {}

    def school(self, request: Request) -> tuple[School, bool]:
        """The school in the address, and whether the store could be asked. Raises HTTPException 404 where there is none of that name.

        Where the store is away: as it was last seen, or without people and a name where it never was.
        """
        name = name_in(request, "school")
        try:
            self._seen[name] = self._look(name)
        except UnknownSchool:
            self._seen.pop(name, None)
            raise HTTPException(404) from None
        except Exception as error:  # whatever became of the store: the page has to come
            log.error("report.store_away %s at %s", type(error).__name__, " < ".join(where(error)))
            return self._seen.get(name, School(name, "Your school")), False
        return self._seen[name], True
