"""The load: messages sent at fixed times, whether or not the ones before are answered, so that waiting counts."""

from __future__ import annotations

import asyncio
import json
import random
import re
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import aiohttp

from adapters.slack.answers import WENT_WRONG
from adapters.teams.wording import NOT_CONNECTED, TROUBLE
from tests.adapters.slack.limits import faults_of_message
from tests.stand_ins.slack_workspace import signature
from tools.bench_doors.platforms import Platforms, Posted
from tools.bench_doors.schools import school_id, tenant, workspace

DRAIN = 20.0  # seconds after the last message in which answers still count
DOORS = ("slack", "teams")
LINK = re.compile(rb"/(school-\d{4})/")
FAILED = tuple(sentence.partition(".")[0] for sentence in (WENT_WRONG, NOT_CONNECTED, TROUBLE, "This Slack workspace is not connected"))


@dataclass(frozen=True, slots=True)
class Message:
    """One message as a platform delivers it. ``id``: what its reply is known by. ``due``: seconds after the start."""

    id: str
    door: str
    school: int
    text: str
    due: float
    path: str
    body: bytes
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Measured:
    """What became of the messages of one door. ``milliseconds``: from when each was due to its last reply, sorted.

    ``wrong``: replies that are an apology, of another school, or that the platform would refuse.
    """

    milliseconds: tuple[float, ...]
    lost: int
    twice: int
    wrong: int

    def at(self, share: float) -> float:
        """The milliseconds within which this share of the replies came."""
        return (
            self.milliseconds[min(int(share * len(self.milliseconds)), len(self.milliseconds) - 1)] if self.milliseconds else float("inf")
        )


def made_messages(platforms: Platforms, questions: Sequence[str], schools: int, rate: float, seconds: float, leg: str) -> list[Message]:
    """Messages to both doors in turn, `rate` a second in all, each from somebody who has never asked before in a school drawn by lot."""
    draw = random.Random(leg)
    token = platforms.microsoft.token()
    starts = time.time()
    made = []
    for number in range(int(rate * seconds)):
        school, text, due = draw.randrange(schools), draw.choice(questions), number / rate
        make = _slack if number % 2 == 0 else _teams
        made.append(make(platforms, school, text, f"{leg}-{number}", due, starts, token))
    return made


async def send(platforms: Platforms, url: str, messages: Sequence[Message]) -> tuple[dict[str, Measured], Counter[int]]:
    """What became of the messages by door, and the HTTP statuses they were answered with."""
    platforms.begin_again()
    statuses: Counter[int] = Counter()
    limits = aiohttp.ClientTimeout(total=messages[-1].due + DRAIN)
    async with aiohttp.ClientSession(url, connector=aiohttp.TCPConnector(limit=0), timeout=limits) as session:

        async def deliver(message: Message) -> None:
            try:
                async with session.post(message.path, data=message.body, headers=message.headers) as answer:
                    await answer.read()
                    statuses[answer.status] += 1
            except (aiohttp.ClientError, TimeoutError):
                statuses[0] += 1

        start = time.monotonic() + 0.5
        under_way = []
        for message in messages:
            await asyncio.sleep(max(0.0, start + message.due - time.monotonic()))
            under_way.append(asyncio.create_task(deliver(message)))
        await platforms.all_answered({message.id for message in messages}, DRAIN)
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
    return {door: _measured(platforms, [one for one in messages if one.door == door], start) for door in DOORS}, statuses


def _measured(platforms: Platforms, messages: Iterable[Message], start: float) -> Measured:
    milliseconds, lost, twice, wrong = [], 0, 0, 0
    for message in messages:
        posted = platforms.posted.get(message.id)
        if not posted:
            lost += 1
            continue
        milliseconds.append((max(one.at for one in posted) - start - message.due) * 1000)
        twice += len(posted) - len({_words(one) for one in posted})
        wrong += any(_is_wrong(message, one) for one in posted)
    return Measured(tuple(sorted(milliseconds)), lost, twice, wrong)


def _words(posted: Posted) -> str:
    """The words of a reply without the ids of its buttons, which differ between two replies to the same question."""
    body = json.loads(posted.body)
    cards = body.get("attachments") or ()
    return str(body.get("text") or "") + "".join(str(card["content"].get("fallbackText")) for card in cards if "contentType" in card)


def _is_wrong(message: Message, posted: Posted) -> bool:
    words = _words(posted)
    others = {name.decode() for name in LINK.findall(posted.body)} - {school_id(message.school)}
    refused = message.door == "slack" and faults_of_message(json.loads(posted.body))
    return bool(others or refused or not words or any(sentence in words for sentence in FAILED))


def _slack(_: Platforms, school: int, text: str, name: str, due: float, starts: float, token: str) -> Message:  # noqa: ARG001
    team, channel = workspace(school), f"D{workspace(school)}-{name}"
    inner = {"type": "message", "channel_type": "im", "channel": channel, "user": f"U{name}", "text": text, "ts": "1700000001.000001"}
    wrapped = {
        "type": "event_callback",
        "team_id": team,
        "api_app_id": "A1",
        "event_id": f"Ev{name}",
        "event_time": int(starts),
        "authorizations": [{"team_id": team, "user_id": f"UBOT{team}", "is_bot": True, "enterprise_id": None}],
        "event": inner,
    }
    body = json.dumps(wrapped).encode()
    headers = {"content-type": "application/json", **signature(body, at=starts + due)}
    return Message(channel, "slack", school, text, due, "/slack/events", body, headers)


def _teams(platforms: Platforms, school: int, text: str, name: str, due: float, _: float, token: str) -> Message:
    activity = platforms.microsoft.activity(text, event=f"activity-{name}", tenant=tenant(school), user=name)
    headers = {"content-type": "application/json", "authorization": f"Bearer {token}"}
    return Message(f"activity-{name}", "teams", school, text, due, "/api/messages", json.dumps(activity).encode(), headers)
