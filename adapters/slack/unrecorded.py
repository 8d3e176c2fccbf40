"""Deliveries about reports, answered in time and recorded nowhere.

The store of handled events has a time to the second with each, and the digest of a trigger that Slack can look up a person by: beside a
report with no name that could name somebody. Reports do without it: a report sent twice is one by its filing id, and whatever else
is sent twice comes to the same. Slack delivers none of these again by itself over HTTP.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from slack_bolt.response import BoltResponse

from adapters.slack.once import Delivery

IN_TIME = 2.3  # seconds; Slack waits 3
log = logging.getLogger("signpost.slack")


class Unrecorded:
    """Handles deliveries, each as it comes."""

    def __init__(self) -> None:
        self._under_way: set[asyncio.Task[BoltResponse]] = set()

    async def handle(
        self, work: Callable[[Delivery], Awaitable[BoltResponse]], *, if_late: BoltResponse, if_failed: BoltResponse, sent: bool
    ) -> BoltResponse:
        """What to answer Slack: what `work` answers, `if_late` where it takes too long and goes on, `if_failed` where it went wrong.

        `sent`: a window was sent. An answer that does not say what becomes of it would close it, with the words in it: that is a failure.
        """
        task = asyncio.create_task(_work(work, if_failed, sent=sent))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        finished, _ = await asyncio.wait({task}, timeout=IN_TIME)
        if finished:
            return task.result()
        log.info("slack.late")
        return if_late

    async def finish(self, seconds: float) -> None:
        """Nothing: waits for what is under way, at most so long."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=seconds)


async def _work(work: Callable[[Delivery], Awaitable[BoltResponse]], if_failed: BoltResponse, *, sent: bool) -> BoltResponse:
    delivery = Delivery(claimed=True)
    try:
        response = await work(delivery)
    except Exception as error:  # what is logged holds no words of a report
        log.error("slack.failed error=%s", type(error).__name__)
        return if_failed
    unsaid = sent and "response_action" not in str(response.body or "")
    return if_failed if delivery.lost or response.status >= 400 or unsaid else response
