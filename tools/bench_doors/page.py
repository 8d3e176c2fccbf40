"""Questions to the web page: readers who ask again as soon as they are answered."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass

import aiohttp

from tools.bench_doors.schools import school_id


@dataclass(frozen=True, slots=True)
class Page:
    """How many questions a second the page answered, in how many milliseconds, and how many it did not answer."""

    a_second: float
    median: float
    p99: float
    failed: int


async def ask_the_page(url: str, questions: Sequence[str], schools: int, seconds: float, readers: int) -> Page:
    """What the page did for so long, asked by so many readers about schools drawn by lot."""
    spent: list[float] = []
    failed = 0
    until = time.monotonic() + seconds

    async def read(reader: int) -> None:
        nonlocal failed
        draw = random.Random(reader)
        while (began := time.monotonic()) < until:
            form = {"question": draw.choice(questions)}
            async with session.post(f"/{school_id(draw.randrange(schools))}/ask", data=form, headers=own_page) as answer:
                failed += answer.status != 200 or b"<article" not in await answer.read()
            spent.append((time.monotonic() - began) * 1000)

    own_page = {"Sec-Fetch-Site": "same-origin"}
    async with aiohttp.ClientSession(url) as session:
        began = time.monotonic()
        await asyncio.gather(*(read(reader) for reader in range(readers)))
        took = time.monotonic() - began
    spent.sort()
    return Page(len(spent) / took, spent[len(spent) // 2], spent[int(0.99 * len(spent))], failed)
