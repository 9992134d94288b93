"""What the bot holds in memory once it has read everything a few times: one process per size."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
from pathlib import Path

from benchmarks.rig import opened
from benchmarks.server import Server
from bot import pipeline

ROUNDS = 3


def now_used() -> float:
    """Resident megabytes of this process."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 1e6


def steady(server: Server, feeds: int) -> tuple[float, float]:
    """Megabytes: of the bot with a single feed, and with ``feeds`` feeds, steady."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.memory", str(server.port), str(feeds)],
        check=True,
        capture_output=True,
        text=True,
    )
    one, whole = map(float, done.stdout.split())
    return one, whole


async def _measure(server: Server, feeds: int) -> tuple[float, float]:
    async with opened(server, [server.url(0)]) as rig:
        await rig.collect()
        gc.collect()
        empty = now_used()
    async with opened(server, [server.url(number) for number in range(feeds)]) as rig:
        for _ in range(ROUNDS):
            await rig.collect()
            await rig.deliver()
        await pipeline.housekeeping(rig.house, rig.moment)  # as every hour
        gc.collect()
        return empty, now_used()


def main() -> None:
    """Run in a process of its own: PORT FEEDS."""
    import feedparser  # noqa: F401  # the same

    import bot.channels.webhook
    import bot.sources.feed  # noqa: F401  # what is imported is what is measured

    one, whole = asyncio.run(_measure(Server(int(sys.argv[1])), int(sys.argv[2])))
    print(one, whole)


if __name__ == "__main__":
    main()
