"""From a changed feed's answer to its post accepted, and the longest stall of the event loop."""

from __future__ import annotations

import asyncio
import contextlib
import statistics
import time
from collections.abc import AsyncIterator

from benchmarks.rig import Rig, opened
from benchmarks.server import Server
from bot import pipeline

#: seconds in which a post has to be there
LONGEST = 30.0


@contextlib.asynccontextmanager
async def _delivering(rig: Rig) -> AsyncIterator[None]:
    """Deliver as soon as something is queued, as the scheduler does."""

    async def forever() -> None:
        while True:
            await rig.house.wake.wait()
            rig.house.wake.clear()
            await pipeline.deliver(rig.house, rig.moment)

    task = asyncio.create_task(forever())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def feed_to_post(server: Server, times: int) -> dict[str, float]:
    """Milliseconds from the answer's first byte to the post's arrival: p50, p95."""
    number = 3  # 45 KB
    server.set(mode="bare", generation=0, built=0)
    found: list[float] = []
    async with opened(server, [server.url(number)]) as rig, _delivering(rig):
        await rig.collect()
        for generation in range(1, times + 1):
            server.set(generation=generation, build=number + 1)
            await rig.collect()
            async with asyncio.timeout(LONGEST):
                while rig.house.counts["sent"] < generation:
                    await asyncio.sleep(0.001)
            said = server.set()
            found.append((said["posted"][0] - said["answered"][0]) * 1000)
    cuts = statistics.quantiles(found, n=20)
    return {"p50": statistics.median(found), "p95": cuts[18]}


async def longest_stall(server: Server, feeds: int = 20) -> tuple[float, float]:
    """Milliseconds for which the loop stood still, a first parse of 525 KB among others: by the
    clock, and in processor time of the whole process, which other programs cannot lengthen."""
    server.set(mode="etag", generation=0, built=0)
    worst = used = 0.0
    urls = [server.big, *(server.url(number) for number in range(1, feeds))]
    async with opened(server, urls) as rig:

        async def watch() -> None:
            nonlocal worst, used
            while True:
                before, spent = time.perf_counter(), time.process_time()
                await asyncio.sleep(0.001)
                worst = max(worst, time.perf_counter() - before - 0.001)
                used = max(used, time.process_time() - spent)

        task = asyncio.create_task(watch())
        await rig.collect()
        task.cancel()
    return worst * 1000, used * 1000
