"""People who report: each sends its form until it is answered with a code, as somebody would who is told that it was not kept."""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random

import httpx

from tools.chaos.plan import Report

CODE = re.compile(r'name="code" value="([0-9A-Z-]+)"')
PATIENCE = 10.0  # seconds for one answer
NOT_KEPT = "Your report has NOT been kept"


@dataclass(frozen=True, slots=True)
class Answered:
    """A report that was answered with a code. ``asked_at``: when the form that was answered so was sent."""

    report: Report
    code: str
    asked_at: datetime


@dataclass
class Reporters:
    """All of them. ``urls``: of the replicas; any may be asked. ``troubles``: what else than a code came back, counted.

    ``untrue``: answers that were neither a code nor said plainly that nothing was kept.
    """

    urls: Sequence[str]
    random: Random
    answered: list[Answered] = field(default_factory=list)
    troubles: Counter[str] = field(default_factory=Counter)
    untrue: list[str] = field(default_factory=list)

    async def report(self, client: httpx.AsyncClient, report: Report, began: float, give_up: Callable[[], bool]) -> None:
        """Nothing: it was answered with a code, or the time is over."""
        await asyncio.sleep(max(began + report.at - time.monotonic(), 0.0))
        while not give_up():
            asked_at = datetime.now(UTC)
            if code := await self._code(client, report):
                self.answered.append(Answered(report, code, asked_at))
                return
            await asyncio.sleep(self.random.uniform(0.2, 0.6))

    async def opens(self, client: httpx.AsyncClient, one: Answered, limit: asyncio.Semaphore) -> bool:
        """Whether its code opens the report, with its own story in it."""
        async with limit:
            for _ in range(3):
                try:
                    url = f"{self.random.choice(self.urls)}/{one.report.school}/report/check"
                    answer = await client.post(url, data={"code": one.code}, timeout=60)
                except httpx.HTTPError:
                    continue
                return answer.status_code == 200 and one.report.story in answer.text
        return False

    async def _code(self, client: httpx.AsyncClient, report: Report) -> str:
        try:
            answer = await client.post(f"{self.random.choice(self.urls)}/{report.school}/report", data=report.form(), timeout=PATIENCE)
        except httpx.HTTPError as error:
            self.troubles[type(error).__name__] += 1
            return ""
        found = CODE.search(answer.text)
        if answer.status_code == 200 and found:
            return found[1]
        self.troubles[f"status {answer.status_code}"] += 1
        if NOT_KEPT not in answer.text or report.story not in answer.text:
            self.untrue.append(f"status {answer.status_code}")
        return ""
