"""What a replica leaves behind when it stops or dies in the middle, and what a page in a browser may have the demo do."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import Any

from adapters.teams import wording
from adapters.teams.door import LEASE
from adapters.teams.incoming import read
from bot.asking import EMERGENCY_LINE
from tests.adapters.teams.running import running

TEAMS_WAITS = timedelta(seconds=15)


class Hanging:
    """A turn in which nothing can be said for ever."""

    async def say(self, _: Any) -> None:
        """Nothing, ever."""
        await asyncio.Event().wait()


def test_an_activity_under_way_when_signpost_stops_is_answered_by_whichever_is_delivered_it_next() -> None:
    with running() as teams:
        activity = teams.microsoft.activity("can I accept a friend request from a parent?")
        incoming = read(activity)

        async def stopped() -> None:
            under_way = asyncio.create_task(teams.door._once(incoming, Hanging()))  # type: ignore[arg-type]
            while not teams.events._until:
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.1)
            under_way.cancel()
            await asyncio.gather(under_way, return_exceptions=True)

        teams.call(stopped())
        status, _, posted = teams.deliver(activity)
        assert (status, len(posted)) == (200, 1)


def test_what_a_dead_replica_had_claimed_is_free_again_by_the_time_teams_delivers_it_again() -> None:
    assert LEASE <= TEAMS_WAITS


def test_in_the_demo_a_page_in_the_browser_cannot_have_signpost_post_to_programs_on_this_computer() -> None:
    with running(unauthenticated=True, any_tenant="alder") as teams:
        activity = json.dumps(teams.microsoft.activity("can I accept a friend request from a parent?"))
        for header in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
            answer = teams.client.post("/api/messages", content=activity, headers={"Content-Type": "text/plain", **header})
            assert answer.status_code == 403
        assert teams.microsoft.posted == []
        assert teams.client.post("/api/messages", content=activity).status_code == 200
        assert teams.microsoft.posted


def test_whoever_cannot_be_answered_in_private_still_reads_999_and_nothing_of_what_they_wrote() -> None:
    assert EMERGENCY_LINE in wording.OPEN_THE_APP
