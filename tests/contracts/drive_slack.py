"""Slack as the contract suite drives it: signed deliveries over real HTTP, and a stand-in of Slack that says what it was shown."""

from __future__ import annotations

import copy
import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.adapters.slack import payloads
from tests.adapters.slack.installations import InMemoryInstallations
from tests.adapters.slack.running import RunningDoor, conversation_of
from tests.contracts.door import Delivered, Sender, Shown, Spoiled
from tests.contracts.schools import two_schools
from tests.stand_ins.slack import Posted, SlackStandIn, signature

TEAMS = {"known": "T-known", "other": "T-other", "unknown": "T-unknown"}


class SlackDriver:
    """One door for three workspaces, one of which belongs to no school."""

    name = "slack"
    delivers_events = True

    def __init__(self, slack: SlackStandIn, door: RunningDoor, log: io.StringIO) -> None:
        self._slack = slack
        self._door = door
        self._log = log
        self._shown: list[tuple[Shown, Posted]] = []

    def ask(
        self, text: str, *, event: str | None = None, workspace: str = "known", shared: bool = False, sender: Sender = "person"
    ) -> Delivered:
        """What is shown because of a direct message, or of a mention where `shared`."""
        return self._deliver(self._asked(text, event, workspace, shared=shared, sender=sender))

    def press(self, shown: Shown, label: str) -> Delivered:
        """What is shown because of a pressed button, the message it stood in as it is now included."""
        posted = next(posted for one, posted in reversed(self._shown) if one is shown)
        workspace = next(one for one in self._slack.workspaces.values() if one.team == posted.team)
        before = posted.text
        delivered = self._deliver(payloads.pressed(self._slack, workspace, posted, label))
        if posted.text != before:
            delivered.shown.insert(0, self._keep(posted))
        return delivered

    def ask_spoiled(self, text: str, how: Spoiled) -> Delivered:
        """What comes of a delivery whose signature is not Slack's of just now."""

        def sign(raw: bytes) -> dict[str, str]:
            match how:
                case "unsigned":
                    return {}
                case "forged":
                    return signature(raw, secret="another-secret")  # noqa: S106
                case "stale":
                    return signature(raw, at=1_700_000_000)
            return {"x-slack-request-timestamp": "yesterday", "x-slack-signature": "v0=none"}

        return self._deliver(self._asked(text, None, "known"), sign=sign)

    def lose_next(self) -> None:
        """Nothing: the next thing shown is lost to an error of Slack's."""
        self._slack.fail()

    def logged(self) -> str:
        """Everything logged so far."""
        return self._log.getvalue()

    def _asked(self, text: str, event: str | None, workspace: str, *, shared: bool = False, sender: Sender = "person") -> dict[str, Any]:
        there = self._slack.workspaces[f"xoxb-{TEAMS[workspace]}"]
        by: dict[str, Any] = {}
        if sender == "this bot":
            by = {"user": there.bot_user, "bot_id": there.bot_id}
        elif sender == "another bot":
            by = {"bot_id": "B-another", "subtype": "bot_message"}
        ask = payloads.mention if shared else payloads.message
        return ask(self._slack, there, text, event_id=event, **by)

    def _deliver(self, body: dict[str, Any], **how: Any) -> Delivered:
        before = len(self._slack.posted)
        status = self._slack.deliver(self._door.url, body, **how).status_code
        self._door.run(self._door.door._once.finish(10))
        return Delivered(status, [self._keep(posted) for posted in self._slack.posted[before:]])

    def _keep(self, posted: Posted) -> Shown:
        private = posted.seen_by or posted.channel.startswith("D")
        shown = Shown(posted.text, copy.deepcopy(posted.blocks), "private" if private else "shared")
        self._shown.append((shown, posted))
        return shown


@contextmanager
def driving() -> Iterator[SlackDriver]:
    """The door, running."""
    log = io.StringIO()
    listening = logging.StreamHandler(log)
    level = logging.getLogger().level
    logging.getLogger().addHandler(listening)
    logging.getLogger().setLevel(logging.DEBUG)
    schools = two_schools("slack", TEAMS["known"], TEAMS["other"])
    with SlackStandIn() as slack:
        installations = InMemoryInstallations(slack.add(team) for team in TEAMS.values())
        app = {"client_id": "1.2", "client_secret": "client-secret", "bot_token": ""}
        with RunningDoor(slack, schools=schools, conversation=conversation_of(schools), installations=installations, **app) as door:
            yield SlackDriver(slack, door, log)
    logging.getLogger().removeHandler(listening)
    logging.getLogger().setLevel(level)
