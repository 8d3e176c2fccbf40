"""When the store is slow or away: nothing is acknowledged that may yet be lost, and nobody is left in silence."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from adapters.slack.once import IN_TIME
from bot.asking import EMERGENCY_LINE
from bot.in_memory import InMemoryHeardEvents
from tests.adapters.slack import payloads
from tests.adapters.slack.running import RunningDoor, now, two_schools
from tests.stand_ins.slack import SlackStandIn, Workspace

WORRY = "he is not breathing"


class Slow(InMemoryHeardEvents):
    """A store behind another's long write, that gives up in the end."""

    def claim(self, event: str, lease: timedelta) -> bool:
        """Raises once it has waited longer than Slack does."""
        time.sleep(IN_TIME + 0.3)
        raise TimeoutError


class Away(InMemoryHeardEvents):
    """A store that cannot be reached."""

    def claim(self, event: str, lease: timedelta) -> bool:
        """Raises at once."""
        raise ConnectionError


class SchoolsAway:
    """Schools that cannot be reached either."""

    def __getattr__(self, name: str) -> Any:
        def away(*_: object) -> None:
            raise ConnectionError

        return away


def test_a_delivery_is_not_acknowledged_before_the_store_has_said_whose_it_is(slack: SlackStandIn, known: Workspace) -> None:
    with RunningDoor(slack, events=Slow(now), schools=two_schools()) as door:
        assert slack.deliver(door.url, payloads.message(slack, known, WORRY)).status_code == 503  # so Slack delivers it again
    assert slack.late == []


def test_while_the_store_is_away_whoever_writes_again_and_again_is_told_so_with_999(slack: SlackStandIn, known: Workspace) -> None:
    with RunningDoor(slack, events=Away(now), schools=SchoolsAway()) as door:
        body = payloads.message(slack, known, WORRY)
        assert slack.deliver(door.url, body).status_code == 500
        assert slack.posted == []
        assert slack.deliver(door.url, body, retry_num=1).status_code == 200
        assert EMERGENCY_LINE in slack.posted[0].text
        assert slack.deliver(door.url, body, retry_num=2).status_code == 200
    assert len(slack.posted) == 1
