"""Each delivery handled once and answered in time: across replicas and restarts, and again after a real loss.

Slack waits 3 seconds and delivers events again where it gets no 200. So a delivery is claimed for just as long as Slack may be kept
waiting: whoever crashes in the middle leaves a claim that has run out when Slack delivers again. Once 200 is said, Slack never
delivers again, so what takes longer goes on without a claim.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic

from slack_bolt.response import BoltResponse

from bot.ports import HeardEvents

IN_TIME = 2.0  # seconds a delivery may take before it is acknowledged unfinished
LEASE = timedelta(seconds=2.2)  # longer than IN_TIME, shorter than AGAIN_IN_TIME
AGAIN_IN_TIME = 2.5  # seconds for a delivery made again, which may first have to wait for a dead replica's claim to run out
ASK_AGAIN = 0.4  # seconds between looks at such a claim
MARGIN = 0.1  # seconds to the last look, once it must have run out
MOST_REMEMBERED = 10_000

log = logging.getLogger("signpost.slack")


@dataclass(slots=True)
class Delivery:
    """One delivery being handled. ``claimed``: it is ours, as far as the store can tell. ``late``: acknowledged already.

    ``lost``: what should have been shown was lost, for a passing reason.
    """

    claimed: bool = False
    late: bool = False
    lost: bool = False


class Once:
    """Handles deliveries, each id once."""

    def __init__(self, events: HeardEvents) -> None:
        self._events = events
        self._under_way: dict[str, tuple[asyncio.Task[BoltResponse], Delivery]] = {}
        self._done: OrderedDict[str, None] = OrderedDict()

    async def handle(
        self, key: str, work: Callable[[Delivery], Awaitable[BoltResponse]], *, again: bool = False, if_late: BoltResponse | None = None
    ) -> BoltResponse:
        """What to answer Slack: what `work` answers, 200 where it is done already, `if_late` (else 200) where it takes too long.

        503 where the store takes too long even to say whose it is: what then goes wrong would be lost for good, had we said 200.
        """
        if key in self._done:
            return BoltResponse(status=200)
        if key not in self._under_way:
            delivery = Delivery()
            task = asyncio.create_task(self._work(key, work, delivery, again=again))
            self._under_way[key] = task, delivery
            task.add_done_callback(lambda _: self._under_way.pop(key, None))
        task, delivery = self._under_way[key]
        finished, _ = await asyncio.wait({task}, timeout=AGAIN_IN_TIME if again else IN_TIME)
        if finished:
            return task.result()
        if not delivery.claimed:
            log.warning("slack.store_slow")
            return BoltResponse(status=503)
        delivery.late = True
        log.info("slack.late")
        return if_late or BoltResponse(status=200)

    async def finish(self, seconds: float) -> None:
        """Nothing: waits for what is under way, at most so long."""
        if self._under_way:
            await asyncio.wait({task for task, _ in self._under_way.values()}, timeout=seconds)

    async def _work(
        self, key: str, work: Callable[[Delivery], Awaitable[BoltResponse]], delivery: Delivery, *, again: bool
    ) -> BoltResponse:
        try:
            if not await self._ours(key, again=again):
                return BoltResponse(status=200)
            delivery.claimed = True
            response = await work(delivery)
        except Exception as error:  # whatever went wrong, Slack is asked to deliver again; what is logged holds no words of a message
            log.error("slack.failed error=%s", type(error).__name__)
            response = BoltResponse(status=500)
        if delivery.lost or response.status >= 500:
            if delivery.late:
                log.error("slack.lost_after_acknowledging")
            await self._tell_store(self._events.release, key)
            return BoltResponse(status=500)
        self._done[key] = None
        if len(self._done) > MOST_REMEMBERED:
            self._done.popitem(last=False)
        await self._tell_store(self._events.done, key)
        return response if response.status != 404 else BoltResponse(status=200)  # 404: nothing of ours listens to it

    async def _tell_store(self, tell: Callable[[str], None], key: str) -> None:
        """Nothing: a store that cannot be told now must not undo what people have seen already."""
        try:
            await asyncio.to_thread(tell, key)
        except Exception as error:
            log.error("slack.store_not_told error=%s", type(error).__name__)

    async def _ours(self, key: str, *, again: bool) -> bool:
        """Whether it is ours to handle. Raises what the store raises, the first time: Slack then delivers again at once.

        Where the store is away still, it is handled without a claim: whoever wrote is told that it went wrong, with 999 above all,
        perhaps twice, and is not left in silence.
        """
        try:
            return await self._claimed(key, again=again)
        except Exception as error:
            if not again:
                raise
            log.error("slack.store_away error=%s", type(error).__name__)
            return True

    async def _claimed(self, key: str, *, again: bool) -> bool:
        """Whether it is ours to handle. A first delivery that somebody has is theirs; one made again waits for a dead claim to run out."""
        until = monotonic() + LEASE.total_seconds() + MARGIN
        while not await asyncio.to_thread(self._events.claim, key, LEASE):
            left = until - monotonic()
            if not again or left <= 0:
                return False
            await asyncio.sleep(min(ASK_AGAIN, left))
        return True
