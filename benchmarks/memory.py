"""What the bot holds in memory once it has read everything a few times: one process per size.

It is compared with the imports alone: a process in which the same modules are imported, and nothing
else is done.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import importlib
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
    """Megabytes: of the same imports alone, and of the bot with ``feeds`` feeds, steady."""
    whole, *modules = _run(str(server.port), str(feeds)).split()
    return float(_run(*modules)), float(whole)


def _run(*words: str) -> str:
    command = [sys.executable, "-m", "benchmarks.memory", *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


async def _measure(server: Server, feeds: int) -> float:
    async with opened(server, [server.url(number) for number in range(feeds)]) as rig:
        for _ in range(ROUNDS):
            await rig.collect()
            await rig.deliver()
        await pipeline.housekeeping(rig.house, rig.moment)  # as every hour
        gc.collect()
        return now_used()


def main() -> None:
    """Run in a process of its own: PORT FEEDS, or the names of modules to import."""
    if sys.argv[1].isdecimal():
        whole = asyncio.run(_measure(Server(int(sys.argv[1])), int(sys.argv[2])))
        print(whole, *sorted(name for name in sys.modules if name != "__main__"))
        return
    for name in sys.argv[1:]:
        with contextlib.suppress(ImportError):  # names that libraries made up
            importlib.import_module(name)
    gc.collect()
    print(now_used())


if __name__ == "__main__":
    main()
